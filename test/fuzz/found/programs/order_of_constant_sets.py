# Where colliding items of a set of constants stand, names among them and others.
for word in ("a", "b", "zz", "split", "x y", "é", "abc", "-", ""):
    for number in range(24):
        made = compile(f"for x in {{{word!r}, {number}}}: pass", "f", "exec").co_consts
        searched = compile(f"x in {{{word!r}, {number}, (1, 'a')}}", "f", "eval").co_consts
        print(word, [list(c) for c in made + searched if isinstance(c, frozenset)])
