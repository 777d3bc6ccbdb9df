// PyArg_Parse and its family: objects to C values by format.
#include "capi/getargs.h"

#include <algorithm>
#include <cstring>

#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

struct Shape {
    int least = -1, most = 0, positional = -1;
    const char *function = nullptr, *message = nullptr;
    bool bad = false;  // a mark where none can be
};
bool is_letter(char c) {
    return static_cast<unsigned char>((c | 0x20) - 'a') < 26;
}
// Counts the units of a format.
Shape shape_of(const char* f) {
    Shape s;
    int depth = 0;
    char unit = 0;
    for (; *f && *f != ':' && *f != ';'; ++f) {
        const bool letter = is_letter(*f);
        if (letter) unit = *f;
        if (*f == '#' && !strchr("szyt", unit)) s.bad = true;
        if (*f == '(') {
            if (depth++ == 0) ++s.most;
        } else if (*f == ')') {
            --depth;
        } else if (depth == 0) {
            if (*f == '|')
                s.least = s.most;
            else if (*f == '$')
                s.positional = s.most;
            else if (letter && *f != 'e')
                ++s.most;  // e belongs to the s or t behind it
        }
    }
    if (s.least < 0) s.least = s.most;
    if (s.positional < 0) s.positional = s.most;
    if (*f == ':') s.function = f + 1;
    if (*f == ';') s.message = f + 1;
    return s;
}

}  // namespace

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
        } else {
            int bound = t.size < s.least ? s.least : s.most;
            (void)raise(ts, Exc::TypeError, "{}{} takes {} {} argument{} ({} given)",
                        s.function ? s.function : "function", s.function ? "()" : "",
                        s.least == s.most  ? "exactly"
                        : t.size < s.least ? "at least"
                                           : "at most",
                        bound, bound == 1 ? "" : "s", t.size);
        }
        return false;
    }
    ArgumentParser p(ts, format, va, s.function, s.message);
    for (Index i = 0; i < t.size; ++i) {
        if (!p.next(t.item[i], static_cast<int>(i) + 1)) return false;
    }
    if (s.bad) {
        (void)raise(ts, Exc::SystemError, "bad format string: {}", format);
        return false;
    }
    p.keep();
    return true;
}

bool parse_keywords(Attached ts, Object* args, Object* kwargs, const char* format, char** names,
                    va_list* va) {
    if (!args || !is_tuple(*args) || (kwargs && !is_dict(*kwargs)) || !format || !names) {
        (void)raise_bad_internal_call(ts, "PyArg_ParseTupleAndKeywords");
        return false;
    }
    auto& t = static_cast<Tuple&>(*args);
    auto* k = static_cast<Dict*>(kwargs);
    Shape s = shape_of(format);
    const char* who = s.function ? s.function : "function";
    const char* parens = s.function ? "()" : "";
    const Index given = t.size + (k ? k->used : 0);
    const auto plural = [](Index n) { return n == 1 ? "" : "s"; };
    int nameless = 0;  // only by position
    while (nameless < s.most && !*names[nameless]) ++nameless;
    if (given > s.most) {
        (void)raise(ts, Exc::TypeError, "{}{} takes at most {} {}argument{} ({} given)", who, parens, s.most,
                    t.size == 0 ? "keyword " : "", plural(s.most), given);
        return false;
    }
    if (t.size > s.positional) {
        if (s.positional == 0) {
            (void)raise(ts, Exc::TypeError, "{}{} takes no positional arguments", who, parens);
        } else {
            (void)raise(ts, Exc::TypeError, "{}{} takes {} {} positional argument{} ({} given)", who, parens,
                        s.least == s.most ? "exactly" : "at most", s.positional, plural(s.positional),
                        t.size);
        }
        return false;
    }
    if (const int bound = std::min(nameless, s.least); t.size < bound) {
        (void)raise(ts, Exc::TypeError, "{}{} takes {} {} positional argument{} ({} given)", who, parens,
                    bound < s.most ? "at least" : "exactly", bound, plural(bound), t.size);
        return false;
    }
    ArgumentParser p(ts, format, va, s.function, s.message);
    Index used = 0;
    for (int i = 0; i < s.most; ++i) {
        Object* o = i < t.size ? t.item[i] : nullptr;
        if (!o && k && *names[i]) {
            auto key = str_new_utf8(ts, names[i]);
            if (!key.ok()) return false;
            o = dict_find_str(*k, *key);
            if (o) ++used;
        }
        if (!o && i < s.least) {
            (void)raise(ts, Exc::TypeError, "{}{} missing required argument '{}' (pos {})", who, parens,
                        names[i], i + 1);
            return false;
        }
        if (!p.next(o, i + 1)) return false;
    }
    if (k && used < k->used) {
        for (int i = nameless; i < t.size; ++i) {
            auto key = str_new_utf8(ts, names[i]);
            if (!key.ok()) return false;
            if (!dict_find_str(*k, *key)) continue;
            (void)raise(ts, Exc::TypeError, "argument for {}{} given by name ('{}') and position ({})", who,
                        parens, names[i], i + 1);
            return false;
        }
        Index pos = 0;
        Object *key, *value;
        while (dict_next(*k, &pos, &key, &value)) {
            if (!is_str(*key)) {
                (void)raise(ts, Exc::TypeError, "keywords must be strings");
                return false;
            }
            bool known = false;
            for (int i = 0; i < s.most && !known; ++i)
                known = *names[i] && str_eq_ascii(static_cast<Str&>(*key), names[i]);
            if (known) continue;
            auto text = str_as_utf8(ts, static_cast<Str&>(*key));
            if (text.ok())
                (void)raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for {}{}", *text,
                            s.function ? s.function : "this function", parens);
            return false;
        }
    }
    p.keep();
    return true;
}

