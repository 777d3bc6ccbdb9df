import itertools
ready()
next(itertools.compress(itertools.count(), itertools.repeat(0)))
