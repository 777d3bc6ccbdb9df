// The private forms of argument parsing that generated code calls: arguments in an array, parsers that are
// completed at their first use.
#include <algorithm>

#include "capi/getargs.h"
#include "capi/shared.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

// Counts what a parser's keywords say, once: names, how many of them are positional only, and for formats how
// many arguments there must be. The tuple of names lives as long as the parser: for good.
bool complete(Attached ts, CArgParser& p) {
    if (p.names) return true;
    Index total = 0, nameless = 0;
    for (; p.keywords[total]; ++total) {
        if (*p.keywords[total]) continue;
        if (nameless != total) {
            (void)raise(ts, Exc::SystemError, "Empty keyword parameter name");
            return false;
        }
        ++nameless;
    }
    if (p.format && !p.function) {
        if (const char* colon = strchr(p.format, ':')) p.function = colon + 1;
        if (const char* semicolon = strchr(p.format, ';')) p.custom_message = semicolon + 1;
    }
    auto names = tuple_alloc(ts, total - nameless);
    if (!names.ok()) return false;
    for (Index i = nameless; i < total; ++i) names->item[i - nameless] = &str_static(ts, p.keywords[i]);
    p.positional = static_cast<int>(nameless);
    p.names = names.release();
    return true;
}

const char* plural(Index n) {
    return n == 1 ? "" : "s";
}

// One keyword argument of a call in either form; borrowed, null = not given. *failed: raised.
class Keywords {
  public:
    Keywords(Object* dict, Object* names, Object* const* values)
        : dict_(static_cast<Dict*>(dict)), names_(static_cast<Tuple*>(names)), values_(values) {}
    Index count() const { return dict_ ? dict_->used : names_ ? names_->size : 0; }
    Object* find(Str& name) const {
        if (dict_) return dict_find_str(*dict_, name);
        for (Index i = 0; names_ && i < names_->size; ++i) {
            if (names_->item[i] == &name) return values_[i];
        }
        for (Index i = 0; names_ && i < names_->size; ++i) {
            Object* given = names_->item[i];
            if (is_str(*given) && str_eq(static_cast<Str&>(*given), name)) return values_[i];
        }
        return nullptr;
    }
    // Calls f with every name.
    template <class F>
    void each(F&& f) const {
        Index pos = 0;
        Object *key, *value;
        while (dict_ && dict_next(*dict_, &pos, &key, &value)) {
            if (!f(*key)) return;
        }
        for (Index i = 0; !dict_ && names_ && i < names_->size; ++i) {
            if (!f(*names_->item[i])) return;
        }
    }

  private:
    Dict* dict_;
    Tuple* names_;
    Object* const* values_;
};

void raise_unexpected(Attached ts, const Keywords& keywords, const CArgParser& p, const char* who,
                      const char* parens) {
    keywords.each([&](Object& key) {
        if (!is_str(key)) {
            (void)raise(ts, Exc::TypeError, "keywords must be strings");
            return false;
        }
        for (Index i = 0; i < p.names->size; ++i) {
            if (str_eq(static_cast<Str&>(*p.names->item[i]), static_cast<Str&>(key))) return true;
        }
        auto text = str_as_utf8(ts, static_cast<Str&>(key));
        if (text.ok())
            (void)raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for {}{}", *text,
                        p.function ? who : "this function", parens);
        return false;
    });
}

// Array arguments as the tuple and the dict that the parsers of formats take.
struct Packed {
    OptRef<Tuple> args;
    OptRef<Dict> kwargs;
};
bool pack(Attached ts, Object* const* args, Index nargs, Object* kwnames, Packed* out) {
    auto t = tuple_from(ts, args, nargs);
    if (!t.ok()) return false;
    out->args = t.take();
    auto* names = static_cast<Tuple*>(kwnames);
    if (!names || !names->size) return true;
    auto d = dict_new(ts);
    if (!d.ok()) return false;
    for (Index i = 0; i < names->size; ++i) {
        if (!dict_set(ts, *d, *names->item[i], *args[nargs + i]).ok()) return false;
    }
    out->kwargs = d.take();
    return true;
}
char** names_of(const CArgParser& p) {
    return const_cast<char**>(p.keywords);
}

}  // namespace

