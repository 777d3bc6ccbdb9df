# waits
import threading
lock = threading.RLock()
held = threading.Event()
end = threading.Event()


def hold():
    with lock:
        held.set()
        end.wait()


t = threading.Thread(target=hold)
t.start()
held.wait()
ready()
try:
    lock.acquire()
finally:
    end.set()
    t.join()
