#!/usr/bin/python3.11
"""Compare the parser with Python 3.11's, the oracle.

  ast_oracle.py trees PARSE_DUMP [DIR…]      every .py file below DIR: same ast.dump, or both refuse it
  ast_oracle.py programs PARSE_DUMP          the programs in test/script: same tree or same error
  ast_oracle.py record                       rewrite the expectations there from Python's answers
  ast_oracle.py fuzz PARSE_DUMP SEED COUNT [DIR…]   mutated files: same verdict, no crash

The programs are in test/script/syntax_trees.txt and syntax_errors.txt; the unit test reads the recorded answers
and needs no Python. All but that needs /usr/bin/python3.11.
"""

import ast
import collections
import glob
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import textwrap
import unicodedata
import warnings

STDLIB = "/usr/lib/python3.11"
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../test/script")
UNPARSE = os.path.join(SCRIPT, "unparse.txt")
CORPORA = [os.path.join(SCRIPT, name) for name in ("syntax_trees.txt", "syntax_errors.txt")]


def ranges(test):
    out, first = [], None
    for code in range(0x80, 0x110001):
        good = code < 0x110000 and test(chr(code))
        if good and first is None:
            first = code
        elif not good and first is not None:
            out.append((first, code - 1))
            first = None
    return out


def write_facts(path, sources, only=None):
    """The Unicode facts parse_dump needs for these sources (see test/unit/vm/parser_dump.h).

    `only`: the characters to tell about, all if None.
    """
    tests = {
        "start": str.isidentifier,
        "continue": lambda c: ("a" + c).isidentifier(),
        "print": str.isprintable,
    }
    names, words = {}, set()
    for text in sources:
        for name in re.findall(r"\\N\{([^}]*)\}", text):
            try:
                char = unicodedata.lookup(name)
            except KeyError:
                continue
            if len(char) == 1:
                names[name.upper()] = ord(char)
        if not text.isascii():
            words.update(w for w in re.findall(r"\w+", text) if not w.isascii())
    with open(path, "w", encoding="utf-8", errors="replace") as out:
        for kind, test in tests.items():
            for first, last in ranges(test) if only is None else [(ord(c), ord(c)) for c in sorted(only) if test(c)]:
                out.write(f"{kind} {first:x} {last:x}\n")
        for name, code in names.items():
            out.write(f"name {code:x} {name}\n")
        for word in words:
            normal = unicodedata.normalize("NFKC", word)
            if normal != word:
                out.write(f"nfkc {word} {normal}\n")


def read(path):
    with open(path, "rb") as file:
        return file.read()


def python_error(source, mode="exec"):
    """What Python says about a wrong program, in parse_dump's form."""
    try:
        compile(source, "<source>", mode, ast.PyCF_ONLY_AST)
    except SyntaxError as e:
        fields = [e.msg, e.lineno or 0, e.offset or 0, e.text, e.end_lineno or 0, e.end_offset or 0]
        return type(e).__name__, fields
    except ValueError as e:
        return "ValueError", [str(e), 0, 0, None, 0, 0]
    except (MemoryError, RecursionError):
        return "MemoryError", ["", 0, 0, None, 0, 0]
    return None


def parse_files(parse_dump, facts, paths, extra=()):
    """One answer per path. A crash of the parser names the file."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listing:
        listing.write("\n".join(paths))
        listing.flush()
        done = subprocess.run([parse_dump, "--facts", facts, *extra, "--list", listing.name], capture_output=True)
    lines = done.stdout.split(b"\n")[:-1]
    if done.returncode:
        sys.stderr.write(done.stderr.decode(errors="replace"))
        sys.exit(f"parse_dump ended with {done.returncode} at {paths[len(lines)]}")
    return lines


def first_difference(ours, theirs):
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    return f"  ours   …{ours[max(0, at - 150):at + 100]}\n  python …{theirs[max(0, at - 150):at + 100]}"


def command_trees(parse_dump, *dirs):
    paths = []
    for top in dirs or [STDLIB]:
        paths += sorted(glob.glob(os.path.join(top, "**/*.py"), recursive=True))
    sources = {path: read(path) for path in paths}
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        facts = os.path.join(work, "facts")
        write_facts(facts, (s.decode("utf-8", "replace") for s in sources.values()))
        for start in range(0, len(paths), 100):
            chunk = paths[start : start + 100]
            for path, ours in zip(chunk, parse_files(parse_dump, facts, chunk), strict=True):
                ours = ours.decode("utf-8", "surrogatepass")
                try:
                    theirs = ast.dump(ast.parse(sources[path]), include_attributes=True)
                except (SyntaxError, ValueError):
                    kind, fields = python_error(sources[path])
                    if not ours.startswith(kind + " ") or json.loads(ours.partition(" ")[2]) != fields:
                        bad += 1
                        print(f"{path}: other error\n  ours   {ours[:200]}\n  python {kind} {fields}")
                    continue
                if ours != theirs:
                    bad += 1
                    print(f"{path}: other tree\n{first_difference(ours, theirs)}")
    print(f"{len(paths)} files, {bad} differ")
    return bad


# The corpus: blocks separated by a line of "====". A block is a line "name [mode]", a line with the program as a
# JSON string, a line "----" and the recorded answer.
def load_corpus(path):
    cases = []
    for block in open(path, encoding="utf-8").read().split("\n====\n"):
        if block.startswith("#"):
            continue
        head, source, _, answer = block.rstrip("\n").split("\n")
        name, _, mode = head.partition(" ")
        cases.append((name, mode or "exec", json.loads(source), answer))
    return cases


def expected(source, mode):
    """Python's answer, as parse_dump prints it."""
    answer = python_error(source, mode)
    if answer:
        return f"{answer[0]} {json.dumps(answer[1], ensure_ascii=False)}"
    return ast.dump(compile(source, "<source>", mode, ast.PyCF_ONLY_AST), include_attributes=True)


