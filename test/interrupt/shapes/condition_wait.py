# waits
import threading
c = threading.Condition()
ready()
with c:
    c.wait()
