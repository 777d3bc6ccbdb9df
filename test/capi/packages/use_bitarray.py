import pickle

from bitarray import bitarray, frozenbitarray, util

a = bitarray("1101001")
print(a, a.count(), a[2:5], a.search(bitarray("01")), a.tobytes(), ~a, a & bitarray("1010101"))
a.extend([0, 1])
a[::2] = True
print(a, util.ba2int(a), util.int2ba(10, 8), a.to01(), hash(frozenbitarray(a)) == hash(frozenbitarray(a)))
print(pickle.loads(pickle.dumps(a)) == a, memoryview(bitarray("1" * 16)).tobytes(), sorted([bitarray("1"), bitarray("0")]))
code = util.huffman_code({"a": 5, "b": 2, "c": 1})
b = bitarray()
b.encode(code, "abcab")
print("".join(b.decode(code)), len(b))
for wrong in (lambda: bitarray("2"), lambda: a[99], lambda: a.index(bitarray("0" * 20)), lambda: bitarray() & a, lambda: a.append(3)):
    try:
        wrong()
    except Exception as e:
        print(type(e).__name__, e)
