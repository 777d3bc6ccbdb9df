def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: 1j * 1j)))  # expect: '(-1+0j)'
print(ascii(outcome(lambda: (1 + 2j) / (3 - 4j))))  # expect: '(-0.2+0.4j)'
print(ascii(outcome(lambda: 1j / 0)))  # expect: 'ZeroDivisionError: complex division by zero'
print(ascii(outcome(lambda: abs(3 + 4j))))  # expect: '5.0'
print(ascii(outcome(lambda: (1 + 2j) ** 2)))  # expect: '(-3+4j)'
print(ascii(outcome(lambda: (1 + 2j) ** -3)))  # expect: '(-0.08800000000000001+0.016j)'
print(ascii(outcome(lambda: 0j ** -1)))  # expect: 'ZeroDivisionError: 0.0 to a negative or complex power'
print(ascii(outcome(lambda: (1e300 + 1j) ** 200)))  # expect: 'OverflowError: complex exponentiation'
print(ascii(outcome(lambda: 2 ** 1j)))  # expect: '(0.7692389013639721+0.6389612763136348j)'
print(ascii(outcome(lambda: pow(1j, 2, 3))))  # expect: 'ValueError: complex modulo'
print(ascii(outcome(lambda: complex("1+2j"))))  # expect: '(1+2j)'
print(ascii(outcome(lambda: complex(" (3-4J) "))))  # expect: '(3-4j)'
print(ascii(outcome(lambda: (complex("j"), complex("-j"), complex("1_0j")))))  # expect: '(1j, -1j, 10j)'
print(ascii(outcome(lambda: complex("1+"))))  # expect: 'ValueError: complex() arg is a malformed string'
print(ascii(outcome(lambda: complex("1__0"))))  # expect: "ValueError: could not convert string to complex: '1__0'"
print(ascii(outcome(lambda: (complex(1, 2), complex(1j, 2), complex(1j, 1j)))))  # expect: '((1+2j), 3j, (-1+1j))'
print(ascii(outcome(lambda: complex("1", 2))))  # expect: "TypeError: complex() can't take second arg if first is a string"
print(ascii(outcome(lambda: complex(1, "2"))))  # expect: "TypeError: complex() second arg can't be a string"
print(ascii(outcome(lambda: complex([]))))  # expect: "TypeError: complex() first argument must be a string or a number, not 'list'"
print(ascii(outcome(lambda: complex(1, []))))  # expect: "TypeError: complex() second argument must be a number, not 'list'"
print(ascii(outcome(lambda: complex())))  # expect: '0j'
print(ascii(outcome(lambda: -0j)))  # expect: '(-0-0j)'
print(ascii(outcome(lambda: repr(complex(-0.0, 1)))))  # expect: "'(-0+1j)'"
print(ascii(outcome(lambda: repr(complex(0.0, -0.0)))))  # expect: "'-0j'"
print(ascii(outcome(lambda: (1j == 1j, 1j != 2))))  # expect: '(True, True)'
print(ascii(outcome(lambda: 1j < 2j)))  # expect: "TypeError: '<' not supported between instances of 'complex' and 'complex'"
print(ascii(outcome(lambda: 1j // 1)))  # expect: "TypeError: unsupported operand type(s) for //: 'complex' and 'int'"
print(ascii(outcome(lambda: hash(1 + 0j) == hash(1))))  # expect: 'True'
print(ascii(outcome(lambda: hash(1j))))  # expect: '1000003'
print(ascii(outcome(lambda: ((1 + 2j).real, (1 + 2j).imag, (1 + 2j).conjugate()))))  # expect: '(1.0, 2.0, (1-2j))'
print(ascii(outcome(lambda: (1 + 2j).__getnewargs__())))  # expect: '(1.0, 2.0)'
print(ascii(outcome(lambda: format(1 + 2j, ">12"))))  # expect: "'      (1+2j)'"
print(ascii(outcome(lambda: format(1 + 2j, "012"))))  # expect: 'ValueError: Zero padding is not allowed in complex format specifier'
print(ascii(outcome(lambda: (bool(0j), bool(1j)))))  # expect: '(False, True)'
print(ascii(outcome(lambda: 1 + 2j + True)))  # expect: '(2+2j)'
print(ascii(outcome(lambda: complex(float("nan"), 1))))  # expect: '(nan+1j)'
