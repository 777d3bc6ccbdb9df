// Reading marshalled values from C++. Callers: attached threads.
#pragma once
#include <string_view>

#include "runtime/result.h"
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> marshal_read(Attached ts, std::string_view bytes, size_t* used = nullptr);
// The bytes of a value.
Result<Ref<Bytes>> marshal_write(Attached ts, Object& value);

}  // namespace baton
