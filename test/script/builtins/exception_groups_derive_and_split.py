def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


class Mine(ExceptionGroup):
    def derive(self, excs):
        return Mine(self.message, excs)


g = Mine("m", [ValueError(1), TypeError(2), Mine("n", [ValueError(3), OSError(4)])])
g.__cause__ = KeyError("c")
g.add_note("note")
match, rest = g.split(ValueError)
print(repr(match), repr(rest))
print(type(match), match.__notes__, match.__cause__, rest.__notes__)
print(repr(g.subgroup(lambda e: isinstance(e, OSError))))
print(g.split((KeyError, IndexError)))
print(repr(g.subgroup((ValueError, OSError))), g.message, g.exceptions)
print(str(g), repr(ExceptionGroup("x", (ValueError(1),))))
show(lambda: g.split(3))
show(lambda: g.split((3,)))
show(lambda: ExceptionGroup("x"))
show(lambda: ExceptionGroup(1, [ValueError()]))
show(lambda: ExceptionGroup("x", 3))
show(lambda: ExceptionGroup("x", []))
show(lambda: ExceptionGroup("x", [1]))
show(lambda: ExceptionGroup("x", [KeyboardInterrupt()]))
show(lambda: BaseExceptionGroup("x", [ValueError(), KeyboardInterrupt()]))
show(lambda: type(BaseExceptionGroup("x", [ValueError()])))
show(lambda: Mine("x", [KeyboardInterrupt()]))
show(lambda: ExceptionGroup[int])
show(lambda: setattr(g, "message", 3))
print(ExceptionGroup.__mro__, ExceptionGroup.__bases__)


class Bad(ExceptionGroup):
    def derive(self, excs):
        return 42


show(lambda: Bad("x", [ValueError(1)]).split(TypeError))
show(lambda: Bad("x", [ValueError(1), TypeError(2)]).split(TypeError))
