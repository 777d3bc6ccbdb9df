// str: the case conversions besides str_lower and str_upper (str.h). Callers: attached threads.
#pragma once
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Str>> str_casefold(Attached ts, Str& s);
Result<Ref<Str>> str_capitalize(Attached ts, Str& s);
Result<Ref<Str>> str_swapcase(Attached ts, Str& s);
Result<Ref<Str>> str_title(Attached ts, Str& s);

}  // namespace baton
