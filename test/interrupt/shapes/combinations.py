import collections
import itertools
ready()
collections.deque(itertools.combinations(range(100), 50), maxlen=0)
