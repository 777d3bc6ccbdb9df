// PyArg_Parse and its family: objects to C values by format.
#include <climits>

#include "capi/impl.h"
#include "runtime/native.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

struct Parser {
    Attached ts;
    const char* f;          // the format from here on
    va_list* va;
    const char* function;   // name for messages, after ':' in the format; null = none
    const char* message;    // after ';': stands for the whole message

    bool type_error(int index, const char* expected, Object* got) {
        if (message) {
            (void)raise(ts, Exc::TypeError, "{}", message);
        } else {
            (void)raise(ts, Exc::TypeError, "{}{}argument {} must be {}, not {}", function ? function : "", function ? "() " : "", index, expected,
                        is_none(*got) ? "None" : type_name(*got));
        }
        return false;
    }
    template <class T>
    bool integer(Object* o, int64_t low, int64_t high, const char* what) {
        if (is_float(*o)) {
            (void)raise(ts, Exc::TypeError, "'float' object cannot be interpreted as an integer");
            return false;
        }
        auto i = number_index(ts, *o);
        if (!i.ok()) return false;
        int64_t v;
        if (!int_fits_tag(*i, &v)) v = api::PyLong_AsLong(ts, i.get());
        if (v == -1 && pending(ts)) return false;
        if (v < low || v > high) {
            (void)raise(ts, Exc::OverflowError, "{} is {} than {}", what, v < low ? "less" : "greater", v < low ? "minimum" : "maximum");
            return false;
        }
        *va_arg(*va, T*) = static_cast<T>(v);
        return true;
    }
    template <class T>
    bool masked(Object* o) {
        if (!is_int(*o)) {
            (void)raise(ts, Exc::TypeError, "int expected instead of {} instance", type_name(*o));
            return false;
        }
        auto r = convert_uint64_mask(ts, unbox_borrowed(o));
        if (!r.ok()) return false;
        *va_arg(*va, T*) = static_cast<T>(r.take());
        return true;
    }
    // s z y with their suffixes # and *.
    bool text(char c, Object* o, int index) {
        bool none_allowed = c == 'z';
        const char* expected = c == 'y' ? "bytes-like object" : none_allowed ? "str or None" : "str";
        if (*f == '*') {
            ++f;
            auto* view = va_arg(*va, BufferView*);
            if (none_allowed && is_none(*o)) {
                memset(view, 0, sizeof *view);
                return true;
            }
            if (is_str(*o) && c != 'y') {
                auto utf8 = str_as_utf8(ts, static_cast<Str&>(*o));
                if (!utf8.ok()) return false;
                memset(view, 0, sizeof *view);
                view->buf = const_cast<char*>((*utf8).data());
                view->len = static_cast<Index>((*utf8).size());
                view->itemsize = 1;
                view->readonly = 1;
                view->ndim = 1;
                incref(o);
                view->obj = o;
                return true;
            }
            if (get_buffer(ts, *o, view, 0).ok()) return true;
            clear_pending(ts);
            return type_error(index, c == 'y' ? "bytes-like object" : "str or bytes-like object", o);
        }
        auto* out = va_arg(*va, const char**);
        bool sized = *f == '#';
        Index* size = nullptr;
        if (sized) {
            ++f;
            size = va_arg(*va, Index*);
        }
        if (none_allowed && is_none(*o)) {
            *out = nullptr;
            if (size) *size = 0;
            return true;
        }
        std::string_view view;
        if (c != 'y' && is_str(*o)) {
            auto utf8 = str_as_utf8(ts, static_cast<Str&>(*o));
            if (!utf8.ok()) return false;
            view = *utf8;
        } else if ((c == 'y' || sized) && is_bytes(*o)) {
            view = bytes_view(static_cast<Bytes&>(*o));
        } else {
            return type_error(index, sized && c != 'y' ? "str or read-only bytes-like object" : expected, o);
        }
        *out = view.data();
        if (size) {
            *size = static_cast<Index>(view.size());
        } else if (view.find('\0') != view.npos) {
            (void)raise(ts, Exc::ValueError, "embedded null {}", c == 'y' ? "byte" : "character");
            return false;
        }
        return true;
    }
    // Converts one argument; null skips the format unit and its C arguments.
    bool one(Object* o, int index) {
        char c = *f++;
        if (!o) return skip(c);
        switch (c) {
            case 'b': return integer<unsigned char>(o, 0, UCHAR_MAX, "unsigned byte integer");
            case 'B': return masked<unsigned char>(o);
            case 'h': return integer<short>(o, SHRT_MIN, SHRT_MAX, "signed short integer");
            case 'H': return masked<unsigned short>(o);
            case 'i': return integer<int>(o, INT_MIN, INT_MAX, "signed integer");
            case 'I': return masked<unsigned>(o);
            case 'l': return integer<long>(o, LONG_MIN, LONG_MAX, "long");
            case 'k': return masked<unsigned long>(o);
            case 'L': return integer<long long>(o, LLONG_MIN, LLONG_MAX, "long long");
            case 'K': return masked<unsigned long long>(o);
            case 'n': return integer<Index>(o, PTRDIFF_MIN, PTRDIFF_MAX, "ssize_t");
            case 'f': case 'd': {
                double d = api::PyFloat_AsDouble(ts, o);
                if (d == -1.0 && pending(ts)) return false;
                if (c == 'f') *va_arg(*va, float*) = static_cast<float>(d);
                else *va_arg(*va, double*) = d;
                return true;
            }
            case 'p': {
                auto t = is_true(ts, *o);
                if (!t.ok()) return false;
                *va_arg(*va, int*) = t.take();
                return true;
            }
            case 'c':
                if (!is_bytes(*o) || static_cast<Bytes*>(o)->size != 1) return type_error(index, "a byte string of length 1", o);
                *va_arg(*va, char*) = static_cast<Bytes*>(o)->data[0];
                return true;
            case 'C':
                if (!is_str(*o) || static_cast<Str*>(o)->length != 1) return type_error(index, "a unicode character", o);
                *va_arg(*va, int*) = static_cast<int>(str_char_unchecked(static_cast<Str&>(*o), 0));
                return true;
            case 's': case 'z': case 'y': return text(c, o, index);
            case 'U':
                if (!is_str(*o)) return type_error(index, "str", o);
                *va_arg(*va, Object**) = o;
                return true;
            case 'S':
                if (!is_bytes(*o)) return type_error(index, "bytes", o);
                *va_arg(*va, Object**) = o;
                return true;
            case 'w': {
                if (*f == '*') ++f;
                auto* view = va_arg(*va, BufferView*);
                if (get_buffer(ts, *o, view, 1).ok()) return true;
                clear_pending(ts);
                return type_error(index, "read-write bytes-like object", o);
            }
            case 'O':
                if (*f == '!') {
                    ++f;
                    auto* type = va_arg(*va, Type*);
                    auto** out = va_arg(*va, Object**);
                    if (!is_instance_exact(*o, *type)) return type_error(index, type_name(*type), o);
                    *out = o;
                    return true;
                }
                if (*f == '&') {
                    ++f;
                    auto convert = va_arg(*va, int (*)(Object*, void*));
                    void* out = va_arg(*va, void*);
                    if (convert(o, out)) return true;
                    if (!pending(ts)) return type_error(index, "convertible", o);
                    return false;
                }
                *va_arg(*va, Object**) = o;
                return true;
            case '(': {
                if (!is_sequence(*o) || is_str(*o)) return type_error(index, "sequence", o);
                auto seq = to_tuple(ts, *o);
                if (!seq.ok()) return false;
                for (Index i = 0; *f && *f != ')'; ++i) {
                    if (i >= seq->size) return type_error(index, "a longer sequence", o);
                    if (!one(seq->item[i], index)) return false;
                }
                if (*f == ')') ++f;
                return true;
            }
            default:
                (void)raise(ts, Exc::SystemError, "impossible<bad format char>");
                return false;
        }
    }
    bool skip(char c) {
        switch (c) {
            case '(':
                while (*f && *f != ')') skip(*f++);
                if (*f) ++f;
                return true;
            case 'O':
                if (*f == '!' || *f == '&') {
                    ++f;
                    (void)va_arg(*va, void*);
                }
                break;
            case 's': case 'z': case 'y': case 'w':
                if (*f == '*') {
                    ++f;
                } else if (*f == '#') {
                    ++f;
                    (void)va_arg(*va, void*);
                }
                break;
            default: break;
        }
        (void)va_arg(*va, void*);
        return true;
    }
    bool at_end() const { return *f == 0 || *f == ':' || *f == ';'; }
};

