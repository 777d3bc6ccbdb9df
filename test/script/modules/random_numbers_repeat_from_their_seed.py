import _random


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


def roundtrip():
    one, two = _random.Random(9), _random.Random(10)
    for _ in range(700):
        one.random()
    two.setstate(one.getstate())
    return [one.random() == two.random() for _ in range(3)]


print(ascii(outcome(lambda: _random.Random(5).getrandbits(100))))  # expect: '454911232961676339139289971781'
print(ascii(outcome(lambda: _random.Random(2**100).random())))  # expect: '0.7586581712996778'
print(ascii(outcome(lambda: (_random.Random(-7).random(), _random.Random(7).random()))))  # expect: '(0.32383276483316237, 0.32383276483316237)'
print(ascii(outcome(lambda: _random.Random(1.5).random())))  # expect: '0.551763726942059'
print(ascii(outcome(lambda: (_random.Random(0).getrandbits(0), _random.Random(0).getrandbits(1), _random.Random(0).getrandbits(32), _random.Random(0).getrandbits(33)))))  # expect: '(0, 1, 3626764237, 3626764237)'
print(ascii(outcome(lambda: [_random.Random(1).getstate()[i] for i in (0, 1, 623, 624)])))  # expect: '[2147483648, 163610392, 1781494222, 624]'
print(ascii(outcome(lambda: sum(_random.Random(3).getrandbits(4000).to_bytes(500, "big")))))  # expect: '65226'
print(ascii(outcome(lambda: _random.Random(1, 2))))  # expect: 'TypeError: Random() requires 0 or 1 argument'
print(ascii(outcome(lambda: _random.Random(x=1))))  # expect: 'TypeError: Random() takes no keyword arguments'
print(ascii(outcome(lambda: _random.Random().setstate(1))))  # expect: 'TypeError: state vector must be a tuple'
print(ascii(outcome(lambda: _random.Random().setstate((1,)))))  # expect: 'ValueError: state vector is the wrong size'
print(ascii(outcome(lambda: _random.Random().setstate((1.5,) * 625))))  # expect: 'TypeError: an integer is required'
print(ascii(outcome(lambda: _random.Random().setstate((-1,) * 625))))  # expect: "OverflowError: can't convert negative value to unsigned int"
print(ascii(outcome(lambda: _random.Random().setstate((1,) * 624 + (700,)))))  # expect: 'ValueError: invalid state'
print(ascii(outcome(lambda: _random.Random().getrandbits(-1))))  # expect: 'ValueError: number of bits must be non-negative'
print(ascii(outcome(lambda: _random.Random().seed([]))))  # expect: "TypeError: unhashable type: 'list'"
print(ascii(outcome(lambda: roundtrip())))  # expect: '[True, True, True]'
print(ascii(outcome(lambda: _random.Random().random() != _random.Random().random())))  # expect: 'True'
