import itertools
ready()
next(itertools.filterfalse(None, itertools.repeat(1)))