struct Shape {
    int least = -1, most = 0, positional = -1;
    const char *function = nullptr, *message = nullptr;
};
// Counts the units of a format.
Shape shape_of(const char* f) {
    Shape s;
    int depth = 0;
    for (; *f && *f != ':' && *f != ';'; ++f) {
        if (*f == '(') {
            if (depth++ == 0) ++s.most;
        } else if (*f == ')') {
            --depth;
        } else if (depth == 0) {
            if (*f == '|') s.least = s.most;
            else if (*f == '$') s.positional = s.most;
            else if (isalpha(static_cast<unsigned char>(*f))) ++s.most;
        }
    }
    if (s.least < 0) s.least = s.most;
    if (s.positional < 0) s.positional = s.most;
    if (*f == ':') s.function = f + 1;
    if (*f == ';') s.message = f + 1;
    return s;
}

bool parse_tuple(Attached ts, Object* args, const char* format, va_list* va) {
    if (!args || !is_tuple(*args)) {
        (void)raise(ts, Exc::SystemError, "new style getargs format but argument is not a tuple");
        return false;
    }
    auto& t = static_cast<Tuple&>(*args);
    Shape s = shape_of(format);
    if (t.size < s.least || t.size > s.most) {
        if (s.message) {
            (void)raise(ts, Exc::TypeError, "{}", s.message);
        } else if (s.most == 0) {
            (void)raise(ts, Exc::TypeError, "{}{} takes no arguments ({} given)", s.function ? s.function : "function", s.function ? "()" : "", t.size);
        } else {
            int bound = t.size < s.least ? s.least : s.most;
            (void)raise(ts, Exc::TypeError, "{}{} takes {} {} argument{} ({} given)", s.function ? s.function : "function", s.function ? "()" : "",
                        s.least == s.most ? "exactly" : t.size < s.least ? "at least" : "at most", bound, bound == 1 ? "" : "s", t.size);
        }
        return false;
    }
    Parser p{ts, format, va, s.function, s.message};
    for (Index i = 0; i < t.size; ++i) {
        while (*p.f == '|' || *p.f == '$') ++p.f;
        if (!p.one(t.item[i], static_cast<int>(i) + 1)) return false;
    }
    return true;
}

