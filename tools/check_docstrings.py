#!/usr/bin/python3.11
"""The docstrings of the built-in types and modules are our own words, not the reference interpreter's.

usage: check_docstrings.py BATON [REFERENCE]

Both interpreters list the docstrings of every built-in type and of every module of vm/modules.def; those of the library's
Python files about the same things count as the reference's. Signatures are facts and are left out. Of the rest, no sentence
of Baton's may stand in the reference, be nearly one said there of a thing of the same name, or share a run of words with any
text there. Prints every such text with its place, exits 1 if any, 77 (skipped) without a reference.
"""
import ast
import collections
import difflib
import os
import re
import subprocess
import sys

# Run in both interpreters: one line `repr((place, docstring))` each.
LISTING = r"""
import sys
out = {}

def note(place, thing):
    try:
        doc = thing.__doc__
    except Exception:
        return
    # An instance has the docstring of its type, which is listed with the type.
    if isinstance(doc, str) and doc.strip() and (isinstance(thing, type) or doc != type(thing).__doc__):
        out.setdefault(place, doc)

def built_in(t):
    # What is written in Python is the library's text, which is CPython's in both interpreters. A module of the library can
    # be where a built-in type says it belongs; then its source defines no such class.
    if "frozen" in str(t.__module__) or type(t) is not type or any(type(v) is type(note) for v in t.__dict__.values()):
        return False
    file = getattr(sys.modules.get(t.__module__), "__file__", None)
    if not isinstance(file, str) or not file.endswith(".py"):
        return True
    with open(file, encoding="utf-8") as f:
        return "class " + t.__name__ not in f.read()

def of_package(name):  # the library's compiled modules say what CPython's say
    return str(getattr(sys.modules.get(name), "__file__", "")).endswith(".so")

def visit_type(t):
    if not built_in(t):
        return
    place = t.__module__ + "." + t.__qualname__
    note(place, t)
    for name, value in list(t.__dict__.items()):
        # The library adds properties written in Python to the classes of _ast.
        accessor = value.fget if isinstance(value, property) else value
        if name != "__doc__" and type(accessor) is not type(note):
            note(place + "." + name, value)

def visit_module(m):
    note(m.__name__, m)
    for name, value in list(vars(m).items()):
        if name == "__doc__" or type(value) is type(note):
            continue
        visit_type(value) if isinstance(value, type) else note(m.__name__ + "." + name, value)

for name in MODULES:
    try:
        m = __import__(name)
        if not of_package(name):
            visit_module(m)
    except ImportError:
        pass
package = {t for n in list(sys.modules) if of_package(n) for t in vars(sys.modules[n]).values() if isinstance(t, type)}
pending, seen = [object], set()
while pending:
    t = pending.pop()
    if t in seen:
        continue
    seen.add(t)
    if t not in package and not of_package(t.__module__):
        visit_type(t)
    pending += type.__subclasses__(t)
with open(1, "w", encoding="utf-8") as f:
    for place, doc in out.items():
        f.write(ascii((place, doc)) + "\n")
"""

ALIKE = 0.8  # of difflib's ratio, for two sentences about things of one name
RUN = 6  # words in a row that no two texts share
SHORT = 25  # sentences of fewer characters are alike by chance: of them only equal ones count


def listing(python, modules):
    p = subprocess.run([*python, "-I", "-S", "-W", "ignore", "-c", f"MODULES = {modules!r}\n{LISTING}"], capture_output=True, text=True, timeout=60)
    if p.returncode:
        sys.exit(f"{python[0]}: exit status {p.returncode}\n{p.stderr}")
    return dict(eval(line) for line in p.stdout.splitlines())


def library_docs(reference, modules):
    """The docstrings of what the library says about the same things in Python: functools.py for _functools, _pyio.py for _io."""
    p = subprocess.run([reference, "-c", "import os; print(os.path.dirname(os.__file__))"], capture_output=True, text=True)
    docs = {}
    for module in modules:
        for name in {module.lstrip("_"), "_py" + module.lstrip("_")}:
            path = os.path.join(p.stdout.strip(), name + ".py")
            if not os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as f:
                tree = ast.parse(f.read())
            for node in ast.walk(tree):
                if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                    docs[f"{name}.{getattr(node, 'name', '')}"] = ast.get_docstring(node) or ""
    return docs


