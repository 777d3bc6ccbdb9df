# Masks, pending signals, and waiting for signals without a handler.
import os
import signal as s
import threading
import time


def attempt(function, *args):
    try:
        print(function.__name__, function(*args))
    except Exception as e:
        print(function.__name__, type(e).__name__, e)


came = []
s.signal(s.SIGUSR1, lambda number, frame: came.append(number))
old = s.pthread_sigmask(s.SIG_BLOCK, [s.SIGUSR1, s.SIGUSR2])
print(sorted(s.pthread_sigmask(s.SIG_BLOCK, ()) - old), s.sigpending())
os.kill(os.getpid(), s.SIGUSR1)
print(s.sigpending(), came)
s.pthread_sigmask(s.SIG_SETMASK, old)
print(s.sigpending(), came)

s.pthread_sigmask(s.SIG_BLOCK, [s.SIGUSR1, s.SIGUSR2, s.SIGALRM])
os.kill(os.getpid(), s.SIGUSR1)
print(s.sigwait([s.SIGUSR1, s.SIGUSR2]), came)
os.kill(os.getpid(), s.SIGUSR2)
info = s.sigwaitinfo({s.SIGUSR2})
print(type(info).__name__, info.si_signo, info.si_pid == os.getpid(), info.si_uid == os.getuid(), info.si_code, info[2], len(info))
print(s.sigtimedwait([s.SIGUSR2], 0), s.sigtimedwait([s.SIGUSR2], 0.01))
s.setitimer(s.ITIMER_REAL, 0.01)
print(s.sigtimedwait([s.SIGALRM], 60).si_signo)

# A signal with a handler interrupts the wait, which goes on for the rest of the time.
s.pthread_sigmask(s.SIG_UNBLOCK, [s.SIGUSR1])
came.clear()
sent = threading.Thread(target=s.pthread_kill, args=(threading.get_ident(), s.SIGUSR1))
sent.start()
start = time.monotonic()
print(s.sigtimedwait([s.SIGUSR2], 0.1), came, time.monotonic() - start >= 0.1)
sent.join()


def interrupt(number, frame):
    raise InterruptedError(number)


s.signal(s.SIGALRM, interrupt)
s.pthread_sigmask(s.SIG_UNBLOCK, [s.SIGALRM])
s.setitimer(s.ITIMER_REAL, 0.01)
attempt(s.sigwaitinfo, [s.SIGUSR2])

attempt(s.sigtimedwait, [s.SIGUSR2], -1)
attempt(s.sigtimedwait, [s.SIGUSR2], "x")
attempt(s.sigwait, 5)
attempt(s.sigwait, [1 << 70])
attempt(s.pthread_sigmask, s.SIG_BLOCK, [0])
attempt(s.pthread_sigmask, s.SIG_BLOCK, [65])
attempt(s.pthread_sigmask, 99, [])
attempt(s.pthread_sigmask, s.SIG_BLOCK)

fd = os.pidfd_open(os.getpid())
came.clear()
s.pidfd_send_signal(fd, s.SIGUSR1)
print(came)
attempt(s.pidfd_send_signal, fd, s.SIGUSR1, object())
attempt(s.pidfd_send_signal, 12345, s.SIGUSR1)
os.close(fd)

# What the C handler cannot write to the wake-up descriptor is reported.
read, write = os.pipe()
os.set_blocking(write, False)
s.set_wakeup_fd(write)
s.raise_signal(s.SIGUSR1)
print(os.read(read, 10), came)
os.close(write)
import contextlib
import io

heard = io.StringIO()
with contextlib.redirect_stderr(heard):
    s.raise_signal(s.SIGUSR1)
print(heard.getvalue().splitlines()[0], heard.getvalue().splitlines()[-1])
s.set_wakeup_fd(-1)

# What interrupts the main thread from within does so before the next statement.
try:
    import _thread
    _thread.interrupt_main()
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted")
thread = threading.Thread(target=_thread.interrupt_main)
try:
    thread.start()
    thread.join()
    print("not interrupted")
except KeyboardInterrupt:
    print("interrupted")
thread.join()
