import _string


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


def split(name):
    first, rest = _string.formatter_field_name_split(name)
    return first, list(rest)


print(ascii(outcome(lambda: list(_string.formatter_parser("a{b.c[d]!r:e{f}}g")))))  # expect: "[('a', 'b.c[d]', 'e{f}', 'r'), ('g', None, None, None)]"
print(ascii(outcome(lambda: list(_string.formatter_parser("{}")))))  # expect: "[('', '', '', None)]"
print(ascii(outcome(lambda: list(_string.formatter_parser("{{}}")))))  # expect: "[('{', None, None, None), ('}', None, None, None)]"
print(ascii(outcome(lambda: list(_string.formatter_parser("{")))))  # expect: "ValueError: Single '{' encountered in format string"
print(ascii(outcome(lambda: list(_string.formatter_parser("a{0")))))  # expect: "ValueError: expected '}' before end of string"
print(ascii(outcome(lambda: list(_string.formatter_parser("a{!}")))))  # expect: "ValueError: unmatched '{' in format spec"
print(ascii(outcome(lambda: _string.formatter_parser(1))))  # expect: 'TypeError: expected str, got int'
print(ascii(outcome(lambda: split("a.b[c]"))))  # expect: "('a', [(True, 'b'), (False, 'c')])"
print(ascii(outcome(lambda: split("0.a"))))  # expect: "(0, [(True, 'a')])"
print(ascii(outcome(lambda: split("12[3].4"))))  # expect: "(12, [(False, 3), (True, '4')])"
print(ascii(outcome(lambda: split("[0]"))))  # expect: "('', [(False, 0)])"
print(ascii(outcome(lambda: split(""))))  # expect: "('', [])"
print(ascii(outcome(lambda: split("a[0]b"))))  # expect: "ValueError: Only '.' or '[' may follow ']' in format field specifier"
print(ascii(outcome(lambda: split("a..b"))))  # expect: 'ValueError: Empty attribute in format string'
print(ascii(outcome(lambda: split("a["))))  # expect: "ValueError: Missing ']' in format string"
print(ascii(outcome(lambda: type(_string.formatter_parser("")).__name__)))  # expect: "'formatteriterator'"
