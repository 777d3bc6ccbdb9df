#!/usr/bin/env python3
"""The baton command beside python3.11: the same arguments, the same output, errors and exit code.

    compare.py BATON [NAME...]
"""
import os
import re
import signal
import subprocess
import sys
import tempfile

PYTHON = "/usr/bin/python3.11"
HERE = os.path.dirname(os.path.abspath(__file__))
TRACEBACKS = os.path.join(HERE, "tracebacks")
problems = []


def run(program, arguments, text=None, folder=None, environment=None):
    p = subprocess.run([program, *arguments], input=(text or "").encode(), capture_output=True, timeout=60, cwd=folder,
                       env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **(environment or {})})
    return {"status": p.returncode, "stdout": clean(p.stdout, program), "stderr": clean(p.stderr, program)}


def clean(data, program):
    """Without what is each runtime's own affair: its name, its addresses, and the help it gives with the usage line."""
    text = data.decode(errors="backslashreplace").replace(program, "PROGRAM")
    text = re.sub(r"^usage: \S+", "usage: PROGRAM", re.sub(r" at 0x[0-9a-f]+", " at ADDRESS", text), flags=re.M)
    return re.sub(r"^(usage: [^\n]*\n).*", r"\1", text, flags=re.M | re.S)


def compare(name, ours, theirs):
    differing = [key for key in theirs if ours[key] != theirs[key]]
    print(f"{'FAIL' if differing else 'ok  '}  {name}")
    for key in differing:
        print(f"      {key}: {ours[key]!r}\n      expected: {theirs[key]!r}")
        problems.append(name)


FILES = {
    "plain.py": "import sys\nprint(__name__, __file__, sys.argv, sys.path[0], __package__, __spec__)\n",
    "fails.py": "def f(x):\n    return 1 / x\n\nf(0)\n",
    "bad.py": "x = (1,\ny = 2\n",
    "indent.py": "if True:\nprint(1)\n",
    "exit3.py": "import sys\nsys.exit(3)\n",
    "latin.py": b"# coding: latin-1\nprint('\xe9')\n",
    "notutf8.py": b"print('\xe9')\n",
    "empty.py": "",
    "field.py": 'foo = f"""{}\nfoo"""\n',
    "escape.py": "x = 1\nfoo = '\\q'\n",
    "pack/__init__.py": "print('init', __name__, __path__ is not None)\n",
    "pack/__main__.py": "import sys\nprint('main', __name__, __package__, sys.argv[1:])\n",
    "pack/mod.py": "print('mod', __name__, __package__, __file__.split('/')[-1])\nraise SystemExit('done')\n",
    "folder/__main__.py": "import sys\nprint('folder', __name__, sys.path[0], sys.argv)\n",
    "folder/other.py": "",
    "atexit_.py": "import atexit\natexit.register(print, 'bye')\natexit.register(lambda: 1 / 0)\nprint('hello')\nraise KeyError('k')\n",
    "broken_pipe.py": "import sys\nsys.stdout.write('x')\nsys.stdout.flush()\nraise BrokenPipeError(32, 'Broken pipe')\n",
}
COMMANDS = [
    ("a file", ["plain.py", "a", "-b", "--", "c"]),
    ("a file by a path with a dot", ["./plain.py"]),
    ("a file that raises", ["fails.py"]),
    ("a field without an expression", ["field.py"]),
    ("a wrong escape", ["-Wd", "escape.py"]),
    ("a wrong escape as an error", ["-Werror", "escape.py"]),
    ("a file with an unclosed bracket", ["bad.py"]),
    ("a file without its indented block", ["indent.py"]),
    ("a file that exits", ["exit3.py"]),
    ("a file in Latin-1", ["latin.py"]),
    ("a file that is not UTF-8", ["notutf8.py"]),
    ("an empty file", ["empty.py"]),
    ("a file that is not there", ["nowhere.py"]),
    ("a folder with __main__", ["folder", "x"]),
    ("a folder without", ["pack/.."]),
    ("functions at exit", ["atexit_.py"]),
    ("an exception at the end of a pipe", ["broken_pipe.py"]),
    ("-c", ["-c", "import sys; print(sys.argv, sys.path[0], __name__)", "a", "-c"]),
    ("-c that raises", ["-c", "x = 1\nx.y"]),
    ("-c with a syntax error", ["-c", "x ="]),
    ("-c without its argument", ["-c"]),
    ("-m a module", ["-m", "plain", "a"]),
    ("-m a package", ["-m", "pack", "b"]),
    ("-m a submodule", ["-m", "pack.mod"]),
    ("-m nothing", ["-m", "nowhere"]),
    ("-m nothing in a package", ["-m", "pack.nowhere"]),
    ("-m without its argument", ["-m"]),
    ("-m of the library", ["-m", "keyword"]),
    ("-x", ["-x", "fails.py"]),
    ("-V", ["-c", "import sys; print(sys.version_info, sys.hexversion)"]),
    ("an unknown option", ["-Z"]),
    ("an unknown long option", ["--nothing"]),
    ("-O", ["-O", "-c", "assert 0; print(__debug__)"]),
    ("-OO", ["-OO", "-c", "def f():\n 'doc'\nprint(f.__doc__, __debug__)"]),
    ("-W error", ["-W", "error", "-c", "import warnings; warnings.warn('w')"]),
    ("-W ignore", ["-W", "ignore", "-c", "import warnings; warnings.warn('w'); print(1)"]),
    ("-q -s -S -E -B -u", ["-qsSEBu", "-c", "import sys; print(sys.flags)"]),
    ("-I", ["-I", "-c", "import sys; print(sys.flags.isolated, sys.flags.safe_path, '' in sys.path)"]),
    ("-P", ["-P", "-c", "import sys; print('' in sys.path)"]),
    ("-X of the user's own", ["-X", "mine=5", "-X", "also", "-c", "import sys; print(sys._xoptions)"]),
    ("-X int_max_str_digits", ["-X", "int_max_str_digits=1000", "-c", "print(int('1' * 1001))"]),
    ("options end", ["--", "plain.py", "-x"]),
]
INPUTS = [
    ("from stdin", [], "print('from stdin', __name__)\n1/0\n"),
    ("from stdin by -", ["-", "a"], "import sys\nprint(sys.argv)\nsys.exit('enough')"),
    ("blocks at the prompt", ["-iqI"], "def f():\n    print(0)\n\nfor i in range(2):\n    f()\n    print(i)\nelse:\n    'e'\n    \n\n(1 +\n2)\n"),
    ("a mistake in a block at the prompt", ["-iqI"], "def f():\n    print(0)\n    return yield 42\n\nprint(5)\n"),
    ("stdin as data", ["-c", "import sys; print(sys.stdin.read().upper()); print(input())"], "some text\n"),
    ("lines of stdin", ["-c", "import sys\nfor l in sys.stdin: print(repr(l))"], "a\nb\r\nc"),
    ("input()", ["-c", "print([input('? ') for i in range(2)])"], "one\ntwo\n"),
    ("input() at the end", ["-c", "input()"], ""),
]
EXITS = ["None", "0", "1", "256", "-1", "True", "2.5", "'text'", "(1, 2)", "10**20", "'é'"]
ENVIRONMENTS = [
    ("PYTHONPATH", {"PYTHONPATH": "/tmp/x:/tmp/y"}, ["-c", "import sys; print(sys.path[1:3])"]),
    ("PYTHONPATH and -E", {"PYTHONPATH": "/tmp/x"}, ["-E", "-c", "import sys; print('/tmp/x' in sys.path)"]),
    ("PYTHONOPTIMIZE", {"PYTHONOPTIMIZE": "1"}, ["-c", "assert 0; print(__debug__)"]),
    ("PYTHONWARNINGS", {"PYTHONWARNINGS": "error"}, ["-c", "import warnings; warnings.warn('w')"]),
    ("PYTHONSAFEPATH", {"PYTHONSAFEPATH": "1"}, ["-c", "import sys; print('' in sys.path)"]),
    ("PYTHONUNBUFFERED", {"PYTHONUNBUFFERED": "1"}, ["-c", "import sys; print(sys.flags.unbuffered)"]),
]

