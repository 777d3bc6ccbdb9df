trace = []


def t(name, value):
    trace.append(name)
    return value


def show(value):
    print(value, "".join(trace))
    trace.clear()


show(t("a", 0) and t("b", 1))
show(t("a", 1) and t("b", []) and t("c", 3))
show(t("a", "") or t("b", None) or t("c", 0.0))
show(t("a", "") or t("b", 5) or t("c", 0.0))
show(not (t("a", 1) and t("b", 0)))
show(t("a", 1) if t("b", 0) or t("c", 2) else t("d", 3))
show(t("a", 1) if not (t("b", 0) or t("c", 2)) else t("d", 3))
show(t("a", 1) < t("b", 2) < t("c", 3))
show(t("a", 1) < t("b", 0) < t("c", 3))
show(t("a", 1) < t("b", 2) > t("c", 3) < t("d", 9))
show(t("a", 1) in t("b", [1]) in t("c", [[1]]))
x = 5
show(1 < x < 10)
show(1 < x <= 4)
if 1 < x < 10 and not x == 7:
    show("inside")
if not (1 < x < 3):
    show("outside")
if (t("a", 0) or t("b", 0)) and t("c", 1):
    show("no")
else:
    show("else")


class Odd:
    def __lt__(self, other):
        return [] if other else [1]

    def __bool__(self):
        raise ValueError("asked")


print(Odd() < 1, Odd() < 0)
try:
    if Odd():
        pass
except ValueError as e:
    print(e)
while t("w", len(trace) < 3):
    pass
else:
    show("done")
print([i for i in range(20) if i % 2 if i % 3])
print(x is None, x is not None, None is None, x is x)
y = None
if y is None and x is not None:
    print("none")
nan = float("nan")
print(nan < 1, not nan < 1, nan >= 1, nan != nan, not nan == nan)
if not nan < 1:
    print("not less")
if not nan >= 1:
    print("not greater either")
