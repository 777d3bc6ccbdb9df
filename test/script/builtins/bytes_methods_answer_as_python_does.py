print(b"a,b".split(b","), b" a  b ".split(), b"a\nb\r\nc\x1cd".splitlines(), b"aXb".partition(b"X"))  # expect: [b'a', b'b'] [b'a', b'b'] [b'a', b'b', b'c\x1cd'] (b'a', b'X', b'b')
print(b"banana".find(b"an"), b"banana".find(97, 2), b"banana".rfind(b"x"), b"banana".count(b"a"), 98 in b"ab", b"ab" in b"cab")  # expect: 1 3 -1 3 True True
print(b"banana".replace(b"an", b""), b"ab".replace(b"", b"-"), b"abc".translate(None, b"b"), b"abc".translate(bytes.maketrans(b"a", b"x")))  # expect: b'ba' b'-a-b-' b'ac' b'xbc'
print(b"ab".center(5, b"*"), b"-5".zfill(4), b"\t|".expandtabs(4), b" x ".strip(), b"xax".strip(b"x"))  # expect: b'**ab*' b'-005' b'    |' b'x' b'a'
print(b"aB\xe9".upper(), b"aB".swapcase(), b"ab cd".title(), b"a1".isalnum(), b"\xe9".isalpha(), b"Ab".istitle())  # expect: b'AB\xe9' b'Ab' b'Ab Cd' True False True
print(bytes.fromhex("0a FF"), b"abc".hex(), b"abcde".hex("-", 2), b"abcde".hex("-", -2), bytearray(b"ab").hex(":"))  # expect: b'\n\xff' 616263 61-6263-6465 6162-6364-65 61:62
print(b"abc"[1], b"abc"[1:], b"abc"[::-1], b"abc" + bytearray(b"d"), bytearray(b"a") + b"b", b"ab" * 2)  # expect: 98 b'bc' b'cba' b'abcd' bytearray(b'ab') b'abab'
print(bytes(3), bytes([65, 66]), bytes(range(3)), bytes("\xe9", "latin-1"), bytes(memoryview(b"ab")), bytes(b"x"))  # expect: b'\x00\x00\x00' b'AB' b'\x00\x01\x02' b'\xe9' b'ab' b'x'
print(b"a" < b"b", b"a" == bytearray(b"a"), b"a" == "a", repr(b"'"), repr(b"'\""), b"\x00\n\\\xff")  # expect: True True False b"'" b'\'"' b'\x00\n\\\xff'
print(b",".join([b"a", bytearray(b"b"), memoryview(b"c")]), list(b"ab"), b"ab".startswith((b"x", b"a")), b"abc".removeprefix(b"a"))  # expect: b'a,b,c' [97, 98] True b'bc'
