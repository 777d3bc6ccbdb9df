// The % operator of str and bytes.
//
// Callers: attached threads, no exception pending. `arguments` is what stands right of the %: a tuple, a
// mapping, or one value.
#pragma once
#include <string_view>

#include "runtime/raise.h"

namespace baton {

Result<Ref<Str>> str_percent(Attached ts, Str& format, Object& arguments);
Result<Ref<Bytes>> bytes_percent(Attached ts, std::string_view format, Object& arguments);

}  // namespace baton
