# The list that is searched is compared with what follows, too.
for left in (0.0, 1):
    try:
        print(left in [1] >= 2)
    except TypeError as e:
        print(e)
print(3 not in {1, 2} < {1, 2, 3})
for iterable, start in ((5, "a"), ([], "a"), (None, b""), ([1], bytearray())):
    try:
        sum(iterable, start)
    except TypeError as e:
        print(e)
