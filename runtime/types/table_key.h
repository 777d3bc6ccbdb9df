// Keys of hash tables: the hash and the equality of exact ints and strs without dispatch, since nearly all
// keys are one or the other. For dict and set. Callers: attached threads.
#pragma once
#include "runtime/object_ops.h"
#include "runtime/types/int_digits.h"
#include "runtime/types/str.h"

namespace baton {

inline bool is_exact_int_object(const Object& o) {
    return o.type == &PyLong_Type;
}

// The hash of a machine int that fits a tag: its value modulo the Mersenne prime 2**61 - 1, with its sign;
// never -1.
inline Hash hash_of_tagged(int64_t i) {
    constexpr uint64_t kPrime = digits::kHashModulus;
    uint64_t m = i < 0 ? -static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    if (m >= kPrime) m = (m & kPrime) + (m >> digits::kHashBits);
    if (m >= kPrime) m -= kPrime;
    Hash h = i < 0 ? -static_cast<Hash>(m) : static_cast<Hash>(m);
    return h == -1 ? -2 : h;
}

inline Result<Hash> key_hash(Attached ts, Object& key) {
    if (is_exact_str(key)) return str_hash(static_cast<Str&>(key));
    int64_t i;
    if (is_exact_int_object(key) && int_fits_tag(static_cast<Int&>(key), &i)) return hash_of_tagged(i);
    return hash(ts, key);
}

inline bool same_int(const Object& a, const Object& b) {
    auto &x = static_cast<const Int&>(a), &y = static_cast<const Int&>(b);
    if (x.size != y.size) return false;
    auto n = static_cast<size_t>(x.size < 0 ? -x.size : x.size);
    const uint32_t *p = x.digit, *q = y.digit;
    for (size_t i = 0; i < n; ++i) {  // one or two rounds: a call of memcmp would cost more
        if (p[i] != q[i]) return false;
    }
    return true;
}
inline bool same_int(const Object& a, int64_t tagged) {
    int64_t i;
    return int_fits_tag(static_cast<const Int&>(a), &i) && i == tagged;
}

// What a look-up knows of a key and a candidate with the same hash. ask: only __eq__ can tell.
enum class Same { no, yes, ask };

// One struct per kind of key, so that a probing loop is compiled for each.
struct IntKey {
    Object& key;
    Same operator()(Object& o) const {
        return !is_exact_int_object(o) ? Same::ask : same_int(o, key) ? Same::yes : Same::no;
    }
};
struct TaggedKey {
    int64_t key;
    Same operator()(Object& o) const {
        return !is_exact_int_object(o) ? Same::ask : same_int(o, key) ? Same::yes : Same::no;
    }
};
struct StrKey {
    Str& key;
    Same operator()(Object& o) const {
        return &o == &key                          ? Same::yes
               : !is_exact_str(o)                  ? Same::ask
               : str_eq(static_cast<Str&>(o), key) ? Same::yes
                                                   : Same::no;
    }
};
// Tuples of the same objects, or of strs and ints: what records and pairs are looked up by.
struct TupleKey {
    Tuple& key;
    Same operator()(Object& o) const {
        if (&o == &key) return Same::yes;
        if (o.type != &PyTuple_Type) return Same::ask;
        auto& t = static_cast<Tuple&>(o);
        if (t.size != key.size) return Same::no;
        for (Index i = 0; i < t.size; ++i) {
            Object &x = *t.item[i], &y = *key.item[i];
            if (&x == &y) continue;
            if (is_exact_str(x) && is_exact_str(y)) {
                if (!str_eq(static_cast<Str&>(x), static_cast<Str&>(y))) return Same::no;
            } else if (is_exact_int_object(x) && is_exact_int_object(y)) {
                if (!same_int(x, y)) return Same::no;
            } else {
                return Same::ask;
            }
        }
        return Same::yes;
    }
};
struct OtherKey {
    Object& key;
    Same operator()(Object& o) const { return &o == &key ? Same::yes : Same::ask; }
};

}  // namespace baton
