import sys


def a():
    1 / 0


def b():
    try:
        a()
    except ZeroDivisionError as e:
        raise ValueError("b failed") from e


def c():
    try:
        b()
    except ValueError:
        raise KeyError("c failed")


def d():
    try:
        c()
    except KeyError:
        raise OSError(2, "No such thing", "file") from None


def loop():
    e = RuntimeError("one")
    e.__context__ = e2 = RuntimeError("two")
    e2.__cause__ = e
    raise e


def notes():
    e = TypeError("noted")
    e.add_note("first note\nof two lines")
    e.add_note("second")
    raise e


def group():
    raise ExceptionGroup("several", [ValueError(1), ExceptionGroup("inner", [TypeError("t"), OSError(5, "five")]), KeyError("k")])


def group_with_causes():
    try:
        try:
            a()
        except ZeroDivisionError as e:
            raise ExceptionGroup("g", [ValueError("v"), e]) from e
    except ExceptionGroup as g:
        raise RuntimeError("outer") from g


def nested_group():
    parts = []
    for function in (a, c, group):
        try:
            function()
        except Exception as e:
            parts.append(e)
    raise ExceptionGroup("with tracebacks", parts)


def multi_line_message():
    raise ValueError("first\nsecond\n  third")


class Odd(Exception):
    def __str__(self):
        raise ValueError("no text")


class Nested:
    class Inner(Exception):
        pass


def odd():
    raise Odd


def inner():
    raise Nested.Inner("qualified name")


def empty():
    raise ValueError


def mutual(n):
    return other(n)


def other(n):
    if n == 0:
        raise LookupError("bottom")
    return mutual(n - 1)


def syntax():
    compile("a b c", "some file", "exec")


def system_exit():
    raise SystemExit(5)


for f in (a, b, c, d, loop, notes, group, group_with_causes, nested_group, multi_line_message, odd, inner, empty, lambda: mutual(10), syntax):
    try:
        f()
    except BaseException:
        sys.excepthook(*sys.exc_info())
sys.excepthook(ExceptionGroup, ExceptionGroup("not raised", [ValueError(), ExceptionGroup("inside", [KeyError()])]), None)
group_with_causes()
