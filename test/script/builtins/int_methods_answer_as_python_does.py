def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: (0).bit_length())))  # expect: '0'
print(ascii(outcome(lambda: (-256).bit_length())))  # expect: '9'
print(ascii(outcome(lambda: (2**100).bit_length())))  # expect: '101'
print(ascii(outcome(lambda: (255).bit_count())))  # expect: '8'
print(ascii(outcome(lambda: (-7).bit_count())))  # expect: '3'
print(ascii(outcome(lambda: (1024).to_bytes(2, "big"))))  # expect: "b'\\x04\\x00'"
print(ascii(outcome(lambda: (1024).to_bytes(4, "little"))))  # expect: "b'\\x00\\x04\\x00\\x00'"
print(ascii(outcome(lambda: (-1).to_bytes(3, "big", signed=True))))  # expect: "b'\\xff\\xff\\xff'"
print(ascii(outcome(lambda: (5).to_bytes())))  # expect: "b'\\x05'"
print(ascii(outcome(lambda: (0).to_bytes(0, "big"))))  # expect: "b''"
print(ascii(outcome(lambda: int.from_bytes(b"\xff\x00", "big", signed=True))))  # expect: '-256'
print(ascii(outcome(lambda: int.from_bytes(b"\x00\x01", "little"))))  # expect: '256'
print(ascii(outcome(lambda: int.from_bytes([1, 2], "big"))))  # expect: '258'
print(ascii(outcome(lambda: (10).as_integer_ratio())))  # expect: '(10, 1)'
print(ascii(outcome(lambda: (3).conjugate())))  # expect: '3'
print(ascii(outcome(lambda: ((3).real, (3).imag, (3).numerator, (3).denominator))))  # expect: '(3, 0, 3, 1)'
print(ascii(outcome(lambda: ((3).__trunc__(), (3).__floor__(), (3).__ceil__()))))  # expect: '(3, 3, 3)'
print(ascii(outcome(lambda: round(25, -1))))  # expect: '20'
print(ascii(outcome(lambda: round(35, -1))))  # expect: '40'
print(ascii(outcome(lambda: round(-15, -1))))  # expect: '-20'
print(ascii(outcome(lambda: round(12345678901234567890, -5))))  # expect: '12345678901234600000'
print(ascii(outcome(lambda: round(7, 3))))  # expect: '7'
print(ascii(outcome(lambda: round(5, -10))))  # expect: '0'
print(ascii(outcome(lambda: (5).__getnewargs__())))  # expect: '(5,)'
print(ascii(outcome(lambda: hash(2**61 - 1))))  # expect: '0'
print(ascii(outcome(lambda: hash(-1))))  # expect: '-2'
print(ascii(outcome(lambda: hash(2**100))))  # expect: '549755813888'
print(ascii(outcome(lambda: ((1).__sizeof__(), (2**30).__sizeof__(), (0).__sizeof__()))))  # expect: '(28, 32, 28)'
print(ascii(outcome(lambda: bool.__mro__)))  # expect: "(<class 'bool'>, <class 'int'>, <class 'object'>)"
print(ascii(outcome(lambda: isinstance(True, int))))  # expect: 'True'
print(ascii(outcome(lambda: repr(False))))  # expect: "'False'"
