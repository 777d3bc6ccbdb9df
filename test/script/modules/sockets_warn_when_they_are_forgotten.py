import socket
import warnings

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    s = socket.socket()
    del s
    a, b = socket.socketpair()
    a.close()
    b.detach()
    del a, b
print(len(seen), seen[0].category.__name__, str(seen[0].message).startswith("unclosed <socket.socket fd="))  # expect: 1 ResourceWarning True
