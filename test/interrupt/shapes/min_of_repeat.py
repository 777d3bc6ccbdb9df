import itertools
ready()
min(itertools.repeat(1))
