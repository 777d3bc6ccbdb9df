class N:
    def __init__(self, v):
        self.v = v

    def __iadd__(self, o):
        print("iadd", o)
        self.v += o
        return self

    def __add__(self, o):
        print("add", o)
        return N(self.v + o)

    def __isub__(self, o):
        return NotImplemented

    def __sub__(self, o):
        print("sub", o)
        return N(self.v - o)


def run():
    n = N(1)
    m = n
    n += 2
    print(n is m, n.v)
    n -= 1
    print(n is m, n.v)
    box = [N(1)]
    same = box[0]
    box[0] += 5
    print(box[0] is same)

    class H:
        pass
    h = H()
    h.n = N(0)
    h.n += 1
    h.n -= 1
    print(h.n.v)
    xs = ys = [1]
    xs += [2]
    xs += (3,)
    xs *= 2
    print(ys)
    s = t = "a"
    s += "b"
    print(s, t)
    i = 7
    i //= 2
    i **= 3
    i <<= 2
    i |= 1
    i ^= 8
    i &= 0xFF
    i >>= 1
    i %= 10
    i -= 3
    i *= -2
    print(i)
    f = 1
    f /= 4
    print(f)
    order = []

    def at(k):
        order.append(k)
        return k
    d = {1: 10}
    d[at(1)] += at(2)
    print(d, order)
    try:
        (1,)[0] += 1
    except TypeError as e:
        print(e)
    t = ([],)
    try:
        t[0] += [1]
    except TypeError as e:
        print(e, t)


run()
total = 0


def bump():
    global total
    total += 1
    return total


print(bump(), bump(), total)
try:
    undefined += 1
except NameError as e:
    print(e)


def local():
    try:
        k += 1
    except UnboundLocalError as e:
        print(e)
    k = 1


local()
