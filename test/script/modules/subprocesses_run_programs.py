import os
import signal
import subprocess
import sys
import tempfile


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


run = subprocess.run
print(run(["/bin/echo", "a b", b"c"], capture_output=True).stdout)
print(run("echo $X; echo oops >&2; exit 3", shell=True, env={"X": "value"}, capture_output=True, text=True))
print(run(["cat"], input=b"data" * 1000, stdout=subprocess.PIPE).stdout == b"data" * 1000)
print(outcome(run, ["/nonexistent/program"]), outcome(run, ["/bin/echo"], cwd="/nonexistent/dir"), outcome(run, ["/etc/passwd"]))
print(outcome(run, []), outcome(run, ["a\0b"]), outcome(run, ["/bin/echo", 5]))
print(outcome(subprocess.check_output, ["false"]), outcome(run, ["sleep", "60"], timeout=0.05)[:15])
print(run(["pwd"], cwd="/usr", capture_output=True).stdout, run("umask", shell=True, umask=0o077, capture_output=True).stdout)
p = subprocess.Popen(["sleep", "60"])
print(p.poll(), p.send_signal(signal.SIGTERM), p.wait(), p.returncode)

# Descriptors: only those that were asked for.
r, w = os.pipe()
os.set_inheritable(w, True)
program = "for f in /proc/self/fd/*; do case $(readlink $f) in pipe*) echo ${f##*/};; esac; done"
print(run(["bash", "-c", program], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL).stdout.split().count(str(w).encode()))
print(run(["bash", "-c", program], stdout=subprocess.PIPE, pass_fds=(w,)).stdout.split().count(str(w).encode()))
print(run(["sh", "-c", "echo out; echo err >&2"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT).stdout)
with tempfile.TemporaryFile() as f:
    run(["sh", "-c", "echo file"], stdout=f)
    f.seek(0)
    print(f.read())

# A child with a session or a group of its own, and one that runs Python code first.
p = subprocess.Popen(["sleep", "60"], start_new_session=True)
print(os.getsid(p.pid) == p.pid, p.kill(), p.wait())
p = subprocess.Popen(["sleep", "60"], process_group=0)
print(os.getpgid(p.pid) == p.pid, p.kill(), p.wait())
print(run(["sh", "-c", "echo after"], preexec_fn=lambda: os.write(1, b"before\n"), capture_output=True).stdout)
print(outcome(run, ["true"], preexec_fn=lambda: 1 / 0))

# Signals that Python ignores are back to their default, others are as they were.
command = ["sh", "-c", "kill -PIPE $$; echo survived"]
print(run(command, capture_output=True).returncode == -signal.SIGPIPE, run(command, capture_output=True, restore_signals=False).stdout)
many = [subprocess.Popen(["sh", "-c", f"exit {i}"]) for i in range(20)]
print([p.wait() for p in many])
print(os.popen("echo popen").read(), subprocess.getstatusoutput("exit 2"))
