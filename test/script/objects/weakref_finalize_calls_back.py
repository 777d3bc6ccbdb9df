import weakref
class N: pass
f = weakref.finalize(N(), print, "finalized")
print(f.alive)
n = N()
g = weakref.finalize(n, print, "at exit")
