def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: "{} {}".format(1, 2))))  # expect: "'1 2'"
print(ascii(outcome(lambda: "{1} {0}".format(1, 2))))  # expect: "'2 1'"
print(ascii(outcome(lambda: "{a[0]} {a[k]}".format(a={0: 1, "k": 2}))))  # expect: "'1 2'"
print(ascii(outcome(lambda: "{0.real} {0.imag}".format(3))))  # expect: "'3 0'"
print(ascii(outcome(lambda: "{!r:>5}|{!s}|{!a}".format("a", 1, "\u00e9"))))  # expect: '"  \'a\'|1|\'\\\\xe9\'"'
print(ascii(outcome(lambda: "{:{}}|{:{}{}}".format(1, 5, 2, ">", 4))))  # expect: "'    1|   2'"
print(ascii(outcome(lambda: "{{}} {{{}}}".format(1))))  # expect: "'{} {1}'"
print(ascii(outcome(lambda: "{a}".format_map({"a": 1}))))  # expect: "'1'"
print(ascii(outcome(lambda: "{}".format())))  # expect: 'IndexError: Replacement index 0 out of range for positional args tuple'
print(ascii(outcome(lambda: "{0} {}".format(1, 2))))  # expect: 'ValueError: cannot switch from manual field specification to automatic field numbering'
print(ascii(outcome(lambda: "{} {0}".format(1, 2))))  # expect: 'ValueError: cannot switch from automatic field numbering to manual field specification'
print(ascii(outcome(lambda: "{".format())))  # expect: "ValueError: Single '{' encountered in format string"
print(ascii(outcome(lambda: "}".format())))  # expect: "ValueError: Single '}' encountered in format string"
print(ascii(outcome(lambda: "{0".format(1))))  # expect: "ValueError: expected '}' before end of string"
print(ascii(outcome(lambda: "{0!}".format(1))))  # expect: "ValueError: unmatched '{' in format spec"
print(ascii(outcome(lambda: "{0!x}".format(1))))  # expect: 'ValueError: Unknown conversion specifier x'
print(ascii(outcome(lambda: "{0!rx}".format(1))))  # expect: "ValueError: expected ':' after conversion specifier"
print(ascii(outcome(lambda: "{:{:{}}}".format(1, 2, 3))))  # expect: 'ValueError: Max string recursion exceeded'
print(ascii(outcome(lambda: "{a[]}".format(a=1))))  # expect: 'ValueError: Empty attribute in format string'
print(ascii(outcome(lambda: "{a.}".format(a=1))))  # expect: 'ValueError: Empty attribute in format string'
print(ascii(outcome(lambda: "{0[0]x}".format([1]))))  # expect: "ValueError: Only '.' or '[' may follow ']' in format field specifier"
print(ascii(outcome(lambda: "{99999999999999999999}".format(1))))  # expect: 'ValueError: Too many decimal digits in format string'
print(ascii(outcome(lambda: "{a}".format())))  # expect: "KeyError: 'a'"
print(ascii(outcome(lambda: "{a{b}}".format(a=1))))  # expect: "ValueError: unexpected '{' in field name"
print(ascii(outcome(lambda: "{0!\u20ac}".format(1))))  # expect: 'ValueError: Unknown conversion specifier \\x20ac'
print(ascii(outcome(lambda: "{}".format_map({}))))  # expect: 'ValueError: Format string contains positional fields'
print(ascii(outcome(lambda: "{0[{]}".format({"{": 1}))))  # expect: "'1'"
print(ascii(outcome(lambda: "{:d}".format("a"))))  # expect: "ValueError: Unknown format code 'd' for object of type 'str'"
print(ascii(outcome(lambda: "{0.a}".format(1))))  # expect: "AttributeError: 'int' object has no attribute 'a'"
print(ascii(outcome(lambda: "{:>{w}}".format("x", w=4))))  # expect: "'   x'"
