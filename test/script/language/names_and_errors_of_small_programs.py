def outer():
    return [lambda: i for i in range(1)], (lambda: [lambda: 0 for _ in "a"])(), list((lambda: j) for j in "b")


for group in outer():
    print(group[0].__qualname__)


class A:
    names = [lambda: 0 for _ in "a"]


print(A.names[0].__qualname__, [lambda: 0 for _ in "a"][0].__qualname__)
for statement in ["del 1[0]", "del {1}[0]", "del {1}['a']", "del ()[0]", "del ()['a']", "x = 1.5; x *= [1]", "x = {}; x *= [1]", "x = object(); x *= 'a'", "chr(2**31)",
                  "chr(-2**31 - 1)", "chr(2**70)", "chr(-1)"]:
    try:
        exec(statement)
    except (TypeError, OverflowError, ValueError) as e:
        print(statement, "->", e)
