"""Generators that delegate to generators: walking a search tree in order."""
# quick: 30000
import sys

size = int(sys.argv[1]) if len(sys.argv) > 1 else 80_000


class Node:
    def __init__(self, key):
        self.key = key
        self.left = self.right = None

    def insert(self, key):
        node = self
        while True:
            if key < node.key:
                if node.left is None:
                    node.left = Node(key)
                    return
                node = node.left
            else:
                if node.right is None:
                    node.right = Node(key)
                    return
                node = node.right

    def walk(self):
        if self.left is not None:
            yield from self.left.walk()
        yield self.key
        if self.right is not None:
            for key in self.right.walk():
                yield key


seed = 12345
root = Node(1 << 30)
for _ in range(size):
    seed = (seed * 1103515245 + 12345) & 0x7FFFFFFF
    root.insert(seed)
total = last = 0
for key in root.walk():
    assert key >= last
    last = key
    total = (total * 31 + key) % 1000003
pairs = sum(a < b for a, b in zip(root.walk(), (k + (k & 1) for k in root.walk())))
print("checksum", total, pairs)
