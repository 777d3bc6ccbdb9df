// _codecs: what the module codecs and the package encodings are written on.
#include "runtime/codec.h"
#include "runtime/escape.h"
#include "runtime/names.h"
#include "runtime/native.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

Result<const char*> errors_argument(Attached ts, Object* errors) {
    if (errors == nullptr || is_none(*errors)) return static_cast<const char*>("strict");
    if (!is_str(*errors))
        return raise(ts, Exc::TypeError, "errors must be str or None, not {}", type_name(*errors));
    return str_as_c_string(ts, static_cast<Str&>(*errors));
}
Result<const char*> name_argument(Attached ts, Str* name, const char* missing) {
    if (name == nullptr) return missing;
    return str_as_c_string(ts, *name);
}

Result<Ref<Tuple>> with_count(Attached ts, Result<Ref<Object>> result, Index count) {
    auto value = TRY(std::move(result));
    auto boxed = TRY(box_int(ts, count));
    return tuple_of(ts, {value.get(), boxed.get()});
}

// ---- decoders: (data, errors, final) -> (str, bytes used) ----
using Incremental = Result<Ref<Str>> (*)(Attached, std::string_view, const char*, Index*);

template <Incremental Decode>
Result<Ref<Tuple>> decode_partly(Attached ts, Object&, Object& data, Object* errors, Opt<bool> final) {
    const char* how = TRY(errors_argument(ts, errors));
    BytesLike held;
    TRY(held.get(ts, data));
    Index used = held.size();
    auto text = Decode(ts, held.view(), how, final.or_else(false) ? nullptr : &used);
    return with_count(ts, std::move(text), used);
}

using Ordered = Result<Ref<Str>> (*)(Attached, std::string_view, const char*, ByteOrder*, Index*);

template <Ordered Decode, ByteOrder kOrder>
Result<Ref<Str>> decode_ordered(Attached ts, std::string_view in, const char* errors, Index* used) {
    ByteOrder order = kOrder;
    return Decode(ts, in, errors, &order, used);
}
template <Ordered Decode>
Result<Ref<Tuple>> decode_and_tell(Attached ts, Object&, Object& data, Object* errors, Opt<int> byteorder,
                                   Opt<bool> final) {
    const char* how = TRY(errors_argument(ts, errors));
    BytesLike held;
    TRY(held.get(ts, data));
    int given = byteorder.or_else(0);
    ByteOrder order = given < 0 ? ByteOrder::little : given > 0 ? ByteOrder::big : ByteOrder::native;
    Index used = held.size();
    auto text = TRY(Decode(ts, held.view(), how, &order, final.or_else(false) ? nullptr : &used));
    auto count = TRY(box_int(ts, used));
    auto found = small_int(static_cast<int>(order));
    return tuple_of(ts, {text.get(), count.get(), found.get()});
}

using Whole = Result<Ref<Str>> (*)(Attached, std::string_view, const char*);

template <Whole Decode>
Result<Ref<Tuple>> decode_whole(Attached ts, Object&, Object& data, Object* errors) {
    const char* how = TRY(errors_argument(ts, errors));
    BytesLike held;
    TRY(held.get(ts, data));
    return with_count(ts, Decode(ts, held.view(), how), held.size());
}
Result<Ref<Str>> latin1(Attached ts, std::string_view in, const char*) {
    return decode_latin1(ts, in);
}

// The escape decoders also take a str, meaning its UTF-8 form.
class TextOrBytes {
  public:
    Result<void> get(Attached ts, Object& o) {
        if (!is_str(o)) return held_.get(ts, o);
        text_ = TRY(str_as_utf8(ts, static_cast<Str&>(o)));
        is_text_ = true;
        return {};
    }
    std::string_view view() const { return is_text_ ? text_ : held_.view(); }

  private:
    BytesLike held_;
    std::string_view text_;
    bool is_text_ = false;
};

Result<void> warn_of_escape(Attached ts, std::string_view in, Index at) {
    if (at < 0) return {};
    std::string_view escape = in.substr(static_cast<size_t>(at + 1), 3);
    if (escape[0] >= '4' && escape[0] <= '7') {
        auto octal = TRY(str_format(ts, "invalid octal escape sequence '\\{}'", escape));
        return warn(ts, Exc::DeprecationWarning, TRY(str_as_utf8(ts, *octal)));
    }
    auto letter = TRY(str_from_char(ts, static_cast<uint8_t>(in[static_cast<size_t>(at + 1)])));
    auto message = TRY(str_format(ts, "invalid escape sequence '\\{}'", TRY(str_as_utf8(ts, *letter))));
    return warn(ts, Exc::DeprecationWarning, TRY(str_as_utf8(ts, *message)));
}

