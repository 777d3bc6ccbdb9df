import functools
ready()
while True:
    sorted(range(1000), key=functools.cmp_to_key(lambda a, b: b - a))
