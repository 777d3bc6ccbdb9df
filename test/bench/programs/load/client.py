"""The load on the servers of the programs beside, from a process of its own: one thread that keeps many connections busy.

    client.py echo PORT ROUNDS CONNECTIONS
    client.py wsgi PORT COUNT
    client.py xmlrpc PORT COUNT

Writes one line of JSON: how many answers came, how many were wrong, and how long it took.
"""
import json
import selectors
import socket
import sys
from time import perf_counter


class Connection:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setblocking(False)
        self.received = bytearray()

    def ask(self, question):
        self.received.clear()
        self.asked = perf_counter()
        self.socket.sendall(question)  # small: there is always room


def answers(connections):
    """(connection, whether it was closed), each time that something came in."""
    with selectors.DefaultSelector() as selector:
        for c in connections:
            selector.register(c.socket, selectors.EVENT_READ, c)
        while True:
            for key, _ in selector.select(120) or [(None, None)]:
                if key is None:
                    raise SystemExit("no answer for two minutes")
                data = key.data.socket.recv(1 << 16)
                key.data.received += data
                yield key.data, not data


def echo(port, rounds, count):
    connections = [Connection(port) for _ in range(count)]
    bad = 0
    begin = perf_counter()
    for n, c in enumerate(connections):
        c.line, c.left = b"%07d %s\n" % (n, b"." * 55), rounds
        c.ask(c.line)
    talking = count
    for c, closed in answers(connections):
        if closed:
            raise SystemExit("the server hung up")
        if len(c.received) < len(c.line):
            continue
        bad += c.received != c.line
        c.left -= 1
        if c.left:
            c.ask(c.line)
        else:
            talking -= 1
            if not talking:
                break
    span = perf_counter() - begin
    for c in connections:
        c.socket.close()
    return {"answers": rounds * count, "bad": bad, "seconds": span}


def one_by_one(count, ask):
    begin = perf_counter()
    bad = sum(not ask(n) for n in range(count))
    return {"answers": count, "bad": bad, "seconds": perf_counter() - begin}


def wsgi(port, count):
    import http.client

    def ask(n):
        connection = http.client.HTTPConnection("127.0.0.1", port)
        connection.request("POST", f"/path/{n}?a={n}", b"body %d" % n)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status == 200 and body == b"/path/%d a=%d BODY %d" % (n, n, n)

    return one_by_one(count, ask)


def xmlrpc(port, count):
    import xmlrpc.client

    with xmlrpc.client.ServerProxy(f"http://127.0.0.1:{port}/", allow_none=True) as proxy:
        return one_by_one(count, lambda n: proxy.describe([n, str(n), {"half": n / 2}], None) == [[n, str(n), {"half": n / 2}], None, 2])


if __name__ == "__main__":
    name, port, *arguments = sys.argv[1:]
    print(json.dumps(globals()[name](int(port), *map(int, arguments))))
