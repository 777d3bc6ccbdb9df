import itertools
import weakref

from crew import together

numbers = iter(range(100000))
taken = []
together(200, lambda n, i: taken.append(next(numbers)))
print(len(taken) == 800, sorted(taken) == list(range(800)))  # expect: True True


def generate():
    for i in range(100000):
        yield i


# A generator that runs in one thread refuses the others.
generator = generate()
refused = []
got = []


def step(n, i):
    try:
        got.append(next(generator))
    except ValueError as e:
        refused.append(str(e))


together(100, step)
print(len(got) == len(set(got)), set(refused) <= {"generator already executing"})  # expect: True True

counter = itertools.count()
chain = itertools.chain.from_iterable(itertools.repeat((1, 2)))
cycle = itertools.cycle([1, 2, 3])
pairs = zip(itertools.count(), itertools.count())
copies = itertools.tee(itertools.count(), 4)
seen = []
together(
    60,
    lambda n, i: seen.append(next(counter)),
    lambda n, i: next(chain),
    lambda n, i: next(cycle),
    lambda n, i: next(pairs),
    lambda n, i: next(copies[n]),
    lambda n, i: list(itertools.islice(counter, 2)),
)
print(len(seen) == len(set(seen)))  # expect: True


class Node:
    pass


alive = weakref.WeakValueDictionary()
references = weakref.WeakSet()
kept = []


def weak(n, i):
    node = Node()
    node.me = node if i & 1 else None
    alive[n, i % 5] = node
    references.add(node)
    kept.append(node)
    if len(kept) > 10:
        kept.pop(0)


together(40, weak, lambda n, i: len(list(alive.items())), lambda n, i: len(list(references)))
print(all(isinstance(v, Node) for v in alive.values()))  # expect: True
