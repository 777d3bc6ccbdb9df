import re


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: re.match(r"(\w+) (\d+)", "hello 42").groups())))  # expect: "('hello', '42')"
print(ascii(outcome(lambda: re.findall(r"a(b*)c", "ac abc abbbc"))))  # expect: "['', 'b', 'bbb']"
print(ascii(outcome(lambda: re.sub(r"(\w)(\w)", r"\2\1", "abcdef"))))  # expect: "'badcfe'"
print(ascii(outcome(lambda: re.split(r"(,)\s*", "a, b,c"))))  # expect: "['a', ',', 'b', ',', 'c']"
print(ascii(outcome(lambda: re.search(r"(?P<x>a|b)+?c", "zzabac").groupdict())))  # expect: "{'x': 'a'}"
print(ascii(outcome(lambda: re.sub("x*", "-", "abxd"))))  # expect: "'-a-b--d-'"
print(ascii(outcome(lambda: re.subn("a", lambda m: m.group().upper(), "banana", 2))))  # expect: "('bAnAna', 2)"
print(ascii(outcome(lambda: (re.fullmatch("a+", "aaab"), re.fullmatch("a+", "aaa").span()))))  # expect: '(None, (0, 3))'
print(ascii(outcome(lambda: [m.span() for m in re.finditer("b|", "abc")])))  # expect: '[(0, 0), (1, 2), (2, 2), (3, 3)]'
print(ascii(outcome(lambda: re.compile("(?i)straSSe").match("STRASSE").group())))  # expect: "'STRASSE'"
print(ascii(outcome(lambda: re.search(r"\bfoo\b", "a foo b").start())))  # expect: '2'
print(ascii(outcome(lambda: re.findall(r"(?m)^\w", "ab\ncd\nef"))))  # expect: "['a', 'c', 'e']"
print(ascii(outcome(lambda: re.match(r"(a)|b", "b").group(1))))  # expect: 'None'
print(ascii(outcome(lambda: (re.match(r"(a)?(?(1)b|c)", "ab").group(), re.match(r"(a)?(?(1)b|c)", "c").group()))))  # expect: "('ab', 'c')"
print(ascii(outcome(lambda: re.search(r"(?<=a)b(?!c)", "abcabd").span())))  # expect: '(4, 5)'
print(ascii(outcome(lambda: re.match(r"(?:(a)|b)*", "abab").groups())))  # expect: "('a',)"
print(ascii(outcome(lambda: re.match(r"(a+)+$", "a" * 25).span())))  # expect: '(0, 25)'
print(ascii(outcome(lambda: re.match(r"(?>a+)ab", "aaab"))))  # expect: 'None'
print(ascii(outcome(lambda: re.match(r"a++b", "aaab").group())))  # expect: "'aaab'"
print(ascii(outcome(lambda: (re.match(r"(.)\1", "aa").group(), re.match(r"(.)\1", "ab")))))  # expect: "('aa', None)"
print(ascii(outcome(lambda: (re.findall(rb"\w+", b"ab cd"), re.sub(rb"a", b"b", bytearray(b"banana"))))))  # expect: "([b'ab', b'cd'], b'bbnbnb')"
print(ascii(outcome(lambda: re.match("a", b"a"))))  # expect: 'TypeError: cannot use a string pattern on a bytes-like object'
print(ascii(outcome(lambda: re.match(b"a", "a"))))  # expect: 'TypeError: cannot use a bytes pattern on a string-like object'
print(ascii(outcome(lambda: re.match("a", 5))))  # expect: "TypeError: expected string or bytes-like object, got 'int'"
print(ascii(outcome(lambda: (repr(re.compile("a", re.I | re.M)), repr(re.compile(b"a"))))))  # expect: '("re.compile(\'a\', re.IGNORECASE|re.MULTILINE)", "re.compile(b\'a\')")'
print(ascii(outcome(lambda: (repr(re.match("a+", "xaab", 0)), repr(re.search("a+", "xaab"))))))  # expect: '(\'None\', "<re.Match object; span=(1, 3), match=\'aa\'>")'
print(ascii(outcome(lambda: (re.compile("a") == re.compile("a", 0), hash(re.compile("q")) == hash(re.compile("q"))))))  # expect: '(True, True)'
print(ascii(outcome(lambda: (re.match("(?P<n>a)", "a")["n"], re.match("(a)", "a")[1]))))  # expect: "('a', 'a')"
print(ascii(outcome(lambda: re.match("a", "a").group(1))))  # expect: 'IndexError: no such group'
print(ascii(outcome(lambda: (re.match("(a)(b)?", "a").span(2), re.match("(a)(b)?", "a").regs))))  # expect: '((-1, -1), ((0, 1), (0, 1), (-1, -1)))'
print(ascii(outcome(lambda: (re.match("(a)(b)", "ab").lastindex, re.match("(?P<x>a)", "a").lastgroup))))  # expect: "(2, 'x')"
print(ascii(outcome(lambda: re.match("a(b)", "ab").expand(r"<\1>"))))  # expect: "'<b>'"
print(ascii(outcome(lambda: (re.compile(r"\d+").search("ab12cd34", 4).group(), re.compile("^b").search("ab", 1)))))  # expect: "('34', None)"
print(ascii(outcome(lambda: re.compile("b$").search("abab", 0, 2).span())))  # expect: '(1, 2)'
print(ascii(outcome(lambda: re.findall("[^a-c\\d]", "abcxyz123é"))))  # expect: "['x', 'y', 'z', '\xe9']"
print(ascii(outcome(lambda: re.findall("[à-ü]", "aéÉ", re.I))))  # expect: "['\xe9', '\xc9']"
print(ascii(outcome(lambda: (re.match(r"\w+", "éß_1").group(), re.match(r"\w+", "éß", re.A)))))  # expect: "('\xe9\xdf_1', None)"
print(ascii(outcome(lambda: (re.match(".", "\n"), re.match("(?s).", "\n").group()))))  # expect: "(None, '\\n')"
print(ascii(outcome(lambda: re.escape("a.b*c"))))  # expect: "'a\\\\.b\\\\*c'"
print(ascii(outcome(lambda: re.compile("("))))  # expect: 'error: missing ), unterminated subpattern at position 0'
print(ascii(outcome(lambda: re.compile("a", 5.5))))  # expect: "TypeError: unsupported operand type(s) for &: 'float' and 'RegexFlag'"
print(ascii(outcome(lambda: re.match("(?:a|b)*c", "ab" * 50000))))  # expect: 'None'
print(ascii(outcome(lambda: re.match("(?:a|b)*", "ab" * 50000).end())))  # expect: '100000'
print(ascii(outcome(lambda: (re.sub("a", r"\g<0>\g<0>", "banana"), re.sub("(?P<v>a)", r"[\g<v>]", "banana")))))  # expect: "('baanaanaa', 'b[a]n[a]n[a]')"
print(ascii(outcome(lambda: re.template if False else list(re.compile("a").scanner("aab").match().span()))))  # expect: '[0, 1]'
print(ascii(outcome(lambda: __import__("copy").deepcopy(re.match("a", "a")).span())))  # expect: '(0, 1)'
print(ascii(outcome(lambda: __import__("pickle").loads(__import__("pickle").dumps(re.compile("a+"))).pattern)))  # expect: "'a+'"
