import collections
import itertools


def outer():
    yield from itertools.count()


ready()
collections.deque(outer(), maxlen=0)
