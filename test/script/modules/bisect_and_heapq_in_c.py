import _bisect
import _heapq
import bisect
import heapq
import random


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


class Seq:
    def __init__(self, items):
        self.items = items

    def __len__(self):
        return len(self.items)

    def __getitem__(self, i):
        return self.items[i]

    def insert(self, i, x):
        self.items.insert(i, x)


print(bisect.bisect_left is _bisect.bisect_left, heapq.heappush is _heapq.heappush)
a = [1, 2, 2, 2, 5]
for f in (bisect.bisect_left, bisect.bisect_right, bisect.bisect):
    print([f(a, x) for x in range(7)], f(a, 2, 2), f(a, 2, 2, 3), f(a, 2, hi=1), f(a, 2, lo=3), f(a, -2, key=lambda x: -x, lo=4))
    print(outcome(f, a, 2, -1), outcome(f, 5, 2), outcome(f, a, "x"), outcome(f, a, 2, 0, 99), outcome(f, a), f(Seq(a), 2), outcome(f, a, 1, 0, -1))
for f in (bisect.insort_left, bisect.insort_right, bisect.insort):
    b = [1, 3]
    f(b, 2)
    f(b, 2.0)
    s = Seq([(1, "a"), (2, "b")])
    f(s, (2, "c"), key=lambda t: t[0])
    print(b, s.items, outcome(f, b, 1, -3), outcome(f, (1, 2), 3))
r = random.Random(7)
data = [r.randrange(100) for _ in range(300)]
heap = []
for x in data:
    heapq.heappush(heap, x)
print([heapq.heappop(heap) for _ in data] == sorted(data))
heap = data[:]
heapq.heapify(heap)
print(heap[:10], all(heap[(i - 1) // 2] <= heap[i] for i in range(1, 300)))
print(heapq.heappushpop(heap, -1), heapq.heappushpop(heap, 50), heapq.heapreplace(heap, 1000), heapq.heappushpop([], 3))
_heapq._heapify_max(heap)
print(_heapq._heappop_max(heap), _heapq._heapreplace_max(heap, 3), heap[0])
print(heapq.nlargest(5, data), heapq.nsmallest(5, data, key=lambda x: -x), list(heapq.merge([1, 4], [2, 3])))
print(outcome(heapq.heappop, []), outcome(heapq.heapreplace, [], 1), outcome(heapq.heappush, (1,), 2), outcome(heapq.heappush, ["x"], 2))


class Shrinks:
    def __lt__(self, other):
        del victim[:]
        return True


victim = [Shrinks() for _ in range(10)]
print(outcome(heapq.heapify, victim))
victim = [Shrinks() for _ in range(10)]
print(outcome(heapq.heappop, victim))
victim = [Shrinks() for _ in range(10)]
print(outcome(heapq.heappush, victim, Shrinks()))

# Positions that need all bits of a machine word.
huge = range(2**63 - 2)
print(bisect.bisect_left(huge, 2**63 - 4) == 2**63 - 4, bisect.bisect_right(huge, 2**63 - 4) == 2**63 - 3)
