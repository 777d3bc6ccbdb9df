#!/usr/bin/env python3
"""Every allocation of every piece of a corpus fails once: an exception, never the end of the process, nothing lost.

    sweep.py BATON MODULE      MODULE: failing_malloc as built beside this file
    (inside) sweep.py -- NAME  runs one piece

A piece runs once whole, to warm what is kept for ever; then with its first block refused, its second, and so on to the last.
MemoryError must come out, or nothing if the piece, or the runtime, could do without the block. After that it runs whole
again and must give what it gave at first. Then the sweep is repeated: no block may stay behind each time.
"""
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

CORPUS = {
    "list_append": "l = []\nfor i in range(40): l.append(i)\nout = sum(l)",
    "list_slices": "l = list(range(20))\nl[3:5] = range(9)\ndel l[::2]\nl += l\nl *= 2\nl.insert(3, 4)\nout = sorted(l, key=lambda x: -x)",
    "tuples": "out = tuple(range(9)) + (1, 2) * 3\nout = (*out, *out)[2:]",
    "dict_grow": "d = {}\nfor i in range(60): d[i] = str(i)\nd.update(a=1)\nout = sorted(map(str, d))",
    "dict_copies": "d = {i: i for i in range(20)}\ne = {**d, 'a': 1} | d\nout = list(e.items())[-2:], e.copy() == e",
    "sets": "s = {1, 2} | set(range(40))\ns ^= {1, 'a'}\nout = len(s), frozenset(s) == s",
    "text": "out = ('abc' * 20).upper().replace('A', 'xyz').split('x')\nout = ','.join(out).encode().decode()",
    "unicode_text": "s = 'gr\\u00fc\\u00df \\U0001f600' * 5\nout = s.casefold(), s.encode('utf-16'), s[::-1].title()",
    "formats": "out = f'{3.5:>10}|{10**20:,}|{\"x\"!r:^9}', '%s %05d %r' % ('a', 7, [1]), '{0} {a}'.format(1, a=2)",
    "bytes_and_arrays": "import array\nb = bytearray(b'ab' * 9)\nb += b'cd'\nb[2:4] = b'xyz'\nout = bytes(b).hex(), array.array('i', range(9)).tobytes()[:3], memoryview(b)[1:3].tolist()",
    "big_ints": "n = 3 ** 400\nout = n * n // 7 - (n << 70), str(n)[:9], int('9' * 60)",
    "floats": "out = repr(1e100 / 3), float('1.5e3'), (0.1).as_integer_ratio(), complex('1+2j')",
    "functions": "def f(a, b=2, *c, d=4, **e): return a, b, c, d, e\nout = f(1), f(1, 2, 3, d=5, z=6), f(*[1, 2, 3], **{'q': 1})",
    "closures": "def outer():\n    n = 0\n    def inner():\n        nonlocal n\n        n += 1\n        return lambda: n\n    return inner\nout = outer()()()",
    "generators": "def g():\n    try:\n        x = yield 1\n        yield x\n    finally:\n        pass\nit = g()\nout = next(it), it.send(5)\nit.close()",
    "comprehensions": "out = [x * y for x in range(5) for y in range(3) if x], {x for x in 'abc'}, {x: [x] for x in range(5)}",
    "classes": "class A:\n    x = 1\n    def __init__(self, n): self.n = n\n    @property\n    def p(self): return self.n\nclass B(A):\n    __slots__ = ('s',)\n    def m(self): return super().p\nb = B(3)\nb.s = 1\nb.t = 2\nout = b.m(), b.p, sorted(vars(b))",
    "metaclasses": "class M(type):\n    def __prepare__(*a, **k): return {}\n    def __new__(m, n, b, d, **k): return super().__new__(m, n, b, d)\nclass A(metaclass=M, k=1):\n    def __init_subclass__(cls): cls.seen = True\nclass B(A): pass\nout = B.seen",
    "exceptions": "try:\n    try:\n        1 / 0\n    except ZeroDivisionError as e:\n        raise ValueError('x') from e\nexcept ValueError as e:\n    e.add_note('n')\n    out = repr(e), repr(e.__cause__), e.__notes__",
    "exception_groups": "try:\n    raise ExceptionGroup('g', [ValueError(1), TypeError(2)])\nexcept* ValueError as e:\n    out = repr(e)\nexcept* TypeError: pass",
    "matching": "def f(x):\n    match x:\n        case [a, *b]: return a, b\n        case {'k': v, **rest}: return v, rest\n        case int(n): return n\nout = f([1, 2, 3]), f({'k': 1, 'z': 2}), f(5)",
    "with_blocks": "class C:\n    def __enter__(self): return [1]\n    def __exit__(self, *a): return True\nwith C() as x, C() as y:\n    raise KeyError(x)\nout = x, y",
    "coroutines": "async def f(): return [1]\nasync def g():\n    return [x async for x in h()] + await f()\nasync def h():\n    yield 1\n    yield 2\ntry: g().send(None)\nexcept StopIteration as e: out = e.value",
    "iterators": "import itertools\nout = list(zip(itertools.count(), 'abc')), list(itertools.chain('ab', [1])), list(itertools.groupby('aab', str.upper))[0][0], list(map(str, filter(None, [0, 1])))",
    "collections": "from collections import deque, Counter, defaultdict\nd = deque(range(70), maxlen=40)\nd.rotate(3)\nd.appendleft(1)\nx = defaultdict(list)\nx[1].append(2)\nout = len(d), x, Counter('abca').most_common(1)",
    "weak_references": "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a, lambda r: None)\nd = weakref.WeakValueDictionary()\nd[1] = a\nout = r() is a, len(d)\ndel a",
    "regular_expressions": "import re\nout = re.sub(r'(a+)(b)?', lambda m: m.group(1) + '-', 'aabab'), re.findall(r'\\w+', 'a bc d'), re.match('(a|b)*c', 'ababc').groups()",
    "compilation": "c = compile('def f(a, *b, c=[1, 2], **d):\\n    x = [i for i in b if i > a]\\n    try: return lambda: x\\n    except E as e: raise\\n', 'n', 'exec')\nd = {}\nexec(c, d)\nout = d['f'](1, 2)()",
    "syntax_errors": "def tell(s):\n    try: compile(s, 'n', 'exec')\n    except SyntaxError as e: return e.msg, e.offset\nout = tell('x = = 1'), tell('f(1'), tell('def f(:'), tell('return'), tell('\"abc')",
    "syntax_trees": "import ast\nt = ast.parse('a = b + [1, f(x)]')\nout = ast.dump(t), ast.unparse(t)\ncompile(t, 'n', 'exec')",
    "evaluation": "out = eval('[x + 1 for x in y]', {'y': [1, 2]}), eval('1 + 2 * 3'), repr(eval('lambda x: x')(5))",
    "marshalling": "import marshal\nout = marshal.loads(marshal.dumps([1, 'a', 2.5, (None, {1: 2}), b'x', 10**30]))",
    "pickling": "import pickle, copy\nout = pickle.loads(pickle.dumps([1, {'a': (2, 3)}, 'x'])), copy.deepcopy([[1], {2: [3]}])",
    "streams": "import io\ns = io.StringIO()\nprint(1, 'a', [2], file=s)\nb = io.BytesIO(b'line 1\\nline 2\\n')\nt = io.TextIOWrapper(b)\nout = s.getvalue(), t.readlines()",
    "struct_and_binary": "import struct, binascii\nout = struct.unpack('<ih', struct.pack('<ih', 1, 2)), binascii.hexlify(b'ab'), binascii.b2a_base64(b'abc')",
    "attribute_hooks": "class A:\n    def __getattr__(self, n): return n\n    def __setattr__(self, n, v): object.__setattr__(self, n, [v])\na = A()\na.x = 1\nout = a.x, a.missing, getattr(a, 'z', 1), hasattr(a, 'q')",
    "aliases": "out = repr(list[int] | None), (dict[str, int])['x':1] if 0 else 1, repr(int | str)",
    "sorting": "class K:\n    def __init__(self, n): self.n = n\n    def __lt__(self, o): return self.n < o.n\nout = [k.n for k in sorted([K(i * 7 % 11) for i in range(40)])], sorted('hello world', reverse=True)",
    "traceback_text": "import sys, io\ndef f(): g()\ndef g(): raise ValueError('deep')\nkept, sys.stderr = sys.stderr, io.StringIO()\ntry:\n    try: f()\n    except ValueError: sys.__excepthook__(*sys.exc_info())\n    out = sys.stderr.getvalue().splitlines()[-1]\nfinally: sys.stderr = kept",
    "warnings": "import warnings\nwith warnings.catch_warnings(record=True) as w:\n    warnings.simplefilter('always')\n    warnings.warn('x')\nout = len(w)",
    "threads": "import threading\nr = []\nt = threading.Thread(target=r.append, args=(1,))\nt.start()\nt.join()\nout = r",
    "contexts": "import contextvars\nv = contextvars.ContextVar('v', default=1)\nc = contextvars.copy_context()\nc.run(v.set, 2)\nout = v.get(), c[v]",
}


