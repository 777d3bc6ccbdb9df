// Codecs by name: the interpreter's search functions and error handlers, and what str.encode and bytes.decode
// do.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "runtime/vm_hooks.h"

namespace baton {
namespace {

// Letters, digits and dots in lower case, every other run of characters as one underscore; ASCII only.
std::string_view normalized(const char* encoding, char (&out)[64]) {
    size_t size = 0;
    bool gap = false;
    for (const char* p = encoding; *p != 0; ++p) {
        char c = *p;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (letter || (c >= '0' && c <= '9') || c == '.') {
            if (gap && size != 0) {
                if (size == sizeof out) return {};
                out[size++] = '_';
            }
            gap = false;
            if (size == sizeof out) return {};
            out[size++] = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        } else {
            gap = true;
        }
    }
    return {out, size};
}

enum class Fast { none, utf8, utf16, utf16le, utf16be, utf32, utf32le, utf32be, latin1, ascii };
struct FastName {
    std::string_view name;
    Fast codec;
};
constexpr FastName kFastNames[] = {
    {"utf8", Fast::utf8},        {"utf_8", Fast::utf8},        {"utf16", Fast::utf16},
    {"utf_16", Fast::utf16},     {"utf_16le", Fast::utf16le},  {"utf_16_le", Fast::utf16le},
    {"utf_16be", Fast::utf16be}, {"utf_16_be", Fast::utf16be}, {"utf32", Fast::utf32},
    {"utf_32", Fast::utf32},     {"utf_32le", Fast::utf32le},  {"utf_32_le", Fast::utf32le},
    {"utf_32be", Fast::utf32be}, {"utf_32_be", Fast::utf32be}, {"latin1", Fast::latin1},
    {"latin_1", Fast::latin1},   {"iso8859_1", Fast::latin1},  {"iso_8859_1", Fast::latin1},
    {"ascii", Fast::ascii},      {"us_ascii", Fast::ascii},
};

Fast fast_codec(const char* encoding) {
    if (encoding == nullptr) return Fast::utf8;
    char buffer[64];
    std::string_view name = normalized(encoding, buffer);
    for (const FastName& known : kFastNames) {
        if (known.name == name) return known.codec;
    }
    return Fast::none;
}

Result<void> prepare_registry(Attached ts) {
    RuntimeInterp& state = interp(ts);
    if (state.codec_search_path == nullptr) state.codec_search_path = TRY(list_new(ts)).release();
    if (state.error_handlers == nullptr) state.error_handlers = TRY(dict_new(ts)).release();
    return {};
}

// The cache exists once the library's codecs have been registered.
Result<void> load_encodings(Attached ts) {
    TRY(prepare_registry(ts));
    RuntimeInterp& state = interp(ts);
    if (state.codec_cache != nullptr) return {};
    state.codec_cache = TRY(dict_new(ts)).release();
    if (state.import_func == nullptr) return {};
    auto name = TRY(str_new_ascii(ts, "encodings"));
    auto module = call(ts, *state.import_func, {name.get()});
    if (!module.ok()) {
        decref(ts, std::exchange(state.codec_cache, nullptr));  // the next look-up tries again
        return already_raised();
    }
    return {};
}

// Tells in the pending exception which codec failed, where a copy of it can be made: an exception without
// fields of its own and with nothing but a text for argument. The original becomes its cause.
Raised explain_failure(Attached ts, const char* operation, const char* encoding) {
    Ref<BaseException> cause = fetch(ts).take();
    Index own_size = cause->type->basicsize - static_cast<Index>(sizeof(BaseException));
    if (cause->type->weaklistoffset != 0) own_size -= static_cast<Index>(sizeof(Object*));
    const TypeInfo& kind = info(*cause);
    const TypeInfo& base = info(exc_type(Exc::BaseException));
    bool plain = own_size == 0 && kind.init == base.init && kind.tp_new == base.tp_new &&
                 cause->dict == nullptr && cause->args != nullptr && cause->args->size <= 1 &&
                 (cause->args->size == 0 || is_exact_str(*cause->args->item[0]));
    if (plain) {
        auto text = str(ts, *cause);
        if (text.ok()) {
            auto view = str_as_utf8(ts, *text);
            auto message = str_format(ts, "{} with '{}' codec failed ({}: {})", operation, encoding,
                                      type_name(*cause), view.ok() ? view.take() : "");
            if (message.ok()) {
                (void)raise_type(ts, *cause->type, message.get());
                BaseException* raised = pending(ts);
                raised->suppress_context = 1;
                replace_field<Object>(ts, raised->cause, cause.copy().release());
                replace_field<Object>(ts, raised->context, cause.release());
                return already_raised();
            }
        }
        clear_pending(ts);
    }
    restore(ts, std::move(cause));
    return already_raised();
}

// For the fast codecs that CPython runs through its registry.
template <class T>
Result<Ref<T>> explained(Attached ts, const char* operation, const char* encoding, Result<Ref<T>> result) {
    if (!result.ok()) return explain_failure(ts, operation, encoding);
    return result;
}

// The encoder (0) or decoder (1) of a codec, applied to o; it answers with a pair.
Result<Ref<Object>> run_codec(Attached ts, Tuple& codec, Index which, const char* encoding, Object& o,
                              const char* errors) {
    OptRef<Object> how;
    if (errors != nullptr) how = TRY(str_new_utf8(ts, errors));
    Object& function = *codec.item[which];
    auto called = how ? call(ts, function, {&o, how.get()}) : call(ts, function, {&o});
    if (!called.ok()) return explain_failure(ts, which == 0 ? "encoding" : "decoding", encoding);
    Ref<Object> answer = called.take();
    const char* complaint = which == 0 ? "encoder must return a tuple (object, integer)"
                                       : "decoder must return a tuple (object,integer)";
    if (!is_tuple(*answer) || static_cast<Tuple&>(*answer).size != 2) {
        return raise(ts, Exc::TypeError, "{}", complaint);
    }
    return Ref<Object>::share(*static_cast<Tuple&>(*answer).item[0]);
}

// A codec that turns text into bytes, or LookupError.
Result<Ref<Tuple>> lookup_text_encoding(Attached ts, const char* encoding, const char* alternative) {
    auto codec = TRY(codec_lookup(ts, encoding));
    if (is_exact(*codec, tuple_type())) return codec;
    auto name = TRY(str_new_ascii(ts, "_is_text_encoding"));
    auto flag = TRY(get_attr_opt(ts, *codec, *name));
    if (flag && !TRY(is_true(ts, *flag))) {
        return raise(ts, Exc::LookupError, "'{}' is not a text encoding; use {} to handle arbitrary codecs",
                     encoding, alternative);
    }
    return codec;
}

}  // namespace

Result<void> codec_register(Attached ts, Object& search_function) {
    if (!is_callable(search_function)) return raise(ts, Exc::TypeError, "argument must be callable");
    TRY(prepare_registry(ts));
    return list_append(ts, static_cast<List&>(*interp(ts).codec_search_path), search_function);
}

Result<void> codec_unregister(Attached ts, Object& search_function) {
    RuntimeInterp& state = interp(ts);
    if (state.codec_search_path == nullptr) return {};
    auto& path = static_cast<List&>(*state.codec_search_path);
    for (Index i = 0; i < path.size; ++i) {
        if (path.item[i] != &search_function) continue;
        if (state.codec_cache != nullptr) dict_clear(ts, static_cast<Dict&>(*state.codec_cache));
        return list_set_slice(ts, path, i, i + 1, nullptr);
    }
    return {};
}

Result<Ref<Tuple>> codec_lookup(Attached ts, const char* encoding) {
    TRY(load_encodings(ts));
    char buffer[64];
    std::string_view name = normalized(encoding, buffer);
    if (name.data() == nullptr) return raise(ts, Exc::LookupError, "unknown encoding: {}", encoding);
    auto key = TRY(str_intern_utf8(ts, name));
    RuntimeInterp& state = interp(ts);
    Found cached = TRY(dict_find(ts, static_cast<Dict&>(*state.codec_cache), *key));
    if (cached.value != nullptr) return Ref<Tuple>::share(static_cast<Tuple&>(*cached.value));
    auto path = Ref<List>::share(static_cast<List&>(*state.codec_search_path));
    if (path->size == 0) {
        return raise(ts, Exc::LookupError, "no codec search functions registered: can't find encoding");
    }
    for (Index i = 0; i < path->size; ++i) {
        auto search = Ref<Object>::share(*path->item[i]);
        auto found = TRY(call(ts, *search, {key.get()}));
        if (is_none(*found)) continue;
        if (!is_tuple(*found) || static_cast<Tuple&>(*found).size != 4) {
            return raise(ts, Exc::TypeError, "codec search functions must return 4-tuples");
        }
        TRY(dict_set(ts, static_cast<Dict&>(*interp(ts).codec_cache), *key, *found));
        return std::move(found).cast<Tuple>();
    }
    return raise(ts, Exc::LookupError, "unknown encoding: {}", encoding);
}

Result<void> codec_register_error(Attached ts, Str& name, Object& handler) {
    if (!is_callable(handler)) return raise(ts, Exc::TypeError, "handler must be callable");
    TRY(prepare_registry(ts));
    return dict_set(ts, static_cast<Dict&>(*interp(ts).error_handlers), name, handler);
}

Result<Ref<Object>> codec_lookup_error(Attached ts, const char* name) {
    TRY(prepare_registry(ts));
    if (name == nullptr) name = "strict";
    auto key = TRY(str_new_utf8(ts, name));
    Found found = TRY(dict_find(ts, static_cast<Dict&>(*interp(ts).error_handlers), *key));
    if (found.value == nullptr) return raise(ts, Exc::LookupError, "unknown error handler name '{}'", name);
    return Ref<Object>::share(*found.value);
}

Result<Ref<Object>> encode_object(Attached ts, Object& o, const char* encoding, const char* errors) {
    auto codec = TRY(codec_lookup(ts, encoding));
    return run_codec(ts, *codec, 0, encoding, o, errors);
}

Result<Ref<Object>> decode_object(Attached ts, Object& o, const char* encoding, const char* errors) {
    auto codec = TRY(codec_lookup(ts, encoding));
    return run_codec(ts, *codec, 1, encoding, o, errors);
}

namespace {

// In dev mode the handler's name is looked up although nothing may ever ask it.
Result<void> check_handler(Attached ts, const char* errors) {
    if (parse_errors(errors) != Errors::custom) return {};
    const VmHooks* vm = interp(ts).vm_hooks;
    if (!vm || !vm->dev_mode || !vm->dev_mode(ts)) return {};
    TRY(codec_lookup_error(ts, errors));
    return {};
}

}  // namespace

Result<Ref<Bytes>> encode_str(Attached ts, Str& s, const char* encoding, const char* errors) {
    TRY(check_handler(ts, errors));
    switch (fast_codec(encoding)) {
        case Fast::utf8:
            return encode_utf8(ts, s, errors);
        case Fast::utf16:
            return encode_utf16(ts, s, errors, ByteOrder::native);
        case Fast::utf16le:
            return explained(ts, "encoding", encoding, encode_utf16(ts, s, errors, ByteOrder::little));
        case Fast::utf16be:
            return explained(ts, "encoding", encoding, encode_utf16(ts, s, errors, ByteOrder::big));
        case Fast::utf32:
            return encode_utf32(ts, s, errors, ByteOrder::native);
        case Fast::utf32le:
            return explained(ts, "encoding", encoding, encode_utf32(ts, s, errors, ByteOrder::little));
        case Fast::utf32be:
            return explained(ts, "encoding", encoding, encode_utf32(ts, s, errors, ByteOrder::big));
        case Fast::latin1:
            return encode_latin1(ts, s, errors);
        case Fast::ascii:
            return encode_ascii(ts, s, errors);
        case Fast::none:
            break;
    }
    auto codec = TRY(lookup_text_encoding(ts, encoding, "codecs.encode()"));
    auto result = TRY(run_codec(ts, *codec, 0, encoding, s, errors));
    if (is_bytes(*result)) return std::move(result).cast<Bytes>();
    if (is_instance_exact(*result, PyByteArray_Type)) {
        auto text =
            TRY(str_format(ts,
                           "encoder {} returned bytearray instead of bytes; use codecs.encode() to encode to "
                           "arbitrary types",
                           encoding));
        TRY(warn(ts, Exc::RuntimeWarning, TRY(str_as_utf8(ts, *text))));
        return bytes_new(ts, bytearray_view(static_cast<ByteArray&>(*result)));
    }
    return raise(
        ts, Exc::TypeError,
        "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        encoding, type_name(*result));
}

Result<Ref<Str>> decode_view(Attached ts, std::string_view in, const char* encoding, const char* errors) {
    TRY(check_handler(ts, errors));
    auto ordered = [&](auto decode, ByteOrder order) { return decode(ts, in, errors, &order, nullptr); };
    switch (fast_codec(encoding)) {
        case Fast::utf8:
            return decode_utf8(ts, in, errors);
        case Fast::utf16:
            return ordered(decode_utf16, ByteOrder::native);
        case Fast::utf16le:
            return explained(ts, "decoding", encoding, ordered(decode_utf16, ByteOrder::little));
        case Fast::utf16be:
            return explained(ts, "decoding", encoding, ordered(decode_utf16, ByteOrder::big));
        case Fast::utf32:
            return ordered(decode_utf32, ByteOrder::native);
        case Fast::utf32le:
            return explained(ts, "decoding", encoding, ordered(decode_utf32, ByteOrder::little));
        case Fast::utf32be:
            return explained(ts, "decoding", encoding, ordered(decode_utf32, ByteOrder::big));
        case Fast::latin1:
            return decode_latin1(ts, in);
        case Fast::ascii:
            return decode_ascii(ts, in, errors);
        case Fast::none:
            break;
    }
    auto data = TRY(bytes_new(ts, in));
    return decode_bytes(ts, *data, encoding, errors);
}

Result<Ref<Str>> decode_bytes(Attached ts, Object& bytes_like, const char* encoding, const char* errors) {
    {
        BytesLike held;
        TRY(held.get(ts, bytes_like));
        if (fast_codec(encoding) != Fast::none) return decode_view(ts, held.view(), encoding, errors);
        TRY(check_handler(ts, errors));
        // No bytes are no text in every encoding, the unknown ones included.
        if (held.view().empty()) return str_empty();
    }
    auto codec = TRY(lookup_text_encoding(ts, encoding, "codecs.decode()"));
    auto result = TRY(run_codec(ts, *codec, 1, encoding, bytes_like, errors));
    if (!is_str(*result)) {
        return raise(
            ts, Exc::TypeError,
            "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            encoding, type_name(*result));
    }
    return std::move(result).cast<Str>();
}

}  // namespace baton
