#!/usr/bin/python3.11
"""Describe every code point by Python 3.11's own Unicode database.

    unicode_oracle.py              CRC-32 of each group of lines, as test/unit/runtime/unicode_data_test.cpp has them
    unicode_oracle.py GROUP        the lines themselves, to compare with ours when a digest differs

The line formats are those of test/unit/runtime/unicode_lines.h.
"""
import sys
import unicodedata
import zlib
import _sre


def points(text):
    return "".join(f" {ord(c):X}" for c in text)


def properties(i, c):
    return (f";{unicodedata.category(c)};{unicodedata.bidirectional(c)};{unicodedata.combining(c)}"
            f";{unicodedata.east_asian_width(c)};{unicodedata.mirrored(c)};{unicodedata.decimal(c, -1)}"
            f";{unicodedata.digit(c, -1)};{unicodedata.numeric(c, -1.0):.17g}")


def predicates(i, c):
    # A sigma is final where a cased letter stands before it, case-ignorable characters skipped.
    cased_only = (c + "\u03a3").lower()[-1] == "\u03c2"
    either = ("A" + c + "\u03a3").lower()[-1] == "\u03c2"
    bits = (c.isalpha(), c.isdecimal(), c.isdigit(), c.isnumeric(), c.isalnum(), c.islower(), c.isupper(),
            c.istitle(), c.isspace(), c.isprintable(), c.isidentifier(), ("a" + c).isidentifier(),
            len(("a" + c + "b").splitlines()) == 2, cased_only, either)
    return "".join("NY"[bit] for bit in bits)


def cases(i, c):
    # After a cased letter "title" would lower; alone it shows the title mapping.
    return (f";{points(c.upper())};{points(c.lower())};{points(c.title())};{points(c.casefold())}"
            f";{_sre.unicode_tolower(i):X}")


def forms(i, c):
    result = ";" + unicodedata.decomposition(c)
    for form in ("NFC", "NFD", "NFKC", "NFKD"):
        text = unicodedata.normalize(form, c)
        result += f";{points(text)}" + "NY"[unicodedata.is_normalized(form, c) == (text == c)]
    return result


def names(i, c):
    name = unicodedata.name(c, "")
    return f";{name};" + "NY"[bool(name) and unicodedata.lookup(name) == c]


GROUPS = {f.__name__: f for f in (properties, predicates, cases, forms, names)}


POOLS = ((0x41, 0x200), (0x300, 0x70), (0x1100, 0x100), (0xAC00, 0x2BA4), (0x900, 0x500), (0x1E00, 0x200),
         (0x300, 0x70), (0, 0x30000))


def sequence(i):
    """The pseudo-random text number i, as sequence_line() in unicode_lines.h makes it."""
    state = (i * 2654435761 + 12345) & 0xFFFFFFFF

    def below(n):
        nonlocal state
        state = (state * 1664525 + 1013904223) & 0xFFFFFFFF
        return state * n >> 32
    text = ""
    for _ in range(1 + below(8)):
        first, count = POOLS[below(8)]
        text += chr(first + below(count))
    return f"{i}" + "".join(";" + points(unicodedata.normalize(form, text))
                            for form in ("NFC", "NFD", "NFKC", "NFKD")) + "\n"


def lines(group):
    if group == "sequences":
        return "".join(map(sequence, range(100_000)))
    describe = GROUPS[group]
    return "".join(f"{i:X}{describe(i, chr(i))}\n" for i in range(0x110000))


def main(argv):
    if len(argv) > 1:
        sys.stdout.write(lines(argv[1]))
        return
    for group in (*GROUPS, "sequences"):
        print(f"{group} 0x{zlib.crc32(lines(group).encode('utf-8', 'surrogatepass')):08X}")


if __name__ == "__main__":
    main(sys.argv)
