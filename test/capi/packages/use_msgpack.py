import datetime
import io

import msgpack
from msgpack import _cmsgpack

print(msgpack.Packer is _cmsgpack.Packer)
data = {"a": [1, -2, 2.5, None, True], "b": b"\x00\xff", "ü": {"n": 2**63, "m": -(2**62)}, "t": (1, 2)}
packed = msgpack.packb(data)
print(packed.hex(), msgpack.unpackb(packed), msgpack.unpackb(packed, use_list=False))
u = msgpack.Unpacker(io.BytesIO(msgpack.packb(1) + msgpack.packb([2, 3])))
print(list(u), u.tell())
print(msgpack.packb(datetime.datetime(2020, 1, 2, tzinfo=datetime.timezone.utc), datetime=True).hex(), msgpack.Timestamp(1, 2))
print(msgpack.unpackb(msgpack.packb(msgpack.ExtType(5, b"xy"))), msgpack.packb({1, 2}, default=sorted).hex())
print(msgpack.unpackb(packed, object_pairs_hook=lambda pairs: [k for k, _ in pairs]))
feed = msgpack.Unpacker()
for i in range(0, len(packed), 7):
    feed.feed(packed[i:i + 7])
print(next(feed) == {**data, "t": [1, 2]})
for wrong in (lambda: msgpack.packb(object), lambda: msgpack.unpackb(b"\x92\x01"), lambda: msgpack.unpackb(b"\x01\x02"), lambda: msgpack.packb(2**64), lambda: msgpack.unpackb(b"\xc1")):
    try:
        wrong()
    except Exception as e:
        print(type(e).__name__, e)
