// Codecs between str and bytes: the fast ones written here, error handlers, and the registry for all others.
//
// Every decoder and encoder takes the name of an error handler (null: strict). The eight standard handlers
// are carried out here; other names go through the interpreter's registry (codecs.register_error). Decoders
// with `consumed` may be given input that stops in the middle of a character: they leave the rest and say how
// many bytes they used; with null an incomplete character is an error.
//
// Callers: attached threads. The input bytes must stay alive and unchanged during the call.
#pragma once
#include <string_view>

#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "runtime/types/str_builder.h"

namespace baton {

enum class Errors : uint8_t {
    strict,
    ignore,
    replace,
    backslashreplace,
    xmlcharrefreplace,
    surrogateescape,
    surrogatepass,
    namereplace,
    custom,
};
Errors parse_errors(const char* name);

enum class ByteOrder : int { little = -1, native = 0, big = 1 };

// ---- bytes to str ----
Result<Ref<Str>> decode_utf8(Attached ts, std::string_view in, const char* errors, Index* consumed = nullptr);
Result<Ref<Str>> decode_utf7(Attached ts, std::string_view in, const char* errors, Index* consumed = nullptr);
// `order` in: what to assume; native looks for a byte order mark. Out: the order found.
Result<Ref<Str>> decode_utf16(Attached ts, std::string_view in, const char* errors, ByteOrder* order,
                              Index* consumed = nullptr);
Result<Ref<Str>> decode_utf32(Attached ts, std::string_view in, const char* errors, ByteOrder* order,
                              Index* consumed = nullptr);
Result<Ref<Str>> decode_latin1(Attached ts, std::string_view in);
Result<Ref<Str>> decode_ascii(Attached ts, std::string_view in, const char* errors);
// The first unknown escape (\d as written) is reported through `invalid_escape` (offset of its backslash, -1:
// none); the caller warns.
Result<Ref<Str>> decode_unicode_escape(Attached ts, std::string_view in, const char* errors,
                                       Index* consumed = nullptr, Index* invalid_escape = nullptr);
Result<Ref<Str>> decode_raw_unicode_escape(Attached ts, std::string_view in, const char* errors,
                                           Index* consumed = nullptr);
Result<Ref<Str>> decode_charmap(Attached ts, std::string_view in, Object* mapping, const char* errors);

// ---- str to bytes ----
Result<Ref<Bytes>> encode_utf8(Attached ts, Str& s, const char* errors);
Result<Ref<Bytes>> encode_utf7(Attached ts, Str& s);
Result<Ref<Bytes>> encode_utf16(Attached ts, Str& s, const char* errors,
                                ByteOrder order);  // native: with a mark
Result<Ref<Bytes>> encode_utf32(Attached ts, Str& s, const char* errors, ByteOrder order);
Result<Ref<Bytes>> encode_latin1(Attached ts, Str& s, const char* errors);
Result<Ref<Bytes>> encode_ascii(Attached ts, Str& s, const char* errors);
Result<Ref<Bytes>> encode_unicode_escape(Attached ts, Str& s);
Result<Ref<Bytes>> encode_raw_unicode_escape(Attached ts, Str& s);
Result<Ref<Bytes>> encode_charmap(Attached ts, Str& s, Object* mapping, const char* errors);
Result<Ref<Object>> charmap_build(Attached ts, Str& table);  // the mapping for encode_charmap

// ---- bytes literals ----
// Backslash escapes of a bytes literal. Invalid ones as decode_unicode_escape reports them.
Result<Ref<Bytes>> decode_escape(Attached ts, std::string_view in, const char* errors,
                                 Index* invalid_escape = nullptr);

// ---- by name ----
Result<Ref<Object>> encode_object(Attached ts, Object& o, const char* encoding,
                                  const char* errors);  // codecs.encode
Result<Ref<Object>> decode_object(Attached ts, Object& o, const char* encoding,
                                  const char* errors);  // codecs.decode
Result<Ref<Bytes>> encode_str(Attached ts, Str& s, const char* encoding, const char* errors);  // str.encode
Result<Ref<Str>> decode_bytes(Attached ts, Object& bytes_like, const char* encoding,
                              const char* errors);  // bytes.decode
Result<Ref<Str>> decode_view(Attached ts, std::string_view in, const char* encoding, const char* errors);

// ---- the registry of this interpreter ----
// The first look-up imports the package `encodings`, which registers the search function for all of the
// library's codecs.
Result<void> codec_register(Attached ts, Object& search_function);
Result<void> codec_unregister(Attached ts, Object& search_function);
Result<Ref<Tuple>> codec_lookup(Attached ts, const char* encoding);  // LookupError "unknown encoding: x"
Result<void> codec_register_error(Attached ts, Str& name, Object& handler);
Result<Ref<Object>> codec_lookup_error(Attached ts, const char* name);
// The standard handlers as they act on an exception: what codecs.strict_errors and so on do.
Result<Ref<Object>> handle_unicode_error(Attached ts, Errors handler, Object& exception);

// ---- for decoders and encoders ----
// Calls the handler for the bytes start..end; appends its text and answers where to go on. A handler may
// replace the input (view() afterwards).
class DecodeErrors {
  public:
    DecodeErrors(const char* encoding, std::string_view input, const char* errors)
        : encoding_(encoding), errors_(errors), kind_(parse_errors(errors)), input_(input) {}
    Errors kind() const { return kind_; }
    std::string_view view() const { return input_; }
    Result<Index> handle(Attached ts, StrBuilder& out, Index start, Index end, const char* reason);

  private:
    Result<Index> call_handler(Attached ts, StrBuilder& out, Index start, Index end, const char* reason);

    const char* encoding_;
    const char* errors_;
    Errors kind_;
    std::string_view input_;
    OptRef<Bytes> replaced_;  // keeps a replaced input alive
};

// What a handler gives for the characters start..end of a text that cannot be encoded.
struct EncodeReplacement {
    OptRef<Object> text;  // str (to be encoded) or bytes (to be copied)
    Index next = 0;
};
Result<EncodeReplacement> handle_encode_error(Attached ts, const char* encoding, Str& text, Index start,
                                              Index end, const char* reason, const char* errors);

}  // namespace baton
