import itertools
ready()
next(itertools.islice(itertools.count(), 10**15, None))
