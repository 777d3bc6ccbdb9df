import warnings

warnings.simplefilter('ignore')
sources = '''
return
###
def f(a, a): pass
###
def f(a):
    global a
###
def f():
    x = 1
    global x
###
def f():
    print(x)
    global x
###
def f():
    nonlocal x
###
nonlocal x
###
class A:
    def f(self):
        nonlocal y
###
def f():
    def g():
        nonlocal x
        x = 1
    x: int
    global x
###
break
###
continue
###
for x in y:
    pass
else:
    break
###
while 1:
    def f():
        continue
###
def f():
    from a import *
###
class A:
    from a import *
###
yield x
###
class A:
    yield 1
###
await x
###
def f():
    await x
###
async def f():
    yield from x
###
async def f():
    yield 1
    return 2
###
def f():
    async with a: pass
###
def f():
    async for a in b: pass
###
def f():
    return [x async for x in y]
###
lambda: await x
###
try:
    pass
except:
    pass
except ValueError:
    pass
###
__debug__ = 1
###
def f(__debug__): pass
###
del __debug__
###
f(__debug__=1)
###
x.__debug__ = 1
###
import __debug__
###
for __debug__ in x: pass
###
f(a=1, b=2, a=3)
###
a, *b, *c = x
###
*a = x
###
print(*a for a in b)
###
x = *a
###
[(yield x) for x in y]
###
((yield x) for x in y)
###
[x := 1 for x in y]
###
[y := 1 for x in y for y in z]
###
[x for x in (y := z)]
###
class A:
    [x := 1 for y in z]
###
def f():
    [(i := 0) for i, j in x]
###
[[(i := 0) for j in range(5)] for i in range(5)]
###
from __future__ import braces
###
x = 1
from __future__ import division
###
from __future__ import nope
###
def f(x):
    x: int
    nonlocal x
###
def f():
    global x
    x: int = 1
###
match x:
    case y: pass
    case 1: pass
###
match x:
    case _: pass
    case 1: pass
###
match x:
    case (a, a): pass
###
match x:
    case a | 1: pass
###
match x:
    case 1 | a: pass
    case 2: pass
###
match x:
    case [*a, *b]: pass
###
match x:
    case {1: a, 1: b}: pass
###
match x:
    case A(x=1, x=2): pass
###
try:
    pass
except* ValueError:
    return
###
for x in y:
    try:
        pass
    except* ValueError:
        break
###
for x in y:
    try:
        pass
    except* ValueError:
        continue
###
def f():
    try:
        pass
    except* ValueError:
        return 1
###
def f():
    x = 1
    def g():
        nonlocal x
        global x
###
def f(*, a, a): pass
###
lambda a, a: 1
###
class A:
    global x
    x: int
###
global x
x: int
###
def f():
    (x): int = 1
    global x
###
def f(a=(yield)): pass
###
async def f():
    def g():
        await x
###
from __future__ import annotations
def f(x: (yield)): pass
###
from __future__ import annotations
def f(x: (y := 1)): pass
###
from __future__ import annotations
async def f():
    def g(x: await z): pass
###
def f(a, *, b=1, **a): pass
###
with a as __debug__: pass
###
try: pass
except E as __debug__: pass
###
(__debug__ := 1)
###
class __debug__: pass
###
def __debug__(): pass
###
{**a for a in b}
###
def f():
    try:
        continue
    finally:
        pass
###
if 1:
    return
###
class A:
    return 1
###
async def f():
    return [x for x in y if await z]
def g():
    return [await z for x in y]
###
def g():
    return (await z for x in y)
###
[await z for x in y]
###
(a, b) += 1
###
f() += 1
###
x, y: int
###
[x]: int
###
def f():
    x = 1
    class A:
        nonlocal x
        x = 2
        global x
###
x = yield = 1
'''

for source in sources.strip("\n").split("\n###\n"):
    try:
        compile(source, "<test>", "exec")
    except SyntaxError as e:
        print(type(e).__name__, e.msg, (e.lineno, e.offset, e.end_lineno, e.end_offset), e.filename)
    else:
        print("fine:", source)
