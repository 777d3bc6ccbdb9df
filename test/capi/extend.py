#!/usr/bin/env python3
"""Extensions and a host as CPython's tutorials teach to write them, built against both libraries: the output must be equal.

    extend.py BATON LIBBATON_FOLDER SOURCE_ROOT INCLUDE...

What was compiled with CPython's headers runs on Baton too, as it is: each extension is built with either's and tried with both.
"""
import os
import subprocess
import sys
import tempfile

baton, library, source = (os.path.abspath(a) for a in sys.argv[1:4])
includes = ["-I" + os.path.abspath(i) for i in sys.argv[4:]]
HERE = os.path.join(source, "test", "capi", "extend")
SUFFIX = ".cpython-311-x86_64-linux-gnu.so"
PYTHON = "/usr/bin/python3.11"
EXTENSIONS = {"tally": ("tally.c", []), "shelf": ("shelf.c", []), "clock_api": ("clock_api.c", []),
              "clock_client": ("clock_api.c", ["-DCLIENT"]), "units": ("units.c", []), "members": ("members.c", []),
              "breadth": ("breadth.c", []), "dates": ("dates.c", []),
              "once": ("once.c", []), "caches": ("caches.c", [])}
SCRIPTS = ["use_all.py", "use_units.py", "use_members.py", "use_breadth.py", "use_once.py", "use_caches.py", "use_audit_events.py"]
problems = []


def run(*argv, **env):
    p = subprocess.run(argv, capture_output=True, text=True, timeout=120, env={**os.environ, "PYTHONPATH": "", **env})
    return p.returncode, p.stdout, p.stderr.strip().split("\n")[-1]


def compile_c(what, flags, out):
    status, _, error = run("gcc", "-O1", "-Wall", "-Werror", os.path.join(HERE, what), "-o", out, *flags)
    if status:
        sys.exit(f"{what} does not compile with {flags}: {error}")


def extensions(folder, flags):
    os.mkdir(folder)
    for name, (text, more) in EXTENSIONS.items():
        compile_c(text, ["-shared", "-fPIC", *flags, *more], os.path.join(folder, name + SUFFIX))
    return folder


def expect(what, found, expected):
    same = found == expected
    print(f"{'ok  ' if same else 'FAIL'}  {what}")
    if same:
        return
    problems.append(what)
    for a, b in zip(found[1].split("\n"), expected[1].split("\n")):
        if a != b:
            print(f"      found     {a}\n      expected  {b}")
            break
    else:
        print(f"      found     {found}\n      expected  {expected}"[:2000])


def main(scratch):
    theirs = subprocess.run(["pkg-config", "--cflags", "--libs", "python-3.11-embed"], capture_output=True, text=True)
    if theirs.returncode:
        print("python3.11-dev is not installed")
        return 77
    cflags = [f for f in theirs.stdout.split() if f.startswith("-I")]
    ours = extensions(os.path.join(scratch, "ours"), includes)
    cpython = extensions(os.path.join(scratch, "cpython"), cflags)
    for name in SCRIPTS:
        script = os.path.join(HERE, name)
        reference = run(PYTHON, script, PYTHONPATH=cpython)
        if reference[0]:
            sys.exit(f"the reference fails: {reference}")
        expect(f"{name}, extensions built with our headers", run(baton, script, PYTHONPATH=ours), reference)
        expect(f"{name}, extensions built with CPython's headers", run(baton, script, PYTHONPATH=cpython), reference)

    compat = os.path.join(scratch, "compat")
    os.mkdir(compat)
    os.symlink(os.path.join(library, "libbaton.so.0"), os.path.join(compat, "libpython3.11.so.1.0"))
    our_host, their_host = os.path.join(scratch, "host"), os.path.join(scratch, "host_cpython")
    compile_c("host.c", [*includes, "-L" + library, "-Wl,-rpath," + library, "-lbaton"], our_host)
    compile_c("host.c", theirs.stdout.split(), their_host)
    for what, arguments in {
        "a result": ["use_all", "for_host", "6", "7"],
        "an exception of the host": ["use_all", "for_host", "six"],
        "an overflow": ["use_all", "for_host", str(1 << 62), "2"],
        "no such function": ["use_all", "nothing"],
        "not callable": ["use_all", "__name__"],
        "no such module": ["nowhere", "f"],
        "bad usage": [],
    }.items():
        expected = run(their_host, HERE, *arguments, PYTHONPATH=cpython)
        expect(f"a host: {what}", run(our_host, HERE, *arguments, PYTHONPATH=ours), expected)
        expect(f"a host built for CPython: {what}", run(their_host, HERE, *arguments, PYTHONPATH=cpython, LD_LIBRARY_PATH=compat), expected)
    our_start, their_start = os.path.join(scratch, "start"), os.path.join(scratch, "start_cpython")
    compile_c("start.c", [*includes, "-L" + library, "-Wl,-rpath," + library, "-lbaton"], our_start)
    compile_c("start.c", theirs.stdout.split(), their_start)
    for how in ["python", "isolated", "argv", "main", "bad"]:
        expected = run(their_start, how)
        expect(f"PyConfig: {how}", run(our_start, how), expected)
        expect(f"PyConfig: {how}, built for CPython", run(their_start, how, LD_LIBRARY_PATH=compat), expected)
    our_hooks, their_hooks = os.path.join(scratch, "hooks"), os.path.join(scratch, "hooks_cpython")
    compile_c("hooks.c", [*includes, "-L" + library, "-Wl,-rpath," + library, "-lbaton"], our_hooks)
    compile_c("hooks.c", theirs.stdout.split(), their_hooks)
    expected = run(their_hooks)
    expect("hooks, PickleBuffer, statements from streams", run(our_hooks), expected)
    expect("hooks, built for CPython", run(their_hooks, LD_LIBRARY_PATH=compat), expected)
    our_names, their_names = os.path.join(scratch, "names"), os.path.join(scratch, "names_cpython")
    compile_c("names.c", [*includes, "-L" + library, "-Wl,-rpath," + library, "-lbaton"], our_names)
    compile_c("names.c", [*theirs.stdout.split(), "-Wno-deprecated-declarations"], their_names)
    home = os.path.join(scratch, "h\u00f6me")
    os.makedirs(os.path.join(home, "lib"))
    os.symlink("/usr/lib/python3.11", os.path.join(home, "lib", "python3.11"))
    for how in [["none"], ["name"], ["bare"], ["relative"], ["missing"], ["home", home], ["path"], ["stdio"]]:
        expect(f"names: {how[0]}", run(our_names, *how, LC_ALL="C.UTF-8"), run(their_names, *how, LC_ALL="C.UTF-8"))
    for locale in ["C", "C.UTF-8"]:
        for how in ["locale", "isolated locale", "chosen locale", "isolated chosen locale"]:
            for variable in ["LC_ALL", "LC_CTYPE"]:
                env = {"LC_ALL": "", "LC_CTYPE": "", "LANG": "", variable: locale}
                expect(f"PyConfig: {how}, {variable}={locale}", run(our_start, how, **env), run(their_start, how, **env))
    print(f"extend: {len(problems)} problems")
    return 1 if problems else 0


with tempfile.TemporaryDirectory() as folder:
    sys.exit(main(folder))