def prose(place, doc):
    """The docstring without its signature: what a human wrote."""
    name = re.escape(place.rpartition(".")[2])
    # The classes of ast show the rule of the abstract grammar that they are: as little a text as a signature.
    if place.startswith("ast.") and doc.startswith(place[4:] + " = "):
        return ""
    doc = re.sub(r"\A[\w.]*\([^\n]*\)\n--\n\n", "", doc)
    # The older form, name(arguments) -> type; a text instead of the type is prose.
    return re.sub(rf"^(?:[\w.]*\.)?{name}\([^\n]*?\)(?:\s*-+>\s*\w*(?: object)?$)?", "", doc, flags=re.M)


def words(text):
    return re.findall(r"[^\W_]+", text.lower())


def sentences(text):
    """The sentences as (what it says, its words in lower case)."""
    parts = (" ".join(part.split()) for part in re.split(r"(?<=[.;!?])\s+|\n\s*\n|\n(?=\s*-+>)", text))
    return [(part, " ".join(words(part))) for part in parts if words(part)]


def runs(text):
    w = words(text)
    return {tuple(w[i : i + RUN]) for i in range(len(w) - RUN + 1)}


def alike(a, b):
    matcher = difflib.SequenceMatcher(None, a.lower(), b.lower(), autojunk=False)
    return matcher.real_quick_ratio() > ALIKE and matcher.quick_ratio() > ALIKE and matcher.ratio() > ALIKE


class Reference:
    def __init__(self, docs):
        self.sentences, self.named, self.runs = {}, collections.defaultdict(set), {}
        for place, doc in docs.items():
            text = prose(place, doc)
            for sentence, said in sentences(text):
                self.sentences.setdefault(said, place)
                if len(sentence) >= SHORT:
                    self.named[place.rpartition(".")[2]].add(sentence)
            for run in runs(text):
                self.runs.setdefault(run, place)

    def fault(self, place, doc):
        """What of the docstring is not our own, or None."""
        text = prose(place, doc)
        for sentence, said in sentences(text):
            if said in self.sentences and " " in said:
                return f"{sentence!r} stands in {self.sentences[said]}"
            if len(sentence) >= SHORT:
                for other in self.named[place.rpartition(".")[2]]:
                    if alike(sentence, other):
                        return f"{sentence!r} is nearly {other!r}"
        for run in runs(text):
            if run in self.runs:
                return f"{' '.join(run)!r} stands in {self.runs[run]}"


def main():
    if not 2 <= len(sys.argv) <= 3:
        sys.exit(__doc__)
    reference = sys.argv[2] if len(sys.argv) == 3 else "/usr/bin/python3.11"
    if not os.path.exists(reference):
        sys.exit(77)
    table = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "vm", "modules.def")
    with open(table, encoding="utf-8") as f:
        modules = re.findall(r'^MODULE\(\w+, \w+, "([\w.]+)"\)', f.read(), re.M)
    ours = listing([sys.argv[1]], modules)
    theirs = listing([reference], modules)
    if min(len(ours), len(theirs)) < 1000:
        sys.exit(f"only {len(ours)} and {len(theirs)} docstrings listed")
    reference_docs = Reference(theirs | library_docs(reference, modules))
    faults = collections.defaultdict(list)
    for place, doc in ours.items():
        fault = reference_docs.fault(place, doc)
        if fault:
            faults[doc].append((place, fault))
    for found in faults.values():
        print(f"{found[0][0]}{f' and {len(found) - 1} more' if len(found) > 1 else ''}: {found[0][1]}")
    print(f"docstrings: {len(ours)} listed, {len(theirs)} in the reference, {len(faults)} texts not our own")
    return 1 if faults else 0


sys.exit(main())
