import itertools
ready()
any(itertools.repeat(0))
