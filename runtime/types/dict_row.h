// kDictRow: the attribute __dict__ of a built-in type whose instances have a dictionary (a dictoffset).
//
// Callers: tables of rows.
#pragma once
#include "runtime/attr.h"
#include "runtime/native.h"

namespace baton {

inline Result<Ref<Object>> get_own_dict(Attached ts, Object& self) {
    return TRY(get_dict(ts, self, true)).take();
}
inline constexpr GetSet kDictRow = {"__dict__", get_own_dict, set_dict, nullptr};

}  // namespace baton
