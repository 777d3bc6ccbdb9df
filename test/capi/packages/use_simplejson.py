import decimal

import simplejson
from simplejson import _speedups

print(simplejson.dumps({"b": [1, 2.5, None, True, "ü\u2028\""], "a": (1,)}, sort_keys=True), _speedups.encode_basestring_ascii("é"))
print(simplejson.loads('{"x": 1.10, "y": [1e3, -0, "\\ud83d\\ude00"]}', use_decimal=True), simplejson.dumps(decimal.Decimal("1.10")))
print(simplejson.loads("[1, {}]", object_pairs_hook=list), simplejson.dumps({1: 2, None: 3, True: 4}), simplejson.dumps(2**70, bigint_as_string=True))
for wrong in ("[1,", "{'a': 1}", "nul", '"\x01"', "[1] x", ""):
    try:
        simplejson.loads(wrong)
    except simplejson.JSONDecodeError as e:
        print(e)
ring = []
ring.append(ring)
for bad in (ring, {1, 2}, float("nan")):
    try:
        print(simplejson.dumps(bad, allow_nan=False))
    except (ValueError, TypeError) as e:
        print(type(e).__name__, e)
print(simplejson.dumps([1, [2]], indent=" "), list(simplejson.JSONEncoder(for_json=True).iterencode([1])))
