# sys.call_tracing; a tracer that raises; a profiler sees builtin functions; threads have tracers of their own.
import sys
import threading


def traced(x):
    return x + 1


seen = []


def outer(frame, event, arg):
    if frame.f_code is function.__code__ and event == "call":
        sys.call_tracing(lambda: sys.settrace(outer) or traced(1), ())
    seen.append((frame.f_code.co_name, event))
    return outer


def function():
    pass


sys.settrace(outer)
function()
sys.settrace(None)
print(seen)


def raising(frame, event, arg):
    if event == "line":
        raise ValueError("from the tracer")
    return raising


sys.settrace(raising)
try:
    traced(1)
except ValueError as e:
    print(e, sys.gettrace())

profiled = []


def profile(frame, event, arg):
    profiled.append((event, getattr(arg, "__name__", None)))


def calls():
    len([])
    "x".upper()
    [].append(1)
    try:
        int("x")
    except ValueError:
        pass
    try:
        "".join(1)
    except TypeError:
        pass
    return sorted([2, 1], key=traced)


sys.setprofile(profile)
calls()
sys.setprofile(None)
print(profiled)

names = []


def note(frame, event, arg):
    if frame.f_code is in_thread.__code__:
        names.append((event, threading.current_thread().name))
    return note


def in_thread():
    return 1


threading.settrace(note)
threads = [threading.Thread(target=in_thread, name=f"t{i}") for i in range(2)]
for t in threads:
    t.start()
    t.join()
threading.settrace(None)
in_thread()
print(names, sys.gettrace())
