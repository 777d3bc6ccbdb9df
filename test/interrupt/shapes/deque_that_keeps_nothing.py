import collections
import itertools
ready()
collections.deque(itertools.count(), maxlen=0)
