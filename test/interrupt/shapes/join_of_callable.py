class Stop(Exception):
    pass


def more():
    more.n += 1
    if more.n > 100000:
        raise Stop
    return ""


ready()
while True:
    more.n = 0
    try:
        "".join(iter(more, 1))
    except Stop:
        pass
