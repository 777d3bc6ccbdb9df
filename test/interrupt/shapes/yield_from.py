def inner():
    while True:
        yield 0


def outer():
    yield from inner()


ready()
for _ in outer():
    pass
