def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: 7.5 // 2)))  # expect: '3.0'
print(ascii(outcome(lambda: -7.5 // 2)))  # expect: '-4.0'
print(ascii(outcome(lambda: 7.5 % -2)))  # expect: '-0.5'
print(ascii(outcome(lambda: -7.5 % 2)))  # expect: '0.5'
print(ascii(outcome(lambda: divmod(-7.5, 2))))  # expect: '(-4.0, 0.5)'
print(ascii(outcome(lambda: 1e300 * 1e10)))  # expect: 'inf'
print(ascii(outcome(lambda: 0.1 + 0.2)))  # expect: '0.30000000000000004'
print(ascii(outcome(lambda: 2.0 ** 0.5)))  # expect: '1.4142135623730951'
print(ascii(outcome(lambda: (-8.0) ** 3)))  # expect: '-512.0'
print(ascii(outcome(lambda: (-8) ** 0.5)))  # expect: '(1.7319121124709868e-16+2.8284271247461903j)'
print(ascii(outcome(lambda: float("inf") // 1)))  # expect: 'nan'
print(ascii(outcome(lambda: -0.0 + 0)))  # expect: '0.0'
print(ascii(outcome(lambda: 5 % -0.3)))  # expect: '-0.09999999999999981'
print(ascii(outcome(lambda: 1.0 % float("inf"))))  # expect: '1.0'
print(ascii(outcome(lambda: -1.0 % float("inf"))))  # expect: 'inf'
print(ascii(outcome(lambda: 2.0 ** -1074)))  # expect: '5e-324'
print(ascii(outcome(lambda: (-1.0) ** float("inf"))))  # expect: '1.0'
print(ascii(outcome(lambda: float("nan") ** 0)))  # expect: '1.0'
print(ascii(outcome(lambda: abs(-2.5))))  # expect: '2.5'
print(ascii(outcome(lambda: -0.0)))  # expect: '-0.0'
print(ascii(outcome(lambda: 1e16)))  # expect: '1e+16'
print(ascii(outcome(lambda: 1e-5)))  # expect: '1e-05'
print(ascii(outcome(lambda: 123456789.123)))  # expect: '123456789.123'
print(ascii(outcome(lambda: 5e-324)))  # expect: '5e-324'
print(ascii(outcome(lambda: 1.0 // 0)))  # expect: 'ZeroDivisionError: float floor division by zero'
print(ascii(outcome(lambda: 1.0 % 0)))  # expect: 'ZeroDivisionError: float modulo'
print(ascii(outcome(lambda: divmod(1.0, 0))))  # expect: 'ZeroDivisionError: float divmod()'
print(ascii(outcome(lambda: 1.0 / 0)))  # expect: 'ZeroDivisionError: float division by zero'
print(ascii(outcome(lambda: pow(1.0, 2, 3))))  # expect: 'TypeError: pow() 3rd argument not allowed unless all arguments are integers'
print(ascii(outcome(lambda: 0.0 ** -1)))  # expect: 'ZeroDivisionError: 0.0 cannot be raised to a negative power'
print(ascii(outcome(lambda: 10.0 ** 400)))  # expect: "OverflowError: (34, 'Numerical result out of range')"
print(ascii(outcome(lambda: 1.5 + "a")))  # expect: "TypeError: unsupported operand type(s) for +: 'float' and 'str'"
