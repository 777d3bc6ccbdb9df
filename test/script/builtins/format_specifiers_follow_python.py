def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: (format(1234567, ","), format(1234567, "_x")))))  # expect: "('1,234,567', '12_d687')"
print(ascii(outcome(lambda: format(255, "#010x"))))  # expect: "'0x000000ff'"
print(ascii(outcome(lambda: format(3.14159, ".2f"))))  # expect: "'3.14'"
print(ascii(outcome(lambda: format(1234567.0, "020,.2f"))))  # expect: "'0,000,001,234,567.00'"
print(ascii(outcome(lambda: (format("abc", "*^9"), format("abc", ".2"), format("abc", ">5")))))  # expect: "('***abc***', 'ab', '  abc')"
print(ascii(outcome(lambda: format(0.5, ".0%"))))  # expect: "'50%'"
print(ascii(outcome(lambda: format(-0.0001, "z.2f"))))  # expect: "'0.00'"
print(ascii(outcome(lambda: format(65, "c"))))  # expect: "'A'"
print(ascii(outcome(lambda: (format(10, "n"), format(1.5, "n")))))  # expect: "('10', '1.5')"
print(ascii(outcome(lambda: (format(True), format(True, "d"), format(True, "5")))))  # expect: "('True', '1', '    1')"
print(ascii(outcome(lambda: format("a", "\u20ac^5"))))  # expect: "'\u20ac\u20aca\u20ac\u20ac'"
print(ascii(outcome(lambda: format(1, "dd"))))  # expect: "ValueError: Invalid format specifier 'dd' for object of type 'int'"
print(ascii(outcome(lambda: format(1, "5."))))  # expect: 'ValueError: Format specifier missing precision'
print(ascii(outcome(lambda: format(1, ".3d"))))  # expect: 'ValueError: Precision not allowed in integer format specifier'
print(ascii(outcome(lambda: format("a", "=5"))))  # expect: "ValueError: '=' alignment not allowed in string format specifier"
print(ascii(outcome(lambda: format("a", "+"))))  # expect: 'ValueError: Sign not allowed in string format specifier'
print(ascii(outcome(lambda: format("a", "d"))))  # expect: "ValueError: Unknown format code 'd' for object of type 'str'"
print(ascii(outcome(lambda: format(1, "s"))))  # expect: "ValueError: Unknown format code 's' for object of type 'int'"
print(ascii(outcome(lambda: format(1.5, "d"))))  # expect: "ValueError: Unknown format code 'd' for object of type 'float'"
print(ascii(outcome(lambda: format(1, ",x"))))  # expect: "ValueError: Cannot specify ',' with 'x'."
print(ascii(outcome(lambda: format(1, ",_"))))  # expect: "ValueError: Cannot specify both ',' and '_'."
print(ascii(outcome(lambda: format(1 + 1j, "=9"))))  # expect: "ValueError: '=' alignment flag is not allowed in complex format specifier"
print(ascii(outcome(lambda: format([], "5"))))  # expect: 'TypeError: unsupported format string passed to list.__format__'
print(ascii(outcome(lambda: format(object(), "x")[:0])))  # expect: 'TypeError: unsupported format string passed to object.__format__'
print(ascii(outcome(lambda: f"{3.0!r:>6}|{'x':^3}|{42:b}")))  # expect: "'   3.0| x |101010'"
print(ascii(outcome(lambda: f"{1:{5}}|{2:>{3}}")))  # expect: "'    1|  2'"
