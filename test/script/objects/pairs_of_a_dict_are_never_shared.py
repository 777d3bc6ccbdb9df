# items() may fill a pair again that nobody holds any more, and only that one.
import gc
import weakref

d = {i: str(i) for i in range(6)}
kept = [p for p in d.items()]
print(kept)
some = []
for p in d.items():
    if p[0] % 2:
        some.append(p)
print(some)
print([k for k, v in d.items() if v > '2'], list(reversed(d.items())))
it = iter(d.items())
a = next(it)
b = next(it)
print(a, b)
del a
c = next(it)
print(b, c)
h = {next(it), next(it)}
print(sorted(h), list(it))


class Cell:
    pass


# A pair that was of numbers holds something of a cycle the next time.
c = Cell()
c.d = {1: 2, 3: c}
c.walk = iter(c.d.items())
next(c.walk)
next(c.walk)
ref = weakref.ref(c)
del c
gc.collect()
print(ref() is None)

for text in ('0', '-0', '+7', '007', '-12', '999999999999999999', '-999999999999999999', '1000000000000000000', '9223372036854775808',
             ' 5 ', '1_000', '__1', '1_', '', '-', '+', '--1', '1-', '0x10', '\u0661\u0662', '\xb2', '12a', '4611686018427387904', '5\n'):
    try:
        print(ascii(text), int(text))
    except ValueError as e:
        print(ascii(text), ascii(str(e)))
print(isinstance(1, (str, int)), isinstance(True, (float, int)), isinstance('', (int, (bytes, (str,)))), isinstance(1.5, (int, str)))


class Meta(type):
    def __instancecheck__(cls, o):
        return o == 5


class M(metaclass=Meta):
    pass


print(isinstance(5, (str, M)), isinstance(6, (str, M)), isinstance(6, (M, int)))
try:
    isinstance(1, (str, 5))
except TypeError as e:
    print(e)
print('abcdef'[::-1], 'abcdef'[::2], 'ab\xe9'[::-1], 'ab\u1234c'[::-2], 'ab\u1234c'[::3], 'abc'[5:1:-1] == '', 'abc'[2:1:-1])
print('%d|%i|%u|%5d|%-5d|%05d|%+d|% d|%.3d|%x|%#x|%d' % (1, -2, 3, 4, 5, 6, 7, 8, 9, 255, 255, 10**30))
print('%s|%r|%a|%c|%%|%-6.2f|%e' % ('\u1234', '\xe9', '\xe9', 'x', 2.5, 1e10), '\u1234%d\U0001f600%s' % (5, 'y'))
print('{:d}|{:5}|{:<5}|{:^5}|{:05}|{:,}|{:_x}|{:+}|{:#o}|{:n}|{:c}|{:010,}'.format(1, 2, 3, 4, 5, 1234567, 2**33, 7, 8, 9, 65, 1234))
print('{:\u0665}|{:.2f}|{:10.3e}|{:%}|{:g}'.format(7, 1.005, 12345.678, 0.5, 1e20))
