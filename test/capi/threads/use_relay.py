"""A SWIG module with directors: threads of its own call methods that Python classes override, while Python computes."""
import threading

import relay


class Summing(relay.Listener):
    def __init__(self):
        super().__init__()
        self.threads, self.seen, self.lock = set(), 0, threading.Lock()

    def on_event(self, n):
        with self.lock:
            self.seen += 1
            self.threads.add(threading.get_ident())
        return n * 2


class Failing(relay.Listener):
    def on_event(self, n):
        if n == 3:
            raise LookupError("event", n)
        return 0


stop = threading.Event()
spun = 0
def spin():
    global spun
    while not stop.is_set():
        spun += 1
busy = threading.Thread(target=spin)
busy.start()
try:
    listener = Summing()
    print("sum", relay.Relay(4).send(listener, 50))
    print("seen", listener.seen, "in this thread:", threading.get_ident() in listener.threads)
    print("plain", relay.Relay(3).send(relay.Listener(), 10))
    two = relay.Relay(2)
    for call in two.send, two.ask:
        try:
            call(Failing(), 5) if call == two.send else call(Failing(), 3)
        except LookupError as e:
            print("raised", e.args)
    wrong = type("Wrong", (relay.Listener,), {"on_event": lambda self, n: "text"})()
    try:
        two.ask(wrong, 1)
    except Exception as e:
        print("wrong result:", type(e).__name__)
finally:
    stop.set()
    busy.join()
print("computed meanwhile:", spun > 0)
for n in 0, 65:
    try:
        relay.Relay(n)
    except ValueError as e:
        print(type(e).__name__, e)

# Two Python threads send at once; both listeners are called from four threads each.
sums = []
senders = [threading.Thread(target=lambda: sums.append(relay.Relay(4).send(Summing(), 100))) for _ in range(2)]
for s in senders:
    s.start()
for s in senders:
    s.join()
print(sums)
