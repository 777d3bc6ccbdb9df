# Setting f_lineno in a trace function.
import sys


def run(function, start, to, event="line"):
    first = function.__code__.co_firstlineno
    output, done = [], []

    def trace(frame, what, arg):
        if frame.f_code is function.__code__ and what == event and frame.f_lineno == first + start and not done:
            done.append(1)
            try:
                frame.f_lineno = to + first if isinstance(to, int) else to
            except ValueError as e:
                output.append(e)
        return trace

    sys.settrace(trace)
    try:
        function(output)
    except Exception as e:
        output.append(e)
    finally:
        sys.settrace(None)
    print(function.__name__, start, to, [str(x).replace(str(first), "F") for x in output])


def straight(o):
    o.append(1)
    o.append(2)
    o.append(3)


def loop(o):
    for i in 1, 2:
        o.append(i)
    o.append(3)
    for j in 4, 5:
        o.append(j)


def handled(o):
    try:
        1 / 0
    except ZeroDivisionError:
        o.append(sys.exc_info()[0].__name__)
        o.append(2)
    o.append(sys.exc_info()[0])


def closed(o):
    with open("/dev/null") as f:
        o.append(f.closed)
        o.append(2)
    o.append(f.closed)


def final(o):
    try:
        o.append(1)
    finally:
        o.append(2)
    o.append(3)


for to in (1, 2, 3, 0, -1, 100, "x", 1 << 40):
    run(straight, 2, to)
run(straight, 0, 2, "call")
run(straight, 3, 1, "return")
for start, to in (3, 2), (2, 3), (3, 5), (5, 1):
    run(loop, start, to)
for start, to in (4, 6), (5, 4), (6, 4), (4, 1), (6, 1):
    run(handled, start, to)
for start, to in (2, 3), (2, 4), (3, 1), (4, 2):
    run(closed, start, to)
for start, to in (2, 4), (4, 1), (5, 4), (4, 5):
    run(final, start, to)
try:
    sys._getframe().f_lineno = 1
except ValueError as e:
    print(e)


# Looking at the variables when a function is entered changes nothing, whether they are cells or not.
def captured(argument, other=2):
    def inner():
        return argument, free
    free = other
    return inner()


def look(frame, event, arg):
    seen.append(sorted(frame.f_locals))
    return look


seen = []
sys.settrace(look)
try:
    print(captured(1))
finally:
    sys.settrace(None)
print(seen[:4])
