# _json against json's rules: what is read and written, and the errors with their places.
import _json
import json
from collections import OrderedDict


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


for text in ('{"a": [1, -2.5, 1e3, 1E-2, true, false, null, "x"], "b": {}}', "[]", " [ ] ", '"\\u00e9\\ud834\\udd1e\\n\\/\\b"', '"\\ud834"', '"\\ud834x"', '"\\udd1e"',
             "NaN", "[Infinity, -Infinity]", "-", "-a", "01", "1.", "1.e5", "1e", "1e+", ".5", "+1", "tru", "nul", "[1", "[1,", "[1,]", "[,]", "{", '{"a"', '{"a":', '{"a":1', '{"a":1,', '{"a":1,}',
             "{a:1}", "{1:2}", '"abc', '"a\\', '"\\x"', '"\\u12"', '"\\u12g4"', '"\\ud834\\u12"', '"\t"', "", "  ", "[1] x", "\ufeff[]", '{"a":1,"a":2}', "1" * 30, "-0", "-0.0", "1e400", "[" * 3 + "]" * 3):
    show(lambda: json.loads(text))
show(lambda: json.loads('"\t"', strict=False))
show(lambda: json.loads("[" * 100000))
show(lambda: json.loads('{"a":' * 100000))
show(lambda: json.loads("9" * 5000))
for options in (dict(parse_int=str), dict(parse_float=str), dict(parse_constant=lambda x: "<" + x + ">"), dict(object_hook=lambda d: sorted(d)),
                dict(object_pairs_hook=OrderedDict), dict(object_pairs_hook=tuple, object_hook=list)):
    show(lambda: json.loads('{"b": [1, 2.5, NaN], "a": {"c": -1}}', **options))
one, two = json.loads('[{"long name": 1}, {"long name": 2}]')
show(lambda: list(one)[0] is list(two)[0])
for args in (("abc", 1), ("abc", -1), ('"a"', 1, 1), ('a"', 9), (b'"', 1), ('é\\n"', 0), ("\x01\"", 0), ("\x01\"", 0, False)):
    show(lambda: _json.scanstring(*args))
scanner = json.decoder.JSONDecoder().scan_once
for args in (("[1]", 0), ("[1]", 1), ("[1]", 3), ("[1]", -1), (b"1", 0), ("x", 0)):
    show(lambda: scanner(*args))


class Number(int):
    def __repr__(self):
        return "no"


class Fraction(float):
    def __repr__(self):
        return "no"


class Words(dict):
    def items(self):
        return [("k", 1), ("l", 2)]


loop = []
loop.append(loop)
ring = {}
ring["self"] = ring
for value in ([1, "a", None, True, 1.5, {"x": ()}], "é\u20ac\U0001d11e\x00\x7f\"\\/", {1: 2, None: 3, True: 4, 1.5: 5, False: 6, "s": 7}, {(1,): 2}, {1j: 1}, Number(5), Fraction(2.5),
              {Number(5): Fraction(2.5)}, Words(a=1), [float("nan"), float("inf"), -float("inf")], {float("nan"): 1}, loop, ring, object, {"b": 1, "a": 2}, {"b": 1, 2: 3}, [], {}, (), 10**25, "\ud800", {"a": [{}, []]}):
    for options in ({}, dict(ensure_ascii=False), dict(sort_keys=True), dict(skipkeys=True), dict(allow_nan=False), dict(separators=(",", ":")), dict(check_circular=False, default=lambda o: str(type(o)))):
        if not options.get("check_circular", True) and value in (loop, ring):
            continue
        show(lambda: json.dumps(value, **options))
    show(lambda: json.dumps(value, default=lambda o: [repr(type(o))]))
deep = []
for i in range(100000):
    deep = [deep]
show(lambda: json.dumps(deep))
del deep
show(lambda: json.dumps(object(), default=lambda o: o))
show(lambda: _json.encode_basestring_ascii("é\"\n\U0001d11e"))
show(lambda: _json.encode_basestring("é\"\n\x1f"))
show(lambda: _json.encode_basestring(5))


def encoder(text):
    return "<" + text + ">"


def make(markers=None, default=None, encode=encoder, key=": ", item=", ", sort=False, skip=False, nan=True):
    return _json.make_encoder(markers, default, encode, None, key, item, sort, skip, nan)


show(lambda: "".join(make()({"a": ["b", 1]}, 0)))
show(lambda: make(encode=lambda s: 5)("a", 0))
show(lambda: make(markers=5))
show(lambda: make(key=5))
show(lambda: make()(1))
made = make(markers={}, skip=True)
show(lambda: (made.markers, made.default, made.encoder is encoder, made.indent, made.key_separator, made.item_separator, made.sort_keys, made.skipkeys))
show(lambda: json.dumps([1, [2]], indent=1))
