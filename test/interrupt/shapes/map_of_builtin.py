import collections
import itertools
ready()
collections.deque(map(abs, itertools.count()), maxlen=0)
