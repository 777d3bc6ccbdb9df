def thrown_into():
    try:
        raise KeyError("a")
    except KeyError:
        try:
            yield
        except ValueError as e:
            yield repr(e.__context__)


g = thrown_into()
next(g)
print(g.throw(ValueError))


class Strange(Exception):
    def __new__(cls):
        return cls


def plain():
    yield


g = plain()
try:
    g.throw(Strange)
except TypeError as e:
    print(e)
print(next(g, "finished"))
