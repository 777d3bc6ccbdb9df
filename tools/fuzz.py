#!/usr/bin/env python3
"""Looks for inputs that break the front end.

    fuzz.py parser   [--seconds N]   source text through lexer, parser, compiler and verifier (libFuzzer)
    fuzz.py verifier [--seconds N]   marshalled code through the reader and the verifier (libFuzzer)
    fuzz.py programs [--seconds N] [--seed S]   small random programs, here and on python3.11
    fuzz.py replay BATON             every input found before, kept in test/fuzz/found, on this interpreter

The libFuzzer targets need build/debug: they are its libraries, with the front end compiled once more by clang with
coverage and AddressSanitizer in build/fuzz. Exit status 1: something was found; its file is named.
"""
import argparse
import ast
import hashlib
import os
import random
import re
import resource
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
BUILD = TOP / "build" / "fuzz"
DEBUG = TOP / "build" / "debug"
FOUND = TOP / "test" / "fuzz" / "found"
PYTHON = "/usr/bin/python3.11"
LIBRARY = Path("/usr/lib/python3.11")
PLACEHOLDER = b"#FORMAT#"

PARSER = """ast_arena lexer parser parser_diagnose parser_expr parser_pattern parser_peg parser_primary parser_rules parser_stmt parser_strings
parser_target source_text token""".split()
COMPILER = """assemble compile compile_call compile_const compile_expr compile_flow compile_jump compile_match compile_names
compile_scope compile_source compile_stmt disassemble symtable symtable_visit unparse verify""".split()
TARGETS = {
    "parser": ("fuzz_source", ["vm/" + n for n in PARSER + COMPILER] + ["vm/modules/ast_convert", "vm/modules/ast_validate"]),
    "verifier": ("fuzz_code", ["vm/verify", "vm/disassemble", "vm/code_bytes", "vm/code", "vm/modules/marshal"]),
}
FLAGS = """-std=gnu++20 -O1 -g1 -fno-strict-aliasing -fwrapv -fvisibility=hidden -fvisibility-inlines-hidden
-fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address -DBATON_VERSION="0" -DBOOST_THREAD_DONT_PROVIDE_INTERRUPTIONS -w""".split()


def newer(output, inputs):
    return output.exists() and all(output.stat().st_mtime > Path(i).stat().st_mtime for i in inputs)


def build(kind):
    main, sources = TARGETS[kind]
    BUILD.mkdir(parents=True, exist_ok=True)
    includes = [f"-I{TOP}", f"-I{DEBUG}", f"-I{DEBUG}/runtime"]
    headers = [*TOP.glob("vm/*.h"), *TOP.glob("vm/*.def"), *TOP.glob("vm/modules/*.h"), *TOP.glob("runtime/**/*.h")]

    def compile_one(name):
        source = TOP / (name + ".cpp")
        output = BUILD / (name.replace("/", "_") + ".o")
        if not newer(output, [source, *headers]):
            subprocess.run(["ccache", "clang++", *FLAGS, *includes, "-c", str(source), "-o", str(output)], check=True)
        return str(output)

    with ThreadPoolExecutor(2) as pool:
        objects = list(pool.map(compile_one, ["test/fuzz/" + main, *sources]))
    program = BUILD / kind
    archives = [str(DEBUG / a) for a in ("capi/libbaton_capi.a", "vm/libbaton_vm.a", "vm/libbaton_parser.a",
                                         "runtime/libbaton_runtime.a", "threadstate/libthreadstate.a")]
    if not newer(program, objects + archives):
        subprocess.run(["clang++", "-fsanitize=fuzzer,address", "-o", str(program), *objects, "-Wl,--start-group", *archives,
                        "-Wl,--end-group", "-lboost_thread", "-lboost_chrono", "-lfmt", "-lgmp", "-lz", "-lexpat", "-ldl", "-lpthread"], check=True)
    return program


# --- seeds

def statements(text):
    """The statements of a file, each with what belongs to it, outermost first."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError):
        return
    lines = text.splitlines(keepends=True)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt) and node.col_offset == 0 and (node.end_lineno - node.lineno) < 40:
            yield "".join(lines[node.lineno - 1:node.end_lineno])


def seed_files():
    yield from sorted(TOP.glob("test/script/**/*.py"))
    yield from sorted(TOP.glob("test/golden/*.py"))
    names = "test_syntax test_grammar test_patma test_fstring test_unparse test_type_comments test_exceptions test_generators \
        test_coroutines test_asyncgen test_named_expressions test_positional_only_arg test_except_star test_pep646_syntax"
    yield from (LIBRARY / "test" / (n + ".py") for n in names.split() if (LIBRARY / "test" / (n + ".py")).exists())
    yield from sorted(LIBRARY.glob("*.py"))[::4]


def write_parser_seeds(folder):
    seen = set()
    for path in seed_files():
        text = path.read_text(encoding="utf-8", errors="surrogateescape")
        for one in statements(text):
            data = one.encode("utf-8", "surrogateescape")
            key = hashlib.sha1(data).hexdigest()[:16]
            if len(data) < 1500 and key not in seen and len(seen) < 4000:
                seen.add(key)
                (folder / key).write_bytes(bytes((int(key[0], 16) & 4, 15)) + data)
    for path in FOUND.glob("source/*"):
        (folder / path.name).write_bytes(path.read_bytes())


MARSHAL_SEEDS = """
import marshal, struct, sys
mark = marshal.dumps(compile("pass", "f", "exec"))
import _register_code
def codes(c):
    yield c
    for k in c.co_consts:
        if hasattr(k, "co_code"): yield from codes(k)
