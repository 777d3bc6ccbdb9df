#include "runtime/siphash.h"

#include <bit>
#include <cstring>

namespace baton {
namespace {

HashKey process_key;

struct State {
    uint64_t a, b, c, d;
    void round() {
        a += b;
        c += d;
        b = std::rotl(b, 13) ^ a;
        d = std::rotl(d, 16) ^ c;
        a = std::rotl(a, 32);
        c += b;
        a += d;
        b = std::rotl(b, 17) ^ c;
        d = std::rotl(d, 21) ^ a;
        c = std::rotl(c, 32);
    }
};

}  // namespace

uint64_t siphash13(HashKey key, const void* data, size_t size) {
    State s{key.k0 ^ 0x736F6D6570736575, key.k1 ^ 0x646F72616E646F6D, key.k0 ^ 0x6C7967656E657261,
            key.k1 ^ 0x7465646279746573};
    auto* p = static_cast<const unsigned char*>(data);
    size_t left = size;
    for (; left >= 8; left -= 8, p += 8) {
        uint64_t word;
        std::memcpy(&word, p, 8);
        s.d ^= word;
        s.round();
        s.a ^= word;
    }
    uint64_t last = uint64_t{size} << 56;
    for (size_t i = 0; i < left; ++i) last |= uint64_t{p[i]} << (8 * i);
    s.d ^= last;
    s.round();
    s.a ^= last;
    s.c ^= 0xFF;
    s.round();
    s.round();
    s.round();
    return s.a ^ s.b ^ s.c ^ s.d;
}

HashKey hash_key_from_seed(uint32_t seed) {
    if (seed == 0) return {};
    unsigned char bytes[16];
    for (unsigned char& byte : bytes) {
        seed = seed * 214013 + 2531011;
        byte = static_cast<unsigned char>(seed >> 16);
    }
    HashKey key;
    std::memcpy(&key.k0, bytes, 8);
    std::memcpy(&key.k1, bytes + 8, 8);
    return key;
}

void set_hash_key(HashKey key) {
    process_key = key;
}
HashKey hash_key() {
    return process_key;
}

std::ptrdiff_t hash_bytes(const void* data, size_t size) {
    if (size == 0) return 0;
    auto hash = static_cast<std::ptrdiff_t>(siphash13(process_key, data, size));
    return hash == -1 ? -2 : hash;
}

}  // namespace baton
