import collections
import itertools
ready()
collections.Counter(itertools.repeat(1))
