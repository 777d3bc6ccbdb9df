def run(make):
    try:
        try:
            raise make()
        except* ValueError as g:
            print("values", repr(g))
        except* (TypeError, KeyError) as g:
            print("types", repr(g))
            raise OSError("from handler")
        else:
            print("else")
        finally:
            print("finally")
    except BaseException as e:
        print("left", repr(e), repr(e.__context__))
    print("--")


run(lambda: ExceptionGroup("g", [ValueError(1), TypeError(2), ExceptionGroup("n", [ValueError(3), KeyError(4)])]))
run(lambda: ExceptionGroup("g", [ValueError(1)]))
run(lambda: ValueError("naked"))
run(lambda: ExceptionGroup("g", [ValueError(1), IndexError(2)]))
run(lambda: RuntimeError("none"))


def nothing():
    try:
        pass
    except* ValueError:
        print("no")
    else:
        print("quiet")


nothing()


def again():
    try:
        raise ExceptionGroup("g", [ValueError(1), TypeError(2)])
    except* ValueError:
        raise


try:
    again()
except ExceptionGroup as e:
    print(repr(e))
try:
    try:
        raise ValueError
    except* ExceptionGroup:
        pass
except TypeError as e:
    print(e)
