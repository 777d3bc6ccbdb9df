# tracemalloc: blocks are known by the lines that asked for them, from start() to stop(), in every thread.
import gc
import subprocess
import sys
import threading
import tracemalloc


def refused(call, *args):
    try:
        call(*args)
    except (ValueError, OverflowError, TypeError) as e:
        return f"{type(e).__name__}: {e}"


assert not tracemalloc.is_tracing()
assert tracemalloc.get_traced_memory() == (0, 0)
assert tracemalloc.get_object_traceback([]) is None
for frames in 0, -1, 65536:
    assert refused(tracemalloc.start, frames) == "ValueError: the number of frames must be in range [1; 65535]"
assert refused(tracemalloc.start, 10**10).startswith("OverflowError: ")


def make(n):
    return b"x" * n


before = make(10_000)
tracemalloc.start(3)
line = sys._getframe().f_lineno + 1
data = make(50_000)
frames = list(tracemalloc.get_object_traceback(data))
assert [f.lineno for f in frames] == [line, make.__code__.co_firstlineno + 1], frames
assert frames[0].filename == __file__
assert tracemalloc.get_object_traceback(before) is None
now, most = tracemalloc.get_traced_memory()
assert 50_000 <= now <= most and tracemalloc.get_tracemalloc_memory() > 0

# Sizes are those that were asked for; what is freed is gone, what was the most is remembered.
traces = [t for t in tracemalloc.take_snapshot().traces if t.size == sys.getsizeof(data)]
assert len(traces) == 1 and traces[0].domain == 0 and traces[0].traceback.total_nframe == 2, traces
del data, traces
after, most = tracemalloc.get_traced_memory()
assert after < now <= most and now - after >= 40_000
tracemalloc.reset_peak()
assert tracemalloc.get_traced_memory()[1] < most

# Objects of every kind of memory: small and large, with and without the collector's header, grown and shrunk. (No floats or lists:
# CPython may take their memory from what it kept back.)
for thing in 2**200 + len(sys.argv), {3}, "é" * len(sys.argv) * 100, bytearray(700):
    assert tracemalloc.get_object_traceback(thing), type(thing)
grown = []
for i in range(20_000):
    grown.append(i)
with_list = tracemalloc.get_traced_memory()[0]
grown.clear()
assert with_list - tracemalloc.get_traced_memory()[0] >= 8 * 20_000
before = None

# Many threads allocate and free while one looks.
stop = threading.Event()


def churn():
    kept = []
    while not stop.is_set():
        kept = [object() for _ in range(100)] + [b"y" * 600]


threads = [threading.Thread(target=churn) for _ in range(3)]
for t in threads:
    t.start()
for _ in range(5):
    snapshot = tracemalloc.take_snapshot()
    tracemalloc.clear_traces()
stop.set()
for t in threads:
    t.join()
mine = snapshot.filter_traces([tracemalloc.Filter(True, __file__)])
assert all(s.size > 0 for s in mine.statistics("lineno"))
tracemalloc.stop()
assert not tracemalloc.is_tracing() and tracemalloc.get_traced_memory() == (0, 0)

# Blocks from before, during and after the tracing are freed by one and the same allocator.
for _ in range(3):
    kept = [object() for _ in range(5000)]
    tracemalloc.start()
    kept[::2] = [[] for _ in range(2500)]
    tracemalloc.stop()
    del kept
gc.collect()


def output(*args, **env):
    r = subprocess.run([sys.executable, *args], capture_output=True, text=True, env=env)
    return r.returncode, r.stdout + r.stderr


show = "import tracemalloc as t; print(t.is_tracing(), t.get_traceback_limit())"
assert output("-X", "tracemalloc", "-c", show) == (0, "True 1\n")
assert output("-X", "tracemalloc=7", "-c", show) == (0, "True 7\n")
assert output("-c", show, PYTHONTRACEMALLOC="9") == (0, "True 9\n")
assert output("-c", show) == (0, "False 1\n")
for wrong in "65536", "-1", "x":
    code, text = output("-X", "tracemalloc=" + wrong, "-c", "")
    assert code == 1 and ("invalid number of frames" in text or "must be in range [1; 65535]" in text), text
code, text = output("-X", "tracemalloc=2", "-W", "always", "-c", "f = open('/dev/null')\ndel f")
assert code == 0 and "ResourceWarning: unclosed file" in text and "Object allocated at (most recent call last):" in text, text
print("traced")
# expect: traced
