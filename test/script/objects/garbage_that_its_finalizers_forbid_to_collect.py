# needs: _testcapi
# Objects with a tp_del in a cycle, and weak references that are garbage while what they refer to cannot be seen to be.
import gc
import subprocess
import sys
import weakref

import _testcapi

deleted = []


@_testcapi.with_tp_del
class A:
    def __tp_del__(self):
        deleted.append(self.name)


class B:
    pass


# Not in a cycle: the finalizer is called.
a = A()
a.name = "alone"
del a
print(deleted)  # expect: ['alone']

# In one: it stays, and all that it refers to; others go. The collection tells the numbers.
gc.collect()
numbers = []
gc.callbacks.append(lambda phase, info: numbers.append((phase, info["collected"], info["uncollectable"])))
a = A()
a.name = "kept"
a.self = a
a.other = B()
a.other.self = a.other
b = B()
b.self = b
del a, b
gone = gc.collect()
del gc.callbacks[:]
print([phase for phase, collected, uncollectable in numbers], gone == sum(numbers[1][1:]), numbers[1][2] >= 2)  # expect: ['start', 'stop'] True True
print([o.name for o in gc.garbage], gc.garbage[0].other.self is gc.garbage[0].other, gc.get_stats()[2]["uncollectable"] >= 2)  # expect: ['kept'] True True
gc.garbage[0].self = None
del gc.garbage[:]
print(deleted)  # expect: ['alone', 'kept']

# One that comes back from its finalizer lives on.
kept = []


@_testcapi.with_tp_del
class C:
    def __tp_del__(self):
        kept.append(self)


c = C()
c.value = 3
del c
print(kept[0].value)  # expect: 3
C.__tp_del__ = lambda self: None
del kept[:]

# A weak reference that is garbage is cleared before anything goes, though its referent is hidden from the collector.
if hasattr(_testcapi, "ContainerNoGC"):
    called = []

    class Holder:
        pass

    holder = Holder()
    holder.self = holder
    holder.hidden = _testcapi.ContainerNoGC(B())
    holder.reference = weakref.ref(holder.hidden.value, called.append)
    cycle = [holder.reference]
    cycle.append(cycle)
    gc.collect()
    del holder, cycle
    gc.collect()
    assert called == [], called

# What is left at the end is told of.
for level, wanted in ("0", "gc:0: ResourceWarning: gc: 2 uncollectable objects at shutdown; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them\n"), \
        ("gc.DEBUG_UNCOLLECTABLE", "gc:0: ResourceWarning: gc: 2 uncollectable objects at shutdown\n      [1, 2]\n"), ("gc.DEBUG_SAVEALL", ""):
    p = subprocess.run([sys.executable, "-Wd", "-c", f"import gc; gc.garbage += [1, 2]; gc.set_debug({level})"], capture_output=True, text=True)
    assert (p.stdout, p.stderr) == ("", wanted) or level == "gc.DEBUG_SAVEALL" and "at shutdown" not in p.stderr, (level, p)
source = """import gc, _testcapi
@_testcapi.with_tp_del
class X:
    def __tp_del__(self): pass
x = X()
x.x = x
y = []
y.append(y)
del x, y
gc.set_debug(%s)"""
for level in "0", "gc.DEBUG_SAVEALL":
    p = subprocess.run([sys.executable, "-c", source % level], capture_output=True, text=True)
    assert (p.returncode, p.stdout, p.stderr) == (0, "", ""), p
print("done")  # expect: done
