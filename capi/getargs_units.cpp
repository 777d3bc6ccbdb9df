// The format units.
#include <climits>
#include <cstring>
#include <cwchar>

#include <fmt/format.h>

#include "capi/getargs.h"
#include "runtime/codec.h"
#include "runtime/native.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytes_impl.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {
constexpr int kCleanupSupported = 0x20000;  // Py_CLEANUP_SUPPORTED
}  // namespace

ArgumentParser::~ArgumentParser() {
    for (const Acquired& a : acquired_) {
        switch (a.kind) {
            case Acquired::kBuffer:
                release_buffer(static_cast<BufferView*>(a.what));
                break;
            case Acquired::kMemory: {
                auto** p = static_cast<char**>(a.what);
                api::PyMem_Free(ts_, *p);
                *p = nullptr;
                break;
            }
            case Acquired::kConverter:
                (void)a.converter(nullptr, a.what);
                break;
        }
    }
}

bool ArgumentParser::refuse(std::string_view what) {
    if (pending(ts_)) return false;
    if (message_) {
        (void)raise(ts_, Exc::TypeError, "{}", message_);
        return false;
    }
    fmt::memory_buffer where;
    auto out = std::back_inserter(where);
    if (function_) fmt::format_to(out, "{}() ", function_);
    fmt::format_to(out, "argument");
    if (index_ > 0) fmt::format_to(out, " {}", index_);
    for (int i : items_) fmt::format_to(out, ", item {}", i);
    // In parentheses stands what is wrong with the call rather than with the argument.
    (void)raise(ts_, what.front() == '(' ? Exc::SystemError : Exc::TypeError, "{} {}",
                std::string_view(where.data(), where.size()), what);
    return false;
}

bool ArgumentParser::wrong(const char* expected, Object* got) {
    fmt::memory_buffer b;
    fmt::format_to(std::back_inserter(b), "must be {}, not {}", expected,
                   is_none(*got) ? "None" : type_name(*got));
    return refuse({b.data(), b.size()});
}

template <class T>
bool ArgumentParser::integer(Object* o, int64_t low, int64_t high, const char* what) {
    int64_t v = api::PyLong_AsLong(ts_, o);
    if (v == -1 && pending(ts_)) return false;
    if (v < low || v > high) {
        (void)raise(ts_, Exc::OverflowError, "{} is {} than {}", what, v < low ? "less" : "greater",
                    v < low ? "minimum" : "maximum");
        return false;
    }
    return stored(static_cast<T>(v));
}

// Without a check of the range: anything with __index__.
template <class T>
bool ArgumentParser::masked(Object* o) {
    auto i = number_index(ts_, *o);
    if (!i.ok()) return false;
    auto r = convert_uint64_mask(ts_, unbox_borrowed(i.get()));
    return r.ok() && stored(static_cast<T>(r.take()));
}

bool ArgumentParser::whole_buffer(Object* o, BufferView* view) {
    if (!get_buffer(ts_, *o, view, kBufferSimple).ok()) return false;
    if (!buffer_is_contiguous(*view, 'C')) {
        release_buffer(view);
        return wrong("contiguous buffer", o);
    }
    acquired_.push_back({Acquired::kBuffer, view, nullptr});
    return true;
}

// Memory that stays valid while the object lives: only of objects that need no release.
bool ArgumentParser::read_only_bytes(Object* o, const char** data, Index* size) {
    const BufferProcs* procs = o->type->as_buffer;
    if (procs && procs->release) return wrong("read-only bytes-like object", o);
    BufferView view;
    if (!whole_buffer(o, &view)) return false;
    *data = static_cast<const char*>(view.buf);
    *size = view.len;
    release_buffer(&view);
    acquired_.pop_back();
    return true;
}

