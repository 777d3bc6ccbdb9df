import math


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: math.fsum([0.1] * 10))))  # expect: '1.0'
print(ascii(outcome(lambda: math.fsum([1e100, 1.0, -1e100]))))  # expect: '1.0'
print(ascii(outcome(lambda: math.fsum([1e308, 1e308]))))  # expect: 'OverflowError: intermediate overflow in fsum'
print(ascii(outcome(lambda: math.fsum([1e16, 1.0, 1e-16]))))  # expect: '1.0000000000000002e+16'
print(ascii(outcome(lambda: math.fsum([1e-16, 1.0, 1e16]))))  # expect: '1.0000000000000002e+16'
print(ascii(outcome(lambda: math.fsum([float("inf"), 1.0]))))  # expect: 'inf'
print(ascii(outcome(lambda: math.fsum([float("inf"), -float("inf")]))))  # expect: 'ValueError: -inf + inf in fsum'
print(ascii(outcome(lambda: math.fsum(["a"]))))  # expect: 'TypeError: must be real number, not str'
print(ascii(outcome(lambda: math.fsum([]))))  # expect: '0.0'
print(ascii(outcome(lambda: math.fsum([2.0**53, 1.0, 2.0**-100]))))  # expect: '9007199254740994.0'
print(ascii(outcome(lambda: (math.hypot(3, 4), math.hypot(), math.hypot(-2)))))  # expect: '(5.0, 0.0, 2.0)'
print(ascii(outcome(lambda: math.hypot(1e308, 1e308))))  # expect: '1.4142135623730951e+308'
print(ascii(outcome(lambda: math.hypot(5e-324, 5e-324))))  # expect: '5e-324'
print(ascii(outcome(lambda: math.hypot(float("inf"), float("nan")))))  # expect: 'inf'
print(ascii(outcome(lambda: math.hypot(float("nan"), 1))))  # expect: 'nan'
print(ascii(outcome(lambda: math.hypot(1, 1, 1, 1))))  # expect: '2.0'
print(ascii(outcome(lambda: math.hypot("a"))))  # expect: 'TypeError: must be real number, not str'
print(ascii(outcome(lambda: (math.dist([1, 2], [4, 6]), math.dist([], [])))))  # expect: '(5.0, 0.0)'
print(ascii(outcome(lambda: math.dist([1, 2], [3]))))  # expect: 'ValueError: both points must have the same number of dimensions'
print(ascii(outcome(lambda: math.dist((1,), ("a",)))))  # expect: 'TypeError: must be real number, not str'
