import itertools
ready()
for _ in itertools.cycle([1, 2]):
    pass
