import itertools
ready()
{1}.isdisjoint(itertools.repeat(2))
