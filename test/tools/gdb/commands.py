#!/usr/bin/env python3
"""tools/gdb over a stopped program with three threads, and over its core file.

    commands.py BATON SOURCE_ROOT LIBBATON_FOLDER INCLUDE...

The program stops in os.kill() with the lock held, which is no detached call: so one thread holds the lock, one has no use for it,
and the one that computes waits. Then what the commands say does not depend on who runs when.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

baton, source = (os.path.abspath(a) for a in sys.argv[1:3])
library, includes = os.path.abspath(sys.argv[3]), ["-I" + os.path.abspath(i) for i in sys.argv[4:]]
HERE = os.path.join(source, "test", "tools", "gdb")
SCRIPT = os.path.join(HERE, "stopped.py")
COMMANDS = os.path.join(source, "tools", "gdb", "baton_gdb.py")
problems = []
LINES = {text.strip(): n for n, text in enumerate(open(SCRIPT), 1)}


def gdb(script, *program):
    """What gdb prints while it executes a list of commands; one that fails does not end the others."""
    text = f"""
import gdb
for command in {["set pagination off", "handle SIGTRAP stop nopass", "source " + COMMANDS, *script]!r}:
    if command.startswith("== "):
        gdb.write(chr(10) + command + chr(10))
        continue
    try:
        gdb.execute(command)
    except gdb.error as e:
        gdb.write("error: " + str(e) + chr(10))
