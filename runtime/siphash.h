// The hash of str, bytes and memoryview: SipHash-1-3 under a key that is the process's secret.
//
// The same key gives the same hashes as CPython 3.11, so PYTHONHASHSEED reproduces its values (0: the key is
// zero). The key is set once, before the first object is hashed, and never changes: cached hashes depend on
// it.
//
// Callers: set_hash_key() by process start-up only; the rest by anybody.
#pragma once
#include <cstddef>
#include <cstdint>

namespace baton {

struct HashKey {
    uint64_t k0 = 0, k1 = 0;
};
uint64_t siphash13(HashKey key, const void* data, size_t size);
HashKey hash_key_from_seed(uint32_t seed);  // what PYTHONHASHSEED=seed means
void set_hash_key(HashKey key);
HashKey hash_key();
// Python's hash of these bytes: 0 for none, never -1.
std::ptrdiff_t hash_bytes(const void* data, size_t size);

}  // namespace baton
