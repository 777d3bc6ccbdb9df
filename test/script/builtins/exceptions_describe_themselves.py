import pickle, copy


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


for cls in (ValueError, KeyError, OSError, StopIteration, SystemExit, UnicodeError):
    for args in ((), (1,), ("a", 2), (1, 2, 3)):
        e = cls(*args)
        print(repr(e), "|", str(e), "|", e.args)
show(lambda: BaseException(a=1))
show(lambda: ImportError("m", name="n", path="p").__reduce__())
show(lambda: ImportError("m", nam="n"))
show(lambda: NameError("m", name="n").name)
show(lambda: AttributeError("m", name="n", obj=3).obj)
show(lambda: AttributeError("m", nme="n"))
show(lambda: StopIteration(4, 5).value)
show(lambda: SystemExit(4, 5).code)
show(lambda: SyntaxError("m", ("f/g.py", 1, 2, "t")))
print(str(SyntaxError("m", ("f/g.py", 1, 2, "t"))))
print(str(SyntaxError("m", ("f/g.py", None, 2, "t"))))
print(str(SyntaxError("m", (None, 7, 2, "t", 8, 9))), str(SyntaxError()))
show(lambda: SyntaxError("m", ("f", 1, 2, "t", 8)))
show(lambda: SyntaxError("m", (1, 2)))
show(lambda: OSError(2, "no", "f", None, "g").__reduce__())
print(str(OSError(2, "no", "f", None, "g")), str(OSError(2, "no", "f")), str(OSError(2, "no")))
show(lambda: OSError(2, "no", "f").args)
show(lambda: BlockingIOError(11, "later", 5).characters_written)
show(lambda: BlockingIOError(11, "later").characters_written)
for e in (ValueError("x"), OSError(2, "no", "f"), KeyError("k"), UnicodeEncodeError("ascii", "é", 0, 1, "why"),
          StopIteration(3), ImportError("m", name="n")):
    e.extra = [1]
    for c in (pickle.loads(pickle.dumps(e)), copy.copy(e)):
        print(repr(c), str(c), c.args, c.__dict__)
e = ValueError("x")
show(lambda: e.add_note(1))
e.add_note("one")
e.add_note("two")
print(e.__notes__)
e.__notes__ = 3
show(lambda: e.add_note("x"))
show(lambda: e.with_traceback(1))
show(lambda: setattr(e, "__cause__", 1))
show(lambda: setattr(e, "__context__", 1))
show(lambda: delattr(e, "__cause__"))
show(lambda: delattr(e, "args"))
show(lambda: setattr(e, "args", 5))
show(lambda: setattr(e, "__suppress_context__", 5))
e.args = [1, 2]
print(e.args, repr(e))
show(lambda: e.__setstate__(3))
e.__setstate__({"a": 1})
print(e.a)
for n in ("TypeError", "ExceptionGroup", "BrokenPipeError", "TabError", "UnicodeDecodeError"):
    c = getattr(__builtins__, n)
    print(n, [b.__name__ for b in c.__mro__], bool(c.__doc__), c.__module__)
print(IOError is OSError, EnvironmentError is OSError)
