import os
import socket

import psutil

me = psutil.Process()
print(me.pid == os.getpid(), me.ppid() == os.getppid(), me.is_running(), me.status() in ("running", "sleeping"), me.num_threads() >= 1)
print(me.memory_info().rss > 1 << 20, me.cpu_times().user >= 0, me.uids().real == os.getuid(), me.cwd() == os.getcwd())
print(psutil.cpu_count() == os.cpu_count(), psutil.virtual_memory().total > 1 << 26, psutil.pid_exists(os.getpid()), psutil.boot_time() > 0)
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
print([c.status for c in me.connections() if c.laddr.port == s.getsockname()[1]], any(f.path == os.path.realpath(__file__) for f in me.open_files()))
with open(__file__) as f:
    print(any(x.path == os.path.realpath(__file__) for x in me.open_files()), sorted(me.as_dict(["pid", "ppid"])))
print(type(psutil.net_if_addrs()).__name__, "lo" in psutil.net_if_stats(), psutil.disk_usage("/").total > 0, me.nice() == os.nice(0))
try:
    psutil.Process(2**22 + 5)
except psutil.NoSuchProcess as e:
    print(e)
