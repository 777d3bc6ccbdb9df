import collections
import itertools
ready()
collections.deque(itertools.accumulate(itertools.repeat(0)), maxlen=0)
