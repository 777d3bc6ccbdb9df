import itertools
ready()
set().update(itertools.repeat(1))
