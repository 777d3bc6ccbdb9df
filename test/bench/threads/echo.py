"""A thread that answers requests from another process, beside threads that compute."""
import os
import sys
import threading
from time import perf_counter

seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0


class Computing:
    def __init__(self, count):
        self.running = True
        self.rounds = [0] * count
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(count)]
        for t in self.threads:
            t.start()

    def run(self, me):
        value = 1
        while self.running:
            for i in range(250):
                value = (value * 31 + i) % 65521
            self.rounds[me] += 1

    def stop(self):
        self.running = False
        for t in self.threads:
            t.join()
        return sum(self.rounds)


def client(read_fd, write_fd):
    """Asks and waits for the answer until the server hangs up."""
    question = b"?" * 32
    try:
        while True:
            os.write(write_fd, question)
            if not os.read(read_fd, 64):
                break
    except BrokenPipeError:
        pass


def measure(spinners):
    to_server, from_client = os.pipe()
    to_client, from_server = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(to_server)
        os.close(from_server)
        client(to_client, from_client)
        os._exit(0)
    os.close(from_client)
    os.close(to_client)
    computing = Computing(spinners)
    gaps = []
    begin = last = perf_counter()
    while last - begin < seconds:
        os.write(from_server, os.read(to_server, 64))
        now = perf_counter()
        gaps.append(now - last)
        last = now
    rounds = computing.stop()
    span = perf_counter() - begin
    os.close(from_server)
    os.close(to_server)
    os.waitpid(child, 0)
    gaps.sort()
    name = f"echo.{spinners}"
    print(f"{name}.rate {len(gaps) / span:.1f} 1/s")
    print(f"{name}.p99 {gaps[int(len(gaps) * 0.99)] * 1e6:.1f} us")
    return rounds / span


def alone(spinners):
    """The computing threads' rate with nobody asking."""
    done = threading.Event()
    computing = Computing(spinners)
    done.wait(seconds)
    begin = perf_counter()
    before = sum(computing.rounds)
    done.wait(seconds)
    after, span = sum(computing.rounds), perf_counter() - begin
    computing.stop()
    return (after - before) / span


for spinners in (0, 1, 4):
    rate = measure(spinners)
    if spinners:
        print(f"echo.{spinners}.computing_keeps {rate / alone(spinners):.3f} of_alone")
