import itertools
ready()
frozenset(itertools.cycle("ab"))
