"""Stops itself, with the lock held, when two more threads stand: one that waits for an event, one that computes."""
import os
import signal
import threading


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y


def wait_for_ever(event):
    standing.release()
    event.wait()


def compute():
    turns = 0
    standing.release()
    while not done:
        turns += 1


def stop(depth, name):
    captured = [depth]
    point = Point(depth, name)
    numbers = {"one": 1, "big": 1 << 70, "none": None, "truth": True}
    mixed = (1.5, b"bytes", {"member"}, point)
    mixed_list = [numbers, "\u00e9\U0001f40d"]
    mixed_list.append(mixed_list)

    def inner():
        captured.append(name)
        os.kill(os.getpid(), signal.SIGTRAP)
        return point, mixed, mixed_list

    return inner() if depth == 0 else stop(depth - 1, name)


done = False
standing = threading.Semaphore(0)
event = threading.Event()
threads = [threading.Thread(target=wait_for_ever, args=(event,), name="waiter"), threading.Thread(target=compute, name="spinner")]
for t in threads:
    t.start()
for _ in threads:
    standing.acquire()
stop(2, "main")
done = True
event.set()
