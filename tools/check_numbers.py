#!/usr/bin/python3.11
"""Compares Baton's number algorithms with those of the reference interpreter that runs this script.

usage: check_numbers.py DRIVER [CASES [SEED]]

DRIVER is the program built from test/unit/runtime/number_driver.cpp. Prints every difference, exits 1 if any.
"""
import math
import random
import struct
import subprocess
import sys

sys.set_int_max_str_digits(0)


def bits(value):
    return "%016x" % struct.unpack("<Q", struct.pack("<d", value))[0]


def show_float(value):
    return "nan" if value != value else bits(value)


def text(s):
    return ",".join("%x" % ord(c) for c in s) or "-"


def shown_text(s):
    return "=" + "".join("%x," % ord(c) for c in s)


def hexint(n):
    return "%x" % n


class Cases:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def natural(self, most=4000):
        r = self.random
        size = r.choice((0, 1, 2, 8, 29, 30, 31, 59, 60, 61, 63, 64, 65, 90, 120, r.randrange(200), r.randrange(2000),
                         r.randrange(most)))
        kind = r.randrange(4)
        if kind == 0:
            return r.getrandbits(size) if size else 0
        if kind == 1:
            return (1 << size) - r.randrange(2)
        if kind == 2:
            return (1 << size) + r.randrange(2)
        n = 0
        for _ in range(r.randrange(1, 6)):
            n ^= 1 << r.randrange(size + 1)
        return n

    def integer(self, most=4000):
        return self.natural(most) * self.random.choice((1, -1))

    def double(self):
        r = self.random
        kind = r.randrange(7)
        if kind == 0:
            return struct.unpack("<d", struct.pack("<Q", r.getrandbits(64)))[0]
        if kind == 1:
            return r.choice((0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, 1e16, 1e15, 123456.0, 1e-4, 1e-5, math.inf, -math.inf,
                             math.nan, 5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 9007199254740993.0))
        if kind == 2:
            return round(r.uniform(-1000, 1000), r.randrange(6))
        if kind == 3:
            return float(r.randrange(-10**r.randrange(1, 20), 10**r.randrange(1, 20)))
        if kind == 4:
            return r.randrange(-10**6, 10**6) / 2**r.randrange(12)
        if kind == 5:
            return r.choice((-1, 1)) * r.randrange(1, 100) * 10.0 ** r.randrange(-300, 300)
        return r.uniform(-1, 1) * 10.0 ** r.randrange(-30, 30)

    def numeral(self):
        r = self.random
        if r.random() < 0.3:
            return "".join(r.choice("0123456789._eE+- infatyNIxp\t") for _ in range(r.randrange(12)))
        s = r.choice(("", "-", "+"))
        s += "".join(r.choice("0123456789") for _ in range(r.randrange(1, r.choice((4, 20, 40, 800)))))
        if r.random() < 0.6:
            s += "." + "".join(r.choice("0123456789") for _ in range(r.randrange(r.choice((4, 20, 400)))))
        if r.random() < 0.6:
            s += r.choice("eE") + r.choice(("", "-", "+")) + str(r.randrange(r.choice((5, 40, 340, 1500, 10**25))))
        if r.random() < 0.2:
            at = r.randrange(len(s) + 1)
            s = s[:at] + "_" + s[at:]
        return r.choice(("", " ", "\n\t")) + s + r.choice(("", " ", "\v"))

    def hex_numeral(self):
        r = self.random
        if r.random() < 0.2:
            return "".join(r.choice("0123456789abxp.+-") for _ in range(r.randrange(10)))
        s = r.choice(("", "-", "+")) + r.choice(("", "0x", "0X"))
        s += "".join(r.choice("0123456789abcdefABCDEF") for _ in range(r.randrange(20)))
        if r.random() < 0.6:
            s += "." + "".join(r.choice("000008f1") for _ in range(r.randrange(30)))
        if r.random() < 0.7:
            s += r.choice("pP") + r.choice(("", "-", "+")) + str(r.randrange(r.choice((5, 40, 1100, 10**6))))
        return s

    def int_numeral(self):
        r = self.random
        base = r.choice((0, 2, 3, 8, 10, 10, 10, 16, 36, r.randrange(2, 37)))
        if r.random() < 0.3:
            return "".join(r.choice("0012_xXoObB-+ af9") for _ in range(r.randrange(8))), base
        alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"[:base or 10]
        s = "".join(r.choice(alphabet) for _ in range(r.randrange(1, r.choice((3, 20, 30, 700, 6000)))))
        if r.random() < 0.3:
            at = r.randrange(len(s) + 1)
            s = s[:at] + "_" + s[at:]
        return r.choice(("", " ", "-", "+", "0x", "0b", "-0o", "00", "0_")) + s + r.choice(("", "", " ", "!")), base

    def spec(self):
        r = self.random
        s = r.choice(("", "", r.choice("<>=^"), r.choice("*0x\u20ac") + r.choice("<>=^")))
        s += r.choice(("", "", "+", "-", " ")) + r.choice(("", "", "", "z")) + r.choice(("", "", "#"))
        s += r.choice(("", "", "0")) + r.choice(("", "", str(r.randrange(40))))
        s += r.choice(("", "", ",", "_", r.choice((",_", "_,", ",,"))))
        s += r.choice(("", "", "." + str(r.randrange(r.choice((4, 20, 330)))), "."[:r.random() < 0.1]))
        return s + r.choice(("", r.choice("bcdoxXneEfFgG%s\u20ac"), r.choice("eEfFgG%"), r.choice("dxXob")))


