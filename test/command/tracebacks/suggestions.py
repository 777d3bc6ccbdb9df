import sys


class Thing:
    colour = 1
    shape = 2


def name():
    colour = 1
    return color


def attribute():
    return Thing().colr


def builtin():
    return lenn([])


def module():
    return sys.argvv


def self_name():
    class C:
        def __init__(self):
            self.blech = 1

        def f(self):
            return blech
    return C().f()


for f in (name, attribute, builtin, module, self_name):
    try:
        f()
    except Exception:
        sys.excepthook(*sys.exc_info())
undefind = 1
print(undefined)