// s z y with their suffixes # and *.
bool ArgumentParser::string(char c, Object* o) {
    const bool none = c == 'z' && is_none(*o);
    std::string_view text;
    const bool is_text = c != 'y' && is_str(*o);
    if (is_text) {
        auto utf8 = str_as_utf8(ts_, static_cast<Str&>(*o));
        if (!utf8.ok()) return false;
        text = *utf8;
    }
    if (*f_ == '*') {
        ++f_;
        auto* view = va_arg(*va_, BufferView*);
        if (!none && !is_text) return whole_buffer(o, view);
        memset(view, 0, sizeof *view);
        if (none) return true;
        incref(o);
        view->obj = o;
        view->buf = const_cast<char*>(text.data());
        view->len = static_cast<Index>(text.size());
        view->itemsize = view->readonly = view->ndim = 1;
        acquired_.push_back({Acquired::kBuffer, view, nullptr});
        return true;
    }
    const bool sized = *f_ == '#';
    auto* out = va_arg(*va_, const char**);
    const char* data = text.data();
    Index size = static_cast<Index>(text.size());
    if (none) {
        data = nullptr;
        size = 0;
    } else if (!is_text) {
        if (c != 'y' && !sized) return wrong(c == 'z' ? "str or None" : "str", o);
        if (!read_only_bytes(o, &data, &size)) return false;
    }
    if (sized) {
        ++f_;
        *va_arg(*va_, Index*) = size;
    } else if (data && strlen(data) != static_cast<size_t>(size)) {
        (void)raise(ts_, Exc::ValueError, "embedded null {}", c == 'y' ? "byte" : "character");
        return false;
    }
    *out = data;
    return true;
}

// u and Z, with the suffix # or without.
bool ArgumentParser::wide(bool none_passes, Object* o) {
    if (!warn(
             ts_, Exc::DeprecationWarning,
             fmt::format("getargs: The '{}' format is deprecated. Use 'U' instead.", none_passes ? 'Z' : 'u'))
             .ok())
        return false;
    auto* out = va_arg(*va_, const wchar_t**);
    Index* size = nullptr;
    if (*f_ == '#') {
        ++f_;
        size = va_arg(*va_, Index*);
    }
    const wchar_t* text = nullptr;
    Index length = 0;
    if (!(none_passes && is_none(*o))) {
        if (!is_str(*o)) return wrong(none_passes ? "str or None" : "str", o);
        text = api::PyUnicode_AsUnicodeAndSize(ts_, o, &length);
        if (!text) return false;
        if (!size && std::wcslen(text) != static_cast<size_t>(length)) {
            (void)raise(ts_, Exc::ValueError, "embedded null character");
            return false;
        }
    }
    *out = text;
    if (size) *size = length;
    return true;
}

// es and et: text in an encoding, copied to memory that is allocated here or that the caller gives with its
// size.
bool ArgumentParser::encoded(bool bytes_pass, Object* o) {
    const char* encoding = va_arg(*va_, const char*);
    auto** out = va_arg(*va_, char**);
    Index* room = nullptr;
    if (*f_ == '#') {
        ++f_;
        room = va_arg(*va_, Index*);
    }
    OptRef<Object> owned;
    std::string_view text;
    if (bytes_pass && is_bytes(*o)) {
        text = bytes_view(static_cast<Bytes&>(*o));
    } else if (bytes_pass && is_instance_exact(*o, PyByteArray_Type)) {
        auto& b = static_cast<ByteArray&>(*o);
        text = {b.start, static_cast<size_t>(b.size)};
    } else if (is_str(*o)) {
        auto r = encode_str(ts_, static_cast<Str&>(*o), encoding ? encoding : "utf-8", nullptr);
        if (!r.ok()) return false;
        owned = r.take();
        text = bytes_view(static_cast<Bytes&>(*owned));
    } else {
        return wrong(bytes_pass ? "str, bytes or bytearray" : "str", o);
    }
    if (!room && text.find('\0') != text.npos) return wrong("encoded string without null bytes", o);
    if (room && *out) {
        if (static_cast<Index>(text.size()) + 1 > *room) {
            (void)raise(ts_, Exc::ValueError, "encoded string too long ({}, maximum length {})", text.size(),
                        *room - 1);
            return false;
        }
    } else {
        *out = static_cast<char*>(api::PyMem_Malloc(ts_, text.size() + 1));
        if (!*out) {
            (void)raise_no_memory(ts_);
            return false;
        }
        acquired_.push_back({Acquired::kMemory, out, nullptr});
    }
    memcpy(*out, text.data(), text.size());
    (*out)[text.size()] = 0;
    if (room) *room = static_cast<Index>(text.size());
    return true;
}