namespace api {

int _PyArg_CheckPositional(Attached ts, const char* name, Index nargs, Index least, Index most) {
    if (nargs >= least && nargs <= most) return 1;
    const Index bound = nargs < least ? least : most;
    const char* how = least == most ? "" : nargs < least ? "at least " : "at most ";
    if (name)
        (void)raise(ts, Exc::TypeError, "{} expected {}{} argument{}, got {}", name, how, bound,
                    plural(bound), nargs);
    else
        (void)raise(ts, Exc::TypeError, "unpacked tuple should have {}{} element{}, but has {}", how, bound,
                    plural(bound), nargs);
    return 0;
}
void _PyArg_BadArgument(Attached ts, const char* function, const char* name, const char* expected,
                        Object* o) {
    (void)raise(ts, Exc::TypeError, "{}() {} must be {}, not {}", function, name, expected,
                is_none(*o) ? "None" : type_name(*o));
}
int _PyArg_NoKeywords(Attached ts, const char* function, Object* kwargs) {
    if (!kwargs) return 1;
    if (!is_dict(*kwargs)) {
        (void)raise_bad_internal_call(ts, "_PyArg_NoKeywords");
        return 0;
    }
    if (!static_cast<Dict*>(kwargs)->used) return 1;
    (void)raise(ts, Exc::TypeError, "{}() takes no keyword arguments", function);
    return 0;
}
int _PyArg_NoPositional(Attached ts, const char* function, Object* args) {
    if (!args) return 1;
    if (!is_tuple(*args)) {
        (void)raise_bad_internal_call(ts, "_PyArg_NoPositional");
        return 0;
    }
    if (!static_cast<Tuple*>(args)->size) return 1;
    (void)raise(ts, Exc::TypeError, "{}() takes no positional arguments", function);
    return 0;
}
int _PyArg_NoKwnames(Attached ts, const char* function, Object* kwnames) {
    if (!kwnames || !static_cast<Tuple*>(kwnames)->size) return 1;
    (void)raise(ts, Exc::TypeError, "{}() takes no keyword arguments", function);
    return 0;
}
int PyArg_ValidateKeywordArguments(Attached ts, Object* kwargs) {
    if (!is_dict(*kwargs)) {
        (void)raise_bad_internal_call(ts, "PyArg_ValidateKeywordArguments");
        return 0;
    }
    if (_PyDict_HasOnlyStringKeys(ts, kwargs)) return 1;
    (void)raise(ts, Exc::TypeError, "keywords must be strings");
    return 0;
}

Object* const* _PyArg_UnpackKeywords(Attached ts, Object* const* args, Index nargs, Object* kwargs,
                                     Object* kwnames, CArgParser* parser, int least, int most,
                                     int least_keywords, Object** buf) {
    if (kwargs && !is_dict(*kwargs)) {
        (void)raise_bad_internal_call(ts, "_PyArg_UnpackKeywords");
        return nullptr;
    }
    if (!args && nargs == 0) args = buf;
    if (!complete(ts, *parser)) return nullptr;
    const Keywords keywords(kwargs, kwnames, args + nargs);
    Index given = keywords.count();
    if (given == 0 && least_keywords == 0 && least <= nargs && nargs <= most) return args;
    const char* who = parser->function ? parser->function : "function";
    const char* parens = parser->function ? "()" : "";
    const int nameless = parser->positional;
    const Index total = nameless + parser->names->size;
    if (nargs + given > total) {
        (void)raise(ts, Exc::TypeError, "{}{} takes at most {} {}argument{} ({} given)", who, parens, total,
                    nargs == 0 ? "keyword " : "", plural(total), nargs + given);
        return nullptr;
    }
    if (nargs > most) {
        if (most == 0)
            (void)raise(ts, Exc::TypeError, "{}{} takes no positional arguments", who, parens);
        else
            (void)raise(ts, Exc::TypeError, "{}{} takes {} {} positional argument{} ({} given)", who, parens,
                        least < most ? "at most" : "exactly", most, plural(most), nargs);
        return nullptr;
    }
    const int least_nameless = std::min(nameless, least);
    if (nargs < least_nameless) {
        (void)raise(ts, Exc::TypeError, "{}{} takes {} {} positional argument{} ({} given)", who, parens,
                    least_nameless < most ? "at least" : "exactly", least_nameless, plural(least_nameless),
                    nargs);
        return nullptr;
    }
    for (Index i = 0; i < nargs; ++i) buf[i] = args[i];
    const Index required = least_keywords ? most + least_keywords : least;
    for (Index i = std::max<Index>(nargs, nameless); i < total; ++i) {
        auto& name = static_cast<Str&>(*parser->names->item[i - nameless]);
        Object* o = nullptr;
        if (given) {
            o = keywords.find(name);
        } else if (i >= required) {
            for (; i < total; ++i) buf[i] = nullptr;
            break;
        }
        buf[i] = o;
        if (o) {
            --given;
        } else if (i < least || (most <= i && i < required)) {
            (void)raise(ts, Exc::TypeError, "{}{} missing required argument '{}' (pos {})", who, parens,
                        parser->keywords[i], i + 1);
            return nullptr;
        }
    }
    if (given == 0) return buf;
    for (Index i = nameless; i < nargs; ++i) {
        if (!keywords.find(static_cast<Str&>(*parser->names->item[i - nameless]))) continue;
        (void)raise(ts, Exc::TypeError, "argument for {}{} given by name ('{}') and position ({})", who,
                    parens, parser->keywords[i], i + 1);
        return nullptr;
    }
    raise_unexpected(ts, keywords, *parser, who, parens);
    return nullptr;
}

}  // namespace api

