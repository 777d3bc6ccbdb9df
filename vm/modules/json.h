// json: what the files of the module _json share.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "runtime/types/str_builder.h"

namespace baton {

// Appends the text as a JSON string, quotes included; `ascii`: with everything else escaped.
void json_append_string(StrBuilder& out, const Str& text, bool ascii);
// Which of the module's own functions an encoder is, so that it need not be called.
enum class JsonEncoderKind : uint8_t { foreign, escape, escape_ascii };
JsonEncoderKind json_encoder_kind(const Object& encoder);

// A JSON string from `start` on, which is behind the opening quote; *end: behind the closing one.
Result<Ref<Str>> json_scan_string(Attached ts, Str& text, Index start, bool strict, Index* end);
// Raises json.JSONDecodeError(message, text, at).
Raised json_raise(Attached ts, std::string_view message, Str& text, Index at);

extern const TypeSpec json_scanner_spec, json_encoder_spec;

}  // namespace baton
