"""Small integers in a while loop."""
# quick: 14000
import sys

limit = int(sys.argv[1]) if len(sys.argv) > 1 else 34_000
longest = at = total = 0
for start in range(1, limit):
    n, steps = start, 0
    while n != 1:
        n = 3 * n + 1 if n & 1 else n >> 1
        steps += 1
    total += steps
    if steps > longest:
        longest, at = steps, start
print("checksum", longest, at, total)
