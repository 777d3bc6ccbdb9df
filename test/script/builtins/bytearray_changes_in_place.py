a = bytearray(b"abc")
a.append(100); a.extend(b"ef"); a.extend([103, 104]); a.insert(0, 64); a += b"!"
print(a, a.pop(), a.pop(0), a)  # expect: bytearray(b'abcdefgh') 33 64 bytearray(b'abcdefgh')
a[0] = 65; a[1:3] = b"--XX--"; del a[-1]; a[::2] = bytes(len(a[::2]))
print(a, len(a))  # expect: bytearray(b'\x00-\x00X\x00-\x00d\x00f\x00') 11
del a[::3]; print(a); a.reverse(); a.remove(45); print(a)
# expect: bytearray(b'-\x00\x00-d\x00\x00')
# expect: bytearray(b'\x00\x00d\x00\x00-')
a *= 2; print(a, a.index(45), 45 in a); a.clear(); print(a, len(a))
# expect: bytearray(b'\x00\x00d\x00\x00-\x00\x00d\x00\x00-') 5 True
# expect: bytearray(b'') 0
b = bytearray(range(10)); b[2:8:2] = b"abc"; del b[1::4]; b[:0] = b; print(b)  # expect: bytearray(b'\x00a\x03bc\x07\x08\x00a\x03bc\x07\x08')
c = bytearray(b"0123456789")
for i in range(5): del c[0]
c += b"x"; print(c, c[0], bytes(c))  # expect: bytearray(b'56789x') 53 b'56789x'
d = bytearray(b"abc"); m = memoryview(d)
for change in (lambda: d.append(1), lambda: d.pop(), lambda: d.clear(), lambda: d.__setitem__(slice(0, 1), b"xy"), lambda: d.__delitem__(0)):
    try: change()
    except BufferError as e: print(e)
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
# expect: Existing exports of data: object cannot be re-sized
d[0] = 90; d[:2] = b"ZY"; print(d); m.release(); d.append(1); print(d)
# expect: bytearray(b'ZYc')
# expect: bytearray(b'ZYc\x01')
