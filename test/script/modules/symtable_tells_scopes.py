import symtable

SOURCE = '''
import os
glob = 1
def outer(a, *rest, key=1, **more):
    global glob
    glob = [a for a in rest if key]
    def inner():
        nonlocal a
        a += more
        return glob, len
    return inner
class Plain(object):
    x: int = 3
    def __method(self):
        return __class__
lam = lambda q: (y for y in q)
'''


def show(table, depth=0):
    print("  " * depth, table.get_type(), table.get_name(), table.get_lineno(), table.is_nested(), table.is_optimized())
    for s in table.get_symbols():
        facts = [f for f in dir(s) if f.startswith("is_") and getattr(s, f)()]
        print("  " * depth, "  ", s.get_name(), *facts)
    for child in table.get_children():
        show(child, depth + 1)


show(symtable.symtable(SOURCE, "file.py", "exec"))
print(symtable.symtable("x + y", "?", "eval").get_identifiers())
for arguments in ("x", "?", "sometimes"), ("x y", "?", "exec"), (b"x", b"?", "single"), (3, "?", "exec"), ("nonlocal x", "f", "exec"):
    try:
        print(symtable.symtable(*arguments))
    except Exception as e:
        print(type(e).__name__, e)