# A line of a script, and where SIGINT finds it.
INTERRUPTED = [
    ("a loop", "while True: pass"),
    ("a loop in a function", "def f():\n    n = 0\n    while True: n += 1\nf()"),
    ("sleep", "import time; time.sleep(30)"),
    ("a lock", "import _thread; l = _thread.allocate_lock(); l.acquire(); l.acquire()"),
    ("join", "import threading, time; t = threading.Thread(target=time.sleep, args=(30,), daemon=True); t.start(); t.join()"),
    ("input", "input()"),
    ("a handler", "import signal, time\ndef h(*a): print('handled', a[0]); raise SystemExit(7)\nsignal.signal(2, h)\nready()\ntime.sleep(30)"),
    ("caught", "import time\ntry:\n    ready()\n    time.sleep(30)\nexcept KeyboardInterrupt:\n    print('caught')"),
]


def interrupt(program, source):
    """Starts a script, sends SIGINT when it says it is ready, and collects the rest."""
    ready = "import os\ndef ready(): os.write(1, b'ready\\n')\n" + ("" if "ready()" in source else "ready()\n")
    read_end, write_end = os.pipe()
    p = subprocess.Popen([program, "-c", ready + source], stdin=read_end, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                         env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    os.close(read_end)
    first = p.stdout.readline()
    p.send_signal(signal.SIGINT)
    try:
        out, err = p.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        p.kill()
        out, err = p.communicate()
        err += b"\nnot interrupted"
    os.close(write_end)
    # Which line a loop was at is chance.
    last = err.decode().strip().split("\n")[-1:]
    return {"status": p.returncode, "first": first, "stdout": out, "last": last}


def main():
    baton, wanted = os.path.abspath(sys.argv[1]), sys.argv[2:]
    if not os.access(PYTHON, os.X_OK):
        print(f"{PYTHON} is not installed")
        return 77

    def both(name, *arguments, **more):
        if not wanted or name in wanted:
            compare(name, run(baton, *arguments, **more), run(PYTHON, *arguments, **more))

    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        for name, content in FILES.items():
            path = os.path.join(folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as f:
                f.write(content if isinstance(content, bytes) else content.encode())
        for name, arguments in COMMANDS:
            both(name, arguments, folder=folder)
        for name, arguments, text in INPUTS:
            both(name, arguments, text=text, folder=folder)
        for status in EXITS:
            both(f"exit({status})", ["-c", f"import sys; sys.exit({status})"])
            both(f"SystemExit({status}) in a thread", ["-c", f"import _thread, time\ndef f(): raise SystemExit({status})\n_thread.start_new_thread(f, ())\ntime.sleep(0.1)"])
        for name, environment, arguments in ENVIRONMENTS:
            both(name, arguments, environment=environment)
        for name in sorted(os.listdir(TRACEBACKS)):
            if name.endswith(".py"):
                both(f"traceback: {name[:-3]}", [os.path.join(TRACEBACKS, name)])
    for name, source in INTERRUPTED:
        if not wanted or f"SIGINT in {name}" in wanted:
            compare(f"SIGINT in {name}", interrupt(baton, source), interrupt(PYTHON, source))
    print(f"compare: {len(set(problems))} problems")
    return 1 if problems else 0


sys.exit(main())
