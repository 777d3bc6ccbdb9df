from crew import Key, count, together

d = {}
done = count(300, lambda n, i: d.__setitem__((n, i), i))
print(len(d) == done, sum(d.values()) == 4 * sum(range(300)))  # expect: True True

shared = {}
together(
    60,
    lambda n, i: shared.__setitem__(i % 20, n),
    lambda n, i: shared.pop(i % 20),
    lambda n, i: shared.setdefault(Key(i % 5), n),
    lambda n, i: shared.pop(Key(i % 5)),
    lambda n, i: shared.update({k: n for k in range(i % 9)}),
    lambda n, i: shared.update(a=n, b=i),
    lambda n, i: [k for k in shared],
    lambda n, i: [k for k, v in shared.items() if v],
    lambda n, i: shared.popitem(),
    lambda n, i: shared.copy(),
    lambda n, i: shared == dict(shared),
    lambda n, i: list(shared.values()),
    lambda n, i: shared.keys() & {1, 2, 3},
    lambda n, i: dict.fromkeys(shared),
    lambda n, i: Key(2) in shared,
    lambda n, i: shared.clear() if i % 10 == 9 else None,
    lambda n, i: repr(shared)[:10],
    lambda n, i: list(reversed(shared)),
    lambda n, i: shared.__ior__({n: i}),
)
print(len(shared) == len(list(shared)) == len(list(shared.items())))  # expect: True
print(all(k in shared for k in list(shared)))  # expect: True
