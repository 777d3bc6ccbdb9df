// Functions with a variable number of arguments: Py_BuildValue and the calls and messages built on formats.
#include <cstdio>
#include <cstdlib>
#include <memory_resource>
#include <vector>

#include "capi/getargs.h"
#include "capi/impl.h"
#include "runtime/native.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "threadstate/check.h"

namespace baton {
namespace {

// A vector whose first N elements need no memory of their own: most formats and calls have few.
template <class T, size_t N>
class ShortVector {
    alignas(T) std::byte room_[N * sizeof(T)];
    std::pmr::monotonic_buffer_resource memory_{room_, sizeof room_};

  public:
    std::pmr::vector<T> v{&memory_};
    ShortVector() { v.reserve(N); }
};
using Items = ShortVector<Ref<Object>, 6>;

// Reads one Py_BuildValue format. Objects given with N are owned from the moment they are read, whatever
// happens.
class Builder {
  public:
    // Lengths after # are Py_ssize_t. `clean`: the caller says so (PY_SSIZE_T_CLEAN).
    Builder(Attached ts, const char* format, va_list* va, bool clean)
        : ts_(ts), f_(format), va_(va), clean_(clean) {}
    // The whole format: None, one value, or a tuple of several.
    Result<Ref<Object>> all() {
        Items items;
        TRY(until(0, &items));
        if (items.v.empty()) return Ref<Object>::share(none());
        if (items.v.size() == 1) return std::move(items.v[0]);
        return tuple(items);
    }
    // callable(*format)
    Object* call_with_all(Object& callable) {
        Items items;
        if (!until(0, &items).ok()) return nullptr;
        // A single parenthesised group, or a single tuple, is the argument list itself.
        if (items.v.size() == 1 && is_tuple(*items.v[0]))
            return give(call_tuple(ts_, callable, static_cast<Tuple&>(*items.v[0]), nullptr));
        ShortVector<Value, 8> all;  // the callee's: the word in front is for it, too
        auto& args = all.v;
        args.emplace_back();
        for (auto& item : items.v) args.push_back(unbox(ts_, item.release()));
        Object* r = give_value(ts_, call_value(ts_, callable, args.data() + 1, args.size() - 1, nullptr));
        for (size_t i = 1; i < args.size(); ++i) drop(ts_, args[i]);
        return r;
    }

