import itertools
import operator
ready()
operator.countOf(itertools.repeat(1), 1)
