import itertools
ready()
[0 for _ in itertools.count() if 0]
