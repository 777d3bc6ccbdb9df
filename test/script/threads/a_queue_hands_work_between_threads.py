import queue
import threading

jobs, results = queue.Queue(), queue.Queue()


def worker():
    while True:
        n = jobs.get()
        if n is None:
            return
        results.put(n * n)


threads = [threading.Thread(target=worker) for _ in range(4)]
for t in threads:
    t.start()
for n in range(200):
    jobs.put(n)
for _ in threads:
    jobs.put(None)
for t in threads:
    t.join()
print(sum(results.get() for _ in range(200)))  # expect: 2646700
print(threading.active_count())  # expect: 1
