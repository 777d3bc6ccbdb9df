#!/usr/bin/env python3
"""Small random programs: programs.py SEED COUNT runs those of the seeds SEED, SEED + 1, ... and prints one line for each:
what it printed and what it raised. programs.py --show SEED prints the program.

A program is a function of its seed alone, so that two interpreters given the same seed run the same text.
"""
import contextlib
import io
import random
import sys

NAMES = ["a", "b", "c", "d", "x", "y"]
BINARY = ["+", "-", "*", "//", "%", "/", "&", "|", "^", "@"]
COMPARE = ["<", "<=", ">", ">=", "==", "!=", "in", "not in", "is", "is not"]
ERRORS = ["ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError", "StopIteration", "Exception", "AttributeError",
          "NameError", "LookupError", "ArithmeticError", "AssertionError", "RuntimeError"]
FUNCTIONS = ["len", "str", "repr", "sorted", "list", "tuple", "set", "bool", "abs", "sum", "min", "max", "hash", "type", "reversed", "iter",
             "dict", "enumerate", "int", "float", "any", "all", "ascii", "chr", "ord", "bytes", "frozenset", "round", "divmod", "zip", "map",
             "filter", "next", "callable", "slice", "complex", "format", "hex", "bin", "range_"]
METHODS = ["append(%s)", "pop()", "get(%s)", "upper()", "split()", "join(%s)", "index(%s)", "count(%s)", "items()", "keys()", "values()",
           "copy()", "add(%s)", "update(%s)", "extend(%s)", "strip()", "replace(%s, %s)", "startswith(%s)", "find(%s)", "insert(0, %s)",
           "remove(%s)", "reverse()", "sort()", "clear()", "union(%s)", "setdefault(%s, %s)", "title()", "zfill(5)", "encode()", "bit_length()",
           "is_integer()", "as_integer_ratio()", "send(%s)", "throw(ValueError(%s))", "close()", "partition(%s)", "isdigit()", "m(%s)", "n"]


