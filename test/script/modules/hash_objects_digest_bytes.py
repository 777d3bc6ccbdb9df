import _md5, _sha1, _sha256, _sha3, _sha512, threading


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
