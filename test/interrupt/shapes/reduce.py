import functools
import itertools
ready()
functools.reduce(max, itertools.repeat(1))
