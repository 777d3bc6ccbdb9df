import math


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: (math.gcd(), math.gcd(12, 18, -6), math.gcd(0, -5)))))  # expect: '(0, 6, 5)'
print(ascii(outcome(lambda: math.gcd(10**40, 6**50))))  # expect: '1099511627776'
print(ascii(outcome(lambda: math.gcd(1.5))))  # expect: "TypeError: 'float' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: (math.lcm(), math.lcm(4, 6, 0), math.lcm(4, -6)))))  # expect: '(1, 0, 12)'
print(ascii(outcome(lambda: math.lcm(10**20, 15**20))))  # expect: '348678440100000000000000000000'
print(ascii(outcome(lambda: math.lcm(0, "a"))))  # expect: "TypeError: 'str' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: (math.factorial(0), math.factorial(20), math.factorial(21)))))  # expect: '(1, 2432902008176640000, 51090942171709440000)'
print(ascii(outcome(lambda: math.factorial(50))))  # expect: '30414093201713378043612608166064768844377641568960512000000000000'
print(ascii(outcome(lambda: math.factorial(-1))))  # expect: 'ValueError: factorial() not defined for negative values'
print(ascii(outcome(lambda: math.factorial(1.0))))  # expect: "TypeError: 'float' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: math.factorial(10**20))))  # expect: 'OverflowError: factorial() argument should not exceed 9223372036854775807'
print(ascii(outcome(lambda: (math.comb(10, 3), math.comb(10, 20), math.comb(0, 0)))))  # expect: '(120, 0, 1)'
print(ascii(outcome(lambda: math.comb(200, 100))))  # expect: '90548514656103281165404177077484163874504589675413336841320'
print(ascii(outcome(lambda: math.comb(10**30, 2))))  # expect: '499999999999999999999999999999500000000000000000000000000000'
print(ascii(outcome(lambda: math.comb(5, -1))))  # expect: 'ValueError: k must be a non-negative integer'
print(ascii(outcome(lambda: math.comb(-5, 1))))  # expect: 'ValueError: n must be a non-negative integer'
print(ascii(outcome(lambda: math.comb(10**30, 10**29))))  # expect: 'OverflowError: min(n - k, k) must not exceed 9223372036854775807'
print(ascii(outcome(lambda: (math.perm(10, 3), math.perm(3, 10), math.perm(5), math.perm(7, 0)))))  # expect: '(720, 0, 120, 1)'
print(ascii(outcome(lambda: math.perm(10**20, 4))))  # expect: '99999999999999999994000000000000000000109999999999999999999400000000000000000000'
print(ascii(outcome(lambda: math.perm(100, 60))))  # expect: '114382237175950845912024269129505082551877378454352695770367477980883043228769909978700879757312000000000000000'
print(ascii(outcome(lambda: math.perm(5, -1))))  # expect: 'ValueError: k must be a non-negative integer'
print(ascii(outcome(lambda: math.perm(-1, 2))))  # expect: 'ValueError: n must be a non-negative integer'
print(ascii(outcome(lambda: math.perm(10**30, 10**29))))  # expect: 'OverflowError: k must not exceed 9223372036854775807'
print(ascii(outcome(lambda: (math.isqrt(10**40 + 1), math.isqrt(0), math.isqrt(15)))))  # expect: '(100000000000000000000, 0, 3)'
print(ascii(outcome(lambda: math.isqrt(-1))))  # expect: 'ValueError: isqrt() argument must be nonnegative'
print(ascii(outcome(lambda: math.isqrt(1.5))))  # expect: "TypeError: 'float' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: (math.prod([1, 2, 3]), math.prod([], start=5), math.prod(["ab", 2])))))  # expect: "(6, 5, 'abab')"
