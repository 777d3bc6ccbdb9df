from collections import OrderedDict

from crew import Key, count, together

d = OrderedDict()
done = count(300, lambda n, i: d.__setitem__((n, i), i))
print(len(d) == done, sum(d.values()) == 4 * sum(range(300)))  # expect: True True

shared = OrderedDict()
together(
    60,
    lambda n, i: shared.__setitem__(i % 20, n),
    lambda n, i: shared.pop(i % 20),
    lambda n, i: shared.setdefault(Key(i % 5), n),
    lambda n, i: shared.pop(Key(i % 5)),
    lambda n, i: shared.__delitem__(Key(i % 3)),
    lambda n, i: shared.update({k: n for k in range(i % 9)}),
    lambda n, i: [k for k in shared],
    lambda n, i: [k for k, v in shared.items() if v],
    lambda n, i: shared.popitem(),
    lambda n, i: shared.popitem(last=False),
    lambda n, i: shared.move_to_end(i % 20),
    lambda n, i: shared.move_to_end(Key(i % 5), last=False),
    lambda n, i: shared.copy(),
    lambda n, i: shared == OrderedDict(shared),
    lambda n, i: list(reversed(shared.values())),
    lambda n, i: shared.clear() if i % 10 == 9 else None,
    lambda n, i: repr(shared)[:10],
    lambda n, i: shared.__ior__({n: i}),
)
print(len(shared) == len(list(shared)) == len(list(shared.items())))  # expect: True
print(sorted(map(hash, dict.keys(shared))) == sorted(map(hash, shared)))  # expect: True
