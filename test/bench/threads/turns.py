"""Two threads that wake each other in turn; a queue between a producer and consumers; a crew at a barrier."""
import queue
import sys
import threading
from time import perf_counter

size = int(float(sys.argv[1]) * 20_000) if len(sys.argv) > 1 else 20_000


def lock_turns(turns):
    mine, yours = threading.Lock(), threading.Lock()
    yours.acquire()

    def other():
        for _ in range(turns):
            yours.acquire()
            mine.release()

    mine.acquire()
    t = threading.Thread(target=other)
    begin = perf_counter()
    t.start()
    for _ in range(turns):
        yours.release()
        mine.acquire()
    t.join()
    return (perf_counter() - begin) / turns


def queue_rate(items, consumers):
    q, sums = queue.Queue(64), [0] * consumers

    def consume(me):
        while (item := q.get()) is not None:
            sums[me] += item

    crew = [threading.Thread(target=consume, args=(i,)) for i in range(consumers)]
    for t in crew:
        t.start()
    begin = perf_counter()
    for i in range(items):
        q.put(i)
    for _ in crew:
        q.put(None)
    for t in crew:
        t.join()
    span = perf_counter() - begin
    assert sum(sums) == items * (items - 1) // 2
    return items / span


def barrier_rate(rounds, parties):
    barrier = threading.Barrier(parties)

    def go():
        for _ in range(rounds):
            barrier.wait()

    crew = [threading.Thread(target=go) for _ in range(parties)]
    begin = perf_counter()
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    return rounds / (perf_counter() - begin)


print(f"turns.lock {lock_turns(size) * 1e6:.2f} us")
print(f"turns.queue.1 {queue_rate(size, 1):.0f} 1/s")
print(f"turns.queue.4 {queue_rate(size, 4):.0f} 1/s")
print(f"turns.barrier.4 {barrier_rate(size // 20, 4):.0f} 1/s")
