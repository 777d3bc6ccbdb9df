def locals_only(x, y):
    z = x + y * 2
    z -= 1
    z = -z
    return z ** x // (y - 3) % 7


def comparisons(a, b):
    if a < b <= 10 and a is not None or b in (1, 2):
        return not a == b
    while a > 0:
        a -= 1
    return 1 < a < b < 9


def constants():
    return 2 ** 10 + 1, "a" + "b", (1, 2) * 2, -5, 1 << 200, 10 / 0, [1, 2, 3], {1, 2, 3}, x in [1, 2]
