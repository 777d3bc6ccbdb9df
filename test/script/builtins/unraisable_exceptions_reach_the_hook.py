import sys


class A:
    def __del__(self):
        raise ValueError("boom")


def hook(u):
    print(type(u).__name__, u.exc_type.__name__, u.exc_value, u.err_msg, u.object.__qualname__, u.exc_traceback is not None)
    raise KeyError("hook")


sys.unraisablehook = lambda u: print(type(u).__name__, u.exc_type.__name__, u.exc_value, u.err_msg, u.object.__qualname__, len(u))
A()
sys.unraisablehook = hook
A()
print(sys.exc_info())