class Writer:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.lines = []
        self.depth = 0
        self.functions = []
        self.in_function = self.in_loop = self.in_async = False
        self.count = 0
        self.no_walrus = 0
        self.level = 0

    def pick(self, *choices):
        return self.r.choice(choices)

    def name(self):
        return self.r.choice(NAMES)

    def atom(self):
        r = self.r
        k = r.randrange(14 if self.level < 4 else 10)
        if k < 4:
            return self.name()
        if k < 6:
            return str(r.choice([0, 1, 2, 3, -1, 7, 10, 255, 2**31, 2**63, -2**63, 10**20]))
        if k == 6:
            return repr(r.choice([0.0, 1.5, -2.25, 1e10, 1e-5, float(3), 1j, 2.5 + 1j]))
        if k == 7:
            return repr(r.choice(["", "a", "abc", "xyz", "1", "3.5", "\u00e9t\u00e9", "a b c", "\U0001f600", "%s", "{}"]))
        if k == 8:
            return repr(r.choice([b"", b"ab", b"\xff"]))
        if k == 9:
            return self.pick("None", "True", "False", "...", "NotImplemented")
        if k == 10:
            return "[" + ", ".join(self.expr(1) for _ in range(r.randrange(4))) + "]"
        if k == 11:
            return "(" + "".join(self.expr(1) + ", " for _ in range(r.randrange(4))) + ")"
        if k == 12:
            return "{" + ", ".join(f"{self.atom()}: {self.atom()}" for _ in range(r.randrange(3))) + "}"
        return "{" + ", ".join(self.set_item() for _ in range(r.randrange(1, 4))) + "}"

    def set_item(self):
        """Nothing that hashes by its address: the order of a set shows."""
        while (item := self.atom()) in ("None", "...", "NotImplemented"):
            pass
        return item

    def expr(self, depth=0):
        self.level += 1
        try:
            return self.atom() if depth > 3 or self.level > 4 else self.operation(depth)
        finally:
            self.level -= 1

    def operation(self, depth):
        r, e = self.r, lambda: self.expr(depth + 1)
        k = r.randrange(26)
        if k < 6:
            return self.atom()
        if k < 9:
            return f"({e()} {r.choice(BINARY)} {e()})"
        if k == 9:
            return f"({e()} {self.pick('**', '<<', '>>')} {r.randrange(4)})"
        if k == 10:
            return f"({self.pick('-', '+', '~', 'not ')}{e()})"
        if k == 11:
            return f"({e()} {r.choice(COMPARE)} {e()}" + (f" {r.choice(COMPARE)} {e()}" if r.random() < 0.3 else "") + ")"
        if k == 12:
            return f"({e()} {self.pick('and', 'or')} {e()})"
        if k == 13:
            return f"({e()} if {e()} else {e()})"
        if k == 14:
            f = r.choice(FUNCTIONS)
            if f == "range_":
                return f"range({r.randrange(-3, 6)})"
            if f in ("hash", "type", "iter"):
                return f"{self.pick('type', 'list', 'str')}({e()})"
            count = 1 if f == "sorted" else self.pick(1, 1, 1, 2)
            return f"{f}({', '.join(e() for _ in range(count))})"
        if k == 15:
            return f"{self.name()}[{self.index()}]"
        if k == 16:
            m = r.choice(METHODS)
            return f"{self.name()}." + m.replace("%s", "§").replace("§", "%s") % tuple(e() for _ in range(m.count("%s")))
        if k == 17:
            return self.comprehension()
        if k == 18:
            v = self.name()
            return f"(lambda {v}={self.atom()}, *p, **q: {e()})({self.arguments()})"
        if k == 19 and self.functions:
            return f"{r.choice(self.functions)}({self.arguments()})"
        if k == 20:
            spec = self.pick("", "!r", "!s", ":>5", ":<4", ":x", ":.2f", "=", ":{a}", ":05", ":,", "!a:^10")
            inner = self.pick("1+1", "a", 'len("ab")')
            return f"f'<{{{self.name()}{spec}}}|{{{inner}}}>'"
        if k == 21:
            return e() if self.no_walrus else f"({self.name()} := {e()})"
        if k == 22:
            return f"[*{e()}, {e()}]"
        if k == 23:
            return f"{{**{e()}, 'k': {e()}}}"
        if k == 24:
            return f"{e()} % {e()}" if r.random() < 0.5 else f"'%s %r %d' % {self.atom()}"
        return f"({e()}).{self.pick('real', 'imag', '__class__', '__name__', 'n', 'args', '__len__', 'start')}"

    def index(self):
        r = self.r
        if r.random() < 0.6:
            return self.expr(3)
        part = lambda: self.pick("", "1", "-1", "2", "0", "None", "100")
        return f"{part()}:{part()}" + (f":{self.pick('', '1', '-1', '2', '0')}" if r.random() < 0.5 else "")

    def comprehension(self):
        self.no_walrus += self.r.random() < 0.98
        v = self.name()
        clause = f"for {v} in {self.pick(f'range({self.r.randrange(5)})', self.atom(), self.name())}"
        if self.r.random() < 0.4:
            clause += f" if {self.expr(2)}"
        if self.r.random() < 0.2:
            clause += f" for {self.name()} in {self.atom()}"
        inner = self.expr(2)
        self.no_walrus = max(0, self.no_walrus - 1)
        return self.pick(f"[{inner} {clause}]", f"{{{inner} {clause}}}", f"{{{v}: {inner} {clause}}}", f"list({inner} {clause})",
                         f"sum(1 {clause})")

    def arguments(self):
        given = [self.expr(2) for _ in range(self.r.randrange(3))]
        if self.r.random() < 0.3:
            given.append(f"*{self.atom()}")
        if self.r.random() < 0.3:
            given.append(f"{self.name()}={self.expr(3)}")
        if self.r.random() < 0.15:
            given.append("**" + self.pick("{}", '{"a": 1}', '{"z": 2}', self.name()))
        return ", ".join(given)

    def target(self):
        k = self.r.randrange(10)
        if k < 6:
            return self.name()
        if k == 6:
            return f"{self.name()}[{self.index()}]"
        if k == 7:
            return f"{self.name()}.n"
        if k == 8:
            return f"{self.name()}, {self.name()}"
        return f"{self.name()}, *{self.name()}"

    def put(self, text):
        self.lines.append("    " * self.depth + text)

    def block(self, n=None):
        self.depth += 1
        for _ in range(n or self.r.randrange(1, 4)):
            self.statement()
        self.depth -= 1

    def statement(self):
        self.count += 1
        r = self.r
        if self.depth > 4 or self.count > 60:
            return self.put(f"print({self.expr(2)})")
        k = r.randrange(30)
        if k < 6:
            self.put(f"{self.target()} = {self.expr()}")
        elif k < 10:
            self.put(f"print({self.expr()})")
        elif k == 10:
            self.put(f"{self.name()} {r.choice(BINARY)}= {self.expr(1)}")
        elif k in (11, 12):
            self.put(f"if {self.expr(1)}:")
            self.block()
            if r.random() < 0.4:
                self.put(f"elif {self.expr(2)}:")
                self.block(1)
            if r.random() < 0.5:
                self.put("else:")
                self.block(1)
        elif k in (13, 14):
            self.loop(f"for {self.target() if r.random() < 0.3 else self.name()} in {self.pick(f'range({r.randrange(6)})', self.atom(), self.expr(2))}:")
        elif k == 15:
            v = f"w{self.count}"
            self.put(f"{v} = 0")
            self.loop(f"while ({v} := {v} + 1) < {r.randrange(5)} and {self.expr(2)}:")
        elif k in (16, 17, 18):
            self.attempt()
        elif k in (19, 20):
            self.function()
        elif k == 21:
            self.cls()
        elif k == 22:
            self.put(f"raise {self.pick(r.choice(ERRORS), r.choice(ERRORS) + '(' + self.expr(2) + ')', self.expr(2))}"
                     + (f" from {self.pick('None', 'ValueError(1)')}" if r.random() < 0.2 else ""))
        elif k == 23:
            self.put(f"del {self.pick(self.name(), f'{self.name()}[{self.index()}]')}")
        elif k == 24:
            self.put(f"assert {self.expr(1)}, {self.expr(2)}")
        elif k == 25:
            self.match()
        elif k == 26 and self.in_function:
            self.put(self.pick(f"return {self.expr(1)}", "return", f"yield {self.expr(2)}", f"print((yield {self.expr(2)}))",
                               f"yield from {self.expr(2)}"))
        elif k == 27 and self.in_loop:
            self.put(self.pick("break", "continue"))
        elif k == 28:
            self.put(f"with Guard({self.pick('True', 'False')}) as {self.name()}:")
            self.block()
        else:
            self.put(f"{self.name()}: {self.atom()} = {self.expr(2)}" if self.depth < 2 and r.random() < 0.3 else self.expr(1))

    def loop(self, head):
        outer, self.in_loop = self.in_loop, True
        self.put(head)
        self.block()
        self.in_loop = outer
        if self.r.random() < 0.3:
            self.put("else:")
            self.block(1)

    def attempt(self):
        self.put("try:")
        self.block()
        star = "*" if self.r.random() < 0.12 else ""
        handlers = self.r.randrange(3)
        for _ in range(handlers):
            v = self.name()
            self.put(f"except{star} {self.pick(self.r.choice(ERRORS), '(TypeError, ValueError)', 'Exception')} as {v}:")
            self.depth += 1
            self.put(f"print('caught', type({v}).__name__, {v}{'.exceptions' if star else ''}, type({v}.__context__).__name__)")
            self.depth -= 1
            outer = self.in_function, self.in_loop
            if star:
                self.in_function = self.in_loop = False
            self.block(1)
            self.in_function, self.in_loop = outer
        if handlers and self.r.random() < 0.3:
            self.put("else:")
            self.block(1)
        if not handlers or self.r.random() < 0.4:
            self.put("finally:")
            self.block(1)

    def parameters(self):
        names = self.r.sample(NAMES, self.r.randrange(4))
        cut = self.r.randrange(len(names) + 1)
        parts = names[:cut] + [f"{n}={self.atom()}" for n in names[cut:]]
        if names and self.r.random() < 0.2:
            parts.insert(self.r.randrange(1, len(parts) + 1), "/")
        if self.r.random() < 0.3:
            parts.append("*args")
            parts.append("k=1")
        if self.r.random() < 0.2:
            parts.append("**kw")
        return ", ".join(parts)

    def function(self):
        name = f"f{self.count}"
        outer = self.in_function, self.in_loop
        if self.r.random() < 0.15:
            self.put("@decorate")
        is_async = self.r.random() < 0.08
        self.put(f"{'async ' if is_async else ''}def {name}({self.parameters()}):")
        self.depth += 1
        self.put("if burn(): return 'enough'")
        if outer[0] and self.r.random() < 0.3:
            self.put(f"nonlocal_{self.count} = 1")
        elif self.r.random() < 0.2:
            self.put("global gg; gg = 1")
        self.depth -= 1
        self.in_function, self.in_loop = True, False
        if is_async:
            self.in_function = False
        self.block()
        self.in_function, self.in_loop = outer
        self.functions.append(name)
        if is_async:
            self.put(f"try: {name}().send(None)")
            self.put("except StopIteration as stop: print('awaited', stop.value)")
        elif self.r.random() < 0.7:
            self.put(f"print({self.pick('', 'list')}({name}({self.arguments()})))")

    def cls(self):
        name = f"C{self.count}"
        outer = self.in_function, self.in_loop
        self.in_function = self.in_loop = False
        self.no_walrus += 1
        self.put(f"class {name}{self.pick('', '(list)', '(int)', '(dict)', '(Base)', '(str)')}:")
        self.depth += 1
        self.put(f"n = {self.expr(2)}")
        for method in self.r.sample(["__len__(self)", "__add__(self, o)", "__eq__(self, o)", "__getitem__(self, i)", "__iter__(self)",
                                     "__bool__(self)", "__call__(self, *p)", "__repr__(self)", "__contains__(self, o)", "m(self, o=1)",
                                     "__hash__(self)", "__enter__(self)", "__exit__(self, *p)", "__index__(self)", "__getattr__(self, k)",
                                     "__lt__(self, o)", "__radd__(self, o)", "__iadd__(self, o)"], self.r.randrange(4)):
            self.put(f"def {method}:")
            self.depth += 1
            self.put("if burn(): return 0")
            base = "super()." + method.split("(")[0] + "()"
            self.put("return " + self.pick(self.expr(1), "1", "'s'", "iter([1, 2])", base))
            self.depth -= 1
        if self.r.random() < 0.3:
            self.put("@property")
            self.put(f"def p(self): return {self.expr(2)}")
        self.no_walrus = max(0, self.no_walrus - 1)
        self.depth -= 1
        self.in_function, self.in_loop = outer
        self.put(f"{self.name()} = {name}(" + self.pick("", "1", "'ab'", "[1]") + ")")

    def match(self):
        self.put(f"match {self.expr(1)}:")
        self.depth += 1
        for _ in range(self.r.randrange(1, 4)):
            v, w = self.r.sample(NAMES, 2)
            pattern = self.pick("1", "'a'", "None", f"[{v}, {w}]", f"[{v}, *{w}]", f"{{'k': {v}}}", f"int({v})", f"str() | bytes()",
                                f"(1 | 2) as {v}", "Base(n=1)", f"[[{v}], _]", f"{{**{v}}}", "float()", "-1", "True")
            self.put(f"case {pattern}" + (f" if {self.expr(2)}" if self.r.random() < 0.3 else "") + ":")
            self.block(1)
        if self.r.random() < 0.5:
            self.put("case _:")
            self.block(1)
        self.depth -= 1

    def program(self):
        self.lines = PRELUDE.splitlines()
        for n in NAMES:
            self.put(f"{n} = " + self.pick("1", "[1, 2, 3]", "'text'", "{'k': 1}", "2.5", "(1, 'a')", "Base()", "{1, 2}", "10**20", "None"))
        for _ in range(self.r.randrange(4, 12)):
            self.put("try:")
            self.block(1)
            self.put("except Exception as error: print('!', type(error).__name__, error, error.__traceback__.tb_lineno)")
        return "\n".join(self.lines) + "\n"


