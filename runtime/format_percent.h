// The % operator of str, bytes and bytearray.
//
// Callers: attached threads.
#pragma once
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Str>> str_percent(Attached ts, Str& format, Object& args);
Result<Ref<Bytes>> bytes_percent(Attached ts, std::string_view format, Object& args);

}  // namespace baton
