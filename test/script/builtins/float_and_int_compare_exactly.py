def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: (2**53 == float(2**53), 2**53 + 1 == float(2**53)))))  # expect: '(True, False)'
print(ascii(outcome(lambda: 2**53 + 1 > float(2**53))))  # expect: 'True'
print(ascii(outcome(lambda: 10**400 > 1e308)))  # expect: 'True'
print(ascii(outcome(lambda: 10**400 < float("inf"))))  # expect: 'True'
print(ascii(outcome(lambda: -10**400 > float("-inf"))))  # expect: 'True'
print(ascii(outcome(lambda: (1 == 1.0, True == 1.0))))  # expect: '(True, True)'
print(ascii(outcome(lambda: (float("nan") == 0, float("nan") != 0, float("nan") < 10**400))))  # expect: '(False, True, False)'
print(ascii(outcome(lambda: (0.5 < 1, 1 > 0.5))))  # expect: '(True, True)'
print(ascii(outcome(lambda: -3 < -2.5)))  # expect: 'True'
print(ascii(outcome(lambda: 2**1023 * 2 > 1.7976931348623157e308)))  # expect: 'True'
print(ascii(outcome(lambda: hash(2.0**80) == hash(2**80))))  # expect: 'True'
print(ascii(outcome(lambda: hash(0.5))))  # expect: '1152921504606846976'
print(ascii(outcome(lambda: hash(float("inf")))))  # expect: '314159'
print(ascii(outcome(lambda: hash(-1.0))))  # expect: '-2'
print(ascii(outcome(lambda: {1: "a"}[1.0])))  # expect: "'a'"
print(ascii(outcome(lambda: 1.5 == "a")))  # expect: 'False'
print(ascii(outcome(lambda: (1 == 1 + 0j, 2**53 + 1 == complex(2**53, 0)))))  # expect: '(True, False)'