Result<Ref<Tuple>> unicode_escape_decode(Attached ts, Object&, Object& data, Object* errors,
                                         Opt<bool> final) {
    const char* how = TRY(errors_argument(ts, errors));
    TextOrBytes in;
    TRY(in.get(ts, data));
    auto used = static_cast<Index>(in.view().size());
    Index invalid;
    auto text =
        TRY(decode_unicode_escape(ts, in.view(), how, final.or_else(true) ? nullptr : &used, &invalid));
    TRY(warn_of_escape(ts, in.view(), invalid));
    return with_count(ts, std::move(text), used);
}
Result<Ref<Tuple>> raw_unicode_escape_decode(Attached ts, Object&, Object& data, Object* errors,
                                             Opt<bool> final) {
    const char* how = TRY(errors_argument(ts, errors));
    TextOrBytes in;
    TRY(in.get(ts, data));
    auto used = static_cast<Index>(in.view().size());
    auto text = decode_raw_unicode_escape(ts, in.view(), how, final.or_else(true) ? nullptr : &used);
    return with_count(ts, std::move(text), used);
}
Result<Ref<Tuple>> escape_decode(Attached ts, Object&, Object& data, Object* errors) {
    const char* how = TRY(errors_argument(ts, errors));
    TextOrBytes in;
    TRY(in.get(ts, data));
    Index invalid;
    auto bytes = TRY(decode_escape(ts, in.view(), how, &invalid));
    TRY(warn_of_escape(ts, in.view(), invalid));
    return with_count(ts, std::move(bytes), static_cast<Index>(in.view().size()));
}

Result<Ref<Tuple>> charmap_decode(Attached ts, Object&, Object& data, Object* errors, Object* mapping) {
    const char* how = TRY(errors_argument(ts, errors));
    BytesLike held;
    TRY(held.get(ts, data));
    return with_count(ts, decode_charmap(ts, held.view(), mapping, how), held.size());
}

// ---- encoders: (str, errors) -> (bytes, characters used) ----
using Encode = Result<Ref<Bytes>> (*)(Attached, Str&, const char*);

template <Encode F>
Result<Ref<Tuple>> encode_with(Attached ts, Object&, Str& text, Object* errors) {
    const char* how = TRY(errors_argument(ts, errors));
    return with_count(ts, F(ts, text, how), text.length);
}
template <Result<Ref<Bytes>> (*F)(Attached, Str&, const char*, ByteOrder), ByteOrder kOrder>
Result<Ref<Bytes>> ordered(Attached ts, Str& s, const char* errors) {
    return F(ts, s, errors, kOrder);
}
template <Result<Ref<Bytes>> (*F)(Attached, Str&)>
Result<Ref<Bytes>> without_errors(Attached ts, Str& s, const char*) {
    return F(ts, s);
}
template <Result<Ref<Bytes>> (*F)(Attached, Str&, const char*, ByteOrder)>
Result<Ref<Tuple>> encode_chosen(Attached ts, Object&, Str& text, Object* errors, Opt<int> byteorder) {
    const char* how = TRY(errors_argument(ts, errors));
    int given = byteorder.or_else(0);
    ByteOrder order = given < 0 ? ByteOrder::little : given > 0 ? ByteOrder::big : ByteOrder::native;
    return with_count(ts, F(ts, text, how, order), text.length);
}

Result<Ref<Tuple>> charmap_encode(Attached ts, Object&, Str& text, Object* errors, Object* mapping) {
    const char* how = TRY(errors_argument(ts, errors));
    return with_count(ts, encode_charmap(ts, text, mapping, how), text.length);
}

Result<Ref<Tuple>> escape_encode(Attached ts, Object&, Bytes& data, Object*) {
    BytesBuilder out(data.size);
    for (char c : bytes_view(data)) {
        if (c == '\'') {
            out.append("\\'");
        } else if (c >= 0x20 && c < 0x7F && c != '\\') {
            out.append(c);
        } else {
            out.append(CharEscape::of(static_cast<uint8_t>(c)));
        }
    }
    return with_count(ts, out.finish(ts), data.size);
}

Result<Ref<Tuple>> readbuffer_encode(Attached ts, Object&, Object& data, Object* errors) {
    TRY(errors_argument(ts, errors));
    TextOrBytes in;
    TRY(in.get(ts, data));
    return with_count(ts, bytes_new(ts, in.view()), static_cast<Index>(in.view().size()));
}

