def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: ((2.5).is_integer(), (2.0).is_integer()))))  # expect: '(False, True)'
print(ascii(outcome(lambda: (0.1).as_integer_ratio())))  # expect: '(3602879701896397, 36028797018963968)'
print(ascii(outcome(lambda: (-8.0).as_integer_ratio())))  # expect: '(-8, 1)'
print(ascii(outcome(lambda: float("inf").as_integer_ratio())))  # expect: 'OverflowError: cannot convert Infinity to integer ratio'
print(ascii(outcome(lambda: float("nan").as_integer_ratio())))  # expect: 'ValueError: cannot convert NaN to integer ratio'
print(ascii(outcome(lambda: (0.1).hex())))  # expect: "'0x1.999999999999ap-4'"
print(ascii(outcome(lambda: float.fromhex("-0x1.8p3"))))  # expect: '-12.0'
print(ascii(outcome(lambda: float.fromhex("0x1p5000"))))  # expect: 'OverflowError: hexadecimal value too large to represent as a float'
print(ascii(outcome(lambda: float.fromhex("zz"))))  # expect: 'ValueError: invalid hexadecimal floating-point string'
print(ascii(outcome(lambda: float.fromhex("inf"))))  # expect: 'inf'
print(ascii(outcome(lambda: (round(2.5), round(3.5), round(-2.5)))))  # expect: '(2, 4, -2)'
print(ascii(outcome(lambda: round(2.675, 2))))  # expect: '2.67'
print(ascii(outcome(lambda: round(1234.5, -2))))  # expect: '1200.0'
print(ascii(outcome(lambda: round(1.5e308, -308))))  # expect: 'OverflowError: rounded value too large to represent'
print(ascii(outcome(lambda: round(float("nan")))))  # expect: 'ValueError: cannot convert float NaN to integer'
print(ascii(outcome(lambda: round(float("inf")))))  # expect: 'OverflowError: cannot convert float infinity to integer'
print(ascii(outcome(lambda: round(float("nan"), 2))))  # expect: 'nan'
print(ascii(outcome(lambda: ((3.7).__trunc__(), (3.2).__ceil__(), (-3.2).__floor__()))))  # expect: '(3, 4, -4)'
print(ascii(outcome(lambda: float.__getformat__("double"))))  # expect: "'IEEE, little-endian'"
print(ascii(outcome(lambda: float("  1_0.5e-1 "))))  # expect: '1.05'
print(ascii(outcome(lambda: float("1__0"))))  # expect: "ValueError: could not convert string to float: '1__0'"
print(ascii(outcome(lambda: float("x"))))  # expect: "ValueError: could not convert string to float: 'x'"
print(ascii(outcome(lambda: float([]))))  # expect: "TypeError: float() argument must be a string or a real number, not 'list'"
print(ascii(outcome(lambda: float(b"2.5"))))  # expect: '2.5'
print(ascii(outcome(lambda: float("\u0663.5"))))  # expect: '3.5'
print(ascii(outcome(lambda: (float("Infinity"), float("-nan")))))  # expect: '(inf, nan)'
print(ascii(outcome(lambda: ((1.5).real, (1.5).imag, (1.5).conjugate()))))  # expect: '(1.5, 0.0, 1.5)'
print(ascii(outcome(lambda: (1.5).__getnewargs__())))  # expect: '(1.5,)'
print(ascii(outcome(lambda: float(1, 2))))  # expect: 'TypeError: float expected at most 1 argument, got 2'
print(ascii(outcome(lambda: float())))  # expect: '0.0'
print(ascii(outcome(lambda: 1.0.__getformat__("x"))))  # expect: "ValueError: __getformat__() argument 1 must be 'double' or 'float'"
