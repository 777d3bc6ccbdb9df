# The modules that the package libpython3.11-stdlib brings as shared libraries, over our C interface.
import bz2
import hashlib
import lzma
import mmap
import resource
import sqlite3
import ssl
import struct
import termios

text = b"abc" * 1000
assert bz2.decompress(bz2.compress(text)) == text
assert lzma.decompress(lzma.compress(text)) == text and lzma.LZMADecompressor(format=lzma.FORMAT_AUTO).decompress(lzma.compress(text, check=lzma.CHECK_NONE)) == text

m = mmap.mmap(-1, 100)
m[0:3] = b"abc"
assert m.find(b"c") == 2 and m[:4] == b"abc\0" and m.read_byte() == ord("a") and memoryview(m)[1] == ord("b")
try:
    m[0:3] = b"x"
    raise AssertionError
except IndexError as e:
    assert str(e) == "mmap slice assignment is wrong size"
m.close()

usage = resource.getrusage(resource.RUSAGE_SELF)
assert usage.ru_maxrss == usage[2] and len(usage) == 16 and usage.__class__.n_fields == 16
assert repr(usage).startswith("resource.struct_rusage(ru_utime=")
assert type(usage)(range(16)).ru_nivcsw == 15
try:
    type(usage)(range(3))
    raise AssertionError
except TypeError as e:
    assert str(e) == "resource.struct_rusage() takes a 16-sequence (3-sequence given)", e
for wrong, message in [(lambda: resource.getrlimit(), "getrlimit() takes exactly one argument (0 given)"),
                       (lambda: resource.setrlimit(1), "setrlimit expected 2 arguments, got 1"),
                       (lambda: termios.tcsendbreak("a", 1), "argument must be an int, or have a fileno() method."),
                       (lambda: bz2.BZ2Compressor("a"), "'str' object cannot be interpreted as an integer"),
                       (lambda: lzma.LZMADecompressor(nothing=1), "'nothing' is an invalid keyword argument for LZMADecompressor()"),
                       (lambda: lzma.LZMADecompressor(1, format=2), "argument for LZMADecompressor() given by name ('format') and position (1)")]:
    try:
        wrong()
        raise AssertionError(message)
    except TypeError as e:
        assert message in str(e), (str(e), message)

for encoding in ("shift_jis", "euc_jp", "iso2022_jp", "gb18030", "big5", "euc_kr", "cp932"):
    kept = "日本" if encoding != "euc_kr" else "한국"
    assert kept.encode(encoding).decode(encoding) == kept, encoding
try:
    b"\xff\xff".decode("shift_jis")
    raise AssertionError
except UnicodeDecodeError as e:
    assert (e.encoding, e.start, e.reason) == ("shift_jis", 0, "illegal multibyte sequence")
assert b"a\xff".decode("euc_jp", "replace") == "a\ufffd" and "é".encode("gb2312", "xmlcharrefreplace") == b"\xa8\xa6"

assert hashlib.new("sha512_256", b"a").hexdigest().startswith("455e518824bc0601")
assert hashlib.pbkdf2_hmac("sha256", b"a", b"b", 10)[:4] == b"\x805\xce\x8e"
db = sqlite3.connect(":memory:")
db.create_function("twice", 1, lambda x: x * 2)
assert db.execute("select twice(21), ?", ("é",)).fetchall() == [(42, "é")]
assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED

# A type that nobody has called PyType_Ready on.
import _testbuffer

array = _testbuffer.ndarray([1, 2, 3], shape=(3,), format="B")
assert array.tolist() == [1, 2, 3] and bytes(memoryview(array)) == b"\x01\x02\x03"
print("done")  # expect: done
