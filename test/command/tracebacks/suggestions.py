abcdef=1
class A:
    blech=1
    def f(self):
        return foobar2
foobar=1
import sys
def show(f):
    try: f()
    except BaseException as e: sys.excepthook(type(e),e,e.__traceback__)
show(lambda: A().bluch)
show(lambda: A().f())
def g():
    local_var=1
    return local_vra
show(g)
show(lambda: prnt)
class B:
    def __init__(s): s.value=1
    def m(s): return valu, value
    def n(s): return value
show(lambda: B().n())
show(lambda: __import__('os').getcdw)
show(lambda: xx)
def imp():
    from os import getcdw
show(imp)
e=ValueError('x'); e.add_note('note1\nnote2'); 
def r(): raise e
show(r)
def r(): raise ExceptionGroup('eg',[e,TypeError(1)])
show(r)


class Many:
    def __dir__(self):
        return [f"name{i}" for i in range(750)]


class Failing:
    def __dir__(self):
        raise TypeError


show(lambda: Many().name_1)
show(lambda: Failing().x)
show(lambda: A().BLECH)
show(lambda: A().completely_different_name_that_is_long)
show(lambda: abcedf)


def unbound():
    x
    x = 1


show(unbound)