PRELUDE = """\
fuel = [300]
def burn():
    fuel[0] -= 1
    return fuel[0] < 0
def decorate(f):
    return lambda *p, **k: ('decorated', f(*p, **k))
class Base:
    n = 1
    def m(self, o=None): return o
    def __repr__(self): return 'Base()'
    def __hash__(self): return 1
class Guard:
    def __init__(self, eat): self.eat = eat
    def __enter__(self): return 5
    def __exit__(self, *p):
        print('exit', p[0])
        return self.eat
    def __repr__(self): return 'Guard()'
"""


def hide_addresses(text):
    out = []
    parts = text.split(" at 0x")
    out.append(parts[0])
    for p in parts[1:]:
        n = 0
        while n < len(p) and p[n] in "0123456789abcdef":
            n += 1
        out.append("@" + p[n:])
    return "".join(out)


def canonical(value, depth=0):
    """repr(), but sets in an order that is not the interpreter's business."""
    kind = type(value)
    if depth > 10:
        return "..."
    if kind in (set, frozenset) and value:
        return kind.__name__ + "{" + ", ".join(sorted(canonical(v, depth + 1) for v in value)) + "}"
    if kind in (list, tuple):
        return kind.__name__ + "[" + ", ".join(canonical(v, depth + 1) for v in value) + "]"
    if kind is dict:
        return "{" + ", ".join(canonical(k, depth + 1) + ": " + canonical(v, depth + 1) for k, v in value.items()) + "}"
    return repr(value)


