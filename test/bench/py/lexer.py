"""Text, character by character and piece by piece."""
# quick: 1200
import sys

rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3200
SOURCE = "\n".join(f"let value_{i} = (alpha + {i * 37 % 101}) * beta{i % 7}; # note {i}" for i in range(40))


def tokens(text):
    at, end = 0, len(text)
    while at < end:
        c = text[at]
        if c.isspace():
            at += 1
        elif c == "#":
            while at < end and text[at] != "\n":
                at += 1
        elif c.isalpha() or c == "_":
            start = at
            while at < end and (text[at].isalnum() or text[at] == "_"):
                at += 1
            yield "name", text[start:at]
        elif c.isdigit():
            start = at
            while at < end and text[at].isdigit():
                at += 1
            yield "number", text[start:at]
        else:
            at += 1
            yield "sign", c


counts = {}
out = []
for i in range(rounds // 6):
    for kind, text in tokens(SOURCE):
        counts[kind] = counts.get(kind, 0) + 1
        counts[text] = counts.get(text, 0) + len(text)
for i in range(rounds):
    line = ", ".join("%s=%d" % (k.upper(), v) for k, v in sorted(counts.items()))
    out.append(line.replace("=", " is ").title().strip().split(",")[i % 5])
    out.append(f"{i:>6}|{i / 7:.3f}|{line[:8]!r}")
print("checksum", len(out), sum(counts.values()), sum(map(len, out)), "".join(out).count("9"))
