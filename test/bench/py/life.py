"""Comprehensions and sets of tuples: cells on an endless board."""
# quick: 120
import sys

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 240
alive = {(x, y) for x in range(-12, 30) for y in range(-9, 21) if (x * x + 3 * y) % 5 in (0, 2)}
sizes = []
for _ in range(rounds):
    counts = {}
    for x, y in alive:
        for place in [(x + dx, y + dy) for dx in (-1, 0, 1) for dy in (-1, 0, 1) if dx or dy]:
            counts[place] = counts.get(place, 0) + 1
    alive = {place for place, n in counts.items() if n == 3 or (n == 2 and place in alive)}
    sizes.append(len(alive))
print("checksum", sum(sizes), max(sizes), sorted(alive)[:3])
