// Codecs of one byte per character: Latin-1, ASCII, and tables.
#include "runtime/codec.h"
#include "runtime/codec_utf8.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/dict.h"
#include "runtime/types/str_impl.h"

namespace baton {
namespace {

Index size_of(std::string_view s) {
    return static_cast<Index>(s.size());
}
uint8_t byte_at(std::string_view s, Index i) {
    return static_cast<uint8_t>(s[static_cast<size_t>(i)]);
}

// Latin-1 and ASCII: characters below `limit` are bytes of the same value.
Result<Ref<Bytes>> encode_below(Attached ts, Str& s, const char* errors, uint32_t limit) {
    const char* encoding = limit == 256 ? "latin-1" : "ascii";
    const char* reason = limit == 256 ? "ordinal not in range(256)" : "ordinal not in range(128)";
    if (s.state.ascii || (limit == 256 && s.state.kind == 1)) {
        return bytes_new(ts, {static_cast<const char*>(str_data(s)), static_cast<size_t>(s.length)});
    }
    BytesBuilder out(s.length);
    for (Index at = 0; at < s.length;) {
        Index good = at;
        with_text(s, [&](auto* p) {
            while (good < s.length && p[good] < limit) ++good;
            if (char* to = out.extend(good - at)) {
                for (Index i = at; i < good; ++i) *to++ = static_cast<char>(p[i]);
            }
        });
        if (good == s.length) break;
        Index end = good + 1;
        while (end < s.length && str_char_unchecked(s, end) >= limit) ++end;
        EncodeReplacement use = TRY(handle_encode_error(ts, encoding, s, good, end, reason, errors));
        if (is_bytes(*use.text)) {
            out.append(bytes_view(static_cast<Bytes&>(*use.text)));
        } else {
            auto& text = static_cast<Str&>(*use.text);
            for (Index i = 0; i < text.length; ++i) {
                uint32_t c = str_char_unchecked(text, i);
                if (c >= limit) return raise_encode_error(ts, encoding, s, good, end, reason);
                out.append(static_cast<char>(c));
            }
        }
        at = use.next;
    }
    return out.finish(ts);
}

// One step through a mapping object: the value for an integer key, or nothing.
Result<OptRef<Object>> map_integer(Attached ts, Object& mapping, uint32_t c) {
    auto key = TRY(box_int(ts, c));
    OptRef<Object> value;
    if (is_exact(mapping, dict_type())) {
        Found found = TRY(dict_find(ts, static_cast<Dict&>(mapping), *key));
        value = OptRef<Object>::share(found.value);
    } else {
        auto item = get_item(ts, mapping, *key);
        if (!item.ok()) {
            if (!pending_is(ts, Exc::LookupError)) return already_raised();
            clear_pending(ts);
        } else {
            value = item.take();
        }
    }
    if (value && is_none(*value)) value = OptRef<Object>();
    return value;
}

constexpr uint32_t kUndefined = 0xFFFE;

// Decodes one byte through a mapping; false: undefined.
Result<bool> append_mapped(Attached ts, StrBuilder& out, Object& mapping, uint8_t byte) {
    OptRef<Object> value = TRY(map_integer(ts, mapping, byte));
    if (!value) return false;
    if (is_int(*value)) {
        int64_t c;
        if (!int_fits_tag(static_cast<Int&>(*value), &c) || c < 0 || c > int64_t{kMaxCodePoint}) {
            return raise(ts, Exc::TypeError, "character mapping must be in range(0x110000)");
        }
        if (c == kUndefined) return false;
        out.append(static_cast<uint32_t>(c));
        return true;
    }
    if (!is_str(*value))
        return raise(ts, Exc::TypeError, "character mapping must return integer, None or str");
    auto& text = static_cast<Str&>(*value);
    if (text.length == 1 && str_char_unchecked(text, 0) == kUndefined) return false;
    out.append(text);
    return true;
}

// Encodes one character through a mapping; false: it has no code.
Result<bool> append_code(Attached ts, BytesBuilder& out, Object& mapping, uint32_t c) {
    OptRef<Object> value = TRY(map_integer(ts, mapping, c));
    if (!value) return false;
    if (is_int(*value)) {
        int64_t code;
        if (!int_fits_tag(static_cast<Int&>(*value), &code) || code < 0 || code > 255) {
            return raise(ts, Exc::TypeError, "character mapping must be in range(256)");
        }
        out.append(static_cast<char>(code));
        return true;
    }
    if (!is_bytes(*value)) {
        return raise(ts, Exc::TypeError, "character mapping must return integer, bytes or None, not {}",
                     type_name(*value));
    }
    out.append(bytes_view(static_cast<Bytes&>(*value)));
    return true;
}

}  // namespace

Result<Ref<Str>> decode_latin1(Attached ts, std::string_view in) {
    return str_new_latin1(ts, in);
}

Result<Ref<Str>> decode_ascii(Attached ts, std::string_view in, const char* errors) {
    if (text::is_ascii(in.data(), in.size())) return str_new_ascii(ts, in);
    StrBuilder out(size_of(in));
    DecodeErrors handler("ascii", in, errors);
    for (Index at = 0;;) {
        std::string_view rest = handler.view().substr(static_cast<size_t>(at));
        size_t good = text::ascii_prefix(reinterpret_cast<const uint8_t*>(rest.data()), rest.size());
        out.append_ascii(rest.substr(0, good));
        at += static_cast<Index>(good);
        if (good == rest.size()) break;
        at = TRY(handler.handle(ts, out, at, at + 1, "ordinal not in range(128)"));
    }
    return out.finish(ts);
}

Result<Ref<Bytes>> encode_latin1(Attached ts, Str& s, const char* errors) {
    return encode_below(ts, s, errors, 256);
}
Result<Ref<Bytes>> encode_ascii(Attached ts, Str& s, const char* errors) {
    return encode_below(ts, s, errors, 128);
}

Result<Ref<Str>> decode_charmap(Attached ts, std::string_view in, Object* mapping, const char* errors) {
    if (mapping == nullptr || is_none(*mapping)) return decode_latin1(ts, in);
    StrBuilder out(size_of(in));
    DecodeErrors handler("charmap", in, errors);
    Str* table = is_str(*mapping) ? static_cast<Str*>(mapping) : nullptr;
    for (Index at = 0; at < size_of(handler.view());) {
        uint8_t byte = byte_at(handler.view(), at);
        bool defined;
        if (table != nullptr) {
            uint32_t c = byte < table->length ? str_char_unchecked(*table, byte) : kUndefined;
            defined = c != kUndefined;
            if (defined) out.append(c);
        } else {
            defined = TRY(append_mapped(ts, out, *mapping, byte));
        }
        if (defined) {
            ++at;
        } else {
            at = TRY(handler.handle(ts, out, at, at + 1, "character maps to <undefined>"));
        }
    }
    return out.finish(ts);
}

Result<Ref<Bytes>> encode_charmap(Attached ts, Str& s, Object* mapping, const char* errors) {
    if (mapping == nullptr || is_none(*mapping)) return encode_latin1(ts, s, errors);
    constexpr const char* kReason = "character maps to <undefined>";
    BytesBuilder out(s.length), trial;
    for (Index at = 0; at < s.length;) {
        if (TRY(append_code(ts, out, *mapping, str_char_unchecked(s, at)))) {
            ++at;
            continue;
        }
        Index end = at + 1;
        while (end < s.length && !TRY(append_code(ts, trial, *mapping, str_char_unchecked(s, end)))) ++end;
        EncodeReplacement use = TRY(handle_encode_error(ts, "charmap", s, at, end, kReason, errors));
        if (is_bytes(*use.text)) {
            out.append(bytes_view(static_cast<Bytes&>(*use.text)));
        } else {
            auto& text = static_cast<Str&>(*use.text);
            for (Index i = 0; i < text.length; ++i) {
                if (!TRY(append_code(ts, out, *mapping, str_char_unchecked(text, i)))) {
                    return raise_encode_error(ts, "charmap", s, at, end, kReason);
                }
            }
        }
        at = use.next;
    }
    return out.finish(ts);
}

Result<Ref<Object>> charmap_build(Attached ts, Str& table) {
    // A table that CPython can pack (0 first and only there, nothing beyond the BMP) leaves undefined codes
    // out.
    Index length = table.length < 256 ? table.length : 256;
    bool packed = length > 0;
    for (Index i = 0; i < length && packed; ++i) {
        uint32_t c = str_char_unchecked(table, i);
        packed = i == 0 ? c == 0 : c != 0 && c <= 0xFFFF;
    }
    auto mapping = TRY(dict_new(ts));
    for (Index i = 0; i < length; ++i) {
        uint32_t c = str_char_unchecked(table, i);
        if (c == kUndefined && packed) continue;
        auto key = TRY(box_int(ts, c));
        auto code = small_int(static_cast<int>(i));
        TRY(dict_set(ts, *mapping, *key, *code));
    }
    return mapping;
}

}  // namespace baton
