def show(f):
    try: print(ascii(f()))
    except Exception as e: print(type(e).__name__, ascii(str(e)))
show(lambda: b"a\xff\xe2\x82b".decode())  # expect: UnicodeDecodeError "'utf-8' codec can't decode byte 0xff in position 1: invalid start byte"
for how in ("ignore", "replace", "backslashreplace", "surrogateescape"): show(lambda: b"a\xff\xe2\x82b".decode("utf-8", how))
# expect: 'ab'
# expect: 'a\ufffd\ufffdb'
# expect: 'a\\xff\\xe2\\x82b'
# expect: 'a\udcff\udce2\udc82b'
show(lambda: b"a\xed\xa0\x80".decode("utf-8", "surrogatepass")); show(lambda: "\ud800".encode("utf-8", "surrogatepass"))
# expect: 'a\ud800'
# expect: b'\xed\xa0\x80'
show(lambda: "a\ud800\udfffb".encode()); show(lambda: "a\udc80\udcff".encode("utf-8", "surrogateescape"))
# expect: UnicodeEncodeError "'utf-8' codec can't encode characters in position 1-2: surrogates not allowed"
# expect: b'a\x80\xff'
for how in ("strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "namereplace"): show(lambda: "a\u20ac\U0001f600b".encode("ascii", how))
# expect: UnicodeEncodeError "'ascii' codec can't encode characters in position 1-2: ordinal not in range(128)"
# expect: b'ab'
# expect: b'a??b'
# expect: b'a\\u20ac\\U0001f600b'
# expect: b'a&#8364;&#128512;b'
# expect: b'a\\N{EURO SIGN}\\N{GRINNING FACE}b'
show(lambda: "\u0100\xff".encode("latin-1")); show(lambda: "a\udc80\u1234".encode("ascii", "surrogateescape"))
# expect: UnicodeEncodeError "'latin-1' codec can't encode character '\\u0100' in position 0: ordinal not in range(256)"
# expect: UnicodeEncodeError "'ascii' codec can't encode character '\\u1234' in position 2: ordinal not in range(128)"
show(lambda: "a\U0001f600".encode("utf-16")); show(lambda: b"\xff\xfea\x00=\xd8\x00\xde".decode("utf-16")); show(lambda: b"\x00\xd8".decode("utf-16-le"))
# expect: b'\xff\xfea\x00=\xd8\x00\xde'
# expect: 'a\U0001f600'
# expect: UnicodeDecodeError "'utf-16-le' codec can't decode bytes in position 0-1: unexpected end of data"
show(lambda: b"\x00\xd8a\x00".decode("utf-16-le")); show(lambda: b"\x00\xdc".decode("utf-16-le", "replace")); show(lambda: b"a".decode("utf-16-be"))
# expect: UnicodeDecodeError "'utf-16-le' codec can't decode bytes in position 0-1: illegal UTF-16 surrogate"
# expect: '\ufffd'
# expect: UnicodeDecodeError "'utf-16-be' codec can't decode byte 0x61 in position 0: truncated data"
show(lambda: "a\u20ac".encode("utf-32-be")); show(lambda: b"\x00\x00\xd8\x00".decode("utf-32-be")); show(lambda: b"\x00\x11\x00\x00".decode("utf-32-be"))
# expect: b'\x00\x00\x00a\x00\x00 \xac'
# expect: UnicodeDecodeError "'utf-32-be' codec can't decode bytes in position 0-3: code point in surrogate code point range(0xd800, 0xe000)"
# expect: UnicodeDecodeError "'utf-32-be' codec can't decode bytes in position 0-3: code point not in range(0x110000)"
show(lambda: rb"\x41\u20ac\U0001f600\N{SNOWMAN}\101\n".decode("unicode_escape")); show(lambda: rb"\x4".decode("unicode_escape")); show(lambda: rb"\N{NOPE}".decode("unicode_escape"))
# expect: 'A\u20ac\U0001f600\u2603A\n'
# expect: UnicodeDecodeError "'unicodeescape' codec can't decode bytes in position 0-2: truncated \\xXX escape"
# expect: UnicodeDecodeError "'unicodeescape' codec can't decode bytes in position 0-7: unknown Unicode character name"
show(lambda: "\\\n\xe9\u20ac\U0001f600".encode("unicode_escape")); show(lambda: rb"a\u20ac\n".decode("raw_unicode_escape"))
# expect: b'\\\\\\n\\xe9\\u20ac\\U0001f600'
# expect: 'a\u20ac\\n'
show(lambda: "a+\u20ac-".encode("utf-7")); show(lambda: b"a+IKw-b+-".decode("utf-7")); show(lambda: b"+!".decode("utf-7"))
# expect: b'a+-+IKw--'
# expect: 'a\u20acb+'
# expect: UnicodeDecodeError "'utf7' codec can't decode bytes in position 0-1: ill-formed sequence"
show(lambda: "x".encode("no-such-codec")); show(lambda: "x".encode("ascii", "no-such-handler")); show(lambda: "\xe9".encode("ascii", "no-such-handler"))
# expect: LookupError 'unknown encoding: no-such-codec'
# expect: b'x'
# expect: LookupError "unknown error handler name 'no-such-handler'"
