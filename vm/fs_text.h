// File-system text: UTF-8, with bytes that are not UTF-8 kept as lone surrogates (surrogateescape).
// Callers: attached threads.
#pragma once
#include <string>
#include <string_view>

#include "runtime/types/str.h"

namespace baton {

Result<Ref<Str>> fs_decode(Attached ts, std::string_view bytes);
// str, bytes or os.PathLike as bytes for a system call: ValueError "embedded null byte" for a zero in it.
Result<void> fs_encode(Attached ts, Object& path, std::string* out);
// os.fspath: str or bytes. TypeError "expected str, bytes or os.PathLike object, not X".
Result<Ref<Object>> fs_path(Attached ts, Object& path);

}  // namespace baton
