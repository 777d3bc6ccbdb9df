import collections
import itertools
ready()
collections.deque(itertools.permutations(range(100)), maxlen=0)
