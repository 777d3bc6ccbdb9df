# Equal constants of one compilation are one object, in whatever function they stand.
a = 100000000000000000000; b = 1.5; c = b"xyz"; d = "a b c"; e = (1, "q w"); f = 2j; g = 10**20; h = -1.5
def t(): return [100000000000000000000 is a, 1.5 is b, b"xyz" is c, "a b c" is d, (1, "q w") is e, 2j is f, 10**20 is g, -1.5 is h, frozenset is frozenset]
print(t())
class C:
    print([100000000000000000000 is a, 1.5 is b, b"xyz" is c, "a b c" is d, (1, "q w") is e, 2j is f])
    x = lambda: [100000000000000000000 is a, 1.5 is b, b"xyz" is c, "a b c" is d, (1, "q w") is e, 2j is f]
print(C.x())
print((lambda: 0.0)() is (lambda: 0.0)(), (lambda: 0.0)() is (lambda: -0.0)(), 0.0 is -0.0)
print([("a b c",) is ("a b c",) , 100000000000000000000 is 100000000000000000000, "a b c" is "a b c"])
def u(x={1,2}): return x in {1, 2}, x in [1, 2.5]
print(u.__code__.co_consts)
