from crew import count, together

items = []
done = count(300, lambda n, i: items.append((n, i)))
print(len(items) == done, len(set(items)) == done)  # expect: True True
for n in range(4):
    mine = [i for who, i in items if who == n]
    if mine != sorted(mine):
        print("out of order")

shared = list(range(50))
together(
    60,
    lambda n, i: shared.append(i),
    lambda n, i: shared.pop(),
    lambda n, i: shared.insert(i % 7, n),
    lambda n, i: shared.extend([n, i, n]),
    lambda n, i: shared.__delitem__(slice(0, 2)),
    lambda n, i: shared.__setitem__(slice(1, 3), [i] * (n + 1)),
    lambda n, i: shared.sort(key=lambda x: -x),
    lambda n, i: shared.reverse(),
    lambda n, i: shared.remove(i),
    lambda n, i: [x for x in shared][:3],
    lambda n, i: sum(shared),
    lambda n, i: shared.index(n, 0, 30),
    lambda n, i: shared.copy() == shared,
    lambda n, i: shared.__iadd__((x for x in (n, i))),
    lambda n, i: shared.__imul__(1 if len(shared) > 200 else 2),
    lambda n, i: shared.clear() if len(shared) > 400 else None,
    lambda n, i: repr(shared)[:10],
    lambda n, i: min(reversed(shared), default=0),
    lambda n, i: tuple(shared) < tuple(shared),
)
print(all(type(x) is int for x in shared), len(shared) == sum(1 for _ in shared))  # expect: True True
