import itertools
ready()
while True:
    try:
        a, b = itertools.count()
    except ValueError:
        pass