bool ArgumentParser::converted(Object* o) {
    auto convert = va_arg(*va_, Converter);
    void* out = va_arg(*va_, void*);
    const int outcome = convert(o, out);
    if (outcome == 0) return refuse("(unspecified)");
    if (outcome == kCleanupSupported) acquired_.push_back({Acquired::kConverter, out, convert});
    return true;
}

// A sequence for units in parentheses; f_ stands behind the opening one.
bool ArgumentParser::sequence(Object* o) {
    int wanted = 0, depth = 0;
    for (const char* f = f_; depth >= 0; ++f) {
        if (*f == '\0') {
            (void)raise(ts_, Exc::SystemError, "unmatched left paren in getargs format string");
            return false;
        }
        if (*f == '(' && depth++ == 0)
            ++wanted;
        else if (*f == ')')
            --depth;
        else if (depth == 0 && isalpha(static_cast<unsigned char>(*f)) && !(f > f_ && f[-1] == 'e'))
            ++wanted;
    }
    fmt::memory_buffer b;
    auto out = std::back_inserter(b);
    if (!is_sequence(*o) || is_bytes(*o)) {
        fmt::format_to(out, "must be {}-item sequence, not {}", wanted, is_none(*o) ? "None" : type_name(*o));
        return refuse({b.data(), b.size()});
    }
    auto length = baton::length(ts_, *o);
    if (!length.ok()) return false;
    if (const Index n = length.take(); n != wanted) {
        fmt::format_to(out, "must be sequence of length {}, not {}", wanted, n);
        return refuse({b.data(), b.size()});
    }
    items_.push_back(0);
    for (int i = 0; i < wanted; ++i) {
        items_.back() = i;
        auto item = sequence_item(ts_, *o, i);
        if (!item.ok()) {
            clear_pending(ts_);
            return refuse("is not retrievable");
        }
        // The sequence keeps what is borrowed from the item, as the caller's tuple does for plain units.
        if (!unit(item.get())) return false;
    }
    items_.pop_back();
    ++f_;
    return true;
}

bool ArgumentParser::next(Object* o, int index) {
    while (*f_ == '|' || *f_ == '$') ++f_;
    index_ = index;
    return o ? unit(o) : skip();
}

