#!/usr/bin/python3.11
"""Runs random number expressions on Baton and on the reference interpreter and compares what they print.

usage: check_number_objects.py BATON [CASES [SEED [REFERENCE]]]

Every case is one line of a generated program: an expression over ints, floats, complex numbers and their texts, whose
repr, or exception with its message, is printed. Prints every difference, exits 1 if any.
"""
import os
import random
import subprocess
import sys
import tempfile

HEAD = """\
def o(f):
    try:
        r = f()
        return type(r).__name__ + " " + ascii(r)
    except Exception as e:
        return type(e).__name__ + ": " + ascii(e.args)
"""


class Expressions:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def int_(self):
        r = self.random
        size = r.choice((1, 3, 8, 29, 30, 31, 60, 61, 62, 63, 64, 65, 90, 200, 700))
        n = r.choice((r.getrandbits(size), (1 << size) - 1, 1 << size, (1 << size) + 1)) * r.choice((1, -1))
        return "(%d)" % n if n < 0 else str(n)

    def float_(self):
        r = self.random
        text = r.choice(("0.0", "0.5", "1.5", "2.5", "-0.0", "1e16", "1e-5", "1e308", "5e-324", "float('inf')",
                         "float('nan')", repr(r.uniform(-100, 100)), repr(r.uniform(-1, 1) * 10.0**r.randrange(-40, 40)),
                         repr(round(r.uniform(-100, 100), 2)), str(float(r.randrange(-1000, 1000)))))
        return "(%s)" % text

    def number(self):
        return self.pick(self.int_, self.int_, self.float_, self.float_, lambda: self.pick("True", "False"),
                         lambda: "complex(%s, %s)" % (self.float_(), self.float_()))()

    def text(self):
        r = self.random
        return repr(r.choice((
            self.int_().strip("()"), self.float_().strip("()"),
            "".join(r.choice("0123456789_.eE+-xXjJ() ") for _ in range(r.randrange(8))),
            r.choice(" \t\n") + self.int_().strip("()") + r.choice((" ", "_", "j")))))

    def small(self):
        return str(self.random.randrange(-3, 70))

    def spec(self):
        r = self.random
        return repr(r.choice(("", r.choice("<>=^"), "*" + r.choice("<>=^"))) + r.choice(("", "", "+", "-", " ")) +
                    r.choice(("", "", "", "#")) + r.choice(("", "0")) + r.choice(("", str(r.randrange(30)))) +
                    r.choice(("", "", ",", "_")) + r.choice(("", "." + str(r.randrange(20)))) +
                    r.choice(("", "", "d", "x", "b", "o", "X", "c", "e", "f", "g", "G", "%", "n", "s")))

    def percent(self):
        r = self.random
        conversion = ("%" + r.choice(("", "-", "+", " ", "#", "0", "-0", "+#")) + r.choice(("", str(r.randrange(20)))) +
                      r.choice(("", "." + str(r.randrange(20)))) + r.choice("diouxXeEfFgGcrsa%y"))
        return "%s%r %% (%s,)" % (r.choice(("", "b")), conversion, self.number())

    def case(self):
        kind = self.random.randrange(12)
        if kind < 4:
            return "%s %s %s" % (self.number(), self.pick("+", "-", "*", "/", "//", "%", "+", "-", "*"), self.number())
        if kind == 4:
            return "%s %s %s" % (self.number(), self.pick("<", "<=", "==", "!=", ">", ">="), self.number())
        if kind == 5:
            return "%s %s %s" % (self.int_(), self.pick("&", "|", "^"), self.pick(self.int_, self.number)())
        if kind == 6:
            return "%s %s %s" % (self.pick(self.int_, self.number)(), self.pick("<<", ">>", "**"), self.small())
        if kind == 7:
            f = self.pick("hash", "abs", "repr", "bool", "round", "int", "float", "complex", "-", "~", "+", "str")
            return "%s(%s)" % (f, self.pick(self.number, self.number, self.text)() if f not in ("hash", "-", "~", "+")
                               else self.number().replace("float('nan')", "0.0"))
        if kind == 8:
            return self.pick("round(%s, %s)" % (self.number(), self.random.randrange(-20, 20)),
                             "divmod(%s, %s)" % (self.number(), self.number()),
                             "pow(%s, %s, %s)" % (self.int_(), self.int_(), self.int_()),
                             "int(%s, %s)" % (self.text(), self.pick("0", "2", "8", "10", "16", "36", "37")))
        if kind == 9:
            return "format(%s, %s)" % (self.number(), self.spec())
        if kind == 10:
            return self.percent()
        i = self.int_()
        return self.pick("(%s).to_bytes(%s, %s, signed=%s)" % (i, self.small(), self.pick("'big'", "'little'"),
                                                               self.pick("True", "False")),
                         "(%s).bit_length()" % i, "(%s).bit_count()" % i, "(%s).as_integer_ratio()" % self.float_(),
                         "(%s).hex()" % self.float_(), "float.fromhex((%s).hex())" % self.float_(),
                         "(%s).is_integer()" % self.float_(), "hex(%s)" % i, "oct(%s)" % i, "bin(%s)" % i)


def run(command, path):
    return subprocess.run([*command, path], capture_output=True, text=True, errors="replace")


def main():
    baton = [sys.argv[1]]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    expressions = Expressions(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    reference = [sys.argv[4] if len(sys.argv) > 4 else "/usr/bin/python3.11", "-W", "ignore"]
    differences = 0
    while count > 0:
        batch = [expressions.case() for _ in range(min(count, 2000))]
        count -= len(batch)
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "cases.py")
            with open(path, "w") as f:
                f.write(HEAD + "".join("print(o(lambda: %s))\n" % case for case in batch))
            want, got = run(reference, path), run(baton, path)
        if want.returncode != 0:
            print("the reference failed:", want.stderr[-500:])
            return 2
        lines = got.stdout.splitlines()
        for case, expected, actual in zip(batch, want.stdout.splitlines(), lines):
            if expected != actual:
                differences += 1
                if differences <= 40:
                    print("%s\n  want %s\n  got  %s" % (case[:300], expected[:300], actual[:300]))
        if len(lines) < len(batch):
            print("stopped at: %s\n%s" % (batch[len(lines)][:300], got.stderr[-1000:]))
            return 1
    print(differences, "differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
