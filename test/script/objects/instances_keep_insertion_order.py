class A: pass
def make(*names):
    a = A()
    for i, n in enumerate(names): setattr(a, n, i)
    return a
print(list(make("x", "y", "z").__dict__), list(make("z", "y", "x").__dict__), list(vars(make("y", "z"))))
a = make("x", "y", "z")
del a.x
a.x = 5
print(a.__dict__)
d = a.__dict__
a.w = 7
d["v"] = 8
print(a.v, d, d is a.__dict__)
del d["y"]
print(hasattr(a, "y"), sorted(dir(a))[-3:])
b = A()
for i in range(100): setattr(b, "n%d" % i, i)
print(sum(getattr(b, "n%d" % i) for i in range(100)), len(b.__dict__))
class Counter:
    hits = 0
    def hit(self): self.hits += 1; return self.hits
c = Counter()
print([c.hit() for _ in range(3)], Counter.hits, c.__dict__)
c.hit = lambda: "own"
print(c.hit())
del c.hit
print(c.hit())
class F(Exception): pass
f = F(1, 2)
f.note = "n"
print(f.__dict__, f.args, f)
class G(list): pass
g = G([1])
g.name = "g"
print(g.name, g, g.__dict__)
