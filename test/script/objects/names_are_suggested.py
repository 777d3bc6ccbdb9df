import io
import sys


class A:
    blech = 1


class Silent:
    blech = 1

    def __getattr__(self, name):
        raise AttributeError


class Own(AttributeError):
    pass


def misspelt_local():
    number = 1
    print(nunber)


def misspelt_global():
    print(misspelt_globel)


def misspelt_builtin():
    prnit(1)


def far_away():
    print(zzzzzzzzzzzz)


def unbound():
    print(value)
    value = 1


def own():
    raise Own("mine", name="blach", obj=A())


for f in (lambda: A().blach, lambda: A.Blech, lambda: A().nothing_like_it, lambda: Silent().bleck, misspelt_local, misspelt_global, misspelt_builtin,
          far_away, unbound, own):
    try:
        f()
    except Exception:
        kept, sys.stderr = sys.stderr, io.StringIO()
        sys.__excepthook__(*sys.exc_info())
        kept, sys.stderr = sys.stderr, kept
        print(kept.getvalue().splitlines()[-1])
