import itertools
ready()
{}.update(itertools.repeat((1, 2)))
