"""Pure computation on 1, 2 and 4 threads: what the hand-overs cost.

Printed as scaling.WORK.THREADS.throughput, where the threads run wherever the system puts them, and .one_core, where all of them (and the one
thread they are compared with) are kept on one core: what the lock costs, without what the machine asks for going from core to core.
scaling.moved is what that costs one thread which moves itself every 5 ms, without any lock changing hands.
"""
import os
import sys
import threading
from time import perf_counter

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
CORES = sorted(os.sched_getaffinity(0))
ROUNDS = 7


class Thing:
    def __init__(self):
        self.value = 0

    def add(self, k):
        self.value += k


def numbers(rounds):
    value = 1
    for _ in range(rounds):
        for i in range(300):
            value = (value * 17 + i) % 32749


def calls(rounds):
    thing = Thing()
    for _ in range(rounds):
        for i in range(150):
            thing.add(i)


def seconds_with(work, rounds, threads):
    """From the start of the first to the end of the last; the threads exist before."""
    gate = threading.Barrier(threads + 1)
    spans = []

    def run():
        gate.wait()
        begin = perf_counter()
        work(rounds // threads)
        spans.append((begin, perf_counter()))

    crew = [threading.Thread(target=run) for _ in range(threads)]
    for t in crew:
        t.start()
    gate.wait()
    for t in crew:
        t.join()
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


def median(values):
    return sorted(values)[len(values) // 2]


def throughput(work, rounds, threads):
    """Of one thread's; each timing stands between two of the one thread, since the machine's own speed drifts."""
    ratios = []
    before = seconds_with(work, rounds, 1)
    for _ in range(ROUNDS):
        together = seconds_with(work, rounds, threads)
        after = seconds_with(work, rounds, 1)
        ratios.append((before + after) / 2 / together)
        before = after
    return median(ratios)


def moved(rounds):
    pieces = 40
    numbers(rounds)

    def walk(cores):
        begin = perf_counter()
        for i in range(pieces):
            os.sched_setaffinity(0, {cores[i % len(cores)]})
            numbers(rounds)
        return perf_counter() - begin

    ratios = [walk(CORES[:1]) / walk(CORES[:2]) for _ in range(ROUNDS)]
    os.sched_setaffinity(0, CORES)
    return median(ratios)


for work in (numbers, calls):
    rounds = 64
    while (took := seconds_with(work, rounds, 1)) < 0.1 * scale:
        rounds *= 2
    rounds = max(4, int(rounds * 0.2 * scale / took)) // 4 * 4
    for threads in (2, 4):
        print(f"scaling.{work.__name__}.{threads}.throughput {throughput(work, rounds, threads):.3f} of_one", flush=True)
        os.sched_setaffinity(0, CORES[:1])
        print(f"scaling.{work.__name__}.{threads}.one_core {throughput(work, rounds, threads):.3f} of_one", flush=True)
        os.sched_setaffinity(0, CORES)
if len(CORES) > 1:
    rounds = 64
    while (took := seconds_with(numbers, rounds, 1)) < 0.005:
        rounds *= 2
    print(f"scaling.moved {moved(int(rounds * 0.005 / took)):.3f} of_one")
