def numbers():
    while True:
        yield 1


ready()
for _ in numbers():
    pass
