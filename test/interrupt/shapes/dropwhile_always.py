import itertools
ready()
next(itertools.dropwhile(bool, itertools.repeat(1)))
