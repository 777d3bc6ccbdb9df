import _socket
import array
import os
import signal
import socket
import struct
import threading


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


# A server and a client over TCP, one of them on another thread.
listener = socket.create_server(("127.0.0.1", 0))
address = listener.getsockname()
print(address[0], listener.family.name, listener.type.name)


def serve():
    connection, peer = listener.accept()
    with connection:
        while data := connection.recv(1024):
            connection.sendall(data.upper())


server = threading.Thread(target=serve)
server.start()
with socket.create_connection(address, timeout=10) as client:
    print(client.gettimeout(), client.getpeername() == address)
    client.sendall(b"hello")
    print(client.recv(5, socket.MSG_WAITALL))
    client.sendall(b"x" * 100000)
    got = bytearray()
    while len(got) < 100000:
        got += client.recv(65536)
    print(len(got), set(got))
    with client.makefile("rwb") as f:
        f.write(b"one line\n")
        f.flush()
        print(f.readline())
server.join()
listener.close()
print(listener.fileno(), outcome(listener.accept))

# Pairs, buffers, messages.
a, b = socket.socketpair()
print(a.family.name, outcome(a.getsockname), a.getblocking())
a.send(b"abcdef")
buffer = bytearray(4)
print(b.recv_into(buffer), buffer, b.recv_into(buffer, 1), buffer)
view = memoryview(buffer)
print(b.recv_into(view[2:]), buffer)
print(a.sendmsg([b"12", bytearray(b"34"), memoryview(b"56")]), b.recvmsg(10))
a.send(b"scatter")
parts = [bytearray(3), bytearray(2), array.array("B", [0] * 5)]
print(b.recvmsg_into(parts)[0], parts)
r, w = os.pipe()
socket.send_fds(a, [b"fds"], [r, w])
data, fds, flags, peer = socket.recv_fds(b, 10, 5)
print(data, len(fds), flags, peer)
os.write(fds[1], b"through")
print(os.read(r, 10))
for fd in fds + [r, w]:
    os.close(fd)
print(outcome(a.sendmsg, [b"x"], [(1, 2)]), outcome(a.sendmsg, 5), outcome(a.sendmsg, [5]))
print(outcome(b.recvmsg, -1), outcome(b.recvmsg, 1, -1), outcome(b.recvmsg_into, 3), outcome(b.recvmsg_into, [b"x"]))
print(outcome(b.recv, -1), outcome(b.recv_into, b"x"), outcome(b.recv_into, bytearray(3), 5))
print(outcome(b.recvfrom_into, bytearray(3), 5), outcome(b.recvfrom_into, bytearray(3), -1))
print(outcome(a.send, "text"), outcome(a.sendto, b"x"), outcome(a.sendto, b"x", 1, 2, 3))
a.shutdown(socket.SHUT_WR)
print(b.recv(10), b.recv(0))

# Time-outs.
b.settimeout(0.01)
print(b.timeout, b.getblocking())
c, d = socket.socketpair()
c.settimeout(0.01)
print(outcome(c.recv, 1), outcome(c.recv_into, bytearray(1)), outcome(c.recvmsg, 1))
c.setblocking(False)
print(c.gettimeout(), outcome(c.recv, 1), outcome(c.recvfrom, 1))
c.settimeout(0.01)
with c.makefile("rb") as f:
    print(outcome(f.read, 1), outcome(f.read, 1), f.closed)
for seconds in (30, 0.1, 1e-9, 1234.5):
    c.settimeout(seconds)
    print(c.gettimeout())
c.settimeout(None)
print(c.gettimeout(), socket.timeout is TimeoutError)
for bad in (-1, "x", 1e300, 1 << 70, float("nan")):
    print(outcome(c.settimeout, bad))
c.settimeout(0.05)
try:
    while True:
        c.sendall(b"x" * 1000000)
except TimeoutError as e:
    print("full:", e)
socket.setdefaulttimeout(1.5)
with socket.socket() as s:
    print(s.gettimeout(), socket.getdefaulttimeout(), s.getblocking())
socket.setdefaulttimeout(None)
print(outcome(socket.setdefaulttimeout, -2))

