"""Closures, default arguments, star arguments and functools."""
# quick: 60000
import sys
from functools import partial, reduce

size = int(sys.argv[1]) if len(sys.argv) > 1 else 150_000


def compose(*functions):
    def run(value, *rest, **named):
        for f in functions:
            value = f(value, *rest, **named)
        return value

    return run


def counter(step=1):
    total = 0

    def add(value, scale=1, *, limit=1 << 20):
        nonlocal total
        total = (total + value * scale * step) % limit
        return total

    return add


steps = [counter(), counter(3), partial(counter(5), scale=2), lambda value, **_: value ^ 0x55]
run = compose(*steps)
total = 0
for i in range(size):
    total += run(i) if i % 3 else run(i, limit=65_537)
squares = reduce(lambda a, b: (a * 31 + b) % 1_000_003, map(lambda x: x * x, filter(lambda x: x % 3, range(size * 4))))
print("checksum", total, squares)
