import _queue
import queue
import signal
import threading
import time
import weakref


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(queue.SimpleQueue is _queue.SimpleQueue, queue.Empty is _queue.Empty)  # expect: True True
q = queue.SimpleQueue()
print(outcome(q.get, False), outcome(q.get, timeout=-1), outcome(q.get, timeout="x"))  # expect: Empty:  ValueError: 'timeout' must be a non-negative number TypeError: 'str' object cannot be interpreted as an integer
print(outcome(q.get, True, 0.01), outcome(q.get_nowait), q.put(1, True, 5), q.put_nowait(2), q.qsize(), q.empty())  # expect: Empty:  Empty:  None None 2 False
print(q.get(), q.get_nowait(), outcome(q.get, timeout=1e20))  # expect: 1 2 OverflowError: timestamp too large to convert to C _PyTime_t
print(weakref.ref(q)() is q, queue.SimpleQueue[int], outcome(queue.SimpleQueue, 3))  # expect: True _queue.SimpleQueue[int] TypeError: SimpleQueue() takes no positional arguments

# Each item reaches exactly one of several consumers, in order for each.
work = queue.SimpleQueue()
results = queue.SimpleQueue()


def consume():
    mine = []
    while (item := work.get()) is not None:
        mine.append(item)
    results.put(mine)


threads = [threading.Thread(target=consume) for _ in range(4)]
for t in threads:
    t.start()
for i in range(20000):
    work.put(i)
for t in threads:
    work.put(None)
for t in threads:
    t.join()
lists = [results.get() for t in threads]
print(sorted(sum(lists, [])) == list(range(20000)), all(x == sorted(x) for x in lists))  # expect: True True

# A signal's handler runs while get() waits, and may put the item itself.
signal.signal(signal.SIGALRM, lambda *_: q.put("from the handler"))
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(q.get(timeout=60))  # expect: from the handler
signal.signal(signal.SIGALRM, lambda *_: 1 / 0)
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(outcome(q.get))  # expect: ZeroDivisionError: division by zero

# A finalizer may use the queue whose item is being dropped.
class Item:
    def __del__(self):
        q.put("gone")


holder = queue.SimpleQueue()
holder.put(Item())
del holder
print(q.get())  # expect: gone
