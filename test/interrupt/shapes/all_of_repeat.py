import itertools
ready()
all(itertools.repeat(1))
