// Are two exact ints equal? For hash tables, which ask it of keys with equal hashes all the time. Callers: anybody.
#pragma once
#include <cstring>

#include "runtime/type.h"

namespace baton {

inline bool is_exact_int_object(const Object& o) { return o.type == &PyLong_Type; }
inline bool same_int(const Object& a, const Object& b) {
    auto &x = static_cast<const Int&>(a), &y = static_cast<const Int&>(b);
    if (x.size != y.size) return false;
    auto n = static_cast<size_t>(x.size < 0 ? -x.size : x.size);
    return std::memcmp(x.digit, y.digit, n * sizeof(uint32_t)) == 0;
}

}  // namespace baton
