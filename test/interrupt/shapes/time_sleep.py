# waits
import time
ready()
while True:
    time.sleep(1000)