// ---- by name ----
Result<Ref<Object>> encode(Attached ts, Object&, Object& obj, Str* encoding, Str* errors) {
    const char* name = TRY(name_argument(ts, encoding, "utf-8"));
    const char* how = nullptr;  // none: the codec's own default
    if (errors) how = TRY(str_as_c_string(ts, *errors));
    return encode_object(ts, obj, name, how);
}
Result<Ref<Object>> decode(Attached ts, Object&, Object& obj, Str* encoding, Str* errors) {
    const char* name = TRY(name_argument(ts, encoding, "utf-8"));
    const char* how = nullptr;  // none: the codec's own default
    if (errors) how = TRY(str_as_c_string(ts, *errors));
    return decode_object(ts, obj, name, how);
}
Result<void> register_search(Attached ts, Object&, Object& search_function) {
    return codec_register(ts, search_function);
}
Result<void> unregister_search(Attached ts, Object&, Object& search_function) {
    return codec_unregister(ts, search_function);
}
Result<Ref<Tuple>> lookup(Attached ts, Object&, Str& encoding) {
    return codec_lookup(ts, TRY(str_as_c_string(ts, encoding)));
}
Result<void> register_error(Attached ts, Object&, Str& errors, Object& handler) {
    return codec_register_error(ts, errors, handler);
}
Result<Ref<Object>> lookup_error(Attached ts, Object&, Str& name) {
    return codec_lookup_error(ts, TRY(str_as_c_string(ts, name)));
}
Result<Ref<Object>> build_charmap(Attached ts, Object&, Str& map) {
    return charmap_build(ts, map);
}

template <Errors kHandler>
Result<Ref<Object>> handler(Attached ts, Object&, Object& exception) {
    return handle_unicode_error(ts, kHandler, exception);
}

constexpr auto utf_16_le = decode_ordered<decode_utf16, ByteOrder::little>;
constexpr auto utf_16_be = decode_ordered<decode_utf16, ByteOrder::big>;
constexpr auto utf_16 = decode_ordered<decode_utf16, ByteOrder::native>;
constexpr auto utf_32_le = decode_ordered<decode_utf32, ByteOrder::little>;
constexpr auto utf_32_be = decode_ordered<decode_utf32, ByteOrder::big>;
constexpr auto utf_32 = decode_ordered<decode_utf32, ByteOrder::native>;

