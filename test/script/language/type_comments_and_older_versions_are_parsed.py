import ast


def tell(source, mode="exec", **options):
    try:
        print(ast.dump(ast.parse(source, mode=mode, **options)))
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset, e.end_lineno, e.end_offset)


tell("x = 1  # type: int\n", type_comments=True)
tell("x = 1  # type: int\n")
tell("for a in b:  # type: int\n    pass\n", type_comments=True)
tell("with a as b:  # type: int\n    pass\n", type_comments=True)
tell("with (a, b):  # type: int\n    pass\n", type_comments=True)
tell("def f(a,  # type: A\n      *b,  # type: B\n      c=1  # type: C\n      ):\n    # type: (...) -> D\n    pass\n", type_comments=True)
tell("def f():  # type: () -> A\n    # type: () -> B\n    pass\n", type_comments=True)
tell("def f(*,  # type: int\n      a): pass\n", type_comments=True)
tell("pass  # type: int\n", type_comments=True)
tell("(lambda x  # type: int\n: 0)\n", type_comments=True)
tell("# type: ignore\nx = 1  # type: ignore[why]\ny  # type: ignored\n", type_comments=True)
tell("x  # type: ignore_me\n", type_comments=True)
tell("(int, *str, **float) -> list[int]", mode="func_type")
tell("(int, str,) -> None", mode="func_type")
tell("(*a, *b) -> c", mode="func_type")
for minor, source in [
    (3, "a @ b"), (4, "async def f(): pass"), (4, "async def f():\n  await x"), (5, "x: int = 1"), (5, "f'{x}'"), (5, "1_000"),
    (5, "async def f():\n  return [x async for x in y]"), (6, "async = await = 1"), (7, "def f(a, /): pass"), (7, "(x := 1)"), (7, "f'{x=}'"),
    (8, "with (a as b): pass"), (9, "match x:\n  case 1: pass"), (10, "try: pass\nexcept* E: pass"),
]:
    tell(source, feature_version=(3, minor))
    tell(source, feature_version=(3, minor + 1))
for mode, flags in ("func_type", 0), ("other", 0), ("other", ast.PyCF_ONLY_AST):
    try:
        compile("x", "f", mode, flags)
    except ValueError as e:
        print(e)
