import itertools
ready()
max(itertools.count())
