def grow():
    s = ""
    kept = []
    for i in range(300):
        s += "x" if i % 3 else "\u20ac"
        if i % 100 == 0: kept.append(s)
    return s, kept
s, kept = grow()
print(len(s), s.count("\u20ac"), [len(k) for k in kept], kept[0] == "\u20ac")  # expect: 300 100 [1, 101, 201] True
a = "ab" * 3
d = {a: 1}
b = a
b += "c"
print(a, b, d[a], b in d)  # expect: ababab abababc 1 False
s = "xy" * 2
s += s
print(s)  # expect: xyxyxyxy
