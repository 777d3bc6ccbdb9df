import tempfile

import lmdb

with tempfile.TemporaryDirectory() as folder:
    env = lmdb.open(folder, map_size=1 << 20, max_dbs=2)
    other = env.open_db(b"other", dupsort=True)
    with env.begin(write=True) as t:
        for i in range(20):
            t.put(b"k%02d" % i, b"v" * i)
        t.put(b"d", b"2", db=other)
        t.put(b"d", b"1", db=other)
    with env.begin(buffers=True) as t:
        print(bytes(t.get(b"k03")), t.get(b"none"), t.stat()["entries"])
        c = t.cursor()
        print(c.set_range(b"k1"), bytes(c.key()), [bytes(k) for k, _ in c][:3], [bytes(v) for _, v in t.cursor(db=other)])
    try:
        with env.begin(write=True) as t:
            t.put(b"gone", b"1")
            raise KeyError("out")
    except KeyError as e:
        print(e, env.begin().get(b"gone"))
    for wrong in (lambda: env.begin().put(b"a", b"b"), lambda: lmdb.open(folder + "/no/such"), lambda: env.begin(write=True).put(b"", b"x")):
        try:
            wrong()
        except (lmdb.Error, OSError) as e:
            print(type(e).__name__, str(e).replace(folder, ""))
