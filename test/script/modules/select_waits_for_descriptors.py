import select,os,socket,threading,time,signal
def o(f):
    try: print(repr(f()))
    except BaseException as e: print(type(e).__module__,type(e).__name__,e.args)
r,w=os.pipe()
o(lambda:select.select([r],[w],[]));o(lambda:select.select([r],[],[],0));o(lambda:select.select(5,[],[],0));o(lambda:select.select([],[],[],"x"));o(lambda:select.select([],[],[],-1))
o(lambda:select.select([-1],[],[],0));o(lambda:select.select(["x"],[],[],0));o(lambda:select.select([2000],[],[],0));o(lambda:select.select([1<<40],[],[],0));o(lambda:select.select([],[],[],0.001))
class F:
    def fileno(self): return r
class G:
    def fileno(self): return "x"
class H:
    def fileno(self): return -1
f=F()
o(lambda:select.select([f],[],[],0));o(lambda:select.select([G()],[],[],0));o(lambda:select.select([H()],[],[],0))
o(lambda:select.select(x for x in [1]));o(lambda:select.select([1]*2000,[],[],0))
os.write(w,b"x"); o(lambda:len(select.select([f,f,r],[w,w],[r]) [0]))
p=select.poll()
o(lambda:p.poll(0));o(lambda:p.register(r));o(lambda:p.register(w,4));o(lambda:p.poll());o(lambda:p.poll(None));o(lambda:p.poll(-1));o(lambda:p.poll("x"));o(lambda:p.poll(1e30));o(lambda:p.poll(1.5));o(lambda:p.modify(r,0));o(lambda:p.poll(10));o(lambda:p.modify(99,1));o(lambda:p.unregister(99));o(lambda:p.unregister(w));o(lambda:p.unregister("x"));o(lambda:p.register(r,-1));o(lambda:p.register(r,1<<16));o(lambda:p.register(r,"x"));o(lambda:p.register(-5)); o(lambda:p.register(f,1)); o(lambda:p.poll(0)); o(lambda:type(p)());
e=select.epoll()
o(lambda:e.poll(0));o(lambda:e.register(r));o(lambda:e.register(r));o(lambda:e.register(w,4));o(lambda:e.poll());o(lambda:e.poll(None));o(lambda:e.poll(-1));o(lambda:e.poll("x"));o(lambda:e.poll(1e30));o(lambda:e.poll(1e7));o(lambda:e.modify(r,0));o(lambda:e.poll(0.01));o(lambda:e.modify(99,1));o(lambda:e.unregister(99));o(lambda:e.unregister(w));o(lambda:e.unregister("x"));o(lambda:e.register(r,-1));o(lambda:e.register(r,1<<40));o(lambda:e.register("q"))
o(lambda:e.poll(0,0));o(lambda:e.poll(0,-1));o(lambda:e.poll(0,-2));o(lambda:e.poll(0,maxevents=3));o(lambda:e.fileno()==e.fileno());o(lambda:e.closed);o(lambda:e.close());o(lambda:e.closed);o(lambda:e.fileno());o(lambda:e.poll());o(lambda:e.register(1));o(lambda:e.__enter__());o(lambda:e.close());o(lambda:repr(e)[:20])
o(lambda:select.epoll(0));o(lambda:select.epoll(-2));o(lambda:select.epoll(5,5));o(lambda:select.epoll(5,select.EPOLL_CLOEXEC).closed);o(lambda:select.epoll(sizehint=3,flags=0).closed)
o(lambda:select.epoll.fromfd(r).fileno()==r)
with select.epoll() as q: print(q.closed)
print(q.closed)
try:
    class E(select.epoll): pass
except TypeError as error: print(error)
print(select.error is OSError, len([v for v in vars(select).values() if isinstance(v, int)]))
# Another thread makes a descriptor ready; a signal's handler runs meanwhile and the wait goes on.
seen = []
signal.signal(signal.SIGALRM, lambda *_: (seen.append(1), os.write(w2, b"x")))
for wait in ("select", "poll", "epoll"):
    r2, w2 = os.pipe()
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    if wait == "select":
        print(select.select([r2], [], [], 60)[0] == [r2])
    else:
        p = getattr(select, wait)()
        p.register(r2, select.POLLIN)
        print(p.poll(60000 if wait == "poll" else 60) == [(r2, 1)])
    os.close(r2); os.close(w2)
print(seen)
r3, w3 = os.pipe()
go = threading.Event()
def make_ready():
    go.wait()
    os.write(w3, b"x")
t = threading.Thread(target=make_ready); t.start()
p = select.poll(); p.register(r3)
go.set()
print(len(p.poll())); t.join()
import selectors
with selectors.DefaultSelector() as s:
    s.register(r3, selectors.EVENT_READ, "data")
    print(type(s).__name__, [(k.data, e) for k, e in s.select(1)])
