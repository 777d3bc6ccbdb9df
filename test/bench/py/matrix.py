"""Lists of lists, zip and sum: exact elimination with whole numbers modulo a prime."""
# quick: 80
import sys

size = int(sys.argv[1]) if len(sys.argv) > 1 else 135
PRIME = 1_000_003
a = [[(i * i + 3 * i * j + 7 * j + 1) % 1009 + (i == j) * 5 for j in range(size)] for i in range(size)]


def multiply(p, q):
    columns = list(zip(*q))
    return [[sum([x * y for x, y in zip(row, column)]) % PRIME for column in columns] for row in p]


def determinant(m):
    m = [row[:] for row in m]
    result = 1
    for i in range(len(m)):
        pivot = next((r for r in range(i, len(m)) if m[r][i] % PRIME), None)
        if pivot is None:
            return 0
        if pivot != i:
            m[i], m[pivot] = m[pivot], m[i]
            result = -result
        result = result * m[i][i] % PRIME
        inverse = pow(m[i][i], -1, PRIME)
        for r in range(i + 1, len(m)):
            factor = m[r][i] * inverse % PRIME
            if factor:
                m[r] = [(x - factor * y) % PRIME for x, y in zip(m[r], m[i])]
    return result


b = multiply(a, a)
c = multiply(b, [[int(i == size - 1 - j) for j in range(size)] for i in range(size)])
print("checksum", sum(map(sum, c)), determinant(c), determinant(a))
