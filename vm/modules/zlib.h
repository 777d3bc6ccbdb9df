// zlib: its types.
// Callers: vm_types.cpp.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec zlib_error_spec, zlib_compress_spec, zlib_decompress_spec;

}  // namespace baton
