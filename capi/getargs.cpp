// PyArg_Parse and its family: objects to C values by format.
#include "capi/getargs.h"

#include <algorithm>
#include <cstring>

#include "runtime/types/dict.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

struct Shape {
    int least = -1, most = 0, positional = -1;
    const char *function = nullptr, *message = nullptr;
    bool bad = false;              // a mark where none can be
    const char* misuse = nullptr;  // what is wrong with | and $
};
bool is_letter(char c) {
    return static_cast<unsigned char>((c | 0x20) - 'a') < 26;
}
// Counts the units of a format. `strays`: what can be none counts as one, which is refused when its turn
// comes.
Shape shape_of(const char* f, bool strays = false) {
    Shape s;
    int depth = 0;
    char unit = 0;
    for (; *f && *f != ':' && *f != ';'; ++f) {
        const bool letter = is_letter(*f);
        if (letter) unit = *f;
        if (*f == '#' && !strchr("szytuZw", unit)) s.bad = true;
        if (*f == '(') {
            if (depth++ == 0) ++s.most;
        } else if (*f == ')') {
            --depth;
        } else if (depth == 0) {
            if (*f == '|') {
                if (s.least >= 0) s.misuse = "Invalid format string (| specified twice)";
                if (s.positional >= 0) s.misuse = "Invalid format string ($ before |)";
                s.least = s.most;
            } else if (*f == '$') {
                if (s.positional >= 0) s.misuse = "Invalid format string ($ specified twice)";
                s.positional = s.most;
            } else if (letter) {
                ++s.most;
                if (*f == 'e' && f[1]) unit = *++f;  // two characters, whatever the second is
            } else if (strays && (!unit || !strchr("#*!&", *f))) {
                ++s.most;
            }
        }
    }
    if (s.least < 0) s.least = s.most;
    if (s.positional < 0) s.positional = s.most;
    if (*f == ':') s.function = f + 1;
    if (*f == ';') s.message = f + 1;
    return s;
}

}  // namespace

// True: raised, because the format has a # and the caller may mean an int by it.
static bool unclean(Attached ts, const char* format, bool clean) {
    if (clean || !format || !std::memchr(format, '#', std::strcspn(format, ":;"))) return false;
    (void)raise(ts, Exc::SystemError, kUnclean);
    return true;
}

bool parse_tuple(Attached ts, Object* args, const char* format, va_list* va, bool clean) {
    if (unclean(ts, format, clean)) return false;
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

// False: raised. The name may have lone surrogates.
static bool unknown_keyword(Attached ts, Str& name, const char* function, const char* parens) {
    StrBuilder b;
    b.append('\'');
    b.append(name);
    b.append_ascii("' is an invalid keyword argument for ");
    b.append_ascii(function);
    b.append_ascii(parens);
    auto text = b.finish(ts);
    if (text.ok()) (void)raise_with(ts, Exc::TypeError, text.take());
    return false;
}

bool parse_keywords(Attached ts, Object* args, Object* kwargs, const char* format, char** names, va_list* va,
                    bool clean) {
    if (unclean(ts, format, clean)) return false;
    if (!args || !is_tuple(*args) || (kwargs && !is_dict(*kwargs)) || !format || !names) {
        (void)raise_bad_internal_call(ts, "PyArg_ParseTupleAndKeywords");
        return false;
    }
    auto& t = static_cast<Tuple&>(*args);
    auto* k = static_cast<Dict*>(kwargs);
    Shape s = shape_of(format, true);
    const char* who = s.function ? s.function : "function";
    const char* parens = s.function ? "()" : "";
    const Index given = t.size + (k ? k->used : 0);
    const auto plural = [](Index n) { return n == 1 ? "" : "s"; };
    int nameless = 0, named = 0;  // those only by position, and all of them
    while (names[nameless] && !*names[nameless]) ++nameless;
    for (named = nameless; names[named]; ++named) {
        if (*names[named]) continue;
        (void)raise(ts, Exc::SystemError, "Empty keyword parameter name");
        return false;
    }
    if (s.misuse) {
        (void)raise(ts, Exc::SystemError, "{}", s.misuse);
        return false;
    }
    if (nameless > s.positional) {
        (void)raise(ts, Exc::SystemError, "Empty parameter name after $");
        return false;
    }
    // As CPython notices it: when so many were given that parsing comes to where names and units part.
    if (named != s.most && (t.size >= std::min(named, s.most) || (k && k->used))) {
        if (named > s.most)
            (void)raise(ts, Exc::SystemError, "More keyword list entries ({}) than format specifiers ({})",
                        named, s.most);
        else
            (void)raise(ts, Exc::SystemError,
                        "more argument specifiers than keyword list entries (remaining format:'{}')", format);
        return false;
    }
    s.most = std::min(s.most, named);
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
                    bound < s.positional ? "at least" : "exactly", bound, plural(bound), t.size);
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
            // A name that only looks like one of ours was not found under it.
            bool known = false;
            for (int i = 0; i < s.most && !known; ++i) {
                if (!*names[i] || !str_eq_ascii(static_cast<Str&>(*key), names[i])) continue;
                auto name = str_new_utf8(ts, names[i]);
                if (!name.ok()) return false;
                known = dict_find_str(*k, *name) != nullptr;
            }
            if (known) continue;
            return unknown_keyword(ts, static_cast<Str&>(*key), s.function ? s.function : "this function",
                                   parens);
        }
    }
    p.keep();
    return true;
}

