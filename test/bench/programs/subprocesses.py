"""Pipelines of other programs, fed by one thread and read by another; short programs one after the other."""
import subprocess
import sys
import threading
from time import perf_counter

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
PIPELINES, RUNS = max(3, int(40 * scale)), max(10, int(200 * scale))
text = b"".join(b"%d\n" % (n * 7919 % 1000) for n in range(20_000))
expected = [b"%d" % n for n in range(1000)]


def pipeline():
    first = subprocess.Popen(["sort", "-n"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    second = subprocess.Popen(["uniq"], stdin=first.stdout, stdout=subprocess.PIPE)
    first.stdout.close()

    def feed():
        with first.stdin as f:
            f.write(text)

    feeder = threading.Thread(target=feed)
    feeder.start()
    answer = second.communicate()[0].split()
    feeder.join()
    assert answer == expected and first.wait() == 0 == second.returncode


begin = perf_counter()
for _ in range(PIPELINES):
    pipeline()
print(f"subprocess.pipelines {PIPELINES / (perf_counter() - begin):.1f} 1/s")
begin = perf_counter()
for n in range(RUNS):
    assert subprocess.run(["echo", str(n)], stdout=subprocess.PIPE, check=True).stdout == b"%d\n" % n
print(f"subprocess.runs {RUNS / (perf_counter() - begin):.1f} 1/s")
