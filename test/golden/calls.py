def calls(self, a, *rest, **kw):
    self.method(a, 1)
    self.method(a.b)
    self.method(a, key=1)
    f(a, b=2)
    f(*rest)
    f(1, *rest, x=1, **kw)
    a.b.c().d
    return f(f(a))


def keyword_only(a, /, b=1, *, c, d=(1, 2)) -> "r":
    return lambda x=b: x + a


@decorator
@other(1)
class Class(Base, metaclass=Meta):
    x = 1

    def method(self):
        return super().method(__class__)