constexpr Method kRows[] = {
    method<register_search>(
        "register($module, search_function, /)",
        "Has search_function asked for codecs from now on, after those registered before."),
    method<unregister_search>("unregister($module, search_function, /)", "Remove a codec search function."),
    method<lookup>("lookup($module, encoding, /)", "The codec of an encoding, as a 4-tuple of functions."),
    method<encode>("encode($module, /, obj, encoding='utf-8', errors='strict')", "Encode obj by any codec."),
    method<decode>("decode($module, /, obj, encoding='utf-8', errors='strict')", "Decode obj by any codec."),
    method<register_error>("register_error($module, errors, handler, /)", "Name an error handler."),
    method<lookup_error>("lookup_error($module, name, /)", "The error handler of that name."),
    method<build_charmap>("charmap_build($module, map, /)", "The mapping that encodes what map decodes."),
    method<escape_encode>("escape_encode($module, data, errors=None, /)", nullptr),
    method<escape_decode>("escape_decode($module, data, errors=None, /)", nullptr),
    method<encode_with<encode_utf8>>("utf_8_encode($module, str, errors=None, /)", nullptr),
    method<decode_partly<decode_utf8>>("utf_8_decode($module, data, errors=None, final=False, /)", nullptr),
    method<encode_with<without_errors<encode_utf7>>>("utf_7_encode($module, str, errors=None, /)", nullptr),
    method<decode_partly<decode_utf7>>("utf_7_decode($module, data, errors=None, final=False, /)", nullptr),
    method<encode_chosen<encode_utf16>>("utf_16_encode($module, str, errors=None, byteorder=0, /)", nullptr),
    method<encode_with<ordered<encode_utf16, ByteOrder::little>>>(
        "utf_16_le_encode($module, str, errors=None, /)", nullptr),
    method<encode_with<ordered<encode_utf16, ByteOrder::big>>>(
        "utf_16_be_encode($module, str, errors=None, /)", nullptr),
    method<decode_partly<utf_16>>("utf_16_decode($module, data, errors=None, final=False, /)", nullptr),
    method<decode_partly<utf_16_le>>("utf_16_le_decode($module, data, errors=None, final=False, /)", nullptr),
    method<decode_partly<utf_16_be>>("utf_16_be_decode($module, data, errors=None, final=False, /)", nullptr),
    method<decode_and_tell<decode_utf16>>(
        "utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False, /)", nullptr),
    method<encode_chosen<encode_utf32>>("utf_32_encode($module, str, errors=None, byteorder=0, /)", nullptr),
    method<encode_with<ordered<encode_utf32, ByteOrder::little>>>(
        "utf_32_le_encode($module, str, errors=None, /)", nullptr),
    method<encode_with<ordered<encode_utf32, ByteOrder::big>>>(
        "utf_32_be_encode($module, str, errors=None, /)", nullptr),
    method<decode_partly<utf_32>>("utf_32_decode($module, data, errors=None, final=False, /)", nullptr),
    method<decode_partly<utf_32_le>>("utf_32_le_decode($module, data, errors=None, final=False, /)", nullptr),
    method<decode_partly<utf_32_be>>("utf_32_be_decode($module, data, errors=None, final=False, /)", nullptr),
    method<decode_and_tell<decode_utf32>>(
        "utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False, /)", nullptr),
    method<encode_with<without_errors<encode_unicode_escape>>>(
        "unicode_escape_encode($module, str, errors=None, /)", nullptr),
    method<unicode_escape_decode>("unicode_escape_decode($module, data, errors=None, final=True, /)",
                                  nullptr),
    method<encode_with<without_errors<encode_raw_unicode_escape>>>(
        "raw_unicode_escape_encode($module, str, errors=None, /)", nullptr),
    method<raw_unicode_escape_decode>("raw_unicode_escape_decode($module, data, errors=None, final=True, /)",
                                      nullptr),
    method<encode_with<encode_latin1>>("latin_1_encode($module, str, errors=None, /)", nullptr),
    method<decode_whole<latin1>>("latin_1_decode($module, data, errors=None, /)", nullptr),
    method<encode_with<encode_ascii>>("ascii_encode($module, str, errors=None, /)", nullptr),
    method<decode_whole<decode_ascii>>("ascii_decode($module, data, errors=None, /)", nullptr),
    method<charmap_encode>("charmap_encode($module, str, errors=None, mapping=None, /)", nullptr),
    method<charmap_decode>("charmap_decode($module, data, errors=None, mapping=None, /)", nullptr),
    method<readbuffer_encode>("readbuffer_encode($module, data, errors=None, /)", nullptr),
    // The standard error handlers: registered under their names, not left in the module.
    method<handler<Errors::strict>>("strict_errors($module, exception, /)", "Raise the exception."),
    method<handler<Errors::ignore>>("ignore_errors($module, exception, /)",
                                    "Leave out what cannot be converted."),
    method<handler<Errors::replace>>("replace_errors($module, exception, /)", "Put a replacement character."),
    method<handler<Errors::xmlcharrefreplace>>("xmlcharrefreplace_errors($module, exception, /)",
                                               "Put an XML character reference."),
    method<handler<Errors::backslashreplace>>("backslashreplace_errors($module, exception, /)",
                                              "Put a backslash escape."),
    method<handler<Errors::namereplace>>("namereplace_errors($module, exception, /)",
                                         "Put a \\N{...} escape."),
    method<handler<Errors::surrogatepass>>("surrogatepass($module, exception, /)", "Let surrogates through."),
    method<handler<Errors::surrogateescape>>("surrogateescape($module, exception, /)",
                                             "Turn bytes into surrogates and back."),
    {},
};

struct StandardHandler {
    const char* function;
    const char* name;
};
constexpr StandardHandler kHandlers[] = {
    {"strict_errors", "strict"},
    {"ignore_errors", "ignore"},
    {"replace_errors", "replace"},
    {"xmlcharrefreplace_errors", "xmlcharrefreplace"},
    {"backslashreplace_errors", "backslashreplace"},
    {"namereplace_errors", "namereplace"},
    {"surrogatepass", "surrogatepass"},
    {"surrogateescape", "surrogateescape"},
};

Result<void> exec(Attached ts, Module& module) {
    for (const StandardHandler& standard : kHandlers) {
        auto key = TRY(str_intern_utf8(ts, standard.function));
        auto function = TRY(dict_pop(ts, *module.dict, *key));
        auto name = TRY(str_intern_utf8(ts, standard.name));
        TRY(codec_register_error(ts, *name, *function));
    }
    return {};
}

}  // namespace

extern const ModuleSpec codecs_module;
const ModuleSpec codecs_module = {
    .name = "_codecs",
    .methods = kRows,
    .exec = exec,
};

}  // namespace baton
