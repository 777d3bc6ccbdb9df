# _xxsubinterpreters: interpreters, running text in them, and channels.
import threading

import _xxsubinterpreters as xx


def attempt(function, *args, **kwargs):
    try:
        print(function.__name__, function(*args, **kwargs))
    except Exception as e:
        print(function.__name__, type(e).__name__, e)


main = xx.get_main()
print(repr(main), main == 0, main == xx.get_current(), xx.list_all() == [main], hash(main) == hash(int(main)), [1, 2][main])
one, two = xx.create(), xx.create()
print(xx.list_all() == [main, one, two], one != two, xx.is_running(one), xx.is_running(main))
xx.run_string(one, "import sys\nvalue = spam * 2\nsys.modules['__main__'].kept = value", {"spam": "ham"})
xx.run_string(one, "assert kept == 'hamham' and value is kept")
attempt(xx.run_string, one, "1 / 0")
attempt(xx.run_string, one, "raise SystemExit(3)")
attempt(xx.run_string, one, "pass", {"a": 1.5})
attempt(xx.run_string, one, "pass", {"a": 1 << 80})
attempt(xx.run_string, main, "pass")
attempt(xx.run_string, 12345, "pass")
attempt(xx.destroy, main)
attempt(xx.destroy, -1)
attempt(xx.is_running, 12345)
attempt(xx.InterpreterID, "x")
attempt(xx.run_string, one, "import threading; threading.Thread(target=int).start()")
attempt(xx.run_string, one, "import os; os.fork()")
print(repr(xx.InterpreterID(77, force=True)), str(xx.InterpreterID(77, force=True)))

# From several threads, each with an interpreter of its own.
channel = xx.channel_create()


def count(interp, n):
    xx.run_string(interp, f"""
import _xxsubinterpreters as xx
total = 0
for i in range({n}):
    total += i
xx.channel_send({int(channel)}, total)
""")


crew = [threading.Thread(target=count, args=(i, n)) for i, n in ((one, 2000), (two, 3000))]
for t in crew:
    t.start()
for t in crew:
    t.join()
print(sorted([xx.channel_recv(channel), xx.channel_recv(channel)]))
print(xx.channel_list_interpreters(channel, send=True) == [one, two], xx.channel_list_interpreters(channel, send=False) == [main])

for value in (None, 5, -(1 << 62), b"\0bytes", "", "t\u20act \U0001f600", channel):
    xx.channel_send(channel, value)
    got = xx.channel_recv(channel)
    print(type(got).__name__, got == value, xx.is_shareable(value))
print([xx.is_shareable(v) for v in (True, 1.5, [], int, ...)])
attempt(xx.channel_send, channel, [])
attempt(xx.channel_recv, channel)
print(xx.channel_recv(channel, "fallback"), xx.channel_recv(channel, default=None))
print(channel.end, channel.send.end, channel.recv.end, repr(channel.send).split(", ")[1], channel == channel.send, channel == int(channel))

# Ends are closed one by one, and for everybody or for one.
xx.channel_send(channel, 1)
xx.channel_close(channel, send=True)
attempt(xx.channel_send, channel, 2)
print(xx.channel_recv(channel))
closed = []
for call in (lambda: xx.channel_recv(channel), lambda: xx.channel_send(channel, 1), lambda: xx.channel_close(channel)):
    try:
        call()
    except xx.ChannelClosedError:
        closed.append(True)
print(closed)
channel = xx.channel_create()
xx.channel_send(channel, 1)
for kwargs in {}, {"recv": True}, {"force": True}:
    try:
        xx.channel_close(channel, **kwargs)
        print("closed")
    except xx.ChannelNotEmptyError as e:
        print(e)
channel = xx.channel_create()
xx.channel_send(channel, 1)
xx.run_string(one, f"import _xxsubinterpreters as xx; xx.channel_release({channel})")
print(xx.channel_recv(channel), xx.channel_release(channel))
for call in (lambda: xx.channel_send(channel, 1), lambda: xx.channel_release(channel)):
    try:
        call()
    except xx.ChannelClosedError:
        print("closed")
number = int(channel)
print(channel in xx.channel_list_all(), xx.ChannelNotFoundError.__mro__[1:3] == (xx.ChannelError, RuntimeError))
del channel
print(number in xx.channel_list_all())
attempt(xx.channel_recv, 98765)
attempt(xx.channel_send, -1, 1)
xx.destroy(one)
print(xx.list_all() == [main, two])
attempt(xx.destroy, one)
xx.destroy(two)
