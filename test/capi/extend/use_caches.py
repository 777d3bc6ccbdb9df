"""Versions of dicts, code without instructions, functions with an explicit state."""
import caches

d, other = {}, {}
versions = [caches.version(d), caches.version(other)]


def step(what, change=None):
    before = caches.version(d)
    if change:
        change()
    after = caches.version(d)
    print(what, before == after, after in versions)
    versions.append(after)


step("nothing")
step("set", lambda: d.__setitem__("a", 1))
step("replace", lambda: d.__setitem__("a", 2))
step("get", lambda: d.get("a"))
step("miss", lambda: d.get("zz"))
step("setdefault", lambda: d.setdefault("b", 3))
step("setdefault, there", lambda: d.setdefault("b", 4))
step("update", lambda: d.update(c=5, d=6))
step("del", lambda: d.__delitem__("a"))
step("pop", lambda: d.pop("b"))
step("pop, absent", lambda: d.pop("b", None))
step("popitem", d.popitem)
step("clear", d.clear)
step("int key", lambda: d.__setitem__(7, 7))
print(0 in versions, caches.version({1: 2}) in versions, caches.version(d.copy()) in versions)

space = {}
for value in (None, "x", "y", None):
    if value:
        space["name"] = value
    else:
        space.pop("name", None)
    for again in range(2):
        try:
            print(caches.lookup(space, "name"))
        except NameError as e:
            print(e)


def f(a):
    pass


described = f.__code__.replace(co_code=b"", co_consts=(), co_names=(), co_varnames=("x", "y"), co_nlocals=2, co_argcount=1,
                               co_linetable=b"", co_exceptiontable=b"", co_name="g", co_firstlineno=12)
print(described.co_name, described.co_varnames, described.co_argcount, described.co_firstlineno)
print(caches.compile_flags("1 + 1"))
try:
    caches.compile_flags("1 +")
except SyntaxError as e:
    print(e, e.filename)
print(type(caches.importer("/usr")).__name__, caches.importer("/nowhere at all"), caches.importer("/usr") is caches.importer("/usr"))
print(caches.profiled(lambda: [f(1), f(2), len("abc")]), caches.profiled(lambda: None))
try:
    caches.profiled(lambda: 1 // 0)
except ZeroDivisionError as e:
    print(e)
try:
    caches.fail_twice()
except ValueError as e:
    print(e, e.__context__)
print(caches.lines(b"a\nb\r\nc\rd", 64), caches.lines(b"abc\r\ndef\r\r\n", 4), caches.lines(b"", 9), caches.lines(b"x\r", 9))


class Made:
    def __init__(self):
        self.kind = "made"

    def __repr__(self):
        return self.kind


class Called:
    def __call__(self, *args, **kwargs):
        return args, kwargs


print(caches.bare(Made), caches.bare(Called()), caches.bare(Called().__call__), caches.bare(list), caches.bare(lambda: 1))

import sys

sys.unraisablehook = lambda u: print(u.err_msg, repr(u.exc_value), u.object)
caches.unraisable("it")
