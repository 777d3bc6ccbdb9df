#!/usr/bin/env python3
"""What our library and headers lack beside CPython 3.11's, as installed (packages libpython3.11 and python3.11-dev).

    abi.py BUILD_FOLDER [--all]

Prints the exported symbols that we do not have (public ones, those that installed extension modules import, with --all the rest too),
symbols of data whose size differs, and struct sizes and offsets that our headers give otherwise. Ends with 1 when a layout
differs, or a public name is missing without a reason in capi/README.md.
"""
import fnmatch
import glob
import os
import re
import subprocess
import sys
import tempfile

TOP = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
THEIRS = "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0"
MODULES = ["/usr/lib/python3.11/lib-dynload/*.so", "/usr/lib/python3/dist-packages/*.so", "/usr/lib/python3/dist-packages/*/*.so"]
# Structs that compiled programs reach into, and fields whose place they have built in. With =, programs do not depend on the size.
LAYOUTS = """
PyObject ob_refcnt ob_type
PyVarObject ob_size
PyTypeObject tp_name tp_basicsize tp_itemsize tp_dealloc tp_vectorcall_offset tp_getattr tp_setattr tp_as_async tp_repr tp_as_number
  tp_as_sequence tp_as_mapping tp_hash tp_call tp_str tp_getattro tp_setattro tp_as_buffer tp_flags tp_doc tp_traverse tp_clear
  tp_richcompare tp_weaklistoffset tp_iter tp_iternext tp_methods tp_members tp_getset tp_base tp_dict tp_descr_get tp_descr_set
  tp_dictoffset tp_init tp_alloc tp_new tp_free tp_is_gc tp_bases tp_mro tp_cache tp_subclasses tp_weaklist tp_del tp_version_tag
  tp_finalize tp_vectorcall
PyHeapTypeObject as_async as_number as_mapping as_sequence as_buffer ht_name ht_slots ht_qualname ht_module
PyNumberMethods nb_add nb_power nb_bool nb_int nb_float nb_index nb_matrix_multiply nb_inplace_matrix_multiply
PySequenceMethods sq_length sq_item sq_contains sq_inplace_repeat
PyMappingMethods mp_length mp_subscript mp_ass_subscript
PyAsyncMethods am_await am_send
PyBufferProcs bf_getbuffer bf_releasebuffer
Py_buffer buf obj len itemsize readonly ndim format shape strides suboffsets internal
PyLongObject ob_digit
PyFloatObject ob_fval
PyComplexObject cval
PyTupleObject ob_item
PyListObject ob_item allocated
PyDictObject ma_used ma_version_tag ma_keys ma_values
PySetObject fill used mask table hash finger smalltable weakreflist
PyBytesObject ob_shash ob_sval
PyByteArrayObject ob_alloc ob_bytes ob_start ob_exports
PyASCIIObject length hash state wstr
PyCompactUnicodeObject utf8_length utf8 wstr_length
PyUnicodeObject data
PySliceObject start stop step
PyCodeObject= co_consts co_names co_flags co_argcount co_posonlyargcount co_kwonlyargcount co_stacksize co_firstlineno co_nlocals
  co_ncellvars co_nfreevars co_filename co_name co_qualname co_weakreflist
PyCFunctionObject m_ml m_self m_module m_weakreflist vectorcall
PyMethodObject im_func im_self im_weakreflist vectorcall
PyMethodDef ml_name ml_meth ml_flags ml_doc
PyMemberDef name type offset flags doc
PyGetSetDef name get set doc closure
PyModuleDef m_base m_name m_doc m_size m_methods m_slots m_traverse m_clear m_free
PyModuleDef_Base m_init m_index m_copy
PyDescrObject d_type d_name d_qualname
PyMethodDescrObject d_method vectorcall
PyMemberDescrObject d_member
PyGetSetDescrObject d_getset
PyWeakReference wr_object wr_callback hash wr_prev wr_next vectorcall
PyBaseExceptionObject dict args notes traceback context cause suppress_context
PyStopIterationObject value
PyTracebackObject tb_next tb_frame tb_lasti tb_lineno
PyType_Spec name basicsize itemsize flags slots
PyType_Slot slot pfunc
PyStructSequence_Desc name doc fields n_in_sequence
PyThreadState= interp gilstate_counter thread_id native_thread_id next cframe recursion_remaining c_profilefunc c_tracefunc dict
PyStatus func err_msg exitcode
PyCompilerFlags cf_flags cf_feature_version
Py_tss_t _is_initialized _key
PyMemAllocatorEx ctx malloc calloc realloc free
_PyUnicodeWriter buffer data kind maxchar size pos min_length min_char overallocate readonly
_PyArg_Parser format keywords fname custom_msg pos min max kwtuple next
PyWideStringList length items
PyDateTime_Delta days seconds microseconds
PyDateTime_Date hastzinfo data
PyDateTime_DateTime data fold tzinfo
PyDateTime_Time data fold tzinfo
PyDateTime_CAPI DateType TimeZone_UTC Date_FromDate Time_FromTimeAndFold
PyPreConfig _config_init parse_argv isolated use_environment configure_locale utf8_mode dev_mode allocator
PyConfig _config_init isolated use_environment dev_mode install_signal_handlers use_hash_seed hash_seed faulthandler import_time
  parse_argv argv xoptions warnoptions site_import bytes_warning inspect interactive optimization_level quiet verbose
  buffered_stdio stdio_encoding stdio_errors program_name pythonpath_env home platlibdir module_search_paths_set module_search_paths
  executable prefix run_command run_module run_filename _init_main _is_python_build
"""


