# Names at the top level and in functions ask a namespace that is no plain dict through its own methods.
class Numbers(dict):
    def __missing__(self, key):
        if key.startswith("n"):
            return int(key[1:])
        raise KeyError(key)


class Refusing(dict):
    def __getitem__(self, key):
        raise ZeroDivisionError(key)


f = eval("lambda: n1 + n20 + n300", Numbers())
print([f() for _ in range(3)])
print(eval("n5 + 1", Numbers()))
for space in (Refusing(x=1), {"__builtins__": Refusing(x=1)}, Numbers()):
    for source in ("x", "(lambda: x)()"):
        try:
            print(eval(source, space))
        except (ZeroDivisionError, NameError) as e:
            print(type(e).__name__, e)


# An outer __class__ and the one that belongs to the methods.
class Outer:
    def method(self):
        class Inner:
            seen = __class__

            def mine(self):
                return __class__

        class Changing:
            nonlocal __class__
            __class__ = 42

            def mine(self):
                return __class__

        return Inner.seen, Inner().mine() is Inner, Changing().mine() is Changing, __class__


print(Outer().method())

# Top-level await makes a coroutine of every asynchronous statement.
import ast

for source in ("async for i in x: pass", "async with x: pass", "[i async for i in x]", "await x", "x"):
    for mode in ("exec", "single"):
        print(compile(source + "\n", "", mode, ast.PyCF_ALLOW_TOP_LEVEL_AWAIT).co_flags & 0x80, end=" ")
print()
