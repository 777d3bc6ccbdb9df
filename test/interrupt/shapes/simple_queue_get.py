# waits
import queue
ready()
queue.SimpleQueue().get()