def show(*values):
    print(*(v if type(v) is str else canonical(v) for v in values))


def outcome(text):
    shown = io.StringIO()
    space = {"__name__": "program", "__builtins__": __builtins__, "print": show}
    try:
        with contextlib.redirect_stdout(shown):
            exec(compile(text, "program", "exec"), space)
        end = None
    except SyntaxError as e:
        end = ("SyntaxError", e.msg, e.lineno, e.offset)
    except BaseException as e:
        lines = []
        tb = e.__traceback__
        while tb is not None:
            lines.append(tb.tb_lineno)
            tb = tb.tb_next
        try:
            said = str(e)
        except BaseException as f:
            said = "str() raised " + type(f).__name__
        end = (type(e).__name__, said, lines[1:])
    return ascii((hide_addresses(shown.getvalue())[:3000], hide_addresses(str(end))[:2000]))


def displace(n):
    """Objects of every small size, so that those made later lie elsewhere: what depends on addresses comes out differently."""
    return [[bytes(size) for _ in range(n)] for size in range(0, 480, 16)], [[ValueError(), object(), lambda: 0, [0], {0: 0}] for _ in range(n)]


def main():
    if sys.argv[1] == "--show":
        print(Writer(int(sys.argv[2])).program(), end="")
        return
    seed, count = int(sys.argv[1]), int(sys.argv[2])
    displaced = displace(int(sys.argv[3]) if len(sys.argv) > 3 else 0)  # kept to the end
    for s in range(seed, seed + count):
        print(s, outcome(Writer(s).program()), flush=True)


main()
