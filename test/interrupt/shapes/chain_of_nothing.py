import itertools
ready()
next(itertools.chain.from_iterable(itertools.repeat(())))
