def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: 1 // 0)))  # expect: 'ZeroDivisionError: integer division or modulo by zero'
print(ascii(outcome(lambda: 1 % 0)))  # expect: 'ZeroDivisionError: integer modulo by zero'
print(ascii(outcome(lambda: divmod(1, 0))))  # expect: 'ZeroDivisionError: integer division or modulo by zero'
print(ascii(outcome(lambda: 1 / 0)))  # expect: 'ZeroDivisionError: division by zero'
print(ascii(outcome(lambda: 10**400 / 3)))  # expect: 'OverflowError: integer division result too large for a float'
print(ascii(outcome(lambda: 1 << -1)))  # expect: 'ValueError: negative shift count'
print(ascii(outcome(lambda: 1 >> -1)))  # expect: 'ValueError: negative shift count'
print(ascii(outcome(lambda: 1 << (1 << 70))))  # expect: 'OverflowError: too many digits in integer'
print(ascii(outcome(lambda: pow(1, 2, 0))))  # expect: 'ValueError: pow() 3rd argument cannot be 0'
print(ascii(outcome(lambda: pow(2, -1, 4))))  # expect: 'ValueError: base is not invertible for the given modulus'
print(ascii(outcome(lambda: 0 ** -1)))  # expect: 'ZeroDivisionError: 0.0 cannot be raised to a negative power'
print(ascii(outcome(lambda: int(base=10))))  # expect: 'TypeError: int() missing string argument'
print(ascii(outcome(lambda: int(1, 10))))  # expect: "TypeError: int() can't convert non-string with explicit base"
print(ascii(outcome(lambda: int("1", 99))))  # expect: 'ValueError: int() base must be >= 2 and <= 36, or 0'
print(ascii(outcome(lambda: int("1", base=1.5))))  # expect: "TypeError: 'float' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: int(float("nan")))))  # expect: 'ValueError: cannot convert float NaN to integer'
print(ascii(outcome(lambda: int(float("inf")))))  # expect: 'OverflowError: cannot convert float infinity to integer'
print(ascii(outcome(lambda: int([]))))  # expect: "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'list'"
print(ascii(outcome(lambda: int("12x"))))  # expect: "ValueError: invalid literal for int() with base 10: '12x'"
print(ascii(outcome(lambda: int(""))))  # expect: "ValueError: invalid literal for int() with base 10: ''"
print(ascii(outcome(lambda: int(b"x"))))  # expect: "ValueError: invalid literal for int() with base 10: b'x'"
print(ascii(outcome(lambda: int(bytearray(b"q")))))  # expect: "ValueError: invalid literal for int() with base 10: b'q'"
print(ascii(outcome(lambda: int("1" * 5000))))  # expect: 'ValueError: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit'
print(ascii(outcome(lambda: str(10 ** 5000))))  # expect: 'ValueError: Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit'
print(ascii(outcome(lambda: (1).to_bytes(-1))))  # expect: 'ValueError: length argument must be non-negative'
print(ascii(outcome(lambda: (-1).to_bytes(1))))  # expect: "OverflowError: can't convert negative int to unsigned"
print(ascii(outcome(lambda: (300).to_bytes(1))))  # expect: 'OverflowError: int too big to convert'
print(ascii(outcome(lambda: (1).to_bytes(1, "x"))))  # expect: "ValueError: byteorder must be either 'little' or 'big'"
print(ascii(outcome(lambda: int.from_bytes([1, 2, 300]))))  # expect: 'ValueError: bytes must be in range(0, 256)'
print(ascii(outcome(lambda: (5).__round__(None))))  # expect: "TypeError: 'NoneType' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: 1 + "a")))  # expect: "TypeError: unsupported operand type(s) for +: 'int' and 'str'"
print(ascii(outcome(lambda: int.__add__(1, 1.5))))  # expect: 'NotImplemented'
print(ascii(outcome(lambda: float(10**400))))  # expect: 'OverflowError: int too large to convert to float'
print(ascii(outcome(lambda: bool(1, 2))))  # expect: 'TypeError: bool expected at most 1 argument, got 2'
print(ascii(outcome(lambda: bool(x=1))))  # expect: 'TypeError: bool() takes no keyword arguments'
