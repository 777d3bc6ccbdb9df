# waits
import os
r, w = os.pipe()
f = os.fdopen(r)
ready()
try:
    f.readline()
finally:
    os.close(w)
    f.close()
