def chain(e):
    out = []
    while e is not None and len(out) < 10:
        out.append(repr(e))
        e = e.__context__
    return out


try:
    try:
        raise ValueError(1)
    except ValueError as first:
        try:
            raise KeyError(2)
        except KeyError:
            raise first
except ValueError as e:
    print(chain(e))
try:
    try:
        raise ValueError(1)
    except ValueError as v:
        raise KeyError(2) from v
except KeyError as e:
    print(chain(e), repr(e.__cause__), e.__suppress_context__)
try:
    try:
        raise ValueError(1)
    finally:
        raise KeyError(2)
except KeyError as e:
    print(chain(e), e.__suppress_context__)
try:
    raise ValueError(1) from None
except ValueError as e:
    print(e.__cause__, e.__suppress_context__)
for bad in (1, "x", [], int):
    try:
        raise bad
    except TypeError as e:
        print(e)
try:
    raise ValueError from 3
except TypeError as e:
    print(e)


class Odd(Exception):
    def __new__(cls, *args):
        return 5


try:
    raise Odd
except TypeError as e:
    print(e)
a, b, c = ValueError("a"), ValueError("b"), ValueError("c")
a.__context__ = b
b.__context__ = c
try:
    try:
        raise a
    except ValueError:
        raise c
except ValueError as e:
    print(chain(e), chain(b))