"""
    with tempfile.NamedTemporaryFile("w", suffix=".py") as f:
        f.write(text)
        f.flush()
        p = subprocess.run(["gdb", "-q", "-nx", "-batch", "-iex", "set debuginfod enabled off", "-x", f.name, "--args", *program],
                           capture_output=True, text=True, timeout=150, env={**os.environ, "BATON_GIL": "fair", "PYTHONPATH": ""})
    return p.stdout + p.stderr


def section(output, name):
    m = re.search(rf"^== {re.escape(name)}$\n(.*?)(?=^== |\Z)", output, re.M | re.S)
    return m[1] if m else ""


def expect(what, text, *patterns):
    missing = [p for p in patterns if not re.search(p, text, re.M)]
    print(f"{'FAIL' if missing else 'ok  '}  {what}")
    if missing:
        problems.append(what)
        print(f"      missing {missing} in\n{text[:3000]}")


# Asked of the live process and of the core file.
QUESTIONS = {
    "threads": ["py-threads"], "bt": ["py-bt"], "bt all": ["py-bt all"], "list": ["py-list"], "locals": ["py-locals"],
    "up": ["py-up", "py-locals", "py-list"], "up 2": ["py-up 2"], "down": ["py-down 99"], "frame": ["py-frame 1", "py-print point"],
    "print": ["py-print mixed_list", "py-print mixed", "py-print numbers", "py-print threading", "py-print done", "py-print len",
              "py-print Point"],
    "nonsense": ["py-print 8", "py-print 0x7fff00000000", "py-print nothing_of_that_name", "py-down 99", "py-down", "py-frame 99",
                 "py-list x", "py-bt every"],
}
SCRIPT_OF_QUESTIONS = [command for name, commands in QUESTIONS.items() for command in ["== " + name, *commands]]


def check(output, where, waits):
    def text(name):
        return section(output, name)

    at = r'File ".*/stopped\.py", line '
    kill, call, recursion = (LINES[t] for t in ("os.kill(os.getpid(), signal.SIGTRAP)", 'return inner() if depth == 0 else stop(depth - 1, name)',
                                                'stop(2, "main")'))
    expect(f"{where}: py-threads", text("threads"), r"^Interpreter 0: lock 0, mode fair, held, 1 waiting$",
           rf": holds the lock\n +{at}{kill}, in inner$",
           rf": waits for the lock {waits}, 1\. in the queue\n +{at}\d+, in compute$", r": detached\n +File .*/threading\.py")
    expect(f"{where}: py-bt", text("bt"), rf"^#0 {at}{kill}, in inner\n +os\.kill\(os\.getpid\(\), signal\.SIGTRAP\)\n#1 {at}{call}, in stop\n",
           rf"^#4 {at}{recursion}, in <module>\n +stop\(2, \"main\"\)")
    expect(f"{where}: py-bt all", text("bt all"), r"in compute$", r"in wait_for_ever$", r"in inner$")
    expect(f"{where}: py-list", text("list"), rf"^> +{kill} +os\.kill\(os\.getpid\(\), signal\.SIGTRAP\)$", rf"^ +{kill + 1} +return point")
    expect(f"{where}: py-locals", text("locals"), r"^captured = \[0, 'main'\]$", r"^point = <Point\(x=0, y='main'\) at 0x[0-9a-f]+>$")
    expect(f"{where}: py-up", text("up"), rf"^#1 {at}{call}, in stop$", r"^depth = 0$", r"^name = 'main'$",
           r"^numbers = \{'one': 1, 'big': 1180591620717411303424, 'none': None, 'truth': True\}$", rf"^> +{call} ")
    expect(f"{where}: py-up 2", text("up 2"), r"^#3 ")
    expect(f"{where}: py-down", text("down"), r"^#0 .* in inner$")
    expect(f"{where}: py-frame", text("frame"), r"^#1 .* in stop$", r"^point = <Point\(x=0, y='main'\)")
    expect(f"{where}: py-print", text("print"), r"^mixed_list = \[\{'one': 1, .*\}, '\u00e9\U0001f40d', \.\.\.\]$",
           r"^mixed = \(1\.5, b'bytes', \{'member'\}, <Point\(", r"^threading = <module 'threading'>$", r"^done = False$",
           r"^len = <built-in function len>$", r"^Point = <class '(__main__\.)?Point'>$")
    expect(f"{where}: nonsense", text("nonsense"), r"^<not an object: 0x8>$", r"^<not an object: 0x7fff00000000>$",
           r"error: nothing_of_that_name: no variable", r"^error: this is the innermost", r"error: there are 5 Python frames",
           r"error: not a number: x", r"error: py-bt \[all\]")


def main(folder):
    if not shutil.which("gdb"):
        print("gdb is not installed")
        return 77
    core = os.path.join(folder, "core")
    output = gdb(["run", *SCRIPT_OF_QUESTIONS, "generate-core-file " + core, "kill"], baton, SCRIPT)
    if "ptrace" in output and "not permitted" in output:
        print("gdb may not trace programs here")
        return 77
    check(output, "a live process", r"for \d+\.\d ms")
    output = gdb(["core-file " + core, *SCRIPT_OF_QUESTIONS], baton)
    check(output, "a core file", r"since \d+\.\d+ s of the monotonic clock")
    holder = os.path.join(folder, "holder")
    subprocess.run(["gcc", "-g", "-O0", os.path.join(HERE, "holder.c"), "-o", holder, *includes, "-L" + library,
                    "-Wl,-rpath," + library, "-lbaton"], check=True)
    output = gdb(["run", "frame function main", "== values", *("print " + name for name in ["list", "type", "nothing", "corrupt", "freed"]),
                  "== objects", "py-print list", "py-bt"], holder)
    expect("values of C variables", section(output, "values"), r"^\$1 = \[1, 'two', \(None,\), \{'half': 0\.5\}\]$", r"^\$2 = <class 'list'>$",
           r"^\$3 = NULL$", r"^\$4 = <not an object: 0x[0-9a-f]+>$", r"^\$5 = <not an object: 0x7f1234567890>$")
    expect("without Python code", section(output, "objects"), r"^\[1, 'two', ", r"^  \(no Python code\)$")
    expect("before the start", gdb(["py-bt", "py-threads"], baton), r"error: ")
    expect("a program without Baton", gdb(["starti", "py-threads"], "/bin/true"), r"error: Baton is not in this process")
    print(f"gdb: {len(problems)} problems")
    return 1 if problems else 0


with tempfile.TemporaryDirectory() as scratch:
    sys.exit(main(scratch))
