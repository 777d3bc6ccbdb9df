# differs: CPython has one mode
import sys
import threading


def count(n):
    total = 0
    for i in range(n):
        total += i
    return total


for mode in ("ticks", "timed", "fair"):
    sys._setgilmode(mode)
    results = []
    threads = [threading.Thread(target=lambda: results.append(count(20000))) for _ in range(3)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    print(sys._getgilmode(), results == [199990000] * 3)
# expect: ticks True
# expect: timed True
# expect: fair True
