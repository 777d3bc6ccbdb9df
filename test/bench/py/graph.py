"""Dictionaries and sets: shortest ways and connected parts of a random graph."""
# quick: 9000
import sys

size = int(sys.argv[1]) if len(sys.argv) > 1 else 24_000
seed = 7


def draw(limit):
    global seed
    seed = (seed * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
    return (seed >> 33) % limit


edges = {n: set() for n in range(size)}
for _ in range(size * 2):
    a, b = draw(size), draw(size)
    edges[a].add(b)
    edges[b].add(a)


def distances(start):
    known = {start: 0}
    border = {start}
    far = 0
    while border:
        far += 1
        reached = set()
        for node in border:
            reached |= edges[node]
        border = reached - known.keys()
        for node in border:
            known[node] = far
    return known


parts, seen = 0, set()
for node in edges:
    if node not in seen:
        parts += 1
        seen.update(distances(node))
total = sum(sum(distances(draw(size)).values()) for _ in range(8))
common = sum(len(edges[n] & edges[m]) for n in range(0, size, 3) for m in list(edges[n])[:2])
print("checksum", parts, total, common)
