# Source that nests deeper than the thread's C stack allows is refused; CPython 3.11 dies on most of these.
import sys
import threading

REFUSALS = {RecursionError, MemoryError, SyntaxError}
SHAPES = {
    "parentheses": lambda n: "(" * n + "1" + ")" * n,
    "signs": lambda n: "-" * n + "1",
    "not": lambda n: "not " * n + "1",
    "attributes": lambda n: "a" + ".b" * n,
    "sums": lambda n: "1" + "+a" * n,
    "functions": lambda n: "lambda: " * n + "1",
    "powers": lambda n: "a**" * n + "1",
    "conditions": lambda n: "a if b else " * n + "1",
    "calls": lambda n: "f" + "()" * n,
    "branches": lambda n: "if a: pass\n" + "elif b: pass\n" * n,
    "lists": lambda n: "[" * n + "]" * n,
    "comprehensions": lambda n: "[" * n + "x" + " for x in y]" * n,
}

failed = []


def try_shape(name, depth, may_fail):
    try:
        compile(SHAPES[name](depth), name, "exec")
    except BaseException as e:
        if not may_fail or type(e) not in REFUSALS:
            failed.append((name, depth, e))


def run(name):
    for depth, may_fail in ((20, False), (180, True), (1_000, True), (20_000, True)):
        try_shape(name, depth, may_fail)


threading.stack_size(256 * 1024)
for name in SHAPES:
    thread = threading.Thread(target=run, args=(name,))
    thread.start()
    thread.join()
assert not failed, failed

# The parser keeps to the interpreter's limit of digits, not to the default.
sys.set_int_max_str_digits(1000)
try:
    compile("1" * 1001, "digits", "eval")
except SyntaxError as e:
    assert "1001 digits" in e.msg, e.msg
else:
    raise AssertionError("accepted")
sys.set_int_max_str_digits(0)
compile("1" * 5000, "digits", "eval")
print("done")  # expect: done
