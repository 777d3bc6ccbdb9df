def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: "%5.1f|%-5d|%05d" % (3.14159, 3, -3))))  # expect: "'  3.1|3    |-0003'"
print(ascii(outcome(lambda: "%s %r %a" % ("a", "\u00e9", "\u00e9"))))  # expect: '"a \'\xe9\' \'\\\\xe9\'"'
print(ascii(outcome(lambda: "%(x)s %(y)d" % {"x": 1, "y": 2})))  # expect: "'1 2'"
print(ascii(outcome(lambda: "%*.*f" % (10, 2, 3.14159))))  # expect: "'      3.14'"
print(ascii(outcome(lambda: "%-*d|" % (5, 3))))  # expect: "'3    |'"
print(ascii(outcome(lambda: "%*d|" % (-5, 3))))  # expect: "'3    |'"
print(ascii(outcome(lambda: "%#x %#o %X" % (255, 8, 255))))  # expect: "'0xff 0o10 FF'"
print(ascii(outcome(lambda: "%c%c" % ("a", 66))))  # expect: "'aB'"
print(ascii(outcome(lambda: "%%|%5s|%.2s" % ("a", "abc"))))  # expect: "'%|    a|ab'"
print(ascii(outcome(lambda: "%e %g %G" % (1, 1e-10, 1e-10))))  # expect: "'1.000000e+00 1e-10 1E-10'"
print(ascii(outcome(lambda: "%+d % d" % (3, 3))))  # expect: "'+3  3'"
print(ascii(outcome(lambda: "%08.5d" % -3)))  # expect: "'-0000003'"
print(ascii(outcome(lambda: "%s" % ((1,),))))  # expect: "'(1,)'"
print(ascii(outcome(lambda: "%" % 1)))  # expect: 'ValueError: incomplete format'
print(ascii(outcome(lambda: "%(a" % {})))  # expect: 'ValueError: incomplete format key'
print(ascii(outcome(lambda: "%(a)s" % 1)))  # expect: 'TypeError: format requires a mapping'
print(ascii(outcome(lambda: "%s %s" % (1,))))  # expect: 'TypeError: not enough arguments for format string'
print(ascii(outcome(lambda: "%s" % (1, 2))))  # expect: 'TypeError: not all arguments converted during string formatting'
print(ascii(outcome(lambda: "a" % 1)))  # expect: 'TypeError: not all arguments converted during string formatting'
print(ascii(outcome(lambda: "a" % {1: 2})))  # expect: "'a'"
print(ascii(outcome(lambda: "%d" % "x")))  # expect: 'TypeError: %d format: a real number is required, not str'
print(ascii(outcome(lambda: "%x" % 1.5)))  # expect: 'TypeError: %x format: an integer is required, not float'
print(ascii(outcome(lambda: "%c" % "ab")))  # expect: 'TypeError: %c requires int or char'
print(ascii(outcome(lambda: "%c" % 0x110000)))  # expect: 'OverflowError: %c arg not in range(0x110000)'
print(ascii(outcome(lambda: "%y" % 1)))  # expect: "ValueError: unsupported format character 'y' (0x79) at index 1"
print(ascii(outcome(lambda: "%*d" % ("a", 1))))  # expect: 'TypeError: * wants int'
print(ascii(outcome(lambda: "%99999999999999999999d" % 1)))  # expect: 'ValueError: width too big'
print(ascii(outcome(lambda: "%5%" % ())))  # expect: 'TypeError: not enough arguments for format string'
print(ascii(outcome(lambda: "%d" % 1e30)))  # expect: "'1000000000000000019884624838656'"
print(ascii(outcome(lambda: "%i" % 3.99)))  # expect: "'3'"
print(ascii(outcome(lambda: b"%d %s %x" % (3, b"ab", 255))))  # expect: "b'3 ab ff'"
print(ascii(outcome(lambda: b"%c%c" % (65, b"B"))))  # expect: "b'AB'"
print(ascii(outcome(lambda: b"%r" % "\u00e9")))  # expect: 'b"\'\\\\xe9\'"'
print(ascii(outcome(lambda: b"%s" % "a")))  # expect: "TypeError: %b requires a bytes-like object, or an object that implements __bytes__, not 'str'"
print(ascii(outcome(lambda: b"a" % 1)))  # expect: 'TypeError: not all arguments converted during bytes formatting'
print(ascii(outcome(lambda: b"%.2f" % 1.005)))  # expect: "b'1.00'"
print(ascii(outcome(lambda: bytearray(b"%5d") % 42)))  # expect: "bytearray(b'   42')"
