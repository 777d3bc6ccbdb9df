#!/usr/bin/python3.11
"""Matches random regular expressions on Baton and on the reference interpreter and compares all they find.

usage: check_regex.py BATON [CASES [SEED [REFERENCE]]]

Possessive quantifiers are left out: 3.11.2 crashes on some and forgets groups in others. Prints every difference,
exits 1 if any.
"""
import os
import random
import subprocess
import sys
import tempfile

HEAD = r'''
import re
import warnings
warnings.simplefilter("ignore")


def show(pattern, text, flags):
    try:
        c = re.compile(pattern, flags)
    except (re.error, OverflowError, RecursionError) as e:
        return type(e).__name__ + str(e)
    found = []
    for name in ("match", "fullmatch", "search"):
        m = getattr(c, name)(text)
        found.append(m and (m.span(), m.groups(), m.lastindex, m.lastgroup))
    return ascii([found, c.findall(text), c.split(text), c.subn(r"<\g<0>>", text), [m.span() for m in c.finditer(text)]])


'''


class Patterns:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def atom(self, depth):
        r = self.random
        kind = r.randrange(14)
        if kind < 5:
            return r.choice("abcAB.")
        if kind == 5:
            return r.choice([r"\w", r"\d", r"\s", r"\b", r"\B", r"\W", "^", "$", r"\Z", r"\A"])
        if kind == 6:
            items = ["a", "b", "c", "a-c", r"\d", "\u00e9", "x"]
            return "[" + r.choice(["", "^"]) + "".join(r.choice(items) for _ in range(r.randrange(1, 4))) + "]"
        if depth <= 0:
            return r.choice("abc")
        if kind < 9:
            return "(" + self.alternatives(depth - 1) + ")"
        if kind == 9:
            return "(?:" + self.alternatives(depth - 1) + ")"
        if kind == 10:
            return "(?" + r.choice(["=", "!", ">"]) + self.alternatives(depth - 1) + ")"
        if kind == 11:
            return "(?<" + r.choice("=!") + r.choice("abc") + ")"
        if kind == 12:
            return "(?P<n%d>%s)" % (r.randrange(10**6), self.alternatives(depth - 1))
        return r.choice([r"\1", "(?(1)a|b)", "\u00e9", "\u00df"])

    def piece(self, depth):
        atom = self.atom(depth)
        if atom in ("^", "$", r"\b", r"\B", r"\Z", r"\A"):
            return atom
        return atom + self.random.choice(["", "", "", "*", "+", "?", "*?", "+?", "??", "{1,2}", "{2}", "{0,2}?"])

    def sequence(self, depth):
        return "".join(self.piece(depth) for _ in range(self.random.randrange(1, 4)))

    def alternatives(self, depth):
        return "|".join(self.sequence(depth) for _ in range(self.random.choice((1, 1, 1, 2, 3))))

    def case(self):
        r = self.random
        text = "".join(r.choice("aabbccAB\u00e9 \n1x") for _ in range(r.randrange(12)))
        return self.alternatives(2), text, r.choice([0, 0, 0, 2, 8, 16, 10, 256])


def main():
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    patterns = Patterns(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    reference = sys.argv[4] if len(sys.argv) > 4 else "/usr/bin/python3.11"
    cases = [patterns.case() for _ in range(count)]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases.py")
        with open(path, "w", encoding="utf-8") as f:
            f.write(HEAD + "".join("print(show(%s, %s, %d), flush=True)\n" % (ascii(p), ascii(t), n) for p, t, n in cases))
        runs = []
        for program in (reference, sys.argv[1]):
            try:
                runs.append(subprocess.run([program, path], capture_output=True, text=True, timeout=120).stdout)
            except subprocess.TimeoutExpired as e:  # some random patterns take exponential time on any engine
                runs.append((e.stdout or b"").decode())
    want, got = (run.splitlines() for run in runs)
    compared = min(len(want), len(got))
    differences = 0
    for case, expected, actual in zip(cases, want, got):
        if expected != actual:
            differences += 1
            print("%r\n  want %s\n  got  %s" % (case, expected[:400], actual[:400]))
    print(differences, "differences in", compared, "cases")
    return 1 if differences or compared == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
