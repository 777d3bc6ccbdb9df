def say(f, *args, **kwargs):
    try:
        print(f(*args, **kwargs))
    except TypeError as e:
        print(e)


def every(a, b=2, *args, c, d=4, **kw): return a, b, args, c, d, kw
def positional(a, b, /, c): return a, b, c
def defaults(a, b=1): return a, b
def keyword(*, x, y, z): return x, y, z
def mixed(a, *, x): return a, x


say(every, 1, c=3)
say(every, 1, 2, 3, 4, c=5, e=6)
say(every)
say(every, 1)
say(every, 1, c=2, a=3)
say(positional)
say(positional, 1)
say(positional, 1, 2, 3, 4)
say(positional, a=1, b=2, c=3)
say(positional, 1, 2, 3, x=1)
say(defaults, 1, 2, 3)
say(keyword)
say(keyword, 1)
say(keyword, x=1)
say(mixed, 1, 2, x=3)
say(lambda: every(*5))
say(lambda: every(**5))
say(lambda: every(**{"a": 1}, a=2))
say(lambda: every(**{1: 2}))
