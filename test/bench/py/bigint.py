"""Large integers: powers, products, text."""
# quick: 450
import sys

size = int(sys.argv[1]) if len(sys.argv) > 1 else 900


def probably_prime(n):
    d, s = n - 1, 0
    while d % 2 == 0:
        d //= 2
        s += 1
    for base in (2, 3, 5, 7, 11, 13):
        x = pow(base, d, n)
        if x in (1, n - 1):
            continue
        for _ in range(s - 1):
            x = x * x % n
            if x == n - 1:
                break
        else:
            return False
    return True


found = [n for n in range(2**384 + 1, 2**384 + size * 3, 2) if probably_prime(n)]
a, b = 0, 1
digits = 0
for i in range(size * 20):
    a, b = b, a + b
    if i % 400 == 0:
        digits += len(str(a)) + int(str(a)[:15])
product = 1
for i in range(1, size * 6):
    product *= i
print("checksum", len(found), found[0] % 10**9 if found else 0, digits, product % (10**9 + 7), product.bit_length())
