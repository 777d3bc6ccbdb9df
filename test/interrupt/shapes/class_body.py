ready()


class Loop:
    while True:
        pass
