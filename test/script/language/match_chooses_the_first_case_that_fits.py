class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


class Color:
    RED = 1
    BLUE = 2


def what(v):
    match v:
        case 0 | 1:
            return "small"
        case Color.BLUE:
            return "blue"
        case None | True | False:
            return "singleton"
        case -3.5 | 1 + 2j:
            return "number"
        case "a" | b"b" as letter:
            return "letter", letter
        case str() as s if len(s) > 3:
            return "long", s
        case int(n) | float(n):
            return "num", n
        case []:
            return "empty"
        case [x]:
            return "one", x
        case [1, *rest]:
            return "starts with one", rest
        case (_, *_, "end"):
            return "ends"
        case [Point(x=0), Point(0, y)]:
            return "points", y
        case [a, [b, *c], *_] if a == b:
            return "nested", a, c
        case {"kind": "k", "n": [n]}:
            return "mapping", n
        case {"kind": k, **rest}:
            return "kind", k, rest
        case {}:
            return "any mapping"
        case Point(x, y) if x == y:
            return "diagonal", x
        case Point(0, y=0 | 1 as y):
            return "axis", y
        case Point():
            return "point"
        case set():
            return "set"
        case _:
            return "other", type(v).__name__


for v in (0, 1, 2, None, True, -3.5, 1 + 2j, "a", b"b", "abcd", "ab", 7, 2.5, [], [5], (1, 2, 3), [3, 4, "end"],
          [Point(0, 9), Point(0, 8)], [4, [4, 5, 6], 7], {"kind": "k", "n": [1]}, {"kind": 2, "z": 3}, {1: 2}, Point(2, 2),
          Point(0, 1), Point(5, 6), set(), range(2), [8, 9]):
    print(what(v))


def binding():
    x = "before"
    match 5:
        case x if x > 10:
            print("no")
    print(x)
    match [1, 2]:
        case [y, 3]:
            pass
        case [y, z]:
            print(y, z)
    for i in range(4):
        match i:
            case 1:
                continue
            case 3:
                break
        print("loop", i)
    match {"a": {"b": [1, {"c": 2}]}}:
        case {"a": {"b": [_, {"c": deep}]}}:
            print(deep)
    match "text":
        case [*_]:
            print("str is no sequence")
        case object(__class__=c):
            print(c)


binding()
match 1, 2:
    case a, b:
        print(a, b)
try:
    match Point(1, 2):
        case Point(1, 2, 3):
            pass
except TypeError as e:
    print(e)
try:
    match 1:
        case what(1):
            pass
except TypeError as e:
    print(e)
try:
    match Point(1, 2):
        case Point(1, x=2):
            pass
except TypeError as e:
    print(e)