bool ArgumentParser::unit(Object* o) {
    const char c = *f_++;
    switch (c) {
        case '(':
            return sequence(o);
        case 'b':
            return integer<unsigned char>(o, 0, UCHAR_MAX, "unsigned byte integer");
        case 'h':
            return integer<short>(o, SHRT_MIN, SHRT_MAX, "signed short integer");
        case 'i':
            return integer<int>(o, INT_MIN, INT_MAX, "signed integer");
        case 'l':
            return integer<long>(o, LONG_MIN, LONG_MAX, "");
        case 'B':
            return masked<unsigned char>(o);
        case 'H':
            return masked<unsigned short>(o);
        case 'I':
            return masked<unsigned>(o);
        case 'k':
            return is_int(*o) ? masked<unsigned long>(o) : wrong("int", o);
        case 'K':
            return is_int(*o) ? masked<unsigned long long>(o) : wrong("int", o);
        case 'L': {
            const long long v = api::PyLong_AsLongLong(ts_, o);
            return !(v == -1 && pending(ts_)) && stored(v);
        }
        case 'n': {
            auto i = number_index(ts_, *o);
            if (!i.ok()) return false;
            const Index v = api::PyLong_AsSsize_t(ts_, i.get());
            return !(v == -1 && pending(ts_)) && stored(v);
        }
        case 'f':
        case 'd': {
            const double d = api::PyFloat_AsDouble(ts_, o);
            if (d == -1.0 && pending(ts_)) return false;
            return c == 'f' ? stored(static_cast<float>(d)) : stored(d);
        }
        case 'D': {
            const CComplex value = api::PyComplex_AsCComplex(ts_, o);
            return !(value.real == -1.0 && pending(ts_)) && stored(value);
        }
        case 'p': {
            auto t = is_true(ts_, *o);
            return t.ok() && stored(static_cast<int>(t.take()));
        }
        case 'c':
            if (is_bytes(*o) && static_cast<Bytes*>(o)->size == 1)
                return stored(static_cast<Bytes*>(o)->data[0]);
            if (is_instance_exact(*o, PyByteArray_Type) && static_cast<ByteArray*>(o)->size == 1) {
                return stored(static_cast<ByteArray*>(o)->start[0]);
            }
            return wrong("a byte string of length 1", o);
        case 'C':
            if (!is_str(*o) || static_cast<Str*>(o)->length != 1) return wrong("a unicode character", o);
            return stored(static_cast<int>(str_char_unchecked(static_cast<Str&>(*o), 0)));
        case 's':
        case 'z':
        case 'y':
            return string(c, o);
        case 'e': {
            const char kind = *f_;
            if (kind != 's' && kind != 't') break;
            ++f_;
            return encoded(kind == 't', o);
        }
        case 'u':
        case 'Z':
            return wide(c == 'Z', o);
        case 'U':
            return is_str(*o) ? stored(o) : wrong("str", o);
        case 'S':
            return is_bytes(*o) ? stored(o) : wrong("bytes", o);
        case 'Y':
            return is_instance_exact(*o, PyByteArray_Type) ? stored(o) : wrong("bytearray", o);
        case 'w': {
            if (*f_ != '*') break;
            ++f_;
            auto* view = va_arg(*va_, BufferView*);
            if (!get_buffer(ts_, *o, view, kBufferWritable).ok()) {
                clear_pending(ts_);
                return wrong("read-write bytes-like object", o);
            }
            if (!buffer_is_contiguous(*view, 'C')) {
                release_buffer(view);
                return wrong("contiguous buffer", o);
            }
            acquired_.push_back({Acquired::kBuffer, view, nullptr});
            return true;
        }
        case 'O':
            if (*f_ == '!') {
                ++f_;
                auto* type = va_arg(*va_, Type*);
                return is_instance_exact(*o, *type) ? stored(o) : wrong(type->name, o);
            }
            if (*f_ == '&') {
                ++f_;
                return converted(o);
            }
            return stored(o);
        default:
            break;
    }
    return refuse("(impossible<bad format char>)");
}

bool ArgumentParser::skip() {
    const char* const start = f_;
    const char c = *f_++;
    auto pass = [&] { (void)va_arg(*va_, void*); };
    switch (c) {
        case '(':
            while (*f_ && *f_ != ')') {
                if (!skip()) return false;
            }
            if (*f_) ++f_;
            return true;
        case 'O':
            if (*f_ == '!' || *f_ == '&') {
                ++f_;
                pass();
            }
            break;
        case 'e':
            if (*f_ != 's' && *f_ != 't') return bad_unit(start);
            ++f_;
            pass();
            if (*f_ == '#') {
                ++f_;
                pass();
            }
            break;
        case 's':
        case 'z':
        case 'y':
        case 'w':
        case 'u':
        case 'Z':
            if (*f_ == '*' && c != 'u' && c != 'Z') {
                ++f_;
            } else if (*f_ == '#') {
                ++f_;
                pass();
            }
            break;
        case 'S':
        case 'Y':
        case 'U':
            break;
        default:
            if (!c || !std::strchr("bBhHiIlkLKnfdDcCp", c)) return bad_unit(start);
            break;
    }
    pass();
    return true;
}

bool ArgumentParser::bad_unit(const char* rest) {
    (void)raise(ts_, Exc::SystemError, "impossible<bad format char>: '{}'", rest);
    return false;
}

}  // namespace baton
