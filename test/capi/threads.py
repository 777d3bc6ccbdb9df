#!/usr/bin/env python3
"""baton/threads.hpp: a C++ host, an extension and a SWIG module with directors, each built against both libraries' headers.

    threads.py BATON LIBBATON_FOLDER SOURCE_ROOT INCLUDE...

What they print on Baton must be what they print on CPython. Without SWIG (package swig) its module is left out, with a word.
"""
import os
import shutil
import subprocess
import sys
import tempfile

baton, library, source = (os.path.abspath(a) for a in sys.argv[1:4])
includes = ["-I" + os.path.abspath(i) for i in sys.argv[4:]]
HERE = os.path.join(source, "test", "capi", "threads")
HEADER = os.path.join(source, "capi", "include", "baton", "threads.hpp")
SUFFIX = ".cpython-311-x86_64-linux-gnu.so"
PYTHON = "/usr/bin/python3.11"
MODES = ["fair", "timed", "ticks"]
problems = []


def run(*argv, **env):
    p = subprocess.run(argv, capture_output=True, text=True, timeout=100, env={**os.environ, "PYTHONPATH": "", **env})
    return p.returncode, p.stdout, p.stderr


def build(*argv):
    status, out, error = run(*argv)
    if status:
        sys.exit(f"{' '.join(argv)}: {out}{error}")


def compile_cpp(text, out, flags, warnings=("-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers")):
    build("g++", "-std=c++17", "-O1", *warnings, text, "-o", out, *flags, "-lpthread")


def extensions(folder, flags):
    os.mkdir(folder)
    module = ["-shared", "-fPIC", *flags]
    compile_cpp(os.path.join(HERE, "natively.cpp"), os.path.join(folder, "natively" + SUFFIX), module)
    if shutil.which("swig"):
        wrapper = os.path.join(folder, "relay_wrap.cxx")
        build("swig", "-python", "-c++", "-threads", "-outdir", folder, "-o", wrapper, os.path.join(HERE, "relay.i"))
        compile_cpp(wrapper, os.path.join(folder, "_relay" + SUFFIX), module, ("-w",))
    return folder


def expect(what, found, expected):
    same = found == expected
    print(f"{'ok  ' if same else 'FAIL'}  {what}")
    if not same:
        problems.append(what)
        print(f"      found     {found}\n      expected  {expected}"[:4000])


def main(scratch):
    theirs = subprocess.run(["pkg-config", "--cflags", "--libs", "python-3.11-embed"], capture_output=True, text=True)
    if theirs.returncode:
        print("python3.11-dev is not installed")
        return 77
    alone = os.path.join(scratch, "alone")  # the header without the others beside it
    os.makedirs(os.path.join(alone, "baton"))
    os.symlink(HEADER, os.path.join(alone, "baton", "threads.hpp"))
    their_flags = theirs.stdout.split() + ["-I" + alone]
    ours = extensions(os.path.join(scratch, "ours"), includes)
    cpython = extensions(os.path.join(scratch, "cpython"), [f for f in their_flags if f.startswith("-I")])
    scripts = ["use_natively.py"]
    if shutil.which("swig"):
        scripts.append("use_relay.py")
    else:
        print("     (swig is not installed: its module is not tried)")
    for name in scripts:
        script = os.path.join(HERE, name)
        reference = run(PYTHON, script, PYTHONPATH=cpython)
        if reference[0] or reference[2]:
            sys.exit(f"the reference fails: {reference}")
        for mode in MODES:
            expect(f"{name}, {mode}", run(baton, "-X", "gil=" + mode, script, PYTHONPATH=ours), reference)
        expect(f"{name}, built with CPython's headers", run(baton, script, PYTHONPATH=cpython), reference)

    host, their_host = os.path.join(scratch, "host"), os.path.join(scratch, "host_cpython")
    compile_cpp(os.path.join(HERE, "host.cpp"), host, [*includes, "-L" + library, "-Wl,-rpath," + library, "-lbaton"])
    compile_cpp(os.path.join(HERE, "host.cpp"), their_host, their_flags)
    reference = run(their_host)
    if reference[0] or reference[2]:
        sys.exit(f"the reference fails: {reference}")
    for mode in MODES:
        expect(f"the host, {mode}", run(host, BATON_GIL=mode), reference)
    compat = os.path.join(scratch, "compat")
    os.mkdir(compat)
    os.symlink(os.path.join(library, "libbaton.so.0"), os.path.join(compat, "libpython3.11.so.1.0"))
    expect("the host, built for CPython", run(their_host, LD_LIBRARY_PATH=compat), reference)
    print(f"threads: {len(problems)} problems")
    return 1 if problems else 0


with tempfile.TemporaryDirectory() as folder:
    sys.exit(main(folder))
