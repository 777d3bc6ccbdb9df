def loops(xs):
    for i, (a, b) in enumerate(xs):
        if a:
            continue
        for c in b:
            if c:
                break
        else:
            return i
    while True:
        xs.step()
        if xs.done:
            break


def handlers(f):
    for x in f:
        try:
            f(x)
        except (A, B) as e:
            return e
        except C:
            raise
        else:
            continue
        finally:
            f.close()


def managers(a):
    with a as b, b.c:
        return b.d
