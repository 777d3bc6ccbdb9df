// Reading marshalled values from C++. Callers: attached threads.
#pragma once
#include <string_view>

#include "runtime/result.h"

namespace baton {

Result<Ref<Object>> marshal_read(Attached ts, std::string_view bytes);

}  // namespace baton
