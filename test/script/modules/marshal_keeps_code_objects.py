import marshal
import os
import sys
import traceback
import types

SOURCE = '''
"""Text."""
import sys
from os import path as where
LIMIT: int = 10 ** 20
KEYS = frozenset({1, 2}), b"bytes", 1.5, 2j, ..., None, True, -0.0, "\\u20ac", ("nested", (1, 2))


class Base:
    """Of a class."""
    kind = "base"

    def __init__(self, n=1, *args, key=None, **rest):
        self.n, self.args, self.rest = n, args, (key, rest)

    async def later(self, *, x: int = 3) -> str:
        async with self as a:
            return [b async for b in a]


class Derived(Base):
    def __init__(self):
        super().__init__(2, 3, key=4, other=5)
        self.kind += "!"


def closure(start):
    total = start

    def add(n):
        nonlocal total
        total += n
        return total
    return add


def steps(n):
    try:
        for i in range(n):
            if i in {1, 2, 3}:
                continue
            got = yield i
            if got:
                yield from (x * 2 for x in got)
    except ValueError as e:
        yield f"{e!r:>20} {n}"
    finally:
        yield "end"


def matched(x):
    match x:
        case [1, *rest]:
            return rest
        case {"k": v}:
            return v
        case Base(n=n):
            return n
    return None


def fails():
    return [1 / n for n in (2, 0)]
'''


def codes(code):
    yield code
    for c in code.co_consts:
        if isinstance(c, types.CodeType):
            yield from codes(c)


def again(code):
    return marshal.loads(marshal.dumps(code))


code = compile(SOURCE, "made up.py", "exec")
copy = again(code)
names = [n for n in dir(code) if n.startswith("co_") and n not in ("co_code", "co_consts", "co_stacksize", "co_linetable",
                                                                    "co_exceptiontable", "co_lnotab", "co_cellvars_")]
for a, b in zip(codes(code), codes(copy), strict=True):
    for n in names:
        x, y = getattr(a, n), getattr(b, n)
        if callable(x):
            x, y = list(x()), list(y())
        if x != y:
            print("differs", a.co_name, n, x, y)
    assert [c for c in a.co_consts if not isinstance(c, types.CodeType)] == [c for c in b.co_consts if not isinstance(c, types.CodeType)]
    assert b.co_filename is copy.co_filename, b.co_filename
print(copy.co_filename, copy.co_name, [c.co_qualname for c in codes(copy)])

ns = {"__name__": "made"}
exec(copy, ns)
print(ns["__doc__"], ns["LIMIT"], ns["KEYS"], ns["Base"].__doc__, ns["__annotations__"])
d = ns["Derived"]()
print(d.n, d.args, d.rest, d.kind)
add = ns["closure"](5)
print(add(1), add(2))
g = ns["steps"](6)
print(next(g), g.send([7, 8]), next(g), next(g), g.throw(ValueError("thrown")), list(g))
print(ns["matched"]([1, 2, 3]), ns["matched"]({"k": 4}), ns["matched"](d), ns["matched"](0))
try:
    ns["fails"]()
except ZeroDivisionError as e:
    for f in traceback.extract_tb(e.__traceback__):
        print(f.name, f.lineno, f.colno, f.end_colno)

# Code that has run is written as if it had not; a lambda, and code made by replace().
again(code), exec(again(copy), {"__name__": "x"})
f = lambda a, /, b=1, *c, d, **e: (a, b, c, d, e)
g = types.FunctionType(again(f.__code__), {}, argdefs=(1,))
print(g(0, d=3), g(0, 1, 2, d=3, x=4), again(f.__code__.replace(co_name="renamed")).co_name)

# In containers, and whole modules of the library.
both = again([code, {"k": code}, (f.__code__,)])
print([type(x).__name__ for x in both], both[1]["k"].co_names == code.co_names)
for name in ("os", "argparse", "dataclasses", "asyncio.events", "typing", "inspect"):
    path = os.path.join(os.path.dirname(os.__file__), *name.split(".")) + ".py"
    with open(path, "rb") as file:
        c = compile(file.read(), path, "exec")
    pairs = list(zip(codes(c), codes(again(c)), strict=True))
    print(name, all(a.co_names == b.co_names and a.co_varnames == b.co_varnames and list(a.co_lines()) == list(b.co_lines())
                    for a, b in pairs))

# Data that is cut off.
data = marshal.dumps(f.__code__)
refused = 0
for n in range(len(data)):
    try:
        marshal.loads(data[:n])
    except (EOFError, ValueError, TypeError):
        refused += 1
print(refused == len(data))
