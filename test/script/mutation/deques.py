from collections import deque

from crew import count, together

d = deque()
done = count(300, lambda n, i: d.append((n, i)))
print(len(d) == done == len(set(d)))  # expect: True

shared = deque(range(40), maxlen=100)
together(
    60,
    lambda n, i: shared.append(i),
    lambda n, i: shared.appendleft(n),
    lambda n, i: shared.pop(),
    lambda n, i: shared.popleft(),
    lambda n, i: shared.extend((n, i)),
    lambda n, i: shared.extendleft((n, i)),
    lambda n, i: shared.rotate(i % 11 - 5),
    lambda n, i: shared.insert(3, n),
    lambda n, i: shared.remove(i),
    lambda n, i: shared.reverse(),
    lambda n, i: [x for x in shared],
    lambda n, i: list(reversed(shared)),
    lambda n, i: shared.copy() == shared,
    lambda n, i: shared.count(n),
    lambda n, i: shared.index(n),
    lambda n, i: shared.__setitem__(0, i),
    lambda n, i: shared.__delitem__(0),
    lambda n, i: shared.__iadd__([n]),
    lambda n, i: repr(shared)[:10],
)
print(len(shared) <= 100, all(type(x) is int for x in shared), len(shared) == len(list(shared)))  # expect: True True True
