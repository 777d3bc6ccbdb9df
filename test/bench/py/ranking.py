"""Sorting records by several keys, grouping and picking."""
# quick: 20000
import sys
from operator import itemgetter

size = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
seed = 99
records = []
for i in range(size):
    seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
    records.append({"name": "n%05d" % (seed % 5000), "score": seed // 7919 % 1000, "weight": (seed >> 8) / 1024.0, "number": i})
by_score = sorted(records, key=lambda r: (-r["score"], r["name"], r["number"]))
by_weight = sorted(records, key=itemgetter("weight"))
pairs = sorted((r["score"], r["name"]) for r in records)
names = sorted({r["name"] for r in records}, reverse=True)
groups = {}
for r in by_score:
    groups.setdefault(r["name"], []).append(r)
best = [max(g, key=itemgetter("weight"))["number"] for g in groups.values()]
total = 0
for i in range(0, size, 97):
    total += i * by_score[i]["number"] + by_weight[i]["score"] + pairs[i][0]
print("checksum", total, names[0], sum(best), len(groups))
