#!/usr/bin/python3.11
"""Runs expressions on str, bytes, bytearray and codecs on Baton and on the reference interpreter and compares.

usage: check_text_objects.py BATON [CASES [SEED [REFERENCE]]]

First a fixed list, mostly of error messages; then random expressions. Every case is one line of a generated program
that prints the repr of the result, or the exception with its arguments. Prints every difference, exits 1 if any.
"""
import os
import random
import subprocess
import sys
import tempfile

HEAD = """\
class S(str): pass
class B(bytes): pass
class A(bytearray): pass
class I:
    def __init__(self, i): self.i = i
    def __index__(self): return self.i
def o(f):
    try:
        r = f()
        return type(r).__name__ + " " + ascii(r)
    except Exception as e:
        # The arguments of a reused UnicodeError are those of its first use; its attributes are what counts.
        return type(e).__name__ + ": " + ascii((e.object, e.start, str(e)) if isinstance(e, UnicodeError) and hasattr(e, "start") else e.args)
"""

FIXED = r"""
str.maketrans({'ab':1}) | str.maketrans({1.5:1}) | 'a'.translate({97:0x110000}) | 'a'.translate({97:1.5})
'a'.center(3,'ab') | 'a'.center(3,1) | 'a'.find(1) | 'a'.find('a','b') | 'a'.replace(1,'b') | 'a'.startswith(1)
'a'.startswith((1,)) | 'a'.split(1) | 'a'.split('') | 'a'.strip(1) | 1 in 'a' | 'a'+1 | 'a'*'b' | 'a'[1.5] | 'a'[5]
str(b'a','utf8',1) | str(1,'utf8') | str('a','utf8') | 'a'.join(1) | 'a'.join([1]) | str.maketrans('a')
str.maketrans('a','bc') | 'a'.partition('') | 'a'.index('b') | 'a'<1 | str(b'abc',encoding=1) | str(1,2,3,4) | str(foo=1)
'abc'.encode('nope') | 'abc'.encode(errors=1) | 'a'.zfill('x') | 'a'.expandtabs(1<<40) | '\t'.expandtabs(-1)
'a'.format_map(1) | 'a'.__getnewargs__() | 'a'.__sizeof__() | '\xe9'.__sizeof__() | '\u20ac'.__sizeof__()
'\U00010000'.__sizeof__() | ''.__sizeof__() | 'a'.removeprefix(1) | str.__new__(int) | 'a'.__contains__(1)
'a'.__mod__(1) | 'a'.__rmod__(1) | 'a'.count('a',None,None) | 'a'.__format__(1) | 'a'.__format__('d') | 'a'.__mul__('b')
b'a'.find('a') | b'a'.find(256) | b'a'.find(1.5) | 'a' in b'a' | 256 in b'a' | b'a'+'a' | b'a'+1 | b'a'.join(['a'])
b'a'.join(1) | b'a'.center(3,'x') | b'a'.split('a') | b'a'.split(b'') | b'a'.strip('a') | b'a'.replace('a',b'')
b'a'.startswith('a') | b'a'.startswith(('a',)) | b'a'.partition('a') | b'a'.partition(b'') | b'a'.translate(b'abc')
b'a'.translate(1) | b'a'.translate(None,'a') | bytes.maketrans(b'a',b'bc') | bytes.fromhex('a') | bytes.fromhex('zz')
bytes.fromhex('a\xe9') | bytes.fromhex(1) | bytes.fromhex('a b') | b'abc'.hex(1) | b'abc'.hex('ab') | b'abc'.hex('\xe9')
b'abc'.hex(':',-2) | b'abc'.hex(':',2) | b'abcd'.hex(b'-',3) | b'a'[1.5] | b'a'[5] | b'a'*-1 | bytes('a') | bytes(1.5)
bytes(-1) | bytes([256]) | bytes(['a']) | bytes(1,'a') | bytes(b'a','utf8') | bytes(encoding='utf8')
bytes('a',errors='strict') | bytes(1<<70) | bytes(foo=1) | b'a'.decode(1) | b'a'.index(b'b') | bytearray(b'a').append(256)
bytearray(b'a').pop(5) | bytearray().pop() | bytearray(b'a').remove(98) | bytearray(b'a').extend(1)
bytearray(b'a').extend('a') | bytearray(b'a').extend([256]) | bytearray(b'a').insert(0,256) | bytearray('a')
bytearray([256]) | bytearray(1.5) | bytearray(-1) | hash(bytearray()) | bytearray(b'a')+'a' | bytearray(b'ab')[5]
bytearray(b'a').__setitem__(0,256) | bytearray(b'a').__setitem__(5,1) | bytearray(b'a').__setitem__(slice(0,1),1)
bytearray(b'abcd').__setitem__(slice(0,4,2),b'x') | bytearray(b'a').__delitem__(5) | A(b'ab').__reduce_ex__(2)
A(b'ab').__reduce_ex__(4) | bytearray(b'').__alloc__() | bytearray(b'a').__alloc__() | bytearray(b'a').__sizeof__()
b'a'<'a' | b'a'=='a' | b'a'.__bytes__() | B(b'abc')[:] | S('abc')[:] | A(b'abc')[:] | S('x')+'' | S('').join(['a'])
str(S('a')) is S | type(str(S('a'))) | type(S('abc').upper()) | type(bytes(B(b'a'))) | repr(A(b"a'b")) | repr(b'\'"')
'%s' % S('x') | iter('ab').__length_hint__() | iter('ab').__reduce__() | iter(b'ab').__reduce__() | list(iter('a\u20ac'))
__import__('codecs').lookup('utf-8').name | __import__('codecs').lookup('nope') | __import__('codecs').lookup_error('nope')
__import__('codecs').encode('a','rot13') | 'a'.encode('rot13') | __import__('codecs').decode(b'61','hex') | b'61'.decode('hex')
'\u20ac'.encode('cp1252') | b'\x80'.decode('cp1252') | b'\x81'.decode('cp1252') | '\u1234'.encode('cp1252')
'\u1234a'.encode('cp1252','replace') | '\u1234a'.encode('cp1252','xmlcharrefreplace') | b'\x81a'.decode('cp1252','ignore')
'a\u20ac'.encode('utf-8-sig') | b'\xef\xbb\xbfa'.decode('utf-8-sig') | 'a.b'.encode('idna') | 'b\xfccher'.encode('punycode')
__import__('codecs').escape_decode(rb'a\x41\n\q') | __import__('codecs').escape_encode(b"a'\n\xff")
__import__('codecs').utf_16_ex_decode(b'\xff\xfea\0b') | __import__('codecs').utf_8_decode(b'a\xe2\x82')
__import__('codecs').utf_7_decode(b'a+IK') | __import__('codecs').charmap_build('ab\ufffec')
__import__('unicodedata').name('a') | __import__('unicodedata').lookup('SNOWMAN') | '\N{SNOWMAN}' | '\N{BEL}'
__import__('unicodedata').normalize('NFKC','\ufb01\u0301') | __import__('unicodedata').ucd_3_2_0.category('\u1c80')
'\u0130'.lower() | '\u03a3\u03a3 A\u03a3'.lower() | '\xdf'.title() | '\ufb01x'.capitalize() | '\u01c4'.swapcase()
''.join(chr(i) for i in range(256)).isprintable() | ascii('\ud800\U0010ffff') | repr('\x7f\xa0\xad\u200b\u3042')
"""

