async def numbers():
    yield 1

g = numbers()
print(g.__name__, g.__qualname__)  # expect: numbers numbers
g.__name__ = "renamed"
g.__qualname__ = "outer.renamed"
print(g.__name__, g.__qualname__, repr(g).split(" at ")[0])  # expect: renamed outer.renamed <async_generator object outer.renamed
for change in (lambda: setattr(g, "__name__", 3), lambda: delattr(g, "__qualname__")):
    try:
        change()
    except TypeError as e:
        print(e)
# expect: __name__ must be set to a string object
# expect: __qualname__ must be set to a string object
print(g.__name__, g.ag_await, g.ag_running, g.ag_code is numbers.__code__)  # expect: renamed None False True
