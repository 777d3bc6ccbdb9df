import gc
import sys
import threading


class D:
    def __del__(self):
        1 / 0

    def __repr__(self):
        return "<a D>"


d = D()
del d
t = threading.Thread(target=lambda: [][1], name="worker")
t.start()
t.join()
sys.excepthook = lambda *a: [].x
raise ValueError("for a hook that fails")
