"""The script side of line_pool.c: the handler its native threads call, and two threads of the script's own."""
import os
import sys
import threading

import pipe_reader

MODULUS = (1 << 61) - 1
WRAP = (1 << 64) - 1
SIEVE_SIZE, PRIMES_BELOW = 20_000, 2262


def library_files(limit):
    """The paths of all Python sources of the installed standard library, or of `limit` of them, evenly spread."""
    paths = []
    for folder, folders, names in os.walk(os.path.dirname(os.__file__)):
        folders.sort()
        paths += [os.path.join(folder, name) for name in sorted(names) if name.endswith(".py")]
    if 0 < limit < len(paths):
        paths = [paths[i * len(paths) // limit] for i in range(limit)]
    return paths


class Tally:
    """What was counted in the blocks that one thread handled; adding up does not depend on who handled what."""

    def __init__(self):
        self.blocks = self.lines = self.words = self.definitions = self.digest = 0

    def add(self, other):
        for name, value in vars(other).items():
            setattr(self, name, getattr(self, name) + value)
        self.digest &= WRAP

    def __eq__(self, other):
        return vars(self) == vars(other)


def count(tally, block):
    lines = block.split(b"\n")
    tally.blocks += 1
    tally.lines += len(lines) - (lines[-1] == b"")
    for line in lines:
        words = line.split()
        tally.words += len(words)
        if words and words[0] in (b"def", b"class", b"async"):
            tally.definitions += 1
    digest = int.from_bytes(block, "little") % MODULUS
    tally.digest = (tally.digest + digest) & WRAP
    return digest


tallies = {}  # by thread: no two threads write to the same one


def on_block(block):
    """The handler. Runs in whichever native thread read the block; returns its digest."""
    me = threading.get_ident()
    tally = tallies.get(me)
    if tally is None:
        tally = tallies[me] = Tally()
    return count(tally, block)


class Computing(threading.Thread):
    """Computes without a pause until told to stop, and checks each result."""

    def __init__(self):
        super().__init__(name="script: computes")
        self.running, self.rounds, self.wrong = True, 0, 0

    def run(self):
        while self.running:
            sieve = bytearray([1]) * SIEVE_SIZE
            sieve[0] = sieve[1] = 0
            for n in range(2, int(SIEVE_SIZE**0.5) + 1):
                if sieve[n]:
                    for multiple in range(n * n, SIEVE_SIZE, n):
                        sieve[multiple] = 0
            self.rounds += 1
            self.wrong += sum(sieve) != PRIMES_BELOW


class Clerk(threading.Thread):
    """Takes down what the pool reports through a pipe: which file, how large."""

    def __init__(self, fd):
        super().__init__(name="script: reads pipe")
        self.fd, self.sizes, self.problem = fd, {}, None

    def run(self):
        try:
            while (record := pipe_reader.read_record(self.fd)) is not None:
                number, size = record
                self.sizes[number] = self.sizes.get(number, 0) + size
        except Exception as e:
            self.problem = e


def start(fd):
    global computing, clerk
    computing, clerk = Computing(), Clerk(fd)
    computing.start()
    clerk.start()


def stop():
    """Ends the script's threads; the pool is done and the pipe is closed. Returns the rounds computed."""
    computing.running = False
    computing.join()
    clerk.join()
    return computing.rounds


def thread_names():
    return [(t.native_id, t.name) for t in (computing, clerk)]


def check(paths, block_lines, pool_digest):
    """Does everything again, alone and in order; returns what was counted, or raises for the first difference."""
    expected, sizes = Tally(), {}
    for number, path in enumerate(paths):
        with open(path, "rb") as f:
            data = f.read()
        sizes[number] = len(data)
        lines = data.split(b"\n")
        last = lines.pop()
        lines = [line + b"\n" for line in lines]
        if last:
            lines.append(last)
        for at in range(0, len(lines), block_lines):
            count(expected, b"".join(lines[at : at + block_lines]))
    found = Tally()
    for tally in tallies.values():
        found.add(tally)
    for what, is_right in {
        "what the handler counted": found == expected,
        "the sum of what the handler returned": pool_digest == expected.digest,
        "the files that came through the pipe": clerk.sizes == sizes and clerk.problem is None,
        "what the script computed": computing.rounds > 0 and computing.wrong == 0,
    }.items():
        if not is_right:
            raise AssertionError(f"{what} differs from the single-threaded pass: {vars(found)} {vars(expected)} {clerk.problem}")
    return (len(paths), sum(sizes.values()), expected.blocks, expected.lines, expected.words, expected.definitions)
