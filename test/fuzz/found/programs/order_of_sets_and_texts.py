# Constants of sets are made twice over, None has one hash, and some errors say None where others say NoneType.
print(list({None, ..., "x"}) == list({None, ..., "x"}), None.__hash__() == hash(None))
for a in {b"\xff", 7}:
    print(type(a).__name__)
print([type(x).__name__ for x in {255, b"\xff"}], [type(x).__name__ for x in [1, "a"]])
for make in (str, bytes):
    try:
        make(b"", None)
    except TypeError as e:
        print(e)
try:
    print((lambda **k: k)(a=1, **{"a": 2}))
except TypeError as e:
    print(e)
try:
    1 / 0
except ZeroDivisionError:
    try:
        print((lambda **k: k)(a=1, **{"a": 2}))
    except Exception as e:
        print(repr(e))