def symbols(path, *options):
    """{name: (kind, size)} of what a shared library defines (or, with --undefined-only, needs)."""
    found = {}
    for line in subprocess.run(["nm", "-D", "-S", *options, path], capture_output=True, text=True).stdout.split("\n"):
        m = re.match(r"(?:\w+ )?(?:([0-9a-f]{16}) )?\s*([A-Za-z]) (\S+)", line)
        if m:
            found[m[3].split("@")[0]] = (m[2], int(m[1] or "0", 16))
    return found


def layouts(include):
    """{"Type.field": "offset"} as a compiler sees it; a field or type that does not exist is left out."""
    wanted, of = [], None
    for line in LAYOUTS.strip().split("\n"):
        words = line.split()
        if not line.startswith(" "):
            of = words.pop(0)
            if of.endswith("="):
                of = of[:-1]
            else:
                wanted.append((of, None))
        wanted += [(of, field) for field in words]
    left = list(wanted)
    with tempfile.TemporaryDirectory() as folder:
        source, program = os.path.join(folder, "p.c"), os.path.join(folder, "p")
        while True:
            with open(source, "w") as f:
                f.write("#include <Python.h>\n#include <stddef.h>\n#include <frameobject.h>\n#include <datetime.h>\nint main(void) {\n")
                for of, field in left:
                    value = f"offsetof({of}, {field})" if field else f"sizeof({of})"
                    f.write(f'printf("{of}.{field or "(size)"} %zu\\n", (size_t){value});\n')
                f.write("}\n")
            p = subprocess.run(["gcc", "-w", *include, source, "-o", program], capture_output=True, text=True)
            if not p.returncode:
                break
            bad = {int(n) - 6 for n in re.findall(r"p\.c:(\d+):\d+: error", p.stderr)}
            if not bad:
                sys.exit(p.stderr)
            left = [row for i, row in enumerate(left) if i not in bad]
        out = subprocess.run([program], capture_output=True, text=True, check=True).stdout
    return dict(line.split() for line in out.split("\n") if line)


def reasons():
    """The names and patterns that capi/README.md says are absent."""
    rows = re.findall(r"^\| (.*?) \|.*\|$", open(os.path.join(TOP, "capi", "README.md")).read(), re.M)
    return [pattern for row in rows for pattern in re.findall(r"`(\w[\w*]*)`", row)]


def show(title, names):
    print(f"{title}: {len(names)}")
    line = "   "
    for name in sorted(names):
        if len(line) + len(name) > 118:
            print(line)
            line = "   "
        line += " " + name
    if line.strip():
        print(line)


def main():
    build = sys.argv[1]
    theirs = symbols(THEIRS, "--defined-only")
    if not theirs:
        print(f"{THEIRS} is not installed")
        return 77
    ours = symbols(os.path.join(build, "capi", "libbaton.so"), "--defined-only")
    missing = set(theirs) - set(ours)
    imported = set()
    for pattern in MODULES:
        for path in glob.glob(pattern):
            imported |= set(symbols(path, "--undefined-only"))
    public = {n for n in missing if n.startswith("Py") and not n.startswith("PyInit_")}
    print(f"CPython 3.11 exports {len(theirs)} symbols, {len(theirs) - len(missing)} of them are here")
    show("public and missing", public)
    show("private, missing, and imported by installed modules", (missing & imported) - public)
    if "--all" in sys.argv:
        show("the other missing ones", missing - imported - public)

    given = reasons()
    faults = 0
    for name in sorted(public):
        if not any(fnmatch.fnmatchcase(name, pattern) for pattern in given):
            print(f"no reason in capi/README.md: {name}")
            faults += 1
    for pattern in given:
        if not fnmatch.filter(missing, pattern):
            print(f"absent in capi/README.md, but not missing: {pattern}")
            faults += 1

    # A program with copy relocations reserves the size that it was linked with.
    for name in sorted(set(theirs) & set(ours)):
        kind, size = theirs[name]
        if kind in "DBR" and size != ours[name][1]:
            print(f"size of {name}: {ours[name][1]}, CPython's {size}")
            faults += 1
    reference = layouts(subprocess.run(["pkg-config", "--cflags-only-I", "python-3.11-embed"], capture_output=True, text=True).stdout.split())
    found = layouts(["-I" + os.path.join(TOP, "capi", "include"), "-I" + os.path.join(build, "capi", "include")])
    for what, value in reference.items():
        if what not in found:
            print(f"not in our headers: {what}")
        elif found[what] != value:
            print(f"layout of {what}: {found[what]}, CPython's {value}")
            faults += 1
    print(f"abi: {len(reference)} places compared, {faults} faults")
    return 1 if faults else 0


sys.exit(main())
