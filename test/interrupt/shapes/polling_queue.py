import queue
q = queue.Queue()
ready()
while True:
    try:
        q.get_nowait()
    except queue.Empty:
        pass
