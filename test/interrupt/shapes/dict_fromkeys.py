import itertools
ready()
dict.fromkeys(itertools.repeat(1))
