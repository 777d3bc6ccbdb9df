import copy
class A:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.__dict__ == o.__dict__
class S:
    __slots__ = ("a", "b")
class L(list): pass
class D(dict): pass
class N(int):
    def __new__(cls, v, extra=0): self = super().__new__(cls, v); self.extra = extra; return self
    def __getnewargs__(self): return (int(self), self.extra)
class G:
    def __getstate__(self): return {"kept": 1}
    def __setstate__(self, s): self.state = s
class R:
    def __reduce__(self): return (A, (5,))
class K:
    def __new__(cls, *, k=0): self = super().__new__(cls); self.k = k; return self
    def __getnewargs_ex__(self): return ((), {"k": self.k})
a = A([1, 2])
b = copy.copy(a); c = copy.deepcopy(a)
print(b == a, b.x is a.x, c == a, c.x is a.x)
print(a.__reduce_ex__(2)[1:3], a.__reduce_ex__(4)[0].__name__)
s = S(); s.a = 1
print(s.__reduce_ex__(2)[2], copy.copy(s).a, hasattr(copy.copy(s), "b"))
l = L([1, 2]); l.tag = "t"
m = copy.copy(l)
print(m, m.tag, type(m).__name__, l.__reduce_ex__(2)[2])
d = D(a=1); d.tag = 2
print(copy.deepcopy(d), copy.deepcopy(d).tag)
n = copy.copy(N(3, 4)); print(n, n.extra)
print(copy.copy(G()).state, copy.copy(R()).x, copy.copy(K(k=9)).k)
for bad in (lambda: (i for i in []).__reduce_ex__(2), lambda: copy.copy(s).__reduce_ex__(0), lambda: object.__reduce_ex__()):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
print(object().__getstate__(), A(1).__getstate__(), s.__getstate__())
print(copy.copy(len) is len, [].append.__reduce__()[1], dict.fromkeys.__reduce__()[1][1])
