import itertools
ready()
for _ in itertools.repeat(None):
    pass