def annotation_text(source):
    namespace = {}
    exec(compile(f"from __future__ import annotations\nx: ({source})\n", "<source>", "exec"), namespace)
    return namespace["__annotations__"]["x"]


def record(path, answer):
    cases = load_corpus(path)
    out = [open(path, encoding="utf-8").read().partition("\n====\n")[0]]
    for name, mode, source, _ in cases:
        head = name if mode == "exec" else f"{name} {mode}"
        out.append(f"{head}\n{json.dumps(source)}\n----\n{answer(source, mode)}")
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n====\n".join(out) + "\n")
    return [source for _, _, source, _ in cases]


def command_record():
    sources = []
    for path in CORPORA:
        sources += record(path, expected)
    sources += record(UNPARSE, lambda source, mode: json.dumps(annotation_text(source)))
    literals = "".join(chr(int(code, 16)) for s in sources for code in re.findall(r"\\[uU]([0-9a-fA-F]{4,8})", s) if int(code, 16) < 0x110000)
    literals += "".join(map(chr, range(0x80, 0x100)))
    only = {c for c in "".join(sources) + literals if not c.isascii()}
    write_facts(os.path.join(SCRIPT, "syntax_facts.txt"), sources, only)


def compare(parse_dump, cases):
    """cases: (name, mode, source). Returns the number of differences."""
    bad = 0
    with tempfile.TemporaryDirectory() as work:
        facts = os.path.join(work, "facts")
        write_facts(facts, (source for _, _, source in cases))
        for wanted in ("exec", "eval", "single"):
            some = [case for case in cases if case[1] == wanted]
            paths = []
            for i, (_, _, source) in enumerate(some):
                paths.append(os.path.join(work, f"{wanted}{i}.py"))
                with open(paths[-1], "wb") as out:
                    out.write(source.encode("utf-8", "surrogatepass"))
            answers = parse_files(parse_dump, facts, paths, ["--str", "--mode", wanted]) if paths else []
            for (name, mode, source), ours in zip(some, answers, strict=True):
                ours = ours.decode("utf-8", "replace")
                theirs = expected(source, mode)
                if ours != theirs:
                    bad += 1
                    print(f"{name}: {source[:300]!r}\n{first_difference(ours, theirs)}")
    return bad


def command_programs(parse_dump):
    cases = [(name, mode, source) for path in CORPORA for name, mode, source, _ in load_corpus(path)]
    bad = compare(parse_dump, cases)
    print(f"{len(cases)} programs, {bad} differ")
    return bad


WORDS = (
    "if else elif for while in not is and or lambda def class with as try except finally raise return yield await async "
    "match case _ print import from global del pass None True ( ) [ ] { } : , . ; = == := + - * ** / @ -> ... x y 1 2.5 'a' f'{x}' b'c' "
    "~ | & < != += $ ? ! \\"
).split()


def mutate(rng, text):
    tokens = re.findall(r"\w+|\s+|[^\w\s]", text)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not tokens:
            break
        at = rng.randrange(len(tokens))
        what = rng.randrange(5)
        if what == 0:
            del tokens[at]
        elif what == 1:
            tokens.insert(at, rng.choice(WORDS))
        elif what == 2:
            tokens[at] = rng.choice(WORDS)
        elif what == 3:
            other = rng.randrange(len(tokens))
            tokens[at], tokens[other] = tokens[other], tokens[at]
        else:
            tokens.insert(at, " " + rng.choice(WORDS) + " ")
    return "".join(tokens)


def piece_of(rng, path):
    """Some lines of a file that stand below one another: up to the first that is indented less."""
    lines = read(path).decode("utf-8", "ignore").replace("\r", "").split("\n")
    first = rng.randrange(len(lines))
    margin = len(lines[first]) - len(lines[first].lstrip())
    end = first + 1
    while end < len(lines) and end < first + 25:
        if lines[end].strip() and len(lines[end]) - len(lines[end].lstrip()) < margin:
            break
        end += 1
    return textwrap.dedent("\n".join(lines[first:end])) + "\n"


def command_fuzz(parse_dump, seed, count, *dirs):
    rng = random.Random(int(seed))
    paths = []
    for top in dirs or [STDLIB]:
        paths += sorted(glob.glob(os.path.join(top, "**/*.py"), recursive=True))
    corpus = [case for path in CORPORA for case in load_corpus(path)]
    short = [source for _, mode, source, _ in corpus if mode == "exec" and len(source) < 300]
    cases = []
    while len(cases) < int(count):
        piece = rng.choice(short) if rng.random() < 0.5 else piece_of(rng, rng.choice(paths))
        if "\0" not in piece:
            cases.append((f"case{len(cases)}", "exec", mutate(rng, piece)))
    bad = compare(parse_dump, cases)
    kinds = collections.Counter((python_error(source) or ("", ["accepted"]))[1][0][:40] for _, _, source in cases)
    print(f"{len(cases)} mutations, {bad} differ; most frequent: {kinds.most_common(12)}")
    return bad


def main(arguments):
    commands = {name[8:]: value for name, value in globals().items() if name.startswith("command_")}
    if not arguments or arguments[0] not in commands:
        sys.exit(__doc__)
    warnings.simplefilter("ignore")
    if arguments[0] == "trees":
        sys.set_int_max_str_digits(0)
    sys.exit(1 if commands[arguments[0]](*arguments[1:]) else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
