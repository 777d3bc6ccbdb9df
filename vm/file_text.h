// Reading source files.
#pragma once
#include <string>

#include "runtime/result.h"

namespace baton {

// The bytes of a file. OSError with the name when it cannot be read. Detaches while it reads.
Result<void> read_file(Attached ts, const std::string& path, std::string* out);

}  // namespace baton
