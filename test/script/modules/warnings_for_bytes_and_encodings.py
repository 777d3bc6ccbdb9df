# Warnings that only come when they are asked for: -b, -bb, and the one about default encodings.
import subprocess
import sys


def errors(*arguments):
    p = subprocess.run([sys.executable, *arguments], capture_output=True, text=True)
    return p.stderr.strip().split("\n")[-1] if p.returncode else [line for line in p.stderr.split("\n") if "Warning" in line]


for source, text in [("str(b'')", "str() on a bytes instance"), ("str(bytearray())", "str() on a bytearray instance"),
                     ("b'a' == 'a'", "Comparison between bytes and string"), ("'a' != b'a'", "Comparison between bytes and string"),
                     ("b'a' == 97", "Comparison between bytes and int"), ("bytearray() == ''", "Comparison between bytearray and string")]:
    assert errors("-bb", "-c", source) == f"BytesWarning: {text}", (source, errors("-bb", "-c", source))
    assert errors("-b", "-c", source) == [f"<string>:1: BytesWarning: {text}"], (source, errors("-b", "-c", source))
    assert errors("-c", source) == [], source
assert errors("-bb", "-c", "repr(b''); b'' == b''; b'' == None; bytearray() == 5") == []
assert errors("-X", "warn_default_encoding", "-W", "error", "-c", "open('/dev/null')") == "EncodingWarning: 'encoding' argument not specified"
assert errors("-W", "error", "-c", "open('/dev/null').close()") == []
print("done")  # expect: done
