import sys


def which(f, *args):
    out = []
    try:
        out.append("try")
        out.append(f(*args))
    except ZeroDivisionError as e:
        out.append(("zero", str(e)))
    except (KeyError, IndexError) as e:
        out.append((type(e).__name__, e.args))
    except Exception:
        out.append("other " + sys.exc_info()[0].__name__)
    else:
        out.append("else")
    finally:
        out.append("finally")
    return out


print(which(lambda: 1))
print(which(lambda: 1 / 0))
print(which(lambda: {}[1]))
print(which(lambda: [][1]))
print(which(lambda: int("x")))


def nested():
    try:
        try:
            raise ValueError(1)
        except TypeError:
            print("no")
        finally:
            print("inner finally", sys.exc_info()[1])
    except ValueError as e:
        print("outer", e, sys.exc_info()[1] is e)
        try:
            raise KeyError(2) from e
        except KeyError as k:
            print(repr(k.__cause__), repr(k.__context__), k.__suppress_context__)
        print("again", repr(sys.exc_info()[1]))
    print(sys.exc_info())


nested()


def finally_overrides():
    for i in range(3):
        try:
            if i == 0:
                continue
            if i == 1:
                raise ValueError
            return i
        except ValueError:
            continue
        finally:
            print("f", i)


print(finally_overrides())


def return_in_finally():
    try:
        raise KeyError
    finally:
        return "kept quiet"


print(return_in_finally())


def break_in_finally():
    while True:
        try:
            return 1
        finally:
            break
    return 2


print(break_in_finally())


def value_survives():
    x = 1
    try:
        return x
    finally:
        x = 2


print(value_survives())


def reraise():
    try:
        try:
            1 / 0
        except ZeroDivisionError:
            raise
    except ZeroDivisionError as e:
        return repr(e), e.__context__


print(reraise())
try:
    raise
except RuntimeError as e:
    print(e)


def context_chain():
    try:
        try:
            raise ValueError("a")
        finally:
            raise TypeError("b")
    except TypeError as e:
        return repr(e.__context__)


print(context_chain())
for bad in (1, "x", int, None):
    try:
        raise bad
    except TypeError as e:
        print(e)
    except BaseException as e:
        print("?", e)
try:
    raise ValueError from 1
except TypeError as e:
    print(e)
try:
    try:
        raise ValueError
    except 5:
        pass
except TypeError as e:
    print(e, repr(e.__context__))


class Custom(Exception):
    def __init__(self, a, b=2):
        super().__init__(a)
        self.b = b


try:
    raise Custom(1, b=3)
except Custom as c:
    print(c.args, c.b)
try:
    raise Custom
except TypeError as e:
    print(e)


def depth(n):
    try:
        return depth(n + 1)
    except RecursionError:
        return "deep"


print(depth(0))


def generator_exit():
    try:
        yield 1
    except GeneratorExit:
        print("closed")
        raise
    finally:
        print("cleaned")


g = generator_exit()
next(g)
g.close()
assert True, "never"
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print(repr(e))
try:
    assert []
except AssertionError as e:
    print(repr(e))
