import itertools
import math
ready()
math.prod(itertools.repeat(1))
