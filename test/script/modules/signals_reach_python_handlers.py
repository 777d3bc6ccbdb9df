# Handlers of signals: set, asked for, run at the next check on the main thread, and refused where they make no sense.
import subprocess
import sys

import _signal as s


def attempt(what, *args):
    try:
        print(what.__name__, args, what(*args))
    except Exception as e:
        print(what.__name__, args, type(e).__name__, e)


seen = []


def handler(number, frame):
    seen.append((number, type(frame).__name__))


print(s.getsignal(s.SIGUSR1) == s.SIG_DFL)
old = s.signal(s.SIGUSR1, handler)
print(old == s.SIG_DFL, s.getsignal(s.SIGUSR1) is handler)
s.raise_signal(s.SIGUSR1)
print(seen)
s.signal(s.SIGUSR1, s.SIG_IGN)
s.raise_signal(s.SIGUSR1)
print(len(seen), s.signal(s.SIGUSR1, old) == s.SIG_IGN, s.getsignal(s.SIGUSR1) == s.SIG_DFL)


def failing(number, frame):
    raise LookupError(number)


s.signal(s.SIGUSR2, failing)
try:
    s.raise_signal(s.SIGUSR2)
except LookupError as e:
    print('raised', e)
s.signal(s.SIGUSR2, s.SIG_DFL)

for number in (0, -1, 65, 99):
    attempt(s.signal, number, s.SIG_DFL)
    attempt(s.getsignal, number)
    attempt(s.strsignal, number)
for bad in (5, 'x', None):
    attempt(s.signal, s.SIGUSR1, bad)
attempt(s.signal, s.SIGKILL, s.SIG_DFL)
attempt(s.raise_signal, 99)
attempt(s.setitimer, 9, 1.0)
attempt(s.getitimer, 9)
attempt(s.setitimer, 0, -1.0)
print(s.ItimerError.__mro__[1], s.ItimerError)
print(s.strsignal(s.SIGINT), s.strsignal(s.SIGCHLD), s.strsignal(s.SIGRTMIN + 1))
print(s.getitimer(s.ITIMER_REAL), s.setitimer(s.ITIMER_VIRTUAL, 100.5, 2.25), s.setitimer(s.ITIMER_VIRTUAL, 0)[1])
print(sorted(s.valid_signals()))
print({n: getattr(s, n) for n in sorted(dir(s)) if n.startswith(('SIG', 'ITIMER_', 'NSIG')) and n not in
       ('SIG_BLOCK', 'SIG_UNBLOCK', 'SIG_SETMASK')})
try:
    s.default_int_handler(2, None)
except KeyboardInterrupt as e:
    print('interrupted', e.args)
print(s.alarm(0))
try:
    s.set_wakeup_fd(12345)
except OSError as e:
    print(e)
print(s.set_wakeup_fd(-1))

# Signals that are ignored stay so until the end: a destructor of the last moment that writes to nobody gets its error.
last_words = """
import os

class Last:
    def __del__(self, write=os.write, error=BrokenPipeError):
        try:
            write(self.end, b"x")
        except error:
            write(1, b"broken pipe")

last = Last()
begin, last.end = os.pipe()
os.close(begin)
"""
run = subprocess.run([sys.executable, "-c", last_words], stdout=subprocess.PIPE)
print(run.returncode, run.stdout)
