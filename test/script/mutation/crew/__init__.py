"""Four threads that change the same container at once."""
import threading

THREADS = 4
# What a container may say when another thread changes it under an iterator, or takes what was looked for.
EXPECTED = (RuntimeError, KeyError, IndexError, ValueError, StopIteration, BufferError, AttributeError)


class Key:
    """A key whose comparison takes its time, and shares its hash with others."""

    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        for _ in range(3):
            pass
        return isinstance(other, Key) and self.n == other.n


def together(rounds, *operations):
    """Runs every operation `rounds` times in each of the threads, each beginning at another one. An operation gets the
    thread's number and the round; what is not in EXPECTED ends the test."""
    faults = []
    gate = threading.Barrier(THREADS)

    def work(number):
        gate.wait()
        try:
            for i in range(rounds):
                for k in range(len(operations)):
                    try:
                        operations[(k + number) % len(operations)](number, i)
                    except EXPECTED:
                        pass
        except BaseException as e:
            faults.append(repr(e))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(THREADS)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    for fault in sorted(set(faults)):
        print("fault:", fault)


def count(rounds, operation):
    """Runs operation(thread, round) in each of the threads; how often that was in all."""
    together(rounds, operation)
    return THREADS * rounds
