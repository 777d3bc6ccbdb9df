import warnings

sources = [
    'x is 1', '1 is x', 'x is "a"', 'x is not 5', 'x is None', 'x is ...', 'x is ()', 'x is -1', 'a < b is 3',
    '(1, 2)()', '[]()', '{}()', '"a"(1)', '1()', 'f"{x}"()', 'None()', '[x for x in y]()', '(lambda: 0)()',
    '"abc"["a"]', '[1]["x"]', '(1,)[1.5]', '[1][1, 2]', '"a"[None]', '1[0]', 'None[1]', '{1}[0]', '(x for x in y)[0]',
    '[1][0]', '"a"[1:2]', '{}["a"]', '"a"[x]', '"a"[True]', '(lambda: 0)[1]',
    'assert (x, "message")', 'assert ()', 'assert x, "m"',
    'while x is 1: pass', 'def f():\n    try: return\n    finally: x is 1',
]
for source in sources:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        compile(source, "<test>", "exec")
    print(repr(source), sorted({(w.category.__name__, str(w.message), w.lineno, w.filename) for w in caught}))
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        compile("\n  \ny = x is 1", "<test>", "exec")
    except SyntaxError as e:
        print(e.msg, e.lineno, e.offset)

# A wrong escape is reported also where the rest is no program.
import warnings

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    try:
        compile("x = 1\ny = '\\e' 1\n", "<doubtful>", "exec")
    except SyntaxError as e:
        print(e, e.text)
print({str(w.message) for w in caught}, {w.lineno for w in caught})
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        compile("x = 1\ny = '\\e'\n", "<doubtful>", "exec")
    except SyntaxError as e:
        print(e, repr(e.text), e.offset, e.end_offset)