def run_one(name):
    import gc

    import failing_malloc

    code = compile(CORPUS[name], name, "exec")

    def once():
        space = {"__name__": "piece"}
        exec(code, space)
        return repr(space.get("out"))

    wanted = once()
    once()

    def sweep():
        n = 0
        errors = 0
        while True:
            n += 1
            refused = asked = 0
            try:
                failing_malloc.arm(n)
                once()
            except Exception:  # MemoryError, or what the piece makes of it
                errors += 1
            finally:
                asked, refused = failing_malloc.disarm()
            if not refused:
                return n - 1, errors

    gc.collect()
    points, errors = sweep()
    got = once()
    if got != wanted:
        print(f"{name}: gives {got}, not {wanted}")
        return 1
    # Tables that only grow now and then grow in one of the rounds; what is lost each time shows in all of them.
    lost = []
    for _ in range(4):
        gc.collect()
        gc.collect()
        before = failing_malloc.live()
        sweep()
        gc.collect()
        gc.collect()
        lost.append(failing_malloc.live() - before)
    print(f"{name}: {points} blocks, {errors} exceptions, {min(lost[1:])} lost")
    return 1 if min(lost[1:]) > 0 else 0


def main():
    if sys.argv[1] == "--":
        sys.exit(run_one(sys.argv[2]))
    baton, module = sys.argv[1:3]
    only = sys.argv[3:]
    env = dict(os.environ, LD_PRELOAD=module, PYTHONMALLOC="malloc", PYTHONPATH=os.path.dirname(module), PYTHONHASHSEED="0")

    def run(name):
        try:
            p = subprocess.run([baton, __file__, "--", name], env=env, capture_output=True, text=True, errors="replace",
                               timeout=400)
        except subprocess.TimeoutExpired:
            return name, "no end", "", ""
        return name, p.returncode, p.stdout, p.stderr

    failed = 0
    with ThreadPoolExecutor(2) as pool:
        for name, status, out, err in pool.map(run, only or CORPUS):
            if status:
                failed += 1
                print(f"FAIL {name}: status {status}\n{out}{err[-1500:]}")
            else:
                print(out, end="")
    print(f"{failed} of {len(only or CORPUS)} pieces failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
