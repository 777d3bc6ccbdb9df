import _socket as s
import pickle
import socket


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(s.getaddrinfo("127.0.0.1", 80))
print(s.getaddrinfo("::1", "80", 0, 1))
print(sorted(s.getaddrinfo(None, b"80", 0, 1)))
print(s.getaddrinfo("127.0.0.1", 80, type=socket.SOCK_STREAM, proto=0, flags=socket.AI_PASSIVE, family=0))
print(outcome(s.getaddrinfo, 3, 3), outcome(s.getaddrinfo, "127.0.0.1", 1.5), outcome(s.getaddrinfo, "127.0.0.1", 1 << 70))
print(outcome(s.getaddrinfo, "127.0.0.1", None, family=10), outcome(s.getaddrinfo, "127.0.0.1", 80, -1, -7))
print(outcome(s.getaddrinfo, "x\0y", 1), outcome(s.getaddrinfo, "::1", "nosuchservice"))
print(socket.getaddrinfo("localhost", "http", type=socket.SOCK_STREAM)[0][1])
print(outcome(s.getnameinfo, 3, 3), outcome(s.getnameinfo, (3,), 3), outcome(s.getnameinfo, ("127.0.0.1", 80), 3))
print(outcome(s.getnameinfo, ("127.0.0.1", 80, 1), 3), outcome(s.getnameinfo, ("::1", 80, 1 << 21), 3))
print(outcome(s.getnameinfo, ("not an address", 80), 3))
print(outcome(s.gethostbyname, "127.0.0.1"), outcome(s.gethostbyname, 5), outcome(s.gethostbyname, ""))
print(outcome(s.gethostbyname, "<broadcast>"), outcome(s.gethostbyname_ex, "127.0.0.1"))
print(outcome(s.getservbyname, "http"), outcome(s.getservbyname, "nope"), outcome(s.getservbyport, 80, "tcp"))
print(outcome(s.getservbyport, 800000), outcome(s.getservbyport, 64999), outcome(s.getprotobyname, "tcp"))
print(outcome(s.getprotobyname, "nope"), type(s.gethostname()), outcome(s.sethostname, 5))
for name in ("htons", "ntohs", "htonl", "ntohl"):
    for value in (1, -1, 1 << 16, 1 << 31, 1 << 32, 1 << 40, 1 << 80, -1 << 80, "x", 1.5):
        print(name, outcome(getattr(s, name), value))
for ip in ("1.2.3.4", "1.2", "255.255.255.255", "x", b"x"):
    print(outcome(s.inet_aton, ip))
print(outcome(s.inet_ntoa, b"abcd"), outcome(s.inet_ntoa, b"abc"), outcome(s.inet_ntoa, "abcd"))
print(outcome(s.inet_pton, 2, "1.2.3.4"), outcome(s.inet_pton, 10, "::1"), outcome(s.inet_pton, 1, "x"), outcome(s.inet_pton, 2, "x"))
print(outcome(s.inet_ntop, 2, b"abcd"), outcome(s.inet_ntop, 10, b"a"), outcome(s.inet_ntop, 1, b"a"), outcome(s.inet_ntop, 10, b"a" * 16))
print(outcome(s.if_nametoindex, "lo"), outcome(s.if_nametoindex, "nope"), outcome(s.if_indextoname, 1), outcome(s.if_indextoname, 99999))
print(outcome(s.if_indextoname, -1), (1, "lo") in s.if_nameindex())
print(s.CMSG_LEN(4), s.CMSG_SPACE(5), outcome(s.CMSG_LEN, -1), outcome(s.CMSG_SPACE, 1 << 62), outcome(s.CMSG_LEN, 1 << 80))
print(s.gaierror.__mro__, s.herror.__mro__, s.error, s.timeout, s.SocketType is s.socket)
print(s.gaierror(1, "x").args, str(s.gaierror(-2, "y")), s.gaierror(-2, "y").errno, outcome(pickle.loads, pickle.dumps(s.herror(1, "z"))))
print({n: v for n, v in vars(s).items() if isinstance(v, int)} == {n: int(getattr(socket, n)) for n in vars(s) if isinstance(vars(s)[n], int)})
print(sum(isinstance(v, int) for v in vars(s).values()), s.has_ipv6, s.AF_INET, s.SOL_SOCKET, s.CAN_BCM_TX_SETUP, s.BTPROTO_HCI)
print(type(s.CAPI))
