class V:
    def __init__(self, x): self.x = x
    def __repr__(self): return f"V({self.x})"
    def __add__(self, o): return V(self.x + o.x) if isinstance(o, V) else NotImplemented
    def __radd__(self, o): return V(o + self.x)
    def __mul__(self, k): return V(self.x * k)
    def __iadd__(self, o): self.x += 100; return self
    def __eq__(self, o): return isinstance(o, V) and self.x == o.x
    def __lt__(self, o): return self.x < o.x
    def __len__(self): return self.x
    def __getitem__(self, k): return ("item", k)
    def __contains__(self, k): return k == self.x
    def __call__(self, *a, **k): return (a, k)
    def __neg__(self): return V(-self.x)
    def __bool__(self): return self.x != 0
    def __index__(self): return self.x
    def __iter__(self): return iter([1, 2, self.x])
    def __pow__(self, e, m=None): return ("pow", e, m)
    def __divmod__(self, o): return ("divmod", o)
    def __matmul__(self, o): return "matmul"
a = V(3)
print(a + V(4), 1 + a, a * 2, -a, a == V(3), a != V(3), a < V(4), V(4) > a)
print(len(a), a["k"], a[1:2], 3 in a, 4 in a, a(1, k=2), bool(V(0)), [10, 20, 30, 40][a], list(a))
print(pow(a, 2), pow(a, 2, 5), divmod(a, 1), a @ a)
b = a
b += 1
print(a is b, a)
try:
    hash(a)
except TypeError as e:
    print(e)
try:
    a + "x"
except TypeError as e:
    print(e)
try:
    a - a
except TypeError as e:
    print(e)
class W(V):
    __hash__ = V.__repr__ and (lambda self: 7)
    def __radd__(self, o): return "W.radd"
print(hash(W(1)), a + W(2), V.__add__(a, W(2)))
V.__sub__ = lambda self, o: "sub"
print(a - a, W(1) - 1)
del V.__sub__
try:
    a - a
except TypeError as e:
    print(e)
class L:
    def __len__(self): return -1
try:
    len(L())
except ValueError as e:
    print(e)
class S:
    def __getitem__(self, i):
        if i > 3: raise IndexError
        return i * i
print(list(S()), 4 in S(), 5 in S())
class N:
    __iter__ = None
    __contains__ = None
for f in (iter, lambda n: 1 in n):
    try:
        f(N())
    except TypeError as e:
        print(e)
class I(int):
    def __add__(self, o): return "I.add"
    def __radd__(self, o): return "I.radd"
print(I(3) + 1, 1 + I(3), I(3) * 2, I(3) - 1)
class T(list):
    def __getitem__(self, i): return "T"
t = T([1, 2])
print(t[0], list(t), t + [3], len(t))
class K(dict):
    def __missing__(self, k): return k * 2
print(K()[4], K(a=1)["a"])
print(object.__lt__(1, 2), int.__add__(1, 2), int.__add__(1, "x"), (5).__rsub__(7))
