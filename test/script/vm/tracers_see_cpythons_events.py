# Each function runs under a tracer; the events are CPython's, with lines counted from the function's first.
import sys


def events_of(function, *args):
    seen = []
    first = function.__code__.co_firstlineno

    def trace(frame, event, arg):
        if frame.f_code.co_filename != __file__:
            return None
        what = arg[0].__name__ if event == "exception" else arg if event == "return" and isinstance(arg, (int, bool)) else None
        seen.append((frame.f_code.co_name, event, frame.f_lineno - first, what))
        return trace

    sys.settrace(trace)
    try:
        function(*args)
    except Exception as e:
        seen.append(type(e).__name__)
    finally:
        sys.settrace(None)
    print(function.__name__)
    for event in seen:
        print("   ", *event if isinstance(event, tuple) else [event])


def loops(n):
    for i in range(n):
        pass
    while n:
        n -= 1
        if n == 1:
            continue
        if not n:
            break
    else:
        n = 5
    for i in (): pass
    while True:
        if i:
            return i
        i = 7


def tries(fail):
    try:
        try:
            if fail:
                raise ValueError
        except KeyError:
            pass
        else:
            fail = 3
        finally:
            fail = 4
    except ValueError as e:
        fail = 5
    try:
        1 / 0
    except:
        pass
    return fail


class Context:
    def __enter__(self):
        return 1

    def __exit__(self, *error):
        return True


def withs(fail):
    with Context() as a, \
         Context():
        if fail:
            raise KeyError
    for i in (1, 2):
        with Context():
            if i == 1:
                continue
            return i


def pieces(a):
    b = (a +
         a)
    c = max(
        a,
        b,
    )
    d = [
        x
        for x in (1, 2)
        if x
    ]
    assert (a and
            b)
    return (
        c)


def generator():
    got = yield 1
    try:
        yield from iter([2])
    finally:
        got = 3
    return 4


def drives():
    for i in generator():
        i += 1
    g = generator()
    next(g)
    g.close()
    g = generator()
    next(g)
    try:
        g.throw(KeyError)
    except KeyError:
        pass


class Items:
    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


def iterates():
    for i in Items():
        pass


def matches(x):
    match x:
        case 1:
            y = 1
        case [a, b] if a:
            y = 2
        case {"k": v}:
            y = 3
        case _:
            y = 4


def defines():
    @(lambda f: f)
    def f(a=1,
          b=2):
        """doc"""

    class C(
        object
    ):
        "doc"
        x = 1
    f()


events_of(loops, 3)
events_of(tries, 0)
events_of(tries, 1)
events_of(withs, 0)
events_of(withs, 1)
events_of(pieces, 1)
events_of(drives)
events_of(iterates)
for x in (1, [1, 2], [0, 1], {"k": 1}, 5):
    events_of(matches, x)
events_of(defines)