def attempt(function, *errors):
    try:
        return function()
    except errors as e:
        return e


def spec_answer(value, spec, name):
    try:
        return shown_text(format(value, spec))
    except ValueError as e:
        message = str(e)
        if message.startswith("Invalid format specifier"):
            return "!InvalidSpecifier Invalid format specifier"
        return "!OverLimit" if message.startswith("Exceeds") else "!ValueError " + message
    except OverflowError as e:
        return "!OverflowError " + str(e)


def make(c):
    """One request line and the expected answer."""
    r = c.random
    kind = r.choice(KINDS)
    if kind in ("add", "mul", "gcd", "compare"):
        a, b = c.natural(), c.natural()
        if kind == "mul" and r.random() < 0.1:
            b = a
        want = {"add": lambda: hexint(a + b), "mul": lambda: hexint(a * b), "gcd": lambda: hexint(math.gcd(a, b)),
                "compare": lambda: str((a > b) - (a < b))}[kind]()
        return f"{kind} {a:x} {b:x}", want
    if kind == "sub":
        a, b = sorted((c.natural(), c.natural()))
        return f"sub {b:x} {a:x}", hexint(b - a)
    if kind == "divmod":
        a, b = c.natural(8000), c.natural() or 1
        return f"divmod {a:x} {b:x}", "%x %x" % divmod(a, b)
    if kind in ("and", "or", "xor"):
        a, b = c.integer(), c.integer()
        return f"{kind} {a:x} {b:x}", hexint({"and": a & b, "or": a | b, "xor": a ^ b}[kind])
    if kind in ("shl", "shr"):
        a, n = c.integer(), r.choice((0, 1, 29, 30, 31, 60, r.randrange(3000)))
        return f"{kind} {a:x} {n}", hexint(a << n if kind == "shl" else a >> n)
    if kind == "bits":
        a = c.natural()
        return f"bits {a:x}", f"{a.bit_length()} {a.bit_count()}"
    if kind == "hash":
        a = r.choice((c.integer(), 2**61 - 1, -(2**61 - 1), 2**61, -2**61 - 1, -1, 1))
        return f"hash {a:x}", str(hash(a))
    if kind == "isqrt":
        a = c.natural()
        return f"isqrt {a:x}", hexint(math.isqrt(a))
    if kind == "to_double":
        a = c.natural(1200)
        v = attempt(lambda: float(a), OverflowError)
        return f"to_double {a:x}", "overflow" if isinstance(v, OverflowError) else bits(v)
    if kind == "from_double":
        v = c.double()
        if not math.isfinite(v):
            v = 0.0
        return f"from_double {bits(v)}", hexint(int(v))
    if kind == "truediv":
        a, b = c.natural(r.choice((100, 1200, 4000))), c.natural(r.choice((100, 1200, 4000))) or 3
        v = attempt(lambda: a / b, OverflowError)
        return f"truediv {a:x} {b:x}", "overflow" if isinstance(v, OverflowError) else bits(v)
    if kind == "compare_double":
        a, v = c.integer(1100), c.double()
        if math.isfinite(v) and r.random() < 0.6:
            a = int(v) + r.randrange(-1, 2)
        if v != v:
            v = 1.0
        return f"compare_double {a:x} {bits(v)}", str((a > v) - (a < v))
    if kind == "bytes":
        a = c.integer(200)
        n, flags = max(0, a.bit_length() // 8 + r.randrange(-1, 3)), r.randrange(4)
        n = n or int(a < 0)  # -1 in no bytes is accepted, but reads back as 0
        v = attempt(lambda: a.to_bytes(n, ("big", "little")[flags & 1], signed=bool(flags & 2)), OverflowError)
        return f"bytes {a:x} {n} {flags}", "overflow" if isinstance(v, OverflowError) else f"{a:x} {v.hex()}"
    if kind == "pow":
        a, n = c.natural(100), r.randrange(r.choice((3, 12, 200)))
        return f"pow {a:x} {n:x}", hexint(a**n)
    if kind == "powmod":
        a, n, m = c.natural(1000), c.natural(300), c.natural(500) or 1
        return f"powmod {a:x} {n:x} {m:x}", hexint(pow(a, n, m))
    if kind == "inverse":
        a, m = c.natural(500), c.natural(500) or 1
        v = attempt(lambda: pow(a, -1, m), ValueError)
        return f"inverse {a:x} {m:x}", "none" if isinstance(v, ValueError) else hexint(v)
    if kind == "int_text":
        a = c.natural(r.choice((200, 20000)))
        base = r.choice((2, 8, 10, 10, 16))
        return f"int_text {a:x} {base}", format(a, {2: "b", 8: "o", 10: "d", 16: "x"}[base])
    if kind == "int_parse":
        s, base = c.int_numeral()
        try:
            sys.set_int_max_str_digits(4300)
            want = hexint(int(s, base))
        except ValueError as e:
            m = str(e)
            want = "limit " + m.split("has ")[1].split()[0] if m.startswith("Exceeds") else "invalid"
        finally:
            sys.set_int_max_str_digits(0)
        return f"int_parse {text(s)} {base}", want
    if kind == "float_format":
        v = c.double()
        code = r.choice("rrreEfFgG")
        precision = r.choice((0, 1, 2, 3, 6, 15, 17, r.randrange(40), r.randrange(1200)))
        alternate = r.random() < 0.3
        plus = r.random() < 0.3
        if code == "r":
            want = ("+" if plus and not str(v).startswith("-") else "") + repr(v)
            return f"float_format {bits(v)} r 0 {2 + plus}", want
        want = f"%{'#' if alternate else ''}{'+' if plus else ''}.{precision}{code}" % v
        return f"float_format {bits(v)} {code} {precision} {4 * alternate + plus}", want
    if kind == "float_parse":
        s = c.numeral()
        v = attempt(lambda: float(s), ValueError)
        return f"float_parse {text(s)}", "invalid" if isinstance(v, ValueError) else show_float(v)
    if kind == "float_hex":
        v = c.double()
        return f"float_hex {bits(v)}", v.hex()
    if kind == "float_fromhex":
        s = c.hex_numeral() if r.random() < 0.8 else c.double().hex()
        v = attempt(lambda: float.fromhex(s), ValueError, OverflowError)
        want = {ValueError: "invalid", OverflowError: "overflow"}.get(type(v)) or show_float(v)
        return f"float_fromhex {text(s)}", want
    if kind == "float_round":
        v, n = c.double(), r.choice((0, 1, 2, -1, r.randrange(-20, 20), r.randrange(-330, 340)))
        if not math.isfinite(v):
            v = 2.675
        w = attempt(lambda: round(v, n), OverflowError)
        return f"float_round {bits(v)} {n}", bits(math.copysign(math.inf, v) if isinstance(w, OverflowError) else w)
    if kind == "float_hash":
        v = c.double()
        return (f"float_hash {bits(v)}", str(hash(v))) if v == v else ("float_hash " + bits(1.0), "1")
    if kind == "spec":
        s = c.spec()
        which = r.randrange(3)
        if which == 0:
            a = r.choice((c.integer(r.choice((20, 200))), r.randrange(-300, 70000)))
            sys.set_int_max_str_digits(4300)
            want = spec_answer(a, s, "int")
            sys.set_int_max_str_digits(0)
            if s[-1:] and s[-1] in "eEfFgG%" and not want.startswith("!"):
                want = "float"
            elif s[-1:] and s[-1] in "eEfFgG%" and want == "!OverflowError int too large to convert to float":
                want = "float"
            return f"spec int {text(s)} {a:x}", want
        if which == 1:
            v = c.double()
            return f"spec float {text(s)} {bits(v)}", spec_answer(v, s, "float")
        v = complex(c.double(), c.double())
        return f"spec complex {text(s)} {bits(v.real)} {bits(v.imag)}", spec_answer(v, s, "complex")
    raise AssertionError(kind)


KINDS = ("add sub mul divmod gcd compare and or xor shl shr bits hash isqrt to_double from_double truediv "
         "compare_double bytes pow powmod inverse int_text int_parse float_format float_format float_parse float_hex "
         "float_fromhex float_round float_hash spec spec spec").split()


def main():
    driver = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 20000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    cases = Cases(seed)
    differences = 0
    while count > 0:
        batch = [make(cases) for _ in range(min(count, 20000))]
        count -= len(batch)
        run = subprocess.run([driver], input="".join(line + "\n" for line, _ in batch), capture_output=True, text=True)
        answers = run.stdout.splitlines()
        if run.returncode != 0 or len(answers) != len(batch):
            print(f"driver ended with {run.returncode} after {len(answers)} answers: {run.stderr[-500:]}")
            print("next request:", batch[min(len(answers), len(batch) - 1)][0][:300])
            return 1
        for (line, want), got in zip(batch, answers):
            if got != want:
                differences += 1
                if differences <= 20:
                    print(f"{line[:200]}\n  want {want[:200]}\n  got  {got[:200]}")
    print(f"{differences} differences")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
