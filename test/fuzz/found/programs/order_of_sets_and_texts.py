# Constants of sets are made twice over, None has one hash, and some errors say None where others say NoneType.
print(list({None, ..., "x"}) == list({None, ..., "x"}), None.__hash__() == hash(None))
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
