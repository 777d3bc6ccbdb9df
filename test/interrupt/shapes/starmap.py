import collections
import itertools
ready()
collections.deque(itertools.starmap(max, itertools.repeat((1, 2))), maxlen=0)
