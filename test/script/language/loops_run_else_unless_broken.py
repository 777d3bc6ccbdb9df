def f(limit):
    out = []
    for i in range(5):
        if i == limit:
            break
        if i % 2:
            continue
        out.append(i)
    else:
        out.append("else")
    n = 0
    while n < 3:
        n += 1
        if n == limit:
            break
    else:
        out.append("while else")
    return out, n


print(f(3), f(9))
for i in ():
    pass
else:
    print("empty")


def nested():
    for a in range(3):
        for b in range(3):
            if b == 2:
                continue
            if a == 1:
                break
            if a == 2:
                return a, b
            yield a, b
        else:
            yield "inner else"


print(list(nested()))
xs = [1, 2, 3]
for x in xs:
    if x < 3:
        xs.append(x + 10)
print(xs)
for k, v in {"a": 1}.items():
    print(k, v)
for i, (a, b) in enumerate([(1, 2), (3, 4)]):
    print(i, a, b)
for a, *b in [(1, 2, 3), "xy"]:
    print(a, b)


class Old:
    def __getitem__(self, i):
        if i > 2:
            raise IndexError
        return i * i


print(list(Old()), [x for x in Old()])
try:
    for x in 5:
        pass
except TypeError as e:
    print(e)
n = 0
while True:
    n += 1
    if n > 100:
        break
    while n % 7:
        n += 1
    else:
        n += 1
print(n)


def try_loops():
    for i in range(3):
        try:
            for j in range(3):
                try:
                    if j == 1:
                        break
                    if i == 1:
                        continue
                finally:
                    print("f", i, j)
            if i == 1:
                return "returned"
        finally:
            print("o", i)


print(try_loops())
d = {}
for d["key"] in range(3):
    pass
print(d)
for i in range(3):
    i += 10
print(i)
i = 0
while i < 10: i += 3
print(i)
while 0:
    print("never")
else:
    print("always")