// ---- with a variable number of targets ----
BATON_EXPORT int PyArg_VaParseTupleAndKeywords(Object* args, Object* kwargs, const char* format, char** names,
                                               va_list va) {
    va_list copy;
    va_copy(copy, va);
    bool ok = parse_keywords(calling_thread("PyArg_VaParseTupleAndKeywords"), args, kwargs, format, names,
                             &copy, false);
    va_end(copy);
    return ok;
}
BATON_EXPORT int _PyArg_VaParseTupleAndKeywords_SizeT(Object* args, Object* kwargs, const char* format,
                                                      char** names, va_list va) {
    va_list copy;
    va_copy(copy, va);
    bool ok = parse_keywords(calling_thread("PyArg_VaParseTupleAndKeywords"), args, kwargs, format, names,
                             &copy, true);
    va_end(copy);
    return ok;
}

#define STACK_PARSER(name, clean)                                                      \
    BATON_EXPORT int name(Object* const* args, Index nargs, const char* format, ...) { \
        Attached ts = calling_thread(#name);                                           \
        Packed p;                                                                      \
        if (!pack(ts, args, nargs, nullptr, &p)) return 0;                             \
        va_list va;                                                                    \
        va_start(va, format);                                                          \
        bool ok = parse_tuple(ts, p.args.get(), format, &va, clean);                   \
        va_end(va);                                                                    \
        return ok;                                                                     \
    }
STACK_PARSER(_PyArg_ParseStack, false)
STACK_PARSER(_PyArg_ParseStack_SizeT, true)
#undef STACK_PARSER
#define STACK_KEYWORD_PARSER(name, clean)                                                                    \
    BATON_EXPORT int name(Object* const* args, Index nargs, Object* kwnames, CArgParser* parser, ...) {      \
        Attached ts = calling_thread(#name);                                                                 \
        Packed p;                                                                                            \
        if (!pack(ts, args, nargs, kwnames, &p)) return 0;                                                   \
        va_list va;                                                                                          \
        va_start(va, parser);                                                                                \
        bool ok =                                                                                            \
            parse_keywords(ts, p.args.get(), p.kwargs.get(), parser->format, names_of(*parser), &va, clean); \
        va_end(va);                                                                                          \
        return ok;                                                                                           \
    }
STACK_KEYWORD_PARSER(_PyArg_ParseStackAndKeywords, false)
STACK_KEYWORD_PARSER(_PyArg_ParseStackAndKeywords_SizeT, true)
#undef STACK_KEYWORD_PARSER
#define FAST_PARSER(name, clean)                                                                         \
    BATON_EXPORT int name(Object* args, Object* kwargs, CArgParser* parser, ...) {                       \
        va_list va;                                                                                      \
        va_start(va, parser);                                                                            \
        bool ok = parse_keywords(calling_thread(#name), args, kwargs, parser->format, names_of(*parser), \
                                 &va, clean);                                                            \
        va_end(va);                                                                                      \
        return ok;                                                                                       \
    }
FAST_PARSER(_PyArg_ParseTupleAndKeywordsFast, false)
FAST_PARSER(_PyArg_ParseTupleAndKeywordsFast_SizeT, true)
#undef FAST_PARSER
BATON_EXPORT int _PyArg_VaParseTupleAndKeywordsFast(Object* args, Object* kwargs, CArgParser* parser,
                                                    va_list va) {
    return PyArg_VaParseTupleAndKeywords(args, kwargs, parser->format, names_of(*parser), va);
}
BATON_EXPORT int _PyArg_VaParseTupleAndKeywordsFast_SizeT(Object* args, Object* kwargs, CArgParser* parser,
                                                          va_list va) {
    return PyArg_VaParseTupleAndKeywords(args, kwargs, parser->format, names_of(*parser), va);
}
BATON_EXPORT int _PyArg_UnpackStack(Object* const* args, Index nargs, const char* name, Index least,
                                    Index most, ...) {
    if (!api::_PyArg_CheckPositional(calling_thread("_PyArg_UnpackStack"), name, nargs, least, most))
        return 0;
    va_list va;
    va_start(va, most);
    for (Index i = 0; i < nargs; ++i) *va_arg(va, Object**) = args[i];
    va_end(va);
    return 1;
}

}  // namespace baton
