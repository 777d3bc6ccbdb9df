import _thread
lock = _thread.allocate_lock()
lock.acquire()
ready()
while not lock.acquire(False):
    pass
