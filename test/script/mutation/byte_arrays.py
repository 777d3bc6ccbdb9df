from array import array

from crew import count, together

b = bytearray()
done = count(200, lambda n, i: b.append(n))
print(len(b) == done, [b.count(n) for n in range(4)])  # expect: True [200, 200, 200, 200]

shared = bytearray(b"some bytes to begin with")


def view(n, i):
    with memoryview(shared) as m:
        bytes(m[:5])


together(
    60,
    lambda n, i: shared.append(i % 256),
    lambda n, i: shared.extend(b"abc"),
    lambda n, i: shared.extend(x for x in b"de"),
    lambda n, i: shared.pop(),
    lambda n, i: shared.__delitem__(slice(0, 3)),
    lambda n, i: shared.__setitem__(slice(1, 2), b"xyz"),
    lambda n, i: shared.insert(2, n),
    lambda n, i: shared.reverse(),
    lambda n, i: shared.replace(b"a", b"bb"),
    lambda n, i: shared.find(b"c"),
    lambda n, i: shared.split(b"x"),
    lambda n, i: b",".join([shared, shared]),
    lambda n, i: [x for x in shared],
    lambda n, i: shared.translate(bytes(range(256))),
    view,
    lambda n, i: shared.clear() if len(shared) > 500 else None,
    lambda n, i: bytes(shared) == shared,
    lambda n, i: shared.__iadd__(b"!"),
    lambda n, i: int(bytes(b"1") + shared[:0]),
)
print(len(shared) == len(bytes(shared)) == len(list(shared)))  # expect: True

numbers = array("i", range(20))
together(
    60,
    lambda n, i: numbers.append(i),
    lambda n, i: numbers.pop(),
    lambda n, i: numbers.extend([n, i]),
    lambda n, i: numbers.extend(array("i", [n])),
    lambda n, i: numbers.insert(1, n),
    lambda n, i: numbers.remove(n),
    lambda n, i: numbers.reverse(),
    lambda n, i: numbers.__delitem__(slice(0, 2)),
    lambda n, i: numbers.__setitem__(slice(0, 1), array("i", [1, 2])),
    lambda n, i: [x for x in numbers],
    lambda n, i: numbers.tobytes(),
    lambda n, i: numbers.byteswap(),
    lambda n, i: sum(memoryview(numbers)[:3]),
    lambda n, i: numbers == numbers[:],
    lambda n, i: numbers.index(n),
)
print(len(numbers) == len(numbers.tolist()), len(numbers.tobytes()) == 4 * len(numbers))  # expect: True True
