// _blake2: BLAKE2b and BLAKE2s (RFC 7693) with key, salt, personalisation and the parameters of tree hashing,
// which libcrypto does not offer.
//
// Both are one algorithm over words of 64 or 32 bits. Invariants. A block is worked on only when more data
// follows it, because the last one is marked. The state is touched only under `lock`: long updates run
// detached. Callers: attached threads.
#include "vm/modules/blake2.h"

#include <bit>
#include <cstring>

#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "vm/modules/hash.h"
#include "vm/modules/locked.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// What differs between the two.
struct Wide {
    using Word = uint64_t;
    static constexpr const char* kName = "blake2b";
    static constexpr int kRounds = 12, kShift[4] = {32, 24, 16, 63};
    static constexpr uint64_t kMaxOffset = UINT64_MAX;
    // The fractional parts of the square roots of the first eight primes.
    static constexpr Word kStart[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b,
                                       0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f,
                                       0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
};
struct Narrow {
    using Word = uint32_t;
    static constexpr const char* kName = "blake2s";
    static constexpr int kRounds = 10, kShift[4] = {16, 12, 8, 7};
    static constexpr uint64_t kMaxOffset = (uint64_t{1} << 48) - 1;
    static constexpr Word kStart[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
};
constexpr uint8_t kOrder[10][16] = {
    {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
    {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
    {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
    {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
    {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
    {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
    {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
    {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
    {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
    {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0},
};

template <class V>
class Blake2 {
  public:
    using Word = typename V::Word;
    static constexpr size_t kBlock = 16 * sizeof(Word), kMaxDigest = 8 * sizeof(Word),
                            kSalt = 2 * sizeof(Word);

    void start(const uint8_t (&parameters)[8 * sizeof(Word)], bool last_node) {
        for (size_t i = 0; i < 8; ++i) h_[i] = V::kStart[i] ^ load(parameters + i * sizeof(Word));
        last_node_ = last_node;
    }
    void update(const uint8_t* data, size_t size) {
        while (size > 0) {
            if (filled_ == kBlock) {
                compress(false);
                filled_ = 0;
            }
            const size_t n = size < kBlock - filled_ ? size : kBlock - filled_;
            std::memcpy(block_ + filled_, data, n);
            filled_ += n;
            data += n;
            size -= n;
        }
    }
    void finish(uint8_t (&digest)[kMaxDigest]) {
        std::memset(block_ + filled_, 0, kBlock - filled_);
        compress(true);
        for (size_t i = 0; i < kMaxDigest; ++i) {
            digest[i] = static_cast<uint8_t>(h_[i / sizeof(Word)] >> (8 * (i % sizeof(Word))));
        }
    }

  private:
    static Word load(const uint8_t* at) {
        Word w = 0;
        for (size_t i = 0; i < sizeof(Word); ++i) w |= static_cast<Word>(at[i]) << (8 * i);
        return w;
    }
    static void mix(Word& a, Word& b, Word& c, Word& d, Word x, Word y) {
        a += b + x;
        d = std::rotr(static_cast<Word>(d ^ a), V::kShift[0]);
        c += d;
        b = std::rotr(static_cast<Word>(b ^ c), V::kShift[1]);
        a += b + y;
        d = std::rotr(static_cast<Word>(d ^ a), V::kShift[2]);
        c += d;
        b = std::rotr(static_cast<Word>(b ^ c), V::kShift[3]);
    }
    void compress(bool last) {
        const auto n = static_cast<Word>(filled_);
        count_[0] += n;
        if (count_[0] < n) ++count_[1];
        Word m[16], v[16];
        for (size_t i = 0; i < 16; ++i) m[i] = load(block_ + i * sizeof(Word));
        for (size_t i = 0; i < 8; ++i) {
            v[i] = h_[i];
            v[i + 8] = V::kStart[i];
        }
        v[12] ^= count_[0];
        v[13] ^= count_[1];
        if (last) v[14] = static_cast<Word>(~v[14]);
        if (last && last_node_) v[15] = static_cast<Word>(~v[15]);
        for (int round = 0; round < V::kRounds; ++round) {
            const uint8_t* s = kOrder[round % 10];
            for (size_t i = 0; i < 4; ++i)
                mix(v[i], v[4 + i], v[8 + i], v[12 + i], m[s[2 * i]], m[s[2 * i + 1]]);
            for (size_t i = 0; i < 4; ++i) {
                mix(v[i], v[4 + (i + 1) % 4], v[8 + (i + 2) % 4], v[12 + (i + 3) % 4], m[s[8 + 2 * i]],
                    m[s[9 + 2 * i]]);
            }
        }
        for (size_t i = 0; i < 8; ++i) h_[i] ^= v[i] ^ v[i + 8];
    }

    Word h_[8] = {}, count_[2] = {};
    uint8_t block_[kBlock] = {};
    size_t filled_ = 0;
    bool last_node_ = false;
};

template <class V>
struct Blake2Object : Object {
    ByteLock lock;
    int digest_size;
    Blake2<V> state;
};

template <class V>
void feed(Attached ts, Blake2Object<V>& self, const HashData& data) {
    Locked locked(ts, self.lock);
    auto work = [&] { self.state.update(static_cast<const uint8_t*>(data.data()), data.size()); };
    if (data.size() >= kHashDetached)
        ts.detached(work);
    else
        work();
}

// An argument of bytes with a greatest length.
Result<std::string> limited(Attached ts, Object* o, size_t most, const char* what) {
    if (o == nullptr) return std::string();
    BytesLike data;
    TRY(data.get(ts, *o));
    if (data.view().size() > most)
        return raise(ts, Exc::ValueError, "maximum {} length is {} bytes", what, most);
    return std::string(data.view());
}
Result<int> in_range(Attached ts, Opt<int> given, int fallback, int low, int high, const char* what) {
    const int value = given.or_else(fallback);
    if (value < low || value > high)
        return raise(ts, Exc::ValueError, "{} must be between {} and {}", what, low, high);
    return value;
}
Result<uint64_t> unsigned_number(Attached ts, Object* o) {
    if (o == nullptr) return uint64_t{0};
    const Ref<Int> number = TRY(number_index(ts, *o));
    uint64_t value = 0;
    if (int_sign(*number) < 0) return raise(ts, Exc::ValueError, "value must be positive");
    if (!int_as_uint64(*number, &value)) return raise(ts, Exc::OverflowError, "int too big to convert");
    return value;
}
void store(uint8_t* to, uint64_t value, size_t bytes) {
    for (size_t i = 0; i < bytes; ++i) to[i] = static_cast<uint8_t>(value >> (8 * i));
}

template <class V>
Result<Ref<Object>> make(Attached ts, Type& cls, Object* data, Opt<int> digest_size, Object* key,
                         Object* salt, Object* person, Opt<int> fanout, Opt<int> depth, Object* leaf_size,
                         Object* node_offset, Opt<int> node_depth, Opt<int> inner_size, Opt<bool> last_node,
                         Opt<bool>) {
    using B = Blake2<V>;
    constexpr auto kMost = static_cast<int>(B::kMaxDigest);
    HashData initial;
    if (data != nullptr) TRY(initial.get(ts, *data));
    const int size = digest_size.or_else(kMost);
    if (size <= 0 || size > kMost)
        return raise(ts, Exc::ValueError, "digest_size must be between 1 and {} bytes", kMost);
    const std::string salt_bytes = TRY(limited(ts, salt, B::kSalt, "salt"));
    const std::string person_bytes = TRY(limited(ts, person, B::kSalt, "person"));
    const int fan = TRY(in_range(ts, fanout, 1, 0, 255, "fanout"));
    const int deep = TRY(in_range(ts, depth, 1, 1, 255, "depth"));
    const uint64_t leaf = TRY(unsigned_number(ts, leaf_size));
    if (leaf > UINT32_MAX) return raise(ts, Exc::OverflowError, "leaf_size is too large");
    const uint64_t offset = TRY(unsigned_number(ts, node_offset));
    if (offset > V::kMaxOffset) return raise(ts, Exc::OverflowError, "node_offset is too large");
    const int node = TRY(in_range(ts, node_depth, 0, 0, 255, "node_depth"));
    const int inner = inner_size.or_else(0);
    if (inner < 0 || inner > kMost)
        return raise(ts, Exc::ValueError, "inner_size must be between 0 and is {}", kMost);
    const std::string key_bytes = TRY(limited(ts, key, B::kMaxDigest, "key"));

    // The block of parameters that the first state is mixed with.
    uint8_t p[B::kMaxDigest] = {};
    constexpr bool kWide = sizeof(typename B::Word) == 8;
    constexpr size_t kOffsetBytes = kWide ? 8 : 6, kDepthAt = 8 + kOffsetBytes;
    p[0] = static_cast<uint8_t>(size);
    p[1] = static_cast<uint8_t>(key_bytes.size());
    p[2] = static_cast<uint8_t>(fan);
    p[3] = static_cast<uint8_t>(deep);
    store(p + 4, leaf, 4);
    store(p + 8, offset, kOffsetBytes);
    p[kDepthAt] = static_cast<uint8_t>(node);
    p[kDepthAt + 1] = static_cast<uint8_t>(inner);
    std::memcpy(p + 4 * sizeof(typename B::Word), salt_bytes.data(), salt_bytes.size());
    std::memcpy(p + 6 * sizeof(typename B::Word), person_bytes.data(), person_bytes.size());

    Ref<Blake2Object<V>> self = TRY(new_instance<Blake2Object<V>>(ts, cls));
    new (&self->lock) ByteLock();
    new (&self->state) B();
    self->digest_size = size;
    self->state.start(p, last_node.or_else(false));
    if (!key_bytes.empty()) {
        uint8_t block[B::kBlock] = {};
        std::memcpy(block, key_bytes.data(), key_bytes.size());
        self->state.update(block, sizeof block);
    }
    if (initial.size() != 0) feed(ts, *self, initial);
    return self;
}
#define BLAKE2_SIGNATURE(name)                                                                              \
    name "($type, data=b'', /, *, digest_size=_blake2." name                                                \
         ".MAX_DIGEST_SIZE, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, " \
         "node_depth=0, "                                                                                   \
         "inner_size=0, last_node=False, usedforsecurity=True)"
constexpr Method wide_row = method<make<Wide>>(BLAKE2_SIGNATURE("blake2b"), "");
constexpr Method narrow_row = method<make<Narrow>>(BLAKE2_SIGNATURE("blake2s"), "");
#undef BLAKE2_SIGNATURE
template <class V>
Result<Ref<Object>> new_object(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    const Method& row = std::is_same_v<V, Wide> ? wide_row : narrow_row;
    return boxed_result(ts, row.fn(ts, row, &cls, args, nargs, kwnames));
}

template <class V>
Result<Ref<Object>> copy(Attached ts, Blake2Object<V>& self) {
    Ref<Blake2Object<V>> made = TRY(new_instance<Blake2Object<V>>(ts, *self.type));
    new (&made->lock) ByteLock();
    Locked locked(ts, self.lock);
    new (&made->state) Blake2<V>(self.state);
    made->digest_size = self.digest_size;
    return made;
}
template <class V>
std::string digest_of(Attached ts, Blake2Object<V>& self) {
    Locked locked(ts, self.lock);
    Blake2<V> state = self.state;
    uint8_t bytes[Blake2<V>::kMaxDigest];
    state.finish(bytes);
    return std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(self.digest_size));
}
template <class V>
Result<Ref<Object>> digest(Attached ts, Blake2Object<V>& self) {
    return bytes_new(ts, digest_of(ts, self));
}
template <class V>
Result<Ref<Object>> hexdigest(Attached ts, Blake2Object<V>& self) {
    return hash_hex(ts, digest_of(ts, self));
}
template <class V>
Result<void> update(Attached ts, Blake2Object<V>& self, Object& data) {
    HashData bytes;
    TRY(bytes.get(ts, data));
    feed(ts, self, bytes);
    return {};
}
template <class V>
Result<Ref<Object>> get_name(Attached ts, Object&) {
    return str_new_ascii(ts, V::kName);
}
template <class V>
Result<Ref<Object>> get_block_size(Attached ts, Object&) {
    return box_int(ts, static_cast<int64_t>(Blake2<V>::kBlock));
}
template <class V>
Result<Ref<Object>> get_digest_size(Attached ts, Object& self) {
    return box_int(ts, static_cast<Blake2Object<V>&>(self).digest_size);
}

template <class V>
constexpr Method kMethods[] = {
    method<copy<V>>("copy($self, /)", "A hash object that goes on from what this one has seen."),
    method<digest<V>>("digest($self, /)", "The hash of the data so far, as bytes."),
    method<hexdigest<V>>("hexdigest($self, /)", "The hash of the data so far, as hexadecimal digits."),
    method<update<V>>("update($self, data, /)", "Take in more data."),
    {},
};
template <class V>
constexpr GetSet kGetset[] = {
    GetSet{"name", get_name<V>, nullptr, "name of the hash function"},
    GetSet{"block_size", get_block_size<V>, nullptr, "bytes that are worked on at a time"},
    GetSet{"digest_size", get_digest_size<V>, nullptr, "bytes in a digest"},
    {},
};
template <class V>
constexpr TypeSpec spec(const char* name) {
    return {
        .name = name,
        .doc = "A BLAKE2 hash object; the keyword arguments are the parameters of RFC 7693.",
        .basicsize = sizeof(Blake2Object<V>),
        .methods = kMethods<V>,
        .getset = kGetset<V>,
        .tp_new = slot<new_object<V>>,
    };
}

// The limits, as constants of the module and of the type.
struct Limit {
    const char* name;
    int64_t wide, narrow;
};
constexpr Limit kLimits[] = {
    {"SALT_SIZE", Blake2<Wide>::kSalt, Blake2<Narrow>::kSalt},
    {"PERSON_SIZE", Blake2<Wide>::kSalt, Blake2<Narrow>::kSalt},
    {"MAX_KEY_SIZE", Blake2<Wide>::kMaxDigest, Blake2<Narrow>::kMaxDigest},
    {"MAX_DIGEST_SIZE", Blake2<Wide>::kMaxDigest, Blake2<Narrow>::kMaxDigest},
};

Result<void> blake2_exec(Attached ts, Module& module) {
    for (const Limit& l : kLimits) {
        TRY(module_add_int(ts, module, (std::string("BLAKE2B_") + l.name).c_str(), l.wide));
        TRY(module_add_int(ts, module, (std::string("BLAKE2S_") + l.name).c_str(), l.narrow));
    }
    TRY(module_add_type(ts, module, baton_blake2b_type));
    return module_add_type(ts, module, baton_blake2s_type);
}

}  // namespace

void blake2_init_process(Attached ts) {
    if (dict_find_str(*baton_blake2b_type.dict, str_static(ts, kLimits[0].name)) != nullptr) return;
    for (const Limit& l : kLimits) {
        Str& name = str_static(ts, l.name);
        CHECK(dict_set_str(ts, *baton_blake2b_type.dict, name, *small_int(static_cast<int>(l.wide))).ok());
        CHECK(dict_set_str(ts, *baton_blake2s_type.dict, name, *small_int(static_cast<int>(l.narrow))).ok());
    }
    static_type_extended(baton_blake2b_type);
    static_type_extended(baton_blake2s_type);
}

const TypeSpec blake2b_spec = spec<Wide>("_blake2.blake2b");
const TypeSpec blake2s_spec = spec<Narrow>("_blake2.blake2s");

extern const ModuleSpec blake2_module;
const ModuleSpec blake2_module = {
    .name = "_blake2",
    .doc = "The hash functions BLAKE2b and BLAKE2s.",
    .exec = blake2_exec,
};

}  // namespace baton
