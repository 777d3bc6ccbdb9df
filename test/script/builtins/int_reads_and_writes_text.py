def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: int("  -1_000 "))))  # expect: '-1000'
print(ascii(outcome(lambda: int("0x_ff", 16))))  # expect: '255'
print(ascii(outcome(lambda: int("0b101", 0))))  # expect: '5'
print(ascii(outcome(lambda: int("\u0663\u0664"))))  # expect: '34'
print(ascii(outcome(lambda: int("z", 36))))  # expect: '35'
print(ascii(outcome(lambda: int(b" 12 "))))  # expect: '12'
print(ascii(outcome(lambda: int(3.99))))  # expect: '3'
print(ascii(outcome(lambda: int(-3.99))))  # expect: '-3'
print(ascii(outcome(lambda: int(1e30))))  # expect: '1000000000000000019884624838656'
print(ascii(outcome(lambda: int(True))))  # expect: '1'
print(ascii(outcome(lambda: hex(-255))))  # expect: "'-0xff'"
print(ascii(outcome(lambda: oct(8))))  # expect: "'0o10'"
print(ascii(outcome(lambda: bin(-5))))  # expect: "'-0b101'"
print(ascii(outcome(lambda: str(-2**70))))  # expect: "'-1180591620717411303424'"
print(ascii(outcome(lambda: repr(10**25))))  # expect: "'10000000000000000000000000'"
print(ascii(outcome(lambda: f"{10**30:,}")))  # expect: "'1,000,000,000,000,000,000,000,000,000,000'"
print(ascii(outcome(lambda: f"{255:#x}")))  # expect: "'0xff'"
print(ascii(outcome(lambda: (1234567).__format__("_"))))  # expect: "'1_234_567'"
print(ascii(outcome(lambda: int("9" * 50))))  # expect: '99999999999999999999999999999999999999999999999999'
print(ascii(outcome(lambda: len(str(7 ** 4000)))))  # expect: '3381'
print(ascii(outcome(lambda: int("0" * 4300))))  # expect: '0'
