import itertools
ready()
for _ in zip(itertools.count(), itertools.repeat(0)):
    pass
