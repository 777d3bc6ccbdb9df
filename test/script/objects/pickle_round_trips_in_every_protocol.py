import pickle
class A:
    def __init__(self, x): self.x = x
    def __eq__(self, o): return self.__dict__ == o.__dict__
class L(list): pass
class R:
    def __reduce__(self): return (A, (5,))
for proto in range(0, 6):
    out = [pickle.loads(pickle.dumps(v, proto)) for v in (A(3), L([4]), [1, "x", None, 2.5, (1,), {3}], R())]
    print(proto, out[0].x, out[1], out[2], out[3].x)
try:
    pickle.dumps((i for i in []))
except TypeError as e:
    print(e)
print(pickle.loads(pickle.dumps(len)) is len)
print(pickle.loads(pickle.dumps(dict.fromkeys))("ab"), pickle.loads(pickle.dumps(int.from_bytes))(b"a", "big"))
