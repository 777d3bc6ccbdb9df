// iter() of str, bytes and bytearray. Callers: attached threads.
#pragma once
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> text_iterator(Attached ts, Type& type, Object& sequence);  // type: the iterator's

}  // namespace baton
