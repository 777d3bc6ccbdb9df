#!/usr/bin/env python3
"""The library has no writable global outside the process root and the immortal static objects.

    check_globals.py LIBRARY [-v]

Every object in a section that stays writable after relocation must match a rule below, which says why it may. A rule that matches
nothing, a library without its full list of symbols, and one whose constants the loader does not write-protect fail too. (What has no
symbol was never declared: images of local tables that the compiler made, which no code can name.)
"""
import re
import subprocess
import sys

TYPE_SIZE = 408

TYPES = r"_?Py\w*_\w*Type|Py_GenericAliasType|baton_\w+_type"
# (pattern of the demangled name, reason). (?:anonymous namespace):: is written A::.
ROOT = "the process root and what guards itself"
IMMORTAL = "an immortal object, shared by all interpreters: only its reference count may change"
START = "filled while the process starts up, before a second thread can come; constant from then on"
C_TABLE = "a table that C's interface types as writable; nobody writes to it"
RULES = [
    (r"baton::detail::g_process", ROOT),
    (r"baton::A::pool", "memory of the process; each use is under its mutex"),
    (r"baton::A::g_reporter", "one atomic pointer: what a fatal error calls"),
    (r"baton::sync::A::g_exit_key(_once)?", "the seam's storage key, made once by the system's own means"),
    (r"baton::sync::A::g_thread_exit_function", "one atomic pointer: what the end of a thread calls"),
    (r"baton::sync::PerThread<.*>::value", "the seam's thread-locals: one instance per thread"),
    (r"_Py_(None|Ellipsis|NotImplemented|True|False)Struct|_Py_(Ellipsis|NotImplemented)Object", IMMORTAL),
    (TYPES, IMMORTAL),
    (r"baton::exception_types", IMMORTAL),
    (r"baton::A::identifiers::text_of_\w+", IMMORTAL),
    (r"baton::small_ints|baton::A::(byte|ascii_char|latin_char)_objects|baton::A::empty_(object|storage|text)", IMMORTAL),
    (r"baton::A::dummy_storage|baton::A::exception_group_bases|baton::A::missing_token|baton::A::(zero_offset|utc)|baton::set_dummy", IMMORTAL),
    (r"PyExc_\w+", "a pointer to an exception type: C programs name it as data"),
    (r"baton::A::(identifier_array|static_table|static_used)", START),
    (r"baton::(dunder_rows|dunder_count|A::doc_text|A::native_count|A::process_key)", START),
    (r"(guard variable for )?baton::A::socket_exec\(.*\)::capi", "made once, under the compiler's guard; constant from then on"),
    (r"(guard variable for )?baton::datetime_c_interface\(.*\)::capi", "made once, under the compiler's guard; constant from then on"),
    (r"(guard variable for )?baton::ast::Grammar::get\(\)::grammar", "made once, under the compiler's guard; constant from then on"),
    (r"baton::\w+_(spec|module)", "a description in part computed by the loader's initialisers; constant from then on"),
    (r"(guard variable for )?baton::api::Py_InitializeFromConfig\(.*\)::error.*", "why the last start failed, for the status that points to it"),
    (r"Py_\w+Flag|Py_NoUserSiteDirectory|Py_UTF8Mode|PyOS_InputHook|PyOS_ReadlineFunctionPointer|_PyOS_ReadlineTState|baton::api::A::allocators",
     "C programs set it, by its name in CPython"),
    (r"_PyRuntime|baton::A::caller_state", "what CPython's own modules have built in: immortal ints, and where they count nested calls"),
    (r"_PyByteArray_empty_string|baton::api::A::struct_methods|baton::A::(float|int)_def|baton::api::PyHash_GetFuncDef\(\)::function", C_TABLE),
    (r"baton::A::latin_utf8_forms", C_TABLE),
    (r"baton::A::(\w+_)?members|baton::A::(\w+_)?(buffer|exporter)_procs|baton::A::\w+_def", C_TABLE),
    (r"baton::(A::kBytesFormat|fill_buffer\(.*\)::byte_format|A::get_buffer_slot\(.*\)::nothing)", C_TABLE),
    (r"(guard variable for )?boost::system::detail::to_std_category\(.*\)::\w+", "Boost's own, guarded by the compiler or a mutex"),
    (r"completed\.0|__dso_handle|__TMC_END__|DW\.ref\..*", "the compiler's own"),
]


def tool(*argv):
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def writable_sections(library):
    """{section number: (name, address, size)} of what stays writable, and whether the rest is protected after relocation."""
    sections, protected = {}, False
    for line in tool("readelf", "-SW", library).split("\n"):
        m = re.match(r"\s*\[\s*(\d+)\]\s+(\S+)\s+(\S+)\s+(\w+)\s+\w+\s+(\w+)\s+\w+\s+(\w*)", line)
        if m and "W" in m[6]:
            sections[int(m[1])] = (m[2], int(m[4], 16), int(m[5], 16))
    for line in tool("readelf", "-lW", library).split("\n"):
        if line.strip().startswith("GNU_RELRO"):
            protected = True
            start, size = (int(line.split()[i], 16) for i in (2, 5))
            sections = {n: s for n, s in sections.items() if s[0].startswith(".t") or not start <= s[1] < start + size}
    return sections, protected


def objects(library, sections):
    """(name, section number, address, size) of each object of data in those sections."""
    symbols = {}
    for line in tool("readelf", "-sW", library).split("\n"):
        m = re.match(r"\s*\d+: (\w+)\s+(\w+) (OBJECT|TLS|NOTYPE)\s+\w+\s+\w+\s+(\d+) (\S.*)", line)
        if m and int(m[4]) in sections and not (m[3] == "NOTYPE" and int(m[2], 0) == 0):
            symbols[m[5].split("@")[0], int(m[1], 16)] = (int(m[4]), int(m[2], 0))
    names = list(symbols)
    shown = subprocess.run(["c++filt"], input="\n".join(n for n, _ in names), capture_output=True, text=True, check=True).stdout
    for (_, address), name in zip(names, shown.split("\n")):
        section, size = symbols[_, address]
        yield name, section, address, size


def main():
    library = sys.argv[1]
    sections, protected = writable_sections(library)
    faults = [] if protected else ["the loader does not write-protect the constants (no GNU_RELRO)"]
    if " SYMTAB " not in tool("readelf", "-SW", library):
        faults.append("the library is stripped: its variables cannot be seen")
    allowed = [(re.compile(pattern.replace("A::", r"\(anonymous namespace\)::")), reason) for pattern, reason in RULES]
    used, counts = set(), {}
    found = list(objects(library, sections))
    for name, section, _, size in found:
        rule = next((i for i, (pattern, _) in enumerate(allowed) if pattern.fullmatch(name)), None)
        if rule is None:
            faults.append(f"{sections[section][0]}: {name} ({size} bytes)")
            continue
        if RULES[rule][0] == TYPES and size != TYPE_SIZE:
            faults.append(f"{name}: {size} bytes, but a type has {TYPE_SIZE}")
        used.add(rule)
        counts[allowed[rule][1]] = counts.get(allowed[rule][1], 0) + 1
    faults += [f"the rule {RULES[i][0]!r} matches nothing" for i in range(len(RULES)) if i not in used]
    if "-v" in sys.argv:
        for reason, count in counts.items():
            print(f"{count:5}  {reason}")
    for f in faults:
        print(f)
    print(f"globals: {len(found)} writable objects, {len(faults)} faults")
    return 1 if faults or not found else 0


if __name__ == "__main__":
    sys.exit(main())