SAMPLES = ("", "a", "ab", "abc", "aab", "aba", " a b ", "\t a\n b\r\n", "A Bc dE", "12", "-12", "+3", "a,b,,c", "xyxyx",
           "\xe9", "\xdf", "na\xefve \xdf", "\u20ac", "a\u20acb\u20ac", "\u03a3\u03c2\u03c3", "\u0130i", "\ufb01x", "\u2028\u2029",
           "\U0001f600", "a\U0001f600b", "\ud800", "\udc80x", "\ud83d\ude00", "\x00\x01\x7f", "'\"\\", "aaaaaaaaaaaaaaaab" * 5,
           "\xa0\x85\x1c", "{}%s", "Title Case", "\u0660\u0661", "\xb2\xbd", "x" * 300, "ab" * 200 + "c")


class Expressions:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def pick(self, *choices):
        return self.random.choice(choices)

    def str_(self):
        r = self.random
        text = r.choice(SAMPLES)
        if r.random() < 0.4:
            text += r.choice(SAMPLES)
        if r.random() < 0.15:
            i = r.randrange(len(text) + 1)
            text = text[:i] + chr(r.choice((r.randrange(128), r.randrange(0x3000), r.randrange(0x110000)))) + text[i:]
        return ("S(%s)" if r.random() < 0.05 else "%s") % ascii(text)

    def bytes_(self):
        r = self.random
        data = r.choice(SAMPLES).encode(r.choice(("utf-8", "utf-16-le", "utf-8")), "surrogatepass")
        if r.random() < 0.5:
            data += bytes(r.randrange(256) for _ in range(r.randrange(4)))
        if r.random() < 0.3:
            data = data[r.randrange(len(data) + 1):]
        return r.choice(("%r", "%r", "%r", "bytearray(%r)", "bytearray(%r)", "B(%r)", "memoryview(%r)")) % data

    def own_bytes(self):
        text = self.bytes_()
        return text if "memoryview" not in text else "b'ab'"

    def needle(self, kind):
        r = self.random
        if kind == "s":
            return ascii(r.choice(("", "a", "b", "ab", "x", " ", "\xe9", "\u20ac", "xy", "c", "\U0001f600", "aab", "\ud800")))
        return r.choice(("b''", "b'a'", "b'b'", "b'ab'", "b'x'", "b' '", "bytearray(b'a')", "b'\\xe2'", "97", "b'aab'"))

    def index(self):
        r = self.random
        return r.choice(("None", "0", "1", "-1", "2", "-2", "5", "-5", "100", "-100", "1<<80", "-1<<80", "I(1)",
                         str(r.randrange(-10, 10))))

    def window(self):
        return self.pick("", "", ", %s" % self.index(), ", %s, %s" % (self.index(), self.index()))

    def errors(self):
        return repr(self.random.choice(("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace",
                                        "surrogateescape", "surrogatepass", "namereplace")))

    def encoding(self):
        return repr(self.random.choice(("utf-8", "utf-8", "UTF8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be",
                                        "latin-1", "ascii", "unicode_escape", "raw_unicode_escape", "utf-7", "cp1252",
                                        "koi8-r", "iso8859-15")))

    def method(self, kind):
        r = self.random
        text = self.str_() if kind == "s" else self.own_bytes()
        n = lambda: self.needle(kind)
        whole = lambda: (self.str_() if kind == "s" else self.bytes_())
        name = r.choice(("find", "rfind", "index", "rindex", "count", "startswith", "endswith", "split", "rsplit",
                         "partition", "rpartition", "replace", "strip", "lstrip", "rstrip", "splitlines", "join",
                         "center", "ljust", "rjust", "zfill", "expandtabs", "removeprefix", "removesuffix", "case",
                         "is", "translate"))
        if name in ("find", "rfind", "index", "rindex", "count", "startswith", "endswith"):
            what = r.choice((n(), n(), whole())) if not name.endswith("swith") else r.choice((n(), "(%s, %s)" % (n(), n())))
            return "%s.%s(%s%s)" % (text, name, what, self.window())
        if name in ("split", "rsplit"):
            return "%s.%s(%s)" % (text, name, r.choice(("", "None", n(), "%s, %d" % (n(), r.randrange(-1, 4)),
                                                        "None, %d" % r.randrange(-1, 4),
                                                        "maxsplit=%d" % r.randrange(-1, 3))))
        if name in ("partition", "rpartition", "removeprefix", "removesuffix"):
            return "%s.%s(%s)" % (text, name, n())
        if name == "replace":
            return "%s.replace(%s, %s%s)" % (text, n(), r.choice((n(), whole())), r.choice(("", ", %d" % r.randrange(-1, 4))))
        if name.endswith("strip"):
            return "%s.%s(%s)" % (text, name, r.choice(("", "None", n(), whole())))
        if name == "splitlines":
            return "%s.splitlines(%s)" % (text, r.choice(("", "True", "keepends=1")))
        if name == "join":
            return "%s.join([%s])" % (text, ", ".join(whole() for _ in range(r.randrange(4))))
        if name in ("center", "ljust", "rjust"):
            fill = r.choice(("", ", '*'", ", '\u20ac'") if kind == "s" else ("", ", b'*'", ", bytearray(b'-')"))
            return "%s.%s(%s%s)" % (text, name, r.randrange(-1, 30), fill)
        if name in ("zfill", "expandtabs"):
            return "%s.%s(%s)" % (text, name, r.randrange(-1, 20))
        if name == "case":
            return "%s.%s()" % (text, r.choice(("upper", "lower", "title", "capitalize", "swapcase") +
                                               (("casefold",) if kind == "s" else ("hex",))))
        if name == "is":
            tests = ["isalpha", "isalnum", "isascii", "isdigit", "islower", "isupper", "isspace", "istitle"]
            if kind == "s":
                tests += ["isdecimal", "isnumeric", "isidentifier", "isprintable"]
            return "%s.%s()" % (text, r.choice(tests))
        if kind == "s":
            return "%s.translate(%s)" % (text, r.choice(("{97: 98}", "{97: None, 98: 'xyz'}", "{97: '\u20ac'}",
                                                         "str.maketrans('ab', 'cd', 'x')", "str.maketrans({'a': 1})",
                                                         "'\u20acxyz' * 40")))
        return "%s.translate(%s)" % (text, r.choice(("None", "bytes.maketrans(b'ab', b'xy')", "None, b'a'",
                                                     "bytes(range(255, -1, -1)), delete=b' '")))

    def change(self):
        r = self.random
        what = r.choice(("b.append(%s)" % r.randrange(-2, 258), "b.pop(%s)" % self.pick("", "0", "-1", "3"),
                         "b.extend(%s)" % self.bytes_(), "b.extend([1, 2, %d])" % r.randrange(300),
                         "b.insert(%s, 65)" % self.pick("0", "-1", "99"), "b.remove(%d)" % r.randrange(90, 110),
                         "b.reverse()", "b.clear()", "b.__iadd__(%s)" % self.bytes_(), "b.__imul__(%d)" % r.randrange(-1, 4),
                         "b.__setitem__(slice(%s, %s, %s), %s)" % (self.index(), self.index(), self.pick("None", "1", "2", "-1"),
                                                                  self.bytes_()),
                         "b.__delitem__(slice(%s, %s, %s))" % (self.index(), self.index(), self.pick("None", "1", "2", "-1", "-3")),
                         "b.__setitem__(%s, %s)" % (self.index(), r.randrange(-1, 260)), "b.__delitem__(%s)" % self.index(),
                         "b.copy()"))
        return "(lambda b: (%s, b, len(b)))(bytearray(%s))" % (what, self.bytes_())

    def case(self):
        kind = self.random.randrange(14)
        if kind < 4:
            return self.method("s")
        if kind < 7:
            return self.method("b")
        if kind == 7:
            return "%s.encode(%s, %s)" % (self.str_(), self.encoding(), self.errors())
        if kind == 8:
            return "%s.decode(%s, %s)" % (self.own_bytes(), self.encoding(), self.errors())
        if kind == 9:
            text = self.pick(self.str_, self.own_bytes)()
            return self.pick("%s[%s:%s:%s]" % (text, self.index(), self.index(), self.pick("", "", "2", "-1", "-3", "0")),
                             "%s[%s]" % (text, self.index()), "repr(%s)" % text, "%s * %d" % (text, self.random.randrange(-1, 4)),
                             "len(%s)" % text, "ascii(%s)" % text, "list(%s)" % text)
        if kind == 10:
            a, b = self.pick((self.str_(), self.str_()), (self.bytes_(), self.bytes_()), (self.str_(), self.bytes_()))
            return "%s %s %s" % (a, self.pick("+", "<", "<=", "==", "!=", ">", ">=", "in"), b)
        if kind == 11:
            return self.change()
        if kind == 12:
            return self.pick("hash(%s) == hash(%s)" % (self.str_(), self.str_()), "bytes(%s)" % self.bytes_(),
                             "bytearray(%s)" % self.bytes_(), "bytes(%s, %s)" % (self.str_(), self.encoding()),
                             "str(%s, %s, %s)" % (self.bytes_(), self.encoding(), self.errors()), "str(%s)" % self.own_bytes(),
                             "bytes.fromhex(%s)" % self.str_(), "%s.hex(':', %d)" % (self.own_bytes(), self.random.randrange(-3, 4)))
        return "__import__('unicodedata').normalize(%r, %s)" % (self.pick("NFC", "NFD", "NFKC", "NFKD"), self.str_())


