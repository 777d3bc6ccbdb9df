import itertools
ready()
sum(itertools.count())
