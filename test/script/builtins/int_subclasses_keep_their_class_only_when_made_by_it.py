def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


class I(int):
    pass


print(ascii(outcome(lambda: type(I(5) + 1).__name__)))  # expect: "'int'"
print(ascii(outcome(lambda: type(+I(5)).__name__)))  # expect: "'int'"
print(ascii(outcome(lambda: type(I(5)).__name__)))  # expect: "'I'"
print(ascii(outcome(lambda: (I(5) == 5, hash(I(5)) == hash(5)))))  # expect: '(True, True)'
print(ascii(outcome(lambda: I("0x10", 16))))  # expect: '16'
print(ascii(outcome(lambda: type(int(I(7))).__name__)))  # expect: "'int'"
print(ascii(outcome(lambda: type(I.from_bytes(b"\x07", "big")).__name__)))  # expect: "'I'"
print(ascii(outcome(lambda: I(2**70) + 0)))  # expect: '1180591620717411303424'
print(ascii(outcome(lambda: repr(I(5)))))  # expect: "'5'"
print(ascii(outcome(lambda: I(5).__index__())))  # expect: '5'
print(ascii(outcome(lambda: type(I(5).real).__name__)))  # expect: "'int'"
print(ascii(outcome(lambda: (I(3) < 4, I(3) == 3.0))))  # expect: '(True, True)'
