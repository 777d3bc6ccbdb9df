"""Calls with positional arguments, three at a time, deep and without end."""
# quick: 14
import sys

size = int(sys.argv[1]) if len(sys.argv) > 1 else 40


def tak(x, y, z):
    if y >= x:
        return z
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y))


print("checksum", [tak(18, 12, 4 + i % 4) for i in range(size)])
