import sys


def inner(a, b=2):
    c = a + b
    f = sys._getframe()
    print(f.f_code.co_name, f.f_lineno, sorted(f.f_locals), f.f_back.f_code.co_name)
    raise LookupError(c)


def middle():
    try:
        inner(1)
    finally:
        x = 1


def lines(tb):
    while tb:
        yield tb.tb_frame.f_code.co_name, tb.tb_lineno, tb.tb_frame.f_lineno
        tb = tb.tb_next


try:
    middle()
except LookupError as e:
    kept = e.__traceback__
    print(list(lines(kept)))
    last = kept
    while last.tb_next:
        last = last.tb_next
    print(last.tb_frame.f_locals["c"], last.tb_frame.f_back.f_code.co_name)
    last.tb_frame.clear()
    print(last.tb_frame.f_locals)


def closure():
    n = 5

    def reads():
        return n, sorted(locals())
    n = 6
    return reads(), locals()["n"]


print(closure())


def deep(n):
    return deep(n + 1)


try:
    deep(0)
except RecursionError as e:
    print(e)


def replaced():
    return "old name"


code = replaced.__code__.replace(co_name="renamed", co_firstlineno=1000)
print(code.co_name, code.co_firstlineno, code == replaced.__code__, eval(code))
print(len(list(code.co_positions())) > 0, [l for *_, l in code.co_lines()][-1] is not None)
try:
    raise
except RuntimeError as e:
    print(e)
try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise KeyError("k") from e
except KeyError as e:
    print(repr(e.__cause__), repr(e.__context__), e.__suppress_context__)
