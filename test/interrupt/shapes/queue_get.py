# waits
import queue
ready()
queue.Queue().get()
