"""Exceptions as control flow, and context managers."""
# quick: 4000
import sys

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 12_000


class DeadEnd(Exception):
    def __init__(self, depth):
        super().__init__(depth)
        self.depth = depth


class Undo:
    def __init__(self, stack):
        self.stack = stack

    def __enter__(self):
        self.mark = len(self.stack)

    def __exit__(self, kind, value, traceback):
        del self.stack[self.mark :]
        return False


def descend(path, target, depth):
    if depth == 0:
        if sum(path) % 17 != target:
            raise DeadEnd(len(path))
        return sum(path)
    for choice in (1, 4, 6):
        try:
            with Undo(path):
                path.append(choice)
                return descend(path, target, depth - 1)
        except DeadEnd as e:
            if e.depth > 99:
                raise
        finally:
            path[:] = path[: len(path)]
    raise DeadEnd(depth)


found = lost = 0
for i in range(rounds):
    try:
        found += descend([], i % 17, 1 + i % 4)
    except DeadEnd as e:
        lost += e.depth
    try:
        {}[i]
    except (IndexError, KeyError) as e:
        found += e.args[0] & 1
print("checksum", found, lost)