def run(command, path):
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    return subprocess.run([*command, path], capture_output=True, text=True, errors="replace", env=environment)


def compare(baton, reference, batch):
    """The number of differences; None when Baton stopped early."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "cases.py")
        with open(path, "w", encoding="utf-8") as f:
            f.write(HEAD + "".join("print(o(lambda: %s))\n" % case for case in batch))
        want, got = run(reference, path), run(baton, path)
    if want.returncode != 0:
        sys.exit("the reference failed: " + want.stderr[-500:])
    differences = 0
    lines = got.stdout.splitlines()
    for case, expected, actual in zip(batch, want.stdout.splitlines(), lines):
        if expected != actual:
            differences += 1
            print("%s\n  want %s\n  got  %s" % (case[:300], expected[:300], actual[:300]))
    if len(lines) < len(batch):
        print("stopped at: %s\n%s" % (batch[len(lines)][:300], got.stderr[-1000:]))
        return None
    return differences


def main():
    baton = [sys.argv[1]]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 5000
    expressions = Expressions(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    reference = [sys.argv[4] if len(sys.argv) > 4 else "/usr/bin/python3.11", "-W", "ignore"]
    fixed = [case.strip() for line in FIXED.strip().splitlines() for case in line.split(" | ")]
    total = compare(baton, reference, fixed)
    while count > 0 and total is not None and total < 60:
        batch = [expressions.case() for _ in range(min(count, 2000))]
        count -= len(batch)
        found = compare(baton, reference, batch)
        total = None if found is None else total + found
    print(total if total is not None else "unknown", "differences")
    return 0 if total == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
