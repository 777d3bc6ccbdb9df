import _struct as struct


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


def into(text, offset, *values):
    target = bytearray(b"abcdef")
    struct.pack_into(text, target, offset, *values)
    return target


print(ascii(outcome(lambda: struct.pack("<bBhHiIlLqQ", -1, 255, -2, 65535, -3, 4, -5, 6, -7, 8))))  # expect: "b'\\xff\\xff\\xfe\\xff\\xff\\xff\\xfd\\xff\\xff\\xff\\x04\\x00\\x00\\x00\\xfb\\xff\\xff\\xff\\x06\\x00\\x00\\x00\\xf9\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\x08\\x00\\x00\\x00\\x00\\x00\\x00\\x00'"
print(ascii(outcome(lambda: struct.pack("@bi", 1, 2))))  # expect: "b'\\x01\\x00\\x00\\x00\\x02\\x00\\x00\\x00'"
print(ascii(outcome(lambda: (struct.pack(">d", 1.5), struct.pack("<f", 0.1), struct.pack("e", 1.5)))))  # expect: "(b'?\\xf8\\x00\\x00\\x00\\x00\\x00\\x00', b'\\xcd\\xcc\\xcc=', b'\\x00>')"
print(ascii(outcome(lambda: struct.unpack("<hHi", b"\xff\xff\xff\xff\xff\xff\xff\xff"))))  # expect: '(-1, 65535, -1)'
print(ascii(outcome(lambda: struct.unpack("2c3s", b"abcde"))))  # expect: "(b'a', b'b', b'cde')"
print(ascii(outcome(lambda: struct.unpack("5p", b"\x09abcd"))))  # expect: "(b'abcd',)"
print(ascii(outcome(lambda: (struct.pack("5p", b"abc"), struct.pack("p", b"abc"), struct.pack("2s", b"abc"), struct.pack("5s", b"abc")))))  # expect: "(b'\\x03abc\\x00', b'\\x00', b'ab', b'abc\\x00\\x00')"
print(ascii(outcome(lambda: (struct.unpack("?", b"\x05"), struct.pack("?", [])))))  # expect: "((True,), b'\\x00')"
print(ascii(outcome(lambda: (struct.unpack("e", b"\x01\x00"), struct.pack("e", 65519.99), struct.pack("e", 6e-8)))))  # expect: "((5.960464477539063e-08,), b'\\xff{', b'\\x01\\x00')"
print(ascii(outcome(lambda: struct.pack("e", 65520.0))))  # expect: 'OverflowError: float too large to pack with e format'
print(ascii(outcome(lambda: struct.pack("<f", 1e39))))  # expect: 'OverflowError: float too large to pack with f format'
print(ascii(outcome(lambda: struct.pack("@f", 1e39))))  # expect: "b'\\x00\\x00\\x80\\x7f'"
print(ascii(outcome(lambda: struct.pack("b", 200))))  # expect: 'error: byte format requires -128 <= number <= 127'
print(ascii(outcome(lambda: struct.pack("B", -1))))  # expect: 'error: ubyte format requires 0 <= number <= 255'
print(ascii(outcome(lambda: struct.pack("h", 40000))))  # expect: 'error: short format requires -32768 <= number <= 32767'
print(ascii(outcome(lambda: struct.pack("H", 70000))))  # expect: 'error: ushort format requires 0 <= number <= 65535'
print(ascii(outcome(lambda: struct.pack("i", 1 << 31))))  # expect: "error: 'i' format requires -2147483648 <= number <= 2147483647"
print(ascii(outcome(lambda: struct.pack("I", -1))))  # expect: 'error: argument out of range'
print(ascii(outcome(lambda: struct.pack("I", 1 << 32))))  # expect: "error: 'I' format requires 0 <= number <= 4294967295"
print(ascii(outcome(lambda: struct.pack("<l", 1 << 31))))  # expect: "error: 'l' format requires -2147483648 <= number <= 2147483647"
print(ascii(outcome(lambda: struct.pack("q", 1 << 63))))  # expect: 'error: argument out of range'
print(ascii(outcome(lambda: struct.pack("P", -1))))  # expect: "b'\\xff\\xff\\xff\\xff\\xff\\xff\\xff\\xff'"
print(ascii(outcome(lambda: struct.pack("P", 1 << 64))))  # expect: 'error: int too large to convert'
print(ascii(outcome(lambda: struct.pack("<P", 1))))  # expect: 'error: bad char in struct format'
print(ascii(outcome(lambda: struct.pack("i", 1.5))))  # expect: 'error: required argument is not an integer'
print(ascii(outcome(lambda: struct.pack("d", "a"))))  # expect: 'error: required argument is not a float'
print(ascii(outcome(lambda: struct.pack("c", b"ab"))))  # expect: 'error: char format requires a bytes object of length 1'
print(ascii(outcome(lambda: struct.pack("s", "a"))))  # expect: "error: argument for 's' must be a bytes object"
print(ascii(outcome(lambda: struct.pack("i"))))  # expect: 'error: pack expected 1 items for packing (got 0)'
print(ascii(outcome(lambda: struct.pack("z", 1))))  # expect: 'error: bad char in struct format'
print(ascii(outcome(lambda: struct.pack("3"))))  # expect: 'error: repeat count given without format specifier'
print(ascii(outcome(lambda: struct.pack("2 i", 1))))  # expect: 'error: bad char in struct format'
print(ascii(outcome(lambda: struct.pack("99999999999999999999i"))))  # expect: 'error: total struct size too long'
print(ascii(outcome(lambda: struct.pack(1))))  # expect: 'TypeError: Struct() argument 1 must be a str or bytes object, not int'
print(ascii(outcome(lambda: struct.pack())))  # expect: 'TypeError: missing format argument'
print(ascii(outcome(lambda: struct.pack("i\0", 1))))  # expect: 'error: embedded null character'
print(ascii(outcome(lambda: (struct.calcsize("bi"), struct.calcsize("ib"), struct.calcsize("ib0i"), struct.calcsize("<bi"), struct.calcsize("b 2s i"), struct.calcsize("0s")))))  # expect: '(8, 5, 8, 5, 8, 0)'
print(ascii(outcome(lambda: struct.unpack("i", b"123"))))  # expect: 'error: unpack requires a buffer of 4 bytes'
print(ascii(outcome(lambda: struct.unpack("i", 5))))  # expect: "TypeError: a bytes-like object is required, not 'int'"
print(ascii(outcome(lambda: (struct.unpack_from("<h", b"abcd", 1), struct.unpack_from("<h", buffer=b"abcd", offset=-2)))))  # expect: '((25442,), (25699,))'
print(ascii(outcome(lambda: struct.unpack_from("i", b"1234", 2))))  # expect: 'error: unpack_from requires a buffer of at least 6 bytes for unpacking 4 bytes at offset 2 (actual buffer size is 4)'
print(ascii(outcome(lambda: struct.unpack_from("i", b"1234", -2))))  # expect: 'error: not enough data to unpack 4 bytes at offset -2'
print(ascii(outcome(lambda: struct.unpack_from("i", b"1234", -8))))  # expect: 'error: offset -8 out of range for 4-byte buffer'
print(ascii(outcome(lambda: into("<h", 1, 513))))  # expect: "bytearray(b'a\\x01\\x02def')"
print(ascii(outcome(lambda: struct.pack_into("i", bytearray(4), 2, 1))))  # expect: 'error: pack_into requires a buffer of at least 6 bytes for packing 4 bytes at offset 2 (actual buffer size is 4)'
print(ascii(outcome(lambda: struct.pack_into("i", bytearray(4), -2, 1))))  # expect: 'error: no space to pack 4 bytes at offset -2'
print(ascii(outcome(lambda: struct.pack_into("i", b"1234", 0, 1))))  # expect: 'TypeError: argument must be read-write bytes-like object, not bytes'
print(ascii(outcome(lambda: struct.pack_into("i"))))  # expect: 'error: pack_into expected buffer argument'
print(ascii(outcome(lambda: struct.pack_into("i", bytearray(4), "a", 1))))  # expect: "TypeError: 'str' object cannot be interpreted as an integer"
print(ascii(outcome(lambda: list(struct.iter_unpack("<h", b"1234")))))  # expect: '[(12849,), (13363,)]'
print(ascii(outcome(lambda: struct.iter_unpack("i", b"123"))))  # expect: 'error: iterative unpacking requires a buffer of a multiple of 4 bytes'
print(ascii(outcome(lambda: struct.iter_unpack("", b""))))  # expect: 'error: cannot iteratively unpack with a struct of length 0'
print(ascii(outcome(lambda: (struct.Struct("i").format, struct.Struct(b"<q").size))))  # expect: "('i', 8)"
print(ascii(outcome(lambda: (struct.Struct("<h").pack(5), struct.Struct("<h").unpack(b"ab"), struct.Struct("<h").iter_unpack(b"1234").__length_hint__()))))  # expect: "(b'\\x05\\x00', (25185,), 2)"
print(ascii(outcome(lambda: struct.error.__mro__)))  # expect: "(<class 'struct.error'>, <class 'Exception'>, <class 'BaseException'>, <class 'object'>)"
print(ascii(outcome(lambda: struct.Struct("\u20ac"))))  # expect: "UnicodeEncodeError: 'ascii' codec can't encode character '\\u20ac' in position 0: ordinal not in range(128)"
print(ascii(outcome(lambda: struct.unpack("<" + "n", b"12345678"))))  # expect: 'error: bad char in struct format'
print(ascii(outcome(lambda: struct.unpack("@nN", struct.pack("@nN", -1, 2)))))  # expect: '(-1, 2)'
