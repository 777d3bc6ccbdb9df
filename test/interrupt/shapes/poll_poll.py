# waits
import os
import select
r, w = os.pipe()
p = select.poll()
p.register(r)
ready()
try:
    p.poll()
finally:
    os.close(r)
    os.close(w)
