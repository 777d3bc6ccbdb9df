// str.format and str.format_map.
//
// Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Str>> str_format_method(Attached ts, Str& self, Args args, Kwargs kwargs);
Result<Ref<Str>> str_format_map(Attached ts, Str& self, Object& mapping);

}  // namespace baton
