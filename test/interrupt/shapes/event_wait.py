# waits
import threading
ready()
threading.Event().wait()
