import os
import select
r, w = os.pipe()
ready()
try:
    while True:
        select.select([r], [], [], 0)
finally:
    os.close(r)
    os.close(w)