# A signal's handler runs while a call waits, and the call goes on.
ran = []


def on_alarm(number, frame):
    ran.append(number)
    d.close()


c.close()
c, d = socket.socketpair()
signal.signal(signal.SIGALRM, on_alarm)
signal.setitimer(signal.ITIMER_REAL, 0.02)
c.settimeout(30)
print(c.recv(1), ran == [signal.SIGALRM])
signal.signal(signal.SIGALRM, lambda *_: 1 / 0)
c, d = socket.socketpair()
signal.setitimer(signal.ITIMER_REAL, 0.02)
print(outcome(c.recv, 1))

# Datagrams.
u = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
v = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
u.bind(("127.0.0.1", 0))
v.bind(("127.0.0.1", 0))
print(v.sendto(b"datagram", u.getsockname()), v.sendto(b"two", 0, u.getsockname()))
data, sender = u.recvfrom(100)
print(data, sender == v.getsockname())
buffer = bytearray(10)
count, sender = u.recvfrom_into(buffer)
print(count, buffer, sender == v.getsockname())
u.close()
v.close()

# Unix names.
with socket.socket(socket.AF_UNIX) as s:
    s.bind(b"\0baton-%d" % os.getpid())
    print(s.getsockname() == b"\0baton-%d" % os.getpid())
    print(outcome(s.connect, "x" * 200), outcome(s.connect, 5), outcome(s.connect, "/nonexistent/socket"))

with socket.socket(socket.AF_UNIX) as s:
    s.bind("")  # the system finds a name
    print(s.getsockname()[:1], len(s.getsockname()))
print(socket.CMSG_LEN(2**31 - 17) == 2**31 - 1, outcome(socket.CMSG_LEN, 2**31 - 16), outcome(socket.CMSG_SPACE, 2**31 - 1))

# Options.
with socket.socket() as s:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    print(s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR), s.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 4))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 2))
    print(struct.unpack("ii", s.getsockopt(socket.SOL_SOCKET, socket.SO_LINGER, 8)))
    print(outcome(s.getsockopt, 1, 2, 2000), outcome(s.getsockopt, 1, 2, -1))
    print(outcome(s.setsockopt, 1, 2, "x"), outcome(s.setsockopt, 1, 2, None), outcome(s.setsockopt, 1, 2, b"x"))
    print(outcome(s.bind, 5), outcome(s.bind, ("a",)), outcome(s.bind, (5, 5)), outcome(s.bind, ("127.0.0.1", "x")))
    print(outcome(s.bind, ("127.0.0.1", 70000)), outcome(s.bind, ("127.0.0.1", 1 << 70)), outcome(s.connect, ("a\0b", 1)))
    print(outcome(s.getpeername), outcome(s.shutdown, 2), outcome(s.connect_ex, 5), outcome(s.listen, 1 << 40))
    t = socket.socket()
    t.bind(("127.0.0.1", 0))
    print(s.connect_ex(t.getsockname()), outcome(socket.create_connection, t.getsockname()))
    t.close()
with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW) as s:
    print(outcome(s.getsockname), outcome(s.bind, 5), outcome(s.bind, (1,)))

# The object itself.
s = _socket.socket()
print(repr(s).replace(str(s.fileno()), "N"), s.family, s.type, s.proto, outcome(setattr, s, "family", 3))
e = _socket.socket(fileno=s.fileno())
print(e.family, e.type, e.fileno() == s.detach(), s.fileno(), e.close(), e.close(), e)
print(outcome(_socket.socket, 2, 1, 0, 3.0), outcome(_socket.socket, 2, 1, 0, -1), outcome(_socket.socket, "x"))
print(outcome(_socket.socket, fileno=9999), outcome(_socket.socket, 999), outcome(_socket.socket, 2, 1, 0, 0))
print(outcome(e.recv, 1), outcome(_socket.close, -1), outcome(_socket.dup, -1), outcome(_socket.socketpair, 99))
n = _socket.socket(2, 1 | socket.SOCK_NONBLOCK)
print(n.timeout, n.type, os.get_inheritable(n.fileno()))
n.close()
