"""Pools: threads that hash and compress with the lock released, and processes that compute."""
import concurrent.futures
import hashlib
import sys
import zlib
from time import perf_counter

scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0


def digest(data):
    return hashlib.sha256(zlib.compress(data, 6)).hexdigest()


def collatz(first, last):
    most = 0
    for n in range(first, last):
        steps = 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        most = max(most, steps)
    return most


def timed(work):
    begin = perf_counter()
    return work(), perf_counter() - begin


def threads():
    blocks = [bytes((i * k) % 251 for i in range(50_000)) * 10 for k in range(1, 1 + max(4, int(16 * scale)))]
    expected, alone = timed(lambda: [digest(b) for b in blocks])
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        pool.submit(int).result()
        together, both = timed(lambda: list(pool.map(digest, blocks)))
        assert together == expected
        count = max(200, int(5000 * scale))
        results, seconds = timed(lambda: sum(f.result() for f in [pool.submit(pow, n, 2) for n in range(count)]))
        assert results == sum(n * n for n in range(count))
    print(f"thread_pool.two_workers {alone / both:.2f} of_one")
    print(f"thread_pool.tasks {count / seconds:.0f} 1/s")


def processes():
    parts = [(n, n + 500) for n in range(1, 1 + max(2000, int(10_000 * scale)), 500)]
    expected, alone = timed(lambda: [collatz(*p) for p in parts])
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert sorted(f.result() for f in [pool.submit(abs, -n) for n in range(4)]) == [0, 1, 2, 3]
        together, both = timed(lambda: list(pool.map(collatz, *zip(*parts))))
        assert together == expected
        count = max(100, int(1000 * scale))
        results, seconds = timed(lambda: sum(f.result() for f in [pool.submit(pow, n, 2) for n in range(count)]))
        assert results == sum(n * n for n in range(count))
    print(f"process_pool.two_workers {alone / both:.2f} of_one")
    print(f"process_pool.tasks {count / seconds:.0f} 1/s")


if __name__ == "__main__":
    threads()
    processes()
