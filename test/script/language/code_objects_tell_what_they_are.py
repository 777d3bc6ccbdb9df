# needs: _ast
import inspect


def f(a, b, /, c, *args, d=1, **kw):
    "docstring"
    x = a
    y = [i for i in range(3)]

    def inner():
        return x, kw
    return inner


c = f.__code__
print(c.co_name, c.co_qualname, c.co_argcount, c.co_posonlyargcount, c.co_kwonlyargcount, c.co_varnames, c.co_cellvars,
      c.co_freevars, c.co_names, hex(c.co_flags), c.co_consts[0], c.co_nlocals)
codes = [k for k in c.co_consts if inspect.iscode(k)]
print([(k.co_name, k.co_qualname, k.co_varnames, k.co_freevars, hex(k.co_flags), k.co_firstlineno - c.co_firstlineno) for k in codes])


class C:
    @property
    @staticmethod
    def g():
        return (lambda: __class__)


print(C.__dict__["g"].fget.__func__.__code__.co_firstlineno - c.co_firstlineno)


def gen():
    yield


async def co():
    pass


async def agen():
    yield


for g in (gen, co, agen, lambda: 0, lambda: (yield)):
    k = g.__code__
    print(k.co_name, hex(k.co_flags), k.co_consts[:1])


def no_doc():
    return "not a docstring"


print(no_doc.__doc__, no_doc.__code__.co_consts[0])
print(compile("1 + 1", "<x>", "eval").co_filename, eval(compile("1 + 1", "<x>", "eval")))
exec(compile("a = 1\na + 1\n", "<x>", "exec"))
exec(compile("'shown'\n", "<x>", "single"))
exec(compile("None\n", "<x>", "single"))
exec(compile("for i in range(2):\n    i\n", "<x>", "single"))
print(compile("'doc'\nx = 1", "<x>", "exec", optimize=2).co_consts.count("doc"))
ns = {}
exec(compile("assert 0\nd = __debug__", "<x>", "exec", optimize=1), ns)
print(ns["d"])
k = compile("from __future__ import annotations\nx: y = 1", "<x>", "exec")
print(hex(k.co_flags))
lines = {line for _, _, line in f.__code__.co_lines() if line}
print(sorted(line - c.co_firstlineno for line in lines))
