"""Pure computation on 1, 2 and 4 threads: what the hand-overs cost."""
import sys
import threading
from time import perf_counter

work = int(float(sys.argv[1]) * 2_400) if len(sys.argv) > 1 else 2_400


def compute(rounds, out, me):
    value = me
    for _ in range(rounds):
        for i in range(300):
            value = (value * 17 + i) % 32749
    out[me] = value


def seconds_with(threads):
    out = [0] * threads
    crew = [threading.Thread(target=compute, args=(work // threads, out, i)) for i in range(threads)]
    begin = perf_counter()
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    return perf_counter() - begin


seconds_with(1)
single = min(seconds_with(1) for _ in range(3))
for threads in (2, 4):
    print(f"scaling.{threads}.throughput {single / min(seconds_with(threads) for _ in range(3)):.3f} of_one")
