import itertools
ready()
next(filter(None, itertools.repeat(0)))
