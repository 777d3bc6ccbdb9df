# waits
import threading
end = threading.Event()
t = threading.Thread(target=end.wait)
t.start()
ready()
try:
    t.join()
finally:
    end.set()
