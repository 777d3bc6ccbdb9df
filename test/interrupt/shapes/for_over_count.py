import itertools
ready()
for _ in itertools.count():
    pass
