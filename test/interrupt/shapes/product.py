import collections
import itertools
ready()
collections.deque(itertools.product(range(100), repeat=20), maxlen=0)
