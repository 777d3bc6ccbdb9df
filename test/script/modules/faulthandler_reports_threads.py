# Tracebacks on demand, at signals, at fatal signals and after a time.
import faulthandler
import os
import re
import signal
import subprocess
import sys
import tempfile
import threading


def dumped(function):
    with tempfile.TemporaryFile("w+") as f:
        function(f)
        f.seek(0)
        return f.read()


def é_function(f):
    faulthandler.dump_traceback(f, all_threads=False)


text = dumped(é_function)
assert re.match(r'Stack \(most recent call first\):\n  File "[^"]*", line 20 in \\xe9_function\n', text), text

# Every thread is shown, with the line where it waits.
inside, gate = threading.Event(), threading.Lock()
gate.acquire()


def waits():
    inside.set()
    gate.acquire()


t = threading.Thread(target=waits)
t.start()
inside.wait()
text = dumped(lambda f: faulthandler.dump_traceback(f))
assert "in waits" in text and text.count("most recent call first") == 2 and text.count("Current thread") == 1, text
gate.release()
t.join()

# A signal of one's own, with the handler it had before.
calls = []
signal.signal(signal.SIGUSR1, lambda *a: calls.append(a[0]))


def by_signal(f):
    faulthandler.register(signal.SIGUSR1, file=f, chain=True)
    os.kill(os.getpid(), signal.SIGUSR1)
    assert faulthandler.unregister(signal.SIGUSR1) and not faulthandler.unregister(signal.SIGUSR1)


assert "in by_signal" in dumped(by_signal) and calls == [signal.SIGUSR1]


# After a time; taken back in time, nothing comes.
def later(f):
    faulthandler.dump_traceback_later(0.05, file=f)
    end = os.fstat(f.fileno()).st_size
    while os.fstat(f.fileno()).st_size == end:
        pass


text = dumped(later)
assert text.startswith("Timeout (0:00:00.050000)!\nThread 0x"), text


def never(f):
    faulthandler.dump_traceback_later(3600, file=f)
    faulthandler.cancel_dump_traceback_later()


assert dumped(never) == ""

# Fatal signals end the process as they did, with a report.
for source, number, name in [("faulthandler._sigsegv()", signal.SIGSEGV, "Segmentation fault"), ("faulthandler._sigabrt()", signal.SIGABRT, "Aborted"),
                             ("faulthandler._sigsegv(True)", signal.SIGSEGV, "Segmentation fault"), ("faulthandler._read_null()", signal.SIGSEGV, "Segmentation fault"),
                             ("faulthandler._stack_overflow()", signal.SIGSEGV, "Segmentation fault")]:
    p = subprocess.run([sys.executable, "-X", "faulthandler", "-c", "import faulthandler\ndef f():\n  " + source + "\nf()"], capture_output=True, text=True)
    assert p.returncode == -number, (source, p)
    assert re.match(rf"Fatal Python error: {name}\n\nCurrent thread 0x[0-9a-f]+ \(most recent call first\):\n  File \"<string>\", line 3 in f\n  File \"<string>\", line 4 in <module>\n", p.stderr), (source, p.stderr)

# With several threads the report says who has the lock.
source = """
import faulthandler, threading
gate = threading.Lock()
gate.acquire()
threading.Thread(target=gate.acquire, daemon=True).start()
faulthandler.enable()
faulthandler._sigsegv()
"""
p = subprocess.run([sys.executable, "-c", source], capture_output=True, text=True)
assert re.search(r"\n  GIL #0 : held by .*<string>:7", p.stderr) or "Baton" not in sys.version, p

# A fatal error shows the threads, too, whether the lock is held or not; who has it is told behind them.
try:
    import _testcapi
except ImportError:
    _testcapi = None
for released in (False, True) if _testcapi else ():
    p = subprocess.run([sys.executable, "-c", f"import _testcapi\n_testcapi.fatal_error(b'xyz', {released})"], capture_output=True, text=True)
    assert p.returncode == -signal.SIGABRT, p
    assert re.match("Fatal Python error: [^\n]*: xyz\nPython runtime state: initialized\n\n"
                    "Current thread 0x[0-9a-f]+ \\(most recent call first\\):\n  File \"<string>\", line 2 in <module>\n", p.stderr), p
    assert re.search(r"\n  GIL #0 : " + ("free" if released else "held by "), p.stderr) or "Baton" not in sys.version, p

for wrong, kind in [(lambda: faulthandler.enable(-1), ValueError), (lambda: faulthandler.register(signal.SIGSEGV), RuntimeError),
                    (lambda: faulthandler.register(999), ValueError), (lambda: faulthandler.dump_traceback_later(0), ValueError)]:
    try:
        wrong()
        raise AssertionError("accepted")
    except kind:
        pass
assert not faulthandler.is_enabled()
faulthandler.enable()
assert faulthandler.is_enabled() and faulthandler.disable() and not faulthandler.disable()
print("done")  # expect: done