BATON_EXPORT int PyArg_VaParse(Object* args, const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    bool ok = parse_tuple(calling_thread("PyArg_VaParse"), args, format, &copy);
    va_end(copy);
    return ok;
}
BATON_EXPORT int _PyArg_VaParse_SizeT(Object* args, const char* format, va_list va) {
    return PyArg_VaParse(args, format, va);
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
#define PARSE_ONE(name)                                            \
    BATON_EXPORT int name(Object* args, const char* format, ...) { \
        Attached ts = calling_thread("PyArg_Parse");               \
        Shape s = shape_of(format);                                \
        va_list va;                                                \
        va_start(va, format);                                      \
        ArgumentParser p(ts, format, &va, s.function, s.message);  \
        bool ok = p.next(args, 0);                                 \
        if (ok) p.keep();                                          \
        va_end(va);                                                \
        return ok;                                                 \
    }
PARSE_ONE(PyArg_Parse)
PARSE_ONE(_PyArg_Parse_SizeT)
#undef PARSE_ONE
BATON_EXPORT int PyArg_ParseTupleAndKeywords(Object* args, Object* kwargs, const char* format, char** names,
                                             ...) {
    va_list va;
    va_start(va, names);
    bool ok = parse_keywords(calling_thread("PyArg_ParseTupleAndKeywords"), args, kwargs, format, names, &va);
    va_end(va);
    return ok;
}
BATON_EXPORT int _PyArg_ParseTupleAndKeywords_SizeT(Object* args, Object* kwargs, const char* format,
                                                    char** names, ...) {
    va_list va;
    va_start(va, names);
    bool ok = parse_keywords(calling_thread("PyArg_ParseTupleAndKeywords"), args, kwargs, format, names, &va);
    va_end(va);
    return ok;
}
BATON_EXPORT int PyArg_UnpackTuple(Object* args, const char* name, Index min, Index max, ...) {
    Attached ts = calling_thread("PyArg_UnpackTuple");
    if (!args || !is_tuple(*args)) {
        (void)raise(ts, Exc::SystemError, "PyArg_UnpackTuple() argument list is not a tuple");
        return 0;
    }
    auto& t = static_cast<Tuple&>(*args);
    if (!api::_PyArg_CheckPositional(ts, name, t.size, min, max)) return 0;
    va_list va;
    va_start(va, max);
    for (Index i = 0; i < t.size; ++i) *va_arg(va, Object**) = t.item[i];
    va_end(va);
    return 1;
}

}  // namespace baton
