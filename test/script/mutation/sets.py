from crew import Key, count, together

s = set()
done = count(300, lambda n, i: s.add((n, i)))
print(len(s) == done)  # expect: True

shared = set()
together(
    60,
    lambda n, i: shared.add(i % 30),
    lambda n, i: shared.discard(i % 30),
    lambda n, i: shared.add(Key(i % 6)),
    lambda n, i: shared.discard(Key(i % 6)),
    lambda n, i: shared.update(range(i % 10)),
    lambda n, i: shared.pop(),
    lambda n, i: [x for x in shared],
    lambda n, i: shared | {n},
    lambda n, i: shared & {1, 2, Key(1)},
    lambda n, i: shared.difference_update([i % 7]),
    lambda n, i: shared.symmetric_difference_update({n, Key(n)}),
    lambda n, i: shared.intersection_update(set(range(20)) | {Key(k) for k in range(6)}),
    lambda n, i: shared <= shared.copy(),
    lambda n, i: frozenset(shared),
    lambda n, i: shared.isdisjoint([100, Key(3)]),
    lambda n, i: shared.clear() if i % 12 == 11 else None,
    lambda n, i: repr(shared)[:10],
)
print(len(shared) == len(list(shared)), all(x in shared for x in list(shared)))  # expect: True True
