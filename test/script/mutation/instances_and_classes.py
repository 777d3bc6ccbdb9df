from crew import count, together


class Thing:
    shared = 0

    def method(self):
        return self.shared


class Derived(Thing):
    pass


class Slots:
    __slots__ = ("a", "b")


thing = Thing()
done = count(150, lambda n, i: setattr(thing, f"name_{n}_{i}", i))
print(len(vars(thing)) == done)  # expect: True

one = Derived()
slots = Slots()
names = ["alpha", "beta", "gamma", "delta"]
together(
    60,
    lambda n, i: setattr(one, names[i % 4], n),
    lambda n, i: delattr(one, names[i % 4]),
    lambda n, i: getattr(one, names[i % 4]),
    lambda n, i: one.__dict__.update(x=n),
    lambda n, i: one.__dict__.clear() if i % 9 == 8 else None,
    lambda n, i: setattr(one, "__dict__", {"y": n}) if i % 10 == 9 else None,
    lambda n, i: list(vars(one)),
    lambda n, i: setattr(Thing, "shared", n),
    lambda n, i: setattr(Derived, "shared", n) if i & 1 else delattr(Derived, "shared"),
    lambda n, i: one.method(),
    lambda n, i: setattr(Thing, names[i % 4], property(lambda self: n)) if i % 7 == 0 else delattr(Thing, names[i % 4]),
    lambda n, i: setattr(Derived, "__len__", lambda self: n) if i & 1 else delattr(Derived, "__len__"),
    lambda n, i: bool(one),
    lambda n, i: setattr(one, "__class__", Thing if i & 1 else Derived),
    lambda n, i: setattr(Derived, "__bases__", (Thing,)),
    lambda n, i: Derived.__mro__,
    lambda n, i: dir(Derived),
    lambda n, i: type("Made", (Derived,), {"z": n})().method(),
    lambda n, i: setattr(slots, "ab"[i & 1], n),
    lambda n, i: delattr(slots, "ab"[i & 1]),
    lambda n, i: (slots.a, slots.b),
)
print(type(one) in (Thing, Derived), Thing.shared in range(4), one.method() in range(4))  # expect: True True True
print(isinstance(vars(one), dict), all(hasattr(one, k) or True for k in list(vars(one))))  # expect: True True
