import sys

for source in ["a b", "(1, 2", "x = 1 +", "def f(:", "if x\n  y", "print 1", "f(a=1, 2)", "1 = x", "x = {1: 2, 3}", "for i in range(3) print(i)",
               "class C\n  pass", "'abc", "'''abc", "f'{a b}'", "return 1", "break", "a = yield", "  x", "def f():\n\tx\n        y", "é = 1 +", "lambda: (yield",
               "x = 5 if 6", "import a.b as", "from . import *, a", "del f()", "with a as 1: pass", "try: pass", "async x", "0777", "1_", "1__0", "0x", "1e",
               "a\\b", "$", "x = 'é' 5", "f(**a, *b)", "f(x for x in y, 1)", "not = 1", "None = 1", "def f(None): pass", "a, b += 1", "(a, 1) = 2",
               "nonlocal x", "def f():\n global x\n x = 1\n nonlocal x", "def f(a, a): pass", "f(a=1, a=2)", "*a", "print(*a", "[1, 2", "{1: ", "x = [1, 2)",
               "if True:\npass", "else: pass", "raise a from", "assert (1, 2), ", "@\ndef f(): pass", "match x:\n case 1 | y: pass\n case 2: pass", "a := 1"]:
    try:
        compile(source, "<source>", "exec")
    except SyntaxError:
        sys.excepthook(*sys.exc_info()[:2], None)
    else:
        print("accepted:", repr(source))
