import numpy as np

a = np.arange(12, dtype=np.int32).reshape(3, 4)
print(a.sum(), a.sum(axis=0), a.T.shape, a.strides, a[::2, 1:].tolist())
print((a * 2.5 + 1).dtype, np.dot(a, a.T).tolist(), a.mean(axis=1))
print(np.linalg.solve(np.array([[3.0, 1], [1, 2]]), np.array([9.0, 8])), np.linalg.det(np.eye(3) * 2))
print(np.sort(np.array(["pear", "fig", "apple"])), np.unique([3, 1, 3, 2]), np.where(a > 6, a, 0).tolist())
r = np.random.RandomState(7)
print(r.randint(0, 100, 5), np.round(r.normal(size=3), 6), np.random.default_rng(1).integers(0, 9, 4))
b = np.frombuffer(bytearray(b"\x01\x00\x02\x00"), dtype="<u2")
b[0] = 513
print(b, bytes(memoryview(b)), memoryview(a).shape, np.asarray(memoryview(a)).base is not None)
s = np.zeros(2, dtype=[("x", "i4"), ("name", "U5")])
s["x"] = [4, 5]
s[1]["name"] = "abc"
print(s, s.dtype.names, s[1].item())
print(np.fft.fft([1, 0, 0, 0]), np.array([1, 2, 3], dtype=object) + 1, np.int64(7) // 2, np.float32(0.1), np.float64(1) / 3)
for wrong in ("np.zeros(3) + np.zeros(4)", "np.array([1, 2])[5]", "np.array(['x']).astype(int)", "np.int8('q')"):
    try:
        eval(wrong)
    except Exception as e:
        print(type(e).__name__, e)


class Named(np.ndarray):
    def __array_finalize__(self, obj):
        self.label = getattr(obj, "label", "none")


n = np.ones(3).view(Named)
n.label = "mine"
print(n[1:].label, repr(n), (n + 1).label, np.vectorize(lambda x: x * x)([1, 2, 3]), np.array(2**70), np.bool_(True) is np.True_)
import pickle

print(pickle.loads(pickle.dumps(a)).tolist(), [int(x) for x in a.flat][:3], {np.int64(3): 1}[3], np.int64(5) == 5, hash(np.float64(2.5)) == hash(2.5))
