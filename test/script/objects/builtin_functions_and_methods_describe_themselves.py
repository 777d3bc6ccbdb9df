print(len, [].append.__name__, list.append, int.__add__, (3).__add__.__name__)
print(len.__name__, len.__qualname__, len.__module__, len.__self__.__name__, [].append.__qualname__, dict.fromkeys.__qualname__)
print(list.append.__objclass__, int.real, bool(int.__add__.__doc__), type(int.real).__name__)
print(len.__text_signature__, list.insert.__text_signature__, int.__add__.__text_signature__)
a = [1]
print(a.append == a.append, a.append == [1].append, a.append != a.pop, hash(a.append) == hash(a.append))
class C:
    def m(self): "doc of m"
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(x): return x
o = C()
print(o.m.__func__ is C.m, o.m.__self__ is o, o.m.__doc__, o.m == o.m, o.m.__name__, C.c(), o.c(), C.s(3), o.s(4))
print(type(C.__dict__["c"]).__name__, C.__dict__["s"].__func__(5), C.__dict__["s"](6), C.__dict__["c"].__wrapped__.__name__)
print(repr(C.__dict__["c"]).split(" at ")[0], repr(o.m).split(" at ")[0])
import types
b = types.MethodType(len, [1, 2, 3])
print(b())
for bad in (lambda: types.MethodType(3, 4), lambda: types.MethodType(len, None), lambda: len(), lambda: len(1, 2),
            lambda: len(x=1), lambda: [].append(1, 2), lambda: [].insert(1), lambda: "".join(), lambda: list.append(),
            lambda: list.append(3, 4), lambda: dict.fromkeys(), lambda: "a".split(1), lambda: "a".split(foo=1),
            lambda: "a".split("a", 1, 2), lambda: [].sort(1), lambda: int.__add__(), lambda: int.__add__("x", 1),
            lambda: (1).__add__(), lambda: (1).__add__(1, 2), lambda: [].__len__(3), lambda: object.__new__(),
            lambda: object.__new__(3), lambda: object.__new__(int), lambda: int.__new__(str), lambda: object(1),
            lambda: C(1), lambda: C.m(), lambda: int.real.__get__("x"), lambda: print(1, foo=2),
            lambda: isinstance(1), lambda: isinstance(1, 2), lambda: super(3), lambda: super(int, "x")):
    try:
        bad()
        print("no error")
    except TypeError as e:
        print(e)
print(super(C, o), super(bool, True).__repr__())
class K(C):
    def m(self): return super().m
print(K().m().__func__ is C.m, super(K, K()).c(), super(K, K).s(1))
p = types.MappingProxyType({"a": 1})
print(p, p["a"], len(p), "a" in p, list(p), p | {"b": 2}, p.get("z", 0))
try:
    p["b"] = 1
except TypeError as e:
    print(e)
print(type(C.__dict__).__name__, int.__dict__["real"], sorted(vars(C))[-3:])
m = types.ModuleType("mod", "doc")
m.x = 1
print(m, m.__name__, m.__doc__, m.x, sorted(m.__dict__))
try:
    m.y
except AttributeError as e:
    print(e, e.name, e.obj is m)
m.__getattr__ = lambda n: "dynamic " + n
print(m.y)
