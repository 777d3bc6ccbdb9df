import binascii as b


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(ascii(outcome(lambda: b.a2b_base64("YWI="))))  # expect: "b'ab'"
print(ascii(outcome(lambda: b.a2b_base64(b"YW I=\n"))))  # expect: "b'ab'"
print(ascii(outcome(lambda: b.a2b_base64("YWI"))))  # expect: 'Error: Incorrect padding'
print(ascii(outcome(lambda: b.a2b_base64("Y"))))  # expect: 'Error: Invalid base64-encoded string: number of data characters (1) cannot be 1 more than a multiple of 4'
print(ascii(outcome(lambda: b.a2b_base64("YWJjZ"))))  # expect: 'Error: Invalid base64-encoded string: number of data characters (5) cannot be 1 more than a multiple of 4'
print(ascii(outcome(lambda: b.a2b_base64("=YWI"))))  # expect: 'Error: Incorrect padding'
print(ascii(outcome(lambda: b.a2b_base64("YWI=x", strict_mode=True))))  # expect: 'Error: Excess data after padding'
print(ascii(outcome(lambda: b.a2b_base64("Y=WI", strict_mode=True))))  # expect: 'Error: Discontinuous padding not allowed'
print(ascii(outcome(lambda: b.a2b_base64("=", strict_mode=True))))  # expect: 'Error: Leading padding not allowed'
print(ascii(outcome(lambda: b.a2b_base64("YW!I=", strict_mode=True))))  # expect: 'Error: Only base64 data is allowed'
print(ascii(outcome(lambda: b.a2b_base64("\u00e9"))))  # expect: 'ValueError: string argument should contain only ASCII characters'
print(ascii(outcome(lambda: b.a2b_base64(5))))  # expect: "TypeError: argument should be bytes, buffer or ASCII string, not 'int'"
print(ascii(outcome(lambda: (b.b2a_base64(b"abc"), b.b2a_base64(b"ab", newline=False), b.b2a_base64(b"a")))))  # expect: "(b'YWJj\\n', b'YWI=', b'YQ==\\n')"
print(ascii(outcome(lambda: b.b2a_base64(bytes(range(256))))))  # expect: "b'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGSk5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==\\n'"
print(ascii(outcome(lambda: (b.hexlify(b"abc"), b.hexlify(b"abcdef", "-", 2), b.hexlify(b"abcdef", b":", -4)))))  # expect: "(b'616263', b'6162-6364-6566', b'61626364:6566')"
print(ascii(outcome(lambda: b.hexlify(b"ab", "--"))))  # expect: 'ValueError: sep must be length 1.'
print(ascii(outcome(lambda: (b.unhexlify("6162"), b.unhexlify(b"4A")))))  # expect: "(b'ab', b'J')"
print(ascii(outcome(lambda: b.unhexlify("616"))))  # expect: 'Error: Odd-length string'
print(ascii(outcome(lambda: b.unhexlify("6g"))))  # expect: 'Error: Non-hexadecimal digit found'
print(ascii(outcome(lambda: (b.a2b_uu(b"#86)C\n"), b.a2b_uu(b""), b.a2b_uu(b"-86)C")))))  # expect: "(b'abc', b'\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00', b'abc\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00')"
print(ascii(outcome(lambda: b.a2b_uu(b"#86)Cx"))))  # expect: 'Error: Trailing garbage'
print(ascii(outcome(lambda: b.a2b_uu(b"#\x808"))))  # expect: 'Error: Illegal char'
print(ascii(outcome(lambda: (b.b2a_uu(b"abc"), b.b2a_uu(b"\0\0\0", backtick=True), b.b2a_uu(b"")))))  # expect: "(b'#86)C\\n', b'#````\\n', b' \\n')"
print(ascii(outcome(lambda: b.b2a_uu(b"x" * 46))))  # expect: 'Error: At most 45 bytes at once'
print(ascii(outcome(lambda: (b.crc32(b"hello"), b.crc32(b"hello", 5), b.crc32(b"", -1), b.crc32(bytes(range(256)) * 40)))))  # expect: '(907060870, 4277152246, 4294967295, 3150855069)'
print(ascii(outcome(lambda: (b.crc_hqx(b"hello", 0), b.crc_hqx(b"hello", 70000)))))  # expect: '(50018, 12060)'
print(ascii(outcome(lambda: (b.a2b_qp(b"a=41=\nb_c"), b.a2b_qp(b"a_b", header=True), b.a2b_qp(b"a=zz=4"), b.a2b_qp(b"==41"), b.a2b_qp("=e9")))))  # expect: "(b'aAb_c', b'a b', b'a=zz=4', b'=41', b'\\xe9')"
print(ascii(outcome(lambda: (b.b2a_qp(b"a=b\tc "), b.b2a_qp(b"a b ", quotetabs=True), b.b2a_qp(b"a b_", header=True)))))  # expect: "(b'a=3Db\\tc=20', b'a=20b=20', b'a_b=5F')"
print(ascii(outcome(lambda: b.b2a_qp(b"x" * 80))))  # expect: "b'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx=\\nxxxxx'"
print(ascii(outcome(lambda: (b.b2a_qp(b"a\r\nb\nc", istext=False), b.b2a_qp(b"a\r\nb\nc"), b.b2a_qp(b".\nb"), b.b2a_qp(b"a\t\nb"), b.b2a_qp(b".a")))))  # expect: "(b'a=0D=0Ab=0Ac', b'a\\r\\nb\\r\\nc', b'=2E\\nb', b'a=09\\nb', b'.a')"
print(ascii(outcome(lambda: b.Error.__mro__)))  # expect: "(<class 'binascii.Error'>, <class 'ValueError'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)"
print(ascii(outcome(lambda: b.Incomplete.__mro__)))  # expect: "(<class 'binascii.Incomplete'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)"
