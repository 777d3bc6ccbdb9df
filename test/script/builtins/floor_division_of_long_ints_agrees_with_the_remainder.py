# The quotient may be found from the leading digits alone; the remainder never is.
x = 12345


def number(bits):
    global x
    v = 0
    while v.bit_length() < bits:
        x = (x * 6364136223846793005 + 1442695040888963407) % 2**64
        v = v << 40 | x >> 24
    return v >> (v.bit_length() - bits)


h = 0
for bits in (61, 62, 63, 64, 89, 90, 91, 119, 120, 121, 150, 300, 3000):
    for more in (0, 1, 2, 3, 10, 29, 30, 31, 45, 59, 60, 61, 90):
        for divisor in (number(bits), 1 << (bits - 1), (1 << bits) - 1, number(bits) | 1):
            for q in (number(more + 1), 1, (1 << more) - 1 or 1, 1 << more):
                for r in (0, 1, divisor - 1, divisor >> 1):
                    a = q * divisor + r
                    assert a // divisor == q and -a // -divisor == q, (a, divisor)
                    assert a % divisor == r and divmod(a, divisor) == (q, r)
                    assert -a // divisor == -q - (r != 0) and a // -divisor == -q - (r != 0)
                    h = (h * 31 + a // divisor) % 1000000007
print(h)
