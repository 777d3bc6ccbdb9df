#!/usr/bin/env python3
"""Installs Baton, moves the tree to another folder, and uses it there as others would: baton-config, pkg-config, the compat link.

    installed.py BUILD_ROOT SOURCE_ROOT PREFIX
"""
import os
import shutil
import subprocess
import sys
import tempfile

build, source, prefix = (os.path.abspath(a) for a in sys.argv[1:4])
TESTS = os.path.join(source, "test", "capi")
problems = []


def run(*argv, ok=True, **more):
    """The output of a command; a failure is reported and gives None."""
    env = {**os.environ, **more.pop("env", {})}
    try:
        p = subprocess.run(argv, capture_output=True, text=True, timeout=120, env=env, **more)
    except (OSError, subprocess.TimeoutExpired) as e:
        problems.append(str(e))
        return None
    if (p.returncode == 0) != ok:
        problems.append(f"{' '.join(argv)}: status {p.returncode}\n{p.stdout}{p.stderr}")
        return None
    return p.stdout


def expect(what, found, expected):
    right = found is not None and found.strip() == expected
    print(f"{'ok  ' if right else 'FAIL'}  {what}")
    if not right:
        problems.append(f"{what}: {found!r}, expected {expected!r}")


def options(*argv, **more):
    return (run(*argv, **more) or "").split()


def main(folder):
    stage, root = os.path.join(folder, "stage"), os.path.join(folder, "moved")
    run("meson", "install", "-C", build, "--no-rebuild", "--quiet", env={"DESTDIR": stage})
    shutil.move(stage + prefix, root)
    shutil.rmtree(stage)
    baton, config = os.path.join(root, "bin", "baton"), os.path.join(root, "bin", "baton-config")
    expect("the moved command runs", run(baton, "-c", "print(6 * 7)"), "42")
    expect("baton-config knows where it is", run(config, "--prefix"), root)
    expect("an unknown option is refused", run(config, "--nonsense", ok=False), "")

    def program(name, text, *flags):
        out = os.path.join(folder, name)
        run("gcc", "-O1", "-Wall", os.path.join(TESTS, text), "-o", out, *flags, "-lpthread")
        return out

    host = program("host_config", "readme_host.c", *options(config, "--embed", "--cflags", "--ldflags"))
    expect("an embedder, by baton-config", run(host), "event 21")
    libdir = os.path.dirname(os.path.dirname(run(config, "--compat").strip()))
    pkg = {"PKG_CONFIG_PATH": os.path.join(libdir, "pkgconfig")}
    host = program("host_pkg", "readme_host.c", *options("pkg-config", "--cflags", "--libs", "baton-embed", env=pkg))
    expect("an embedder, by pkg-config", run(host), "event 21")

    if shutil.which("gdb"):
        loaded = run("gdb", "-q", "-nx", "-batch", "-iex", "set auto-load safe-path /", "-iex", "set debuginfod enabled off",
                     "-ex", "file " + os.path.realpath(os.path.join(libdir, "libbaton.so.0")), "-ex", "help py-threads")
        expect("gdb finds its commands beside the library", (loaded or "").split(":")[0].split("\n")[-1], "Shows every thread state")

    suffix = run(config, "--extension-suffix").strip()
    script = ("import os, threading, readable\n"
              "r, w = os.pipe()\n"
              "assert readable.wait_readable(r, 0) is False\n"
              "threading.Thread(target=os.write, args=(w, b'x')).start()\n"
              "print(readable.wait_readable(r, 30_000))\n")
    for how, flags in [("baton-config", options(config, "--cflags")), ("pkg-config", options("pkg-config", "--cflags", "baton", env=pkg))]:
        place = os.path.join(folder, how)
        os.mkdir(place)
        run("gcc", "-shared", "-fPIC", os.path.join(TESTS, "readme_extension.c"), "-o", os.path.join(place, "readable" + suffix), *flags)
        expect(f"an extension, by {how}, lets another thread run", run(baton, "-c", script, env={"PYTHONPATH": place}), "True")

    theirs = subprocess.run(["pkg-config", "--cflags", "--libs", "python-3.11-embed"], capture_output=True, text=True)
    if theirs.returncode == 0:
        which = program("which_runtime", "which_runtime.c", *theirs.stdout.split())
        expect("a program built for CPython, on CPython", run(which), "cpython")
        compat = run(config, "--compat").strip()
        expect("the same file on Baton, by LD_LIBRARY_PATH", run(which, env={"LD_LIBRARY_PATH": compat}), "baton")
        expect("the same file on Baton, by baton exec", run(baton, "exec", which), "baton")
        place = os.path.join(folder, "cpython")
        os.mkdir(place)
        run("gcc", "-shared", "-fPIC", os.path.join(TESTS, "readme_extension.c"), "-o", os.path.join(place, "readable" + suffix),
            *options("pkg-config", "--cflags", "python-3.11"))
        expect("an extension built with CPython's headers", run(baton, "-c", script, env={"PYTHONPATH": place}), "True")
    else:
        print("     (python3.11-dev is not installed: programs built for CPython are not tried)")
    run(baton, "exec", os.path.join(folder, "no such program"), ok=False)


with tempfile.TemporaryDirectory() as scratch:
    main(os.path.realpath(scratch))
for p in problems:
    print("\n" + p, file=sys.stderr)
print(f"installed: {len(problems)} problems")
sys.exit(1 if problems else 0)
