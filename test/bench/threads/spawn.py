"""Starting and joining threads, one after the other and many at once."""
import sys
import threading
from time import perf_counter

size = int(float(sys.argv[1]) * 3_000) if len(sys.argv) > 1 else 3_000
hits = []


def run(n):
    hits.append(n)


begin = perf_counter()
for i in range(size):
    t = threading.Thread(target=run, args=(i,))
    t.start()
    t.join()
one = (perf_counter() - begin) / size
begin = perf_counter()
for i in range(0, size, 30):
    crew = [threading.Thread(target=run, args=(i + k,)) for k in range(30)]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
many = (perf_counter() - begin) / size
assert len(hits) == 2 * size
print(f"spawn.one {one * 1e6:.1f} us")
print(f"spawn.thirty {many * 1e6:.1f} us")
