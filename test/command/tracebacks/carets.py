import sys
a, text, nothing, items, f = 1, "text", None, [1], lambda x: x


def show(source):
    try:
        exec(compile(source, __file__, "exec"), globals())
    except Exception:
        sys.excepthook(*sys.exc_info())


def operators(x, y):
    return x + y


def divide(x):
    return [1, 2,
            x / 0]


def chain(x):
    return x.a.b(1)[2]


def call_it(x):
    return x(1, *items,
             key=2)


for function, arguments in [(operators, (1, "a")), (divide, (1,)), (chain, (1,)), (call_it, (1,)), (len, ()),
                            (lambda: text  @  nothing, ()), (lambda: items[ 5 ], ()), (lambda: -text, ()), (lambda: not_there, ()),
                            (lambda: (yield_ := 1) + "é" + nothing, ()), (lambda: f(f(f(1 / 0))), ()), (lambda: nothing.x.y, ()),
                            (lambda: {**nothing}, ()), (lambda: [*nothing], ()), (lambda: f(*nothing), ()), (lambda: f(**nothing), ()),
                            (lambda: text < 1 < 2, ()), (lambda: 1 in nothing, ()), (lambda: f"{a:xyz}", ()), (lambda: int("x"), ())]:
    try:
        function(*arguments)
    except Exception:
        sys.excepthook(*sys.exc_info())