n = 0
for path in sys.argv[2:]:
    try: top = compile(open(path, "rb").read(), "f", "exec")
    except Exception: continue
    for c in codes(top):
        data = marshal.dumps(c)
        if len(data) < 4000 and n < 1500:
            n += 1
            open("%s/%05d" % (sys.argv[1], n), "wb").write(data)
"""


def code_format(baton):
    """The eight bytes by which this build knows its tables (vm/code_bytes.h)."""
    return subprocess.run([baton, "-c", "import _register_code, sys; sys.stdout.buffer.write(_register_code.format())"],
                          capture_output=True, check=True).stdout


def write_code_seeds(folder):
    baton = str(DEBUG / "tools" / "baton")
    files = [str(p) for p in sorted(TOP.glob("test/script/**/*.py"))[::2]] + [str(p) for p in sorted(LIBRARY.glob("*.py"))[::12]]
    subprocess.run([baton, "-W", "ignore", "-c", MARSHAL_SEEDS, str(folder), *files], check=True)
    form = code_format(baton)
    for path in folder.iterdir():
        path.write_bytes(path.read_bytes().replace(form, PLACEHOLDER))
    for path in FOUND.glob("code/*"):
        (folder / path.name).write_bytes(path.read_bytes())


def write_dictionary(path):
    words = []
    for line in (TOP / "vm" / "token.def").read_text().splitlines():
        if line.startswith(("OPERATOR(", "KEYWORD(")):
            words.append(line.split('"')[1])
    words += ["match", "case", "_", "# type: ", "# type: ignore", "f'{", "}'", "!r", "rb'", "\\N{", "0x", "1e5", "1_0j", "\n    ", "\t", "\f",
              "\\\n", "'''", "\u00e9", "# coding: latin-1\n", "__class__", "super()", "from __future__ import annotations\n"]
    with open(path, "w", encoding="utf-8") as out:
        for w in words:
            out.write('"' + "".join(f"\\x{b:02x}" for b in w.encode()) + '"\n')


def coverage(kind, seconds):
    program = build(kind)
    seeds, corpus, artifacts = (BUILD / f"{kind}-{n}" for n in ("seeds", "corpus", "found"))
    for folder in (seeds, corpus, artifacts):
        folder.mkdir(exist_ok=True)
    for old in artifacts.iterdir():
        old.unlink()
    if not any(seeds.iterdir()):
        (write_parser_seeds if kind == "parser" else write_code_seeds)(seeds)
    arguments = [f"-max_total_time={seconds}", "-timeout=20", "-report_slow_units=20", "-rss_limit_mb=3000", "-max_len=4096", "-print_final_stats=1",
                 "-detect_leaks=0", "-verbosity=1", f"-artifact_prefix={artifacts}/", str(corpus), str(seeds)]
    if kind == "parser":
        write_dictionary(BUILD / "dictionary")
        arguments.insert(0, f"-dict={BUILD}/dictionary")
    env = dict(os.environ, PYTHONMALLOC="malloc", ASAN_OPTIONS="detect_leaks=0:allocator_may_return_null=1:handle_segv=1")
    log = BUILD / f"{kind}.log"
    with open(log, "w") as out:
        status = subprocess.run([str(program), *arguments], env=env, stdout=out, stderr=out).returncode
    text = log.read_text(errors="replace").splitlines()
    print("\n".join(line for line in text if line.startswith("stat::") or "SUMMARY" in line or "fault:" in line))
    found = sorted(artifacts.iterdir())
    for path in found:
        print(f"found: {path}")
    print(f"{kind}: {'nothing found' if not found and status == 0 else f'{len(found)} found, status {status}'}; log: {log}")
    return 1 if found or status else 0


# --- random programs

MEMORY = 4 << 30


def canonical(line):
    """The items of every set in order: None and its like hash by their addresses, which decides where they stand."""
    while (new := re.sub(r"\{([^{}:]*)\}", lambda m: "<" + ", ".join(sorted(m[1].split(", "))) + ">", line)) != line:
        line = new
    return line


def ordered_by_address(seed, a, b):
    """Is it the same in another order, in a program that has None or its like and so perhaps a set with it?"""
    words = lambda line: sorted(re.findall(r"\w+|\S", line))
    if words(a) != words(b):
        return False
    driver = TOP / "test" / "fuzz" / "programs.py"
    program = subprocess.run([PYTHON, str(driver), "--show", str(seed)], capture_output=True, text=True, check=True).stdout
    return re.search(r"\bNone\b|\bNotImplemented\b|\.\.\.", program) and re.search(r"\{|\b(frozen)?set\b", program)


def depends_on_addresses(seed, theirs):
    """Does CPython itself print something else when objects lie elsewhere? Sets of objects hashed by address do that."""
    for n in range(1, 12):
        lines, _, _ = outcomes(PYTHON, 1, seed, 150, n)
        if [canonical(line) for line in lines] != [canonical(theirs)]:
            return True
    return False


def outcomes(interpreter, count, seed, limit, displaced=0):
    """What each of `count` programs prints and raises: one line per program. `displaced`: see displace() there."""
    driver = TOP / "test" / "fuzz" / "programs.py"
    env = dict(os.environ, PYTHONHASHSEED="0", PYTHONIOENCODING="utf-8")
    command = [interpreter, "-W", "ignore", str(driver), str(seed), str(count), str(displaced)]
    # A program that wants more memory than that gets its MemoryError, here as there.
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))) as p:
        try:
            out, err = p.communicate(timeout=limit)
        except subprocess.TimeoutExpired:
            p.kill()
            out, err = p.communicate()
            err += b"took longer than %d seconds" % limit
    return out.decode(errors="replace").splitlines(), p.returncode, err.decode(errors="replace")[-2000:]


def programs(seconds, seed, baton, batch=100):
    start = time.monotonic()
    total = differences = 0
    rng = random.Random(seed)
    while time.monotonic() - start < seconds:
        s = rng.randrange(1 << 30)
        theirs, _, _ = outcomes(PYTHON, batch, s, 150)  # fewer than asked for when one takes it too long
        ours, status, errors = outcomes(baton, len(theirs), s, 300)
        total += len(theirs)
        for i, (a, b) in enumerate(zip(theirs, ours)):
            if canonical(a) != canonical(b) and not ordered_by_address(s + i, a, b) and not depends_on_addresses(s + i, a):
                differences += 1
                print(f"DIFFERENT: test/fuzz/programs.py {s + i} 1\n  python3.11: {a[:400]}\n  baton:      {b[:400]}", flush=True)
        if status or len(ours) != len(theirs):
            differences += 1
            print(f"ENDED: test/fuzz/programs.py {s + len(ours)} 1: status {status}\n{errors}", flush=True)
    print(f"programs: {total} compared, {differences} different (seed {seed})")
    return 1 if differences else 0


# --- what was found before

REPLAY = """
import sys, marshal, _register_code
kind, *paths = sys.argv[1:]
form = bytes.fromhex(paths.pop(0)) if kind == "code" else b""
for path in paths:
    data = open(path, "rb").read()
    try:
        if kind == "code":
            value = marshal.loads(data.replace(b"#FORMAT#", form))
            if hasattr(value, "co_code"): _register_code.verify(value)
        else:
            options, versions, text = data[0], data[1], data[2:]
            mode = ("exec", "eval", "single", "func_type")[options & 3]
            flags = (0x1000 if options & 4 else 0) | (0x4000 if options & 8 else 0) | (0x200 if options & 16 else 0)
            minor = versions & 15
            for f in (flags, flags | 0x400):
                code = compile(text, "<fuzz>", mode, f, True, (versions >> 6) % 3, _feature_version=minor if minor < 13 else -1)
                if f == flags: assert _register_code.verify(code) == ""
    except AssertionError: raise
    except Exception as e: print(path.rsplit("/", 1)[1], type(e).__name__)
    else: print(path.rsplit("/", 1)[1], "accepted")
