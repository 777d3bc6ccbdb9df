import itertools
ready()
any(0 for _ in itertools.count())
