import gc, types, weakref
class A:
    def __init__(self, n): self.n = n
    def __del__(self): print("del", self.n)
a = A(1)
a = None
a = A(2)
r = weakref.ref(a, lambda r: print("callback", r() is None))
print(r() is a, weakref.getweakrefcount(a))
del a
b = A(3)
b.me = b
r = weakref.ref(b)
del b
print("before", r() is not None)
gc.collect()
print("after", r() is None)
saved = []
class R:
    def __del__(self): saved.append(self); print("resurrected")
x = R()
del x
print(len(saved))
saved.clear()
print("gone")
class N: pass
n = N()
p = weakref.proxy(n)
n.value = 5
print(p.value)
p.value = 6
print(n.value, type(p).__name__)
del n
try:
    p.value
except ReferenceError as e:
    print(e)
d = weakref.WeakValueDictionary()
k = N()
d["k"] = k
print(len(d))
del k
print(len(d))
s = weakref.WeakSet()
m = N()
s.add(m)
print(m in s, len(s))
del m
print(len(s))
w = weakref.WeakKeyDictionary()
o = N()
w[o] = 1
print(list(w.values()))
del o
print(len(w))
class E:
    def __del__(self): raise ValueError("in del")
import sys
sys.unraisablehook = lambda u: print("unraisable", u.exc_type.__name__, u.exc_value)
e = E()
del e
class M:
    def meth(self): return "meth"
mm = M()
wm = weakref.WeakMethod(mm.meth)
print(wm()())
del mm
print(wm())
print(weakref.ref(N) is weakref.ref(N), weakref.ref(int)() is int)
try:
    weakref.ref(3)
except TypeError as err:
    print(err)
print(gc.isenabled(), gc.get_threshold(), gc.is_tracked([]), gc.is_tracked(3))
l = []
l.append(l)
del l
print(gc.collect())
chain = None
for _ in range(100000):
    q = N()
    q.next = chain
    chain = q
del chain, q
print("deep chain freed")

# A module in a cycle goes; its functions may stay, and find their names.
module = types.ModuleType("goes")
exec("def f(): return x\nx = 'still there'", module.__dict__)
f = module.f
gone = weakref.ref(module)
module = [module]
module.append(module)
del module
gc.collect()
print(gone(), f())