"""


def replay(baton):
    bad = 0
    for kind in ("source", "code"):
        paths = sorted(str(p) for p in (FOUND / kind).glob("*"))
        for path in paths:
            extra = [code_format(baton).hex()] if kind == "code" else []
            p = subprocess.run([baton, "-W", "ignore", "-c", REPLAY, kind, *extra, path], capture_output=True, timeout=60)
            if p.returncode:
                bad += 1
                print(f"{path}: status {p.returncode}\n{p.stderr.decode(errors='replace')[-1500:]}")
    for path in sorted((FOUND / "programs").glob("*.py")):
        # The seed is fixed: what texts and bytes hash to decides the order of the sets that these programs print.
        results = [subprocess.run([exe, "-W", "ignore", str(path)], capture_output=True, timeout=60, env=dict(os.environ, PYTHONHASHSEED="0"))
                   for exe in (PYTHON, baton)]
        shown = [(p.returncode, p.stdout, p.stderr.splitlines()[-1:]) for p in results]
        if shown[0] != shown[1]:
            bad += 1
            print(f"{path}: {shown}")
    print(f"{bad} faults")
    return 1 if bad else 0


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("what", choices=["parser", "verifier", "programs", "replay"])
    p.add_argument("baton", nargs="?", default=str(DEBUG / "tools" / "baton"))
    p.add_argument("--seconds", type=int, default=300)
    p.add_argument("--seed", type=int, default=None)
    a = p.parse_args()
    if a.what == "replay":
        return replay(a.baton)
    if a.what == "programs":
        seed = a.seed if a.seed is not None else random.SystemRandom().randrange(1 << 30)
        print(f"seed {seed}", flush=True)
        return programs(a.seconds, seed, a.baton)
    return coverage(a.what, a.seconds)


if __name__ == "__main__":
    sys.exit(main())