bool parse_keywords(Attached ts, Object* args, Object* kwargs, const char* format, char** names, va_list* va) {
    if (!args || !is_tuple(*args) || (kwargs && !is_dict(*kwargs)) || !format || !names) {
        (void)raise_bad_internal_call(ts, "PyArg_ParseTupleAndKeywords");
        return false;
    }
    auto& t = static_cast<Tuple&>(*args);
    auto* k = static_cast<Dict*>(kwargs);
    Shape s = shape_of(format);
    const char* who = s.function ? s.function : "function";
    const char* parens = s.function ? "()" : "";
    Index given = t.size + (k ? k->used : 0);
    if (given > s.most) {
        (void)raise(ts, Exc::TypeError, "{}{} takes {} {} argument{} ({} given)", who, parens, s.least == s.most ? "exactly" : "at most", s.most,
                    s.most == 1 ? "" : "s", given);
        return false;
    }
    if (t.size > s.positional) {
        (void)raise(ts, Exc::TypeError, "{}{} takes {} {} positional argument{} ({} given)", who, parens, s.least == s.most ? "exactly" : "at most",
                    s.positional, s.positional == 1 ? "" : "s", t.size);
        return false;
    }
    Parser p{ts, format, va, s.function, s.message};
    Index used = 0;
    for (int i = 0; i < s.most; ++i) {
        while (*p.f == '|' || *p.f == '$') ++p.f;
        Object* o = i < t.size ? t.item[i] : nullptr;
        if (k && *names[i]) {
            auto key = str_new_utf8(ts, names[i]);
            if (!key.ok()) return false;
            Object* by_name = dict_find_str(*k, *key);
            if (by_name && o) {
                (void)raise(ts, Exc::TypeError, "argument for {}{} given by name ('{}') and position ({})", who, parens, names[i], i + 1);
                return false;
            }
            if (by_name) {
                o = by_name;
                ++used;
            }
        }
        if (!o && i < s.least) {
            (void)raise(ts, Exc::TypeError, "{}{} missing required argument '{}' (pos {})", who, parens, names[i], i + 1);
            return false;
        }
        if (!p.one(o, i + 1)) return false;
    }
    if (k && used < k->used) {
        Index pos = 0;
        Object *key, *value;
        while (dict_next(*k, &pos, &key, &value)) {
            if (!is_str(*key)) {
                (void)raise(ts, Exc::TypeError, "keywords must be strings");
                return false;
            }
            bool known = false;
            for (int i = 0; i < s.most && !known; ++i) known = *names[i] && str_eq_ascii(static_cast<Str&>(*key), names[i]);
            if (known) continue;
            auto text = str_as_utf8(ts, static_cast<Str&>(*key));
            if (text.ok()) (void)raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for {}{}", *text, s.function ? s.function : "this function", parens);
            return false;
        }
    }
    return true;
}

}  // namespace