BATON_EXPORT int PyArg_VaParse(Object* args, const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    bool ok = parse_tuple(calling_thread("PyArg_VaParse"), args, format, &copy, false);
    va_end(copy);
    return ok;
}
BATON_EXPORT int _PyArg_VaParse_SizeT(Object* args, const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    bool ok = parse_tuple(calling_thread("PyArg_VaParse"), args, format, &copy, true);
    va_end(copy);
    return ok;
}
BATON_EXPORT int PyArg_ParseTuple(Object* args, const char* format, ...) {
    va_list va;
    va_start(va, format);
    bool ok = parse_tuple(calling_thread("PyArg_ParseTuple"), args, format, &va, false);
    va_end(va);
    return ok;
}
BATON_EXPORT int _PyArg_ParseTuple_SizeT(Object* args, const char* format, ...) {
    va_list va;
    va_start(va, format);
    bool ok = parse_tuple(calling_thread("PyArg_ParseTuple"), args, format, &va, true);
    va_end(va);
    return ok;
}
#define PARSE_ONE(name, clean)                                     \
    BATON_EXPORT int name(Object* args, const char* format, ...) { \
        Attached ts = calling_thread("PyArg_Parse");               \
        if (unclean(ts, format, clean)) return 0;                  \
        Shape s = shape_of(format);                                \
        va_list va;                                                \
        va_start(va, format);                                      \
        ArgumentParser p(ts, format, &va, s.function, s.message);  \
        bool ok = p.next(args, 0);                                 \
        if (ok) p.keep();                                          \
        va_end(va);                                                \
        return ok;                                                 \
    }
PARSE_ONE(PyArg_Parse, false)
PARSE_ONE(_PyArg_Parse_SizeT, true)
#undef PARSE_ONE
BATON_EXPORT int PyArg_ParseTupleAndKeywords(Object* args, Object* kwargs, const char* format, char** names,
                                             ...) {
    va_list va;
    va_start(va, names);
    bool ok = parse_keywords(calling_thread("PyArg_ParseTupleAndKeywords"), args, kwargs, format, names, &va,
                             false);
    va_end(va);
    return ok;
}
BATON_EXPORT int _PyArg_ParseTupleAndKeywords_SizeT(Object* args, Object* kwargs, const char* format,
                                                    char** names, ...) {
    va_list va;
    va_start(va, names);
    bool ok =
        parse_keywords(calling_thread("PyArg_ParseTupleAndKeywords"), args, kwargs, format, names, &va, true);
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
