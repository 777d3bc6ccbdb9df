import _blake2, _md5, _sha1, _sha256, _sha3, _sha512, threading


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


for module, names in ((_md5, ["md5"]), (_sha1, ["sha1"]), (_sha256, ["sha224", "sha256"]), (_sha512, ["sha384", "sha512"]),
                      (_sha3, ["sha3_224", "sha3_256", "sha3_384", "sha3_512", "shake_128", "shake_256"])):
    for name in names:
        make = getattr(module, name)
        length = (20,) if "shake" in name else ()
        h = make()
        print(h.name, h.digest_size, h.block_size, h.hexdigest(*length))
        h.update(b"abc" * 1000)
        other = h.copy()
        h.update(bytearray(b"more"))
        h.update(memoryview(b"and more"))
        print(other.hexdigest(*length), h.digest(*length), make(b"abc" * 1000, usedforsecurity=False).digest(*length) == other.digest(*length))
        print(outcome(make, "text"), outcome(make, 5), outcome(h.update, "text"), type(h))
        # Long data is worked on without the lock, by several threads in turn.
        threads = [threading.Thread(target=h.update, args=(b"x" * 100000,)) for _ in range(4)]
        for t in threads:
            t.start()
        for t in threads:
            t.join()
        print(h.hexdigest(*length))
shake = _sha3.shake_128(b"x")
print(outcome(shake.digest, -1), outcome(shake.digest, 1 << 40), shake.digest(0), shake._capacity_bits, shake._rate_bits, shake._suffix)
print(_sha3.sha3_224()._suffix, _sha3.sha3_512()._rate_bits, _sha256.SHA256Type, outcome(_sha256.SHA256Type))

B, S = _blake2.blake2b, _blake2.blake2s
for kw in (dict(digest_size=0), dict(digest_size=65), dict(key=b"x" * 65), dict(salt=b"x" * 17), dict(person=b"x" * 17), dict(fanout=256),
           dict(fanout=-1), dict(depth=0), dict(depth=256), dict(leaf_size=-1), dict(leaf_size=1 << 32), dict(node_offset=-1),
           dict(node_offset=1 << 64), dict(node_depth=256), dict(inner_size=65), dict(inner_size=-1), dict(key="x"), dict(salt="x")):
    print(kw, outcome(B, **kw))
for kw in (dict(digest_size=33), dict(node_offset=1 << 48), dict(inner_size=33), dict(key=b"x" * 33), dict(salt=b"x" * 9)):
    print(kw, outcome(S, **kw))
tree = dict(digest_size=20, key=b"k", salt=b"s", person=b"p", fanout=2, depth=3, leaf_size=4, node_offset=5, node_depth=1, inner_size=7, last_node=True)
for f in (B, S):
    print(f(b"abc", **tree).hexdigest(), f(b"abc" * 100, **tree).hexdigest(), f(**tree).hexdigest())
    for n in (0, 1, 63, 64, 65, 127, 128, 129, 255, 256, 257, 5000):
        h = f(b"a" * (n // 2))
        h.update(b"a" * (n - n // 2))
        print(n, h.hexdigest(), h.copy().digest() == f(b"a" * n).digest() == h.digest())
    print(f().name, f().block_size, f(digest_size=7).digest_size, {k: v for k, v in sorted(vars(f).items()) if isinstance(v, int)}, outcome(f, "text"), outcome(f, 5))
print({k: v for k, v in sorted(vars(_blake2).items()) if isinstance(v, int)})