BATON_EXPORT int PyArg_VaParse(Object* args, const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    bool ok = parse_tuple(calling_thread("PyArg_VaParse"), args, format, &copy);
    va_end(copy);
    return ok;
}
BATON_EXPORT int PyArg_ParseTuple(Object* args, const char* format, ...) {
    va_list va;
    va_start(va, format);
    bool ok = parse_tuple(calling_thread("PyArg_ParseTuple"), args, format, &va);
    va_end(va);
    return ok;
}
BATON_EXPORT int _PyArg_ParseTuple_SizeT(Object* args, const char* format, ...) {
    va_list va;
    va_start(va, format);
    bool ok = parse_tuple(calling_thread("PyArg_ParseTuple"), args, format, &va);
    va_end(va);
    return ok;
}
BATON_EXPORT int PyArg_Parse(Object* args, const char* format, ...) {
    Attached ts = calling_thread("PyArg_Parse");
    Shape s = shape_of(format);
    va_list va;
    va_start(va, format);
    Parser p{ts, format, &va, s.function, s.message};
    bool ok = p.one(args, 1);
    va_end(va);
    return ok;
}
BATON_EXPORT int PyArg_ParseTupleAndKeywords(Object* args, Object* kwargs, const char* format, char** names, ...) {
    va_list va;
    va_start(va, names);
    bool ok = parse_keywords(calling_thread("PyArg_ParseTupleAndKeywords"), args, kwargs, format, names, &va);
    va_end(va);
    return ok;
}
BATON_EXPORT int _PyArg_ParseTupleAndKeywords_SizeT(Object* args, Object* kwargs, const char* format, char** names, ...) {
    va_list va;
    va_start(va, names);
    bool ok = parse_keywords(calling_thread("PyArg_ParseTupleAndKeywords"), args, kwargs, format, names, &va);
    va_end(va);
    return ok;
}
BATON_EXPORT int PyArg_UnpackTuple(Object* args, const char* name, Index min, Index max, ...) {
    Attached ts = calling_thread("PyArg_UnpackTuple");
    auto& t = static_cast<Tuple&>(*args);
    if (t.size < min || t.size > max) {
        Index bound = t.size < min ? min : max;
        (void)raise(ts, Exc::TypeError, "{} expected {}{} argument{}, got {}", name ? name : "unpacked tuple", min == max ? "" : t.size < min ? "at least " : "at most ",
                    bound, bound == 1 ? "" : "s", t.size);
        return 0;
    }
    va_list va;
    va_start(va, max);
    for (Index i = 0; i < t.size; ++i) *va_arg(va, Object**) = t.item[i];
    va_end(va);
    return 1;
}

}  // namespace baton
