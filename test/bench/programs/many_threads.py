"""10,000 threads that end soon, and 2,000 that live at the same time."""
import sys
import threading
from time import perf_counter

SHORT, LIVE = 10_000, 2_000
counts = [0] * SHORT


def count(n):
    counts[n] += 1


begin = perf_counter()
for n in range(0, SHORT, 50):
    crew = [threading.Thread(target=count, args=(n + k,)) for k in range(50)]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
print(f"threads.short {SHORT / (perf_counter() - begin):.0f} 1/s")
assert counts == [1] * SHORT and threading.active_count() == 1

gate, woken = threading.Event(), []
threading.stack_size(256 * 1024)
begin = perf_counter()
crew = [threading.Thread(target=lambda n=n: (gate.wait(), woken.append(n))) for n in range(LIVE)]
for t in crew:
    t.start()
started = perf_counter()
assert threading.active_count() == LIVE + 1 and len(sys._current_frames()) == LIVE + 1 and not woken
opened = perf_counter()
gate.set()
for t in crew:
    t.join()
print(f"threads.live.start {LIVE / (started - begin):.0f} 1/s")
print(f"threads.live.wake_and_join {LIVE / (perf_counter() - opened):.0f} 1/s")
assert sorted(woken) == list(range(LIVE)) and threading.active_count() == 1