  private:
    Result<Ref<Tuple>> tuple(Items& items) {
        auto t = TRY(tuple_alloc(ts_, static_cast<Index>(items.v.size())));
        for (size_t i = 0; i < items.v.size(); ++i) t->item[i] = items.v[i].release();
        return items.v.empty() ? std::move(t) : tuple_finish(ts_, std::move(t));
    }
    Result<void> until(char end, Items* items) {
        // After a failure the rest is still read, so that every N is released.
        OptRef<BaseException> kept;
        for (;;) {
            while (*f_ == ' ' || *f_ == ',' || *f_ == ':' || *f_ == '\t') ++f_;
            if (*f_ == end) break;
            if (*f_ == 0) {
                if (!kept) {
                    (void)raise(ts_, Exc::SystemError, "unmatched paren in format");
                    return already_raised();
                }
                break;
            }
            auto r = one();
            if (r.ok()) {
                items->v.push_back(r.take());
            } else {
                if (kept)
                    clear_pending(ts_);
                else
                    kept = fetch(ts_);
            }
        }
        if (end && *f_) ++f_;
        if (!kept) return {};
        restore(ts_, std::move(kept).take());
        return already_raised();
    }
    Result<Ref<Object>> text(const char* s, Index n, bool bytes) {
        if (!s) return Ref<Object>::share(none());
        std::string_view v(s, n < 0 ? strlen(s) : static_cast<size_t>(n));
        if (bytes) return bytes_new(ts_, v);
        return str_new_utf8(ts_, v);
    }
    Result<Ref<Object>> one() {
        char c = *f_++;
        switch (c) {
            case '(': {
                Items items;
                TRY(until(')', &items));
                return tuple(items);
            }
            case '[': {
                Items items;
                TRY(until(']', &items));
                auto l = TRY(list_new(ts_));
                for (auto& i : items.v) TRY(list_append_owned(ts_, *l, std::move(i)));
                return l;
            }
            case '{': {
                Items items;
                TRY(until('}', &items));
                auto d = TRY(dict_new(ts_));
                if (items.v.size() % 2) return raise(ts_, Exc::SystemError, "Bad dict format");
                for (size_t i = 0; i < items.v.size(); i += 2)
                    TRY(dict_set(ts_, *d, *items.v[i], *items.v[i + 1]));
                return d;
            }
            case 'b':
            case 'B':
            case 'h':
            case 'i':
                return box_int(ts_, va_arg(*va_, int));
            case 'H':
                return box_int(ts_, va_arg(*va_, int));
            case 'I':
                return box_int(ts_, va_arg(*va_, unsigned));
            case 'l':
                return box_int(ts_, va_arg(*va_, long));
            case 'k':
                return int_from_uint64(ts_, va_arg(*va_, unsigned long));
            case 'L':
                return box_int(ts_, va_arg(*va_, long long));
            case 'K':
                return int_from_uint64(ts_, va_arg(*va_, unsigned long long));
            case 'n':
                return box_int(ts_, va_arg(*va_, Index));
            case 'p':
                return Ref<Object>::share(bool_object(va_arg(*va_, int)));
            case 'f':
            case 'd':
                return box_float(ts_, va_arg(*va_, double));
            case 'c': {
                char byte = static_cast<char>(va_arg(*va_, int));
                return bytes_new(ts_, {&byte, 1});
            }
            case 'C':
                return str_from_char(ts_, static_cast<uint32_t>(va_arg(*va_, int)));
            case 's':
            case 'z':
            case 'U':
            case 'y': {
                const char* s = va_arg(*va_, const char*);
                Index n = -1;
                if (*f_ == '#') {
                    ++f_;
                    n = va_arg(*va_, Index);
                    if (!clean_) return raise(ts_, Exc::SystemError, kUnclean);
                }
                return text(s, n, c == 'y');
            }
            case 'N':
            case 'S':
            case 'O': {
                if (*f_ == '&') {
                    ++f_;
                    auto convert = va_arg(*va_, Object * (*)(void*));
                    return Result<Ref<Object>>::from_c(convert(va_arg(*va_, void*)));
                }
                Object* o = va_arg(*va_, Object*);
                if (!o) {
                    if (!pending(ts_))
                        return raise(ts_, Exc::SystemError, "NULL object passed to Py_BuildValue");
                    return already_raised();
                }
                return c == 'N' ? Ref<Object>::steal(o) : Ref<Object>::share(*o);
            }
            default:
                return raise(ts_, Exc::SystemError, "bad format char passed to Py_BuildValue");
        }
    }
    Attached ts_;
    const char* f_;
    va_list* va_;
    bool clean_;
};

// PyUnicode_FromFormat's language.
Result<Ref<Str>> format_text(Attached ts, const char* f, va_list* va) {
    for (const char* p = f; *p; ++p) {
        if (!(*p & 0x80)) continue;
        return raise(
            ts, Exc::ValueError,
            "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{:02x}",
            static_cast<unsigned char>(*p));
    }
    StrBuilder out;
    while (*f) {
        if (*f != '%') {
            const char* start = f;
            while (*f && *f != '%') ++f;
            out.append_utf8({start, static_cast<size_t>(f - start)});
            continue;
        }
        std::string spec = "%";
        ++f;
        while (*f == '0' || *f == '-') spec += *f++;
        int width = 0, precision = -1;
        while (*f >= '0' && *f <= '9') {
            width = width * 10 + (*f - '0');
            spec += *f++;
        }
        if (*f == '.') {
            spec += *f++;
            precision = 0;
            while (*f >= '0' && *f <= '9') {
                precision = precision * 10 + (*f - '0');
                spec += *f++;
            }
        }
        int longs = 0;
        bool size = false;
        while (*f == 'l' || *f == 'z' || *f == 't' || *f == 'j') {
            if (*f == 'l')
                ++longs;
            else
                size = true;
            ++f;
        }
        char c = *f ? *f++ : 0;
        char buffer[128];
        auto number = [&](const char* length, auto value) {
            std::string s = spec + length + c;
            snprintf(buffer, sizeof buffer, s.c_str(), value);
            out.append_utf8(buffer);
        };
        auto add = [&](Str& s) {
            Index n = precision >= 0 && precision < s.length ? precision : s.length;
            if (width > n && spec.find('-') == spec.npos) out.append_repeated(' ', width - n);
            out.append_range(s, 0, n);
            if (width > n && spec.find('-') != spec.npos) out.append_repeated(' ', width - n);
        };
        switch (c) {
            case '%':
                out.append('%');
                break;
            case 'c':
                out.append(static_cast<uint32_t>(va_arg(*va, int)));
                break;
            case 'd':
            case 'i':
                if (longs || size)
                    number("l", longs > 1 ? va_arg(*va, long long) : va_arg(*va, long));
                else
                    number("", va_arg(*va, int));
                break;
            case 'u':
            case 'x':
            case 'X':
            case 'o':
                if (longs || size)
                    number("l", va_arg(*va, unsigned long));
                else
                    number("", va_arg(*va, unsigned));
                break;
            case 'p':
                snprintf(buffer, sizeof buffer, "%p", va_arg(*va, void*));
                out.append_utf8(buffer);
                break;
            case 's': {
                const char* s = va_arg(*va, const char*);
                auto text = decode_utf8(ts,
                                        precision >= 0
                                            ? std::string_view(s, strnlen(s, static_cast<size_t>(precision)))
                                            : std::string_view(s),
                                        "replace");
                add(*TRY(std::move(text)));
                break;
            }
            case 'U':
                add(static_cast<Str&>(*va_arg(*va, Object*)));
                break;
            case 'V': {
                Object* o = va_arg(*va, Object*);
                const char* s = va_arg(*va, const char*);
                if (o)
                    add(static_cast<Str&>(*o));
                else
                    add(*TRY(decode_utf8(ts, s, "replace")));
                break;
            }
            case 'S':
                add(*TRY(str(ts, *va_arg(*va, Object*))));
                break;
            case 'R':
                add(*TRY(repr(ts, *va_arg(*va, Object*))));
                break;
            case 'A':
                add(*TRY(ascii(ts, *va_arg(*va, Object*))));
                break;
            default:
                return raise(ts, Exc::SystemError, "invalid format string: {}", spec);
        }
    }
    return out.finish(ts);
}

Object* call_with_format(Attached ts, Object* callable, const char* format, va_list* va) {
    if (!callable) {
        if (!pending(ts)) (void)raise(ts, Exc::SystemError, "null argument to internal routine");
        return nullptr;
    }
    if (!format || !*format) return api::PyObject_CallNoArgs(ts, callable);
    return Builder(ts, format, va, true).call_with_all(*callable);
}

}  // namespace

BATON_EXPORT Object* Py_VaBuildValue(const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    Object* r = give(Builder(calling_thread("Py_VaBuildValue"), format, &copy, false).all());
    va_end(copy);
    return r;
}
BATON_EXPORT Object* _Py_VaBuildValue_SizeT(const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    Object* r = give(Builder(calling_thread("Py_VaBuildValue"), format, &copy, true).all());
    va_end(copy);
    return r;
}
BATON_EXPORT Object* Py_BuildValue(const char* format, ...) {
    va_list va;
    va_start(va, format);
    Object* r = give(Builder(calling_thread("Py_BuildValue"), format, &va, false).all());
    va_end(va);
    return r;
}
BATON_EXPORT Object* _Py_BuildValue_SizeT(const char* format, ...) {
    va_list va;
    va_start(va, format);
    Object* r = give(Builder(calling_thread("Py_BuildValue"), format, &va, true).all());
    va_end(va);
    return r;
}
BATON_EXPORT Object* PyTuple_Pack(Index n, ...) {
    Attached ts = calling_thread("PyTuple_Pack");
    va_list va;
    va_start(va, n);
    auto t = tuple_alloc(ts, n);
    for (Index i = 0; i < n && t.ok(); ++i) {
        Object* o = va_arg(va, Object*);
        incref(o);
        t->item[i] = o;
    }
    va_end(va);
    if (t.ok() && n) tuple_track(ts, *t);
    return t.release();
}

BATON_EXPORT Object* PyObject_CallFunction(Object* callable, const char* format, ...) {
    va_list va;
    va_start(va, format);
    Object* r = call_with_format(calling_thread("PyObject_CallFunction"), callable, format, &va);
    va_end(va);
    return r;
}
BATON_EXPORT Object* PyObject_CallMethod(Object* object, const char* name, const char* format, ...) {
    Attached ts = calling_thread("PyObject_CallMethod");
    auto n = name_of(ts, name);
    auto method = n ? get_attr(ts, *object, *n) : Result<Ref<Object>>(already_raised());
    if (!method.ok()) return nullptr;
    va_list va;
    va_start(va, format);
    Object* r = call_with_format(ts, method.get(), format, &va);
    va_end(va);
    return r;
}
namespace {
Object* call_objects(Attached ts, Object* callable, va_list* va) {
    ShortVector<Value, 8> all;
    auto& args = all.v;
    args.emplace_back();
    while (Object* o = va_arg(*va, Object*)) args.push_back(unbox_borrowed(o));
    Object* r = give_value(ts, call_value(ts, *callable, args.data() + 1, args.size() - 1, nullptr));
    for (size_t i = 1; i < args.size(); ++i) drop(ts, args[i]);
    return r;
}
}  // namespace
BATON_EXPORT Object* PyObject_CallFunctionObjArgs(Object* callable, ...) {
    va_list va;
    va_start(va, callable);
    Object* r = call_objects(calling_thread("PyObject_CallFunctionObjArgs"), callable, &va);
    va_end(va);
    return r;
}
BATON_EXPORT Object* PyObject_CallMethodObjArgs(Object* object, Object* name, ...) {
    Attached ts = calling_thread("PyObject_CallMethodObjArgs");
    auto method = get_attr(ts, *object, static_cast<Str&>(*name));
    if (!method.ok()) return nullptr;
    va_list va;
    va_start(va, name);
    Object* r = call_objects(ts, method.get(), &va);
    va_end(va);
    return r;
}

// ---- messages ----
BATON_EXPORT Object* PyUnicode_FromFormatV(const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    Object* r = give(format_text(calling_thread("PyUnicode_FromFormatV"), format, &copy));
    va_end(copy);
    return r;
}
BATON_EXPORT Object* PyUnicode_FromFormat(const char* format, ...) {
    va_list va;
    va_start(va, format);
    Object* r = give(format_text(calling_thread("PyUnicode_FromFormat"), format, &va));
    va_end(va);
    return r;
}
BATON_EXPORT Object* PyErr_FormatV(Object* exception, const char* format, va_list va) {
    Attached ts = calling_thread("PyErr_FormatV");
    clear_pending(ts);
    va_list copy;
    va_copy(copy, va);
    auto text = format_text(ts, format, &copy);
    va_end(copy);
    if (text.ok()) api::PyErr_SetObject(ts, exception, text.get());
    return nullptr;
}
BATON_EXPORT Object* PyErr_Format(Object* exception, const char* format, ...) {
    va_list va;
    va_start(va, format);
    PyErr_FormatV(exception, format, va);
    va_end(va);
    return nullptr;
}
BATON_EXPORT void _PyErr_BadInternalCall(const char* file, int line) {
    Attached ts = calling_thread("PyErr_BadInternalCall");
    (void)raise(ts, Exc::SystemError, "{}:{}: bad argument to internal function", file, line);
}
BATON_EXPORT [[noreturn]] void _Py_FatalErrorFunc(const char* function, const char* message) {
    fatal(function, message);
}

}  // namespace baton
