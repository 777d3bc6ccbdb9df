// Binding arguments of native functions to parameters, with CPython's messages.
#include "runtime/native.h"

#include <limits>

#include "runtime/call.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

const char* value_type_name(Value v) {
    return v.is_int() ? "int" : is_none(*v.object()) ? "None" : type_name(*v.object());
}

int find_param(const Signature& s, Str& name, int from) {
    if (!str_is_ascii(name)) return -1;
    std::string_view text = str_ascii_view(name);
    for (int i = from; i < s.count; ++i) {
        if (s.param_name(i) == text) return i;
    }
    return -1;
}

Raised raise_missing(Attached ts, const Signature& s, Value** bound) {
    for (int i = 0; i < s.count; ++i) {
        bool needed = i < s.positional ? i < s.required : (s.required_keywords >> i & 1) != 0;
        if (!needed || bound[i]) continue;
        if (i < s.positional_only) break;
        if (i < s.positional) {
            return raise(ts, Exc::TypeError, "{}() missing required argument '{}' (pos {})", s.name(),
                         s.param_name(i), i + 1);
        }
        return raise(ts, Exc::TypeError, "{}() missing required keyword-only argument '{}'", s.name(),
                     s.param_name(i));
    }
    size_t given = 0;
    while (given < s.positional && bound[given]) ++given;
    return raise_argument_count(ts, s, given);
}

}  // namespace

Raised raise_argument_count(Attached ts, const Signature& s, size_t given) {
    const bool all_positional_only = s.positional_only == s.count && !s.varkw;
    if (all_positional_only && !s.varargs && s.count == 0) {
        return raise(ts, Exc::TypeError, "{}() takes no arguments ({} given)", s.name(), given);
    }
    if (all_positional_only && !s.varargs && s.required == s.positional && s.count == 1) {
        return raise(ts, Exc::TypeError, "{}() takes exactly one argument ({} given)", s.name(), given);
    }
    const bool exact = s.required == s.positional && !s.varargs;
    const size_t limit = given < s.required ? s.required : s.positional;
    if (all_positional_only) {
        const char* bound_word = exact ? "" : given < s.required ? "at least " : "at most ";
        return raise(ts, Exc::TypeError, "{} expected {}{} argument{}, got {}", s.name(), bound_word, limit,
                     limit == 1 ? "" : "s", given);
    }
    if (limit == 0) return raise(ts, Exc::TypeError, "{}() takes no positional arguments", s.name());
    const char* bound_word = exact ? "exactly" : given < s.required ? "at least" : "at most";
    return raise(ts, Exc::TypeError, "{}() takes {} {} positional argument{} ({} given)", s.name(),
                 bound_word, limit, limit == 1 ? "" : "s", given);
}

Result<void> bind_arguments(Attached ts, const Signature& s, Value* args, size_t nargs, Tuple* kwnames,
                            Value** bound) {
    const size_t keywords = kwnames ? static_cast<size_t>(kwnames->size) : 0;
    if (s.positional_only < s.count && !s.varargs && !s.varkw && nargs + keywords > s.count) {
        const bool exact = s.required == s.count;
        return raise(ts, Exc::TypeError, "{}() takes {} {} {}argument{} ({} given)", s.name(),
                     exact ? "exactly" : "at most", s.count, nargs == 0 ? "keyword " : "",
                     s.count == 1 ? "" : "s", nargs + keywords);
    }
    if (nargs > s.positional && !s.varargs) return raise_argument_count(ts, s, nargs);
    const size_t n = nargs < s.positional ? nargs : s.positional;
    for (size_t i = 0; i < n; ++i) bound[i] = args + i;
    if (kwnames && kwnames->size && !s.varkw) {
        if (s.positional_only == s.count)
            return raise(ts, Exc::TypeError, "{}() takes no keyword arguments", s.name());
        for (Index k = 0; k < kwnames->size; ++k) {
            auto& name = static_cast<Str&>(*kwnames->item[k]);
            int i = find_param(s, name, s.positional_only);
            if (i < 0) {
                if (find_param(s, name, 0) >= 0) {
                    return raise(ts, Exc::TypeError,
                                 "{}() got some positional-only arguments passed as keyword arguments: '{}'",
                                 s.name(), str_ascii_view(name));
                }
                auto text = TRY(str_as_utf8(ts, name));
                return raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for {}()", text,
                             s.name());
            }
            if (bound[i]) {
                return raise(ts, Exc::TypeError, "argument for {}() given by name ('{}') and position ({})",
                             s.name(), s.param_name(i), i + 1);
            }
            bound[i] = args + nargs + k;
        }
    }
    for (int i = 0; i < s.count; ++i) {
        bool needed = i < s.positional ? i < s.required : (s.required_keywords >> i & 1) != 0;
        if (needed && !bound[i]) return raise_missing(ts, s, bound);
    }
    return {};
}

Raised raise_bad_argument(Attached ts, const Signature& s, int index, const char* expected, Value got) {
    // A function of one positional-only parameter does not number it; a keyword parameter is told by name.
    if (index >= s.positional_only) {
        return raise(ts, Exc::TypeError, "{}() argument '{}' must be {}, not {}", s.name(),
                     s.param_name(index), expected, value_type_name(got));
    }
    if (s.count == 1 && !s.varargs) {
        return raise(ts, Exc::TypeError, "{}() argument must be {}, not {}", s.name(), expected,
                     value_type_name(got));
    }
    return raise(ts, Exc::TypeError, "{}() argument {} must be {}, not {}", s.name(), index + 1, expected,
                 value_type_name(got));
}

Result<Index> convert_index(Attached ts, Value v) {
    if (v.is_int()) return v.as_int();
    auto i = TRY(number_index(ts, *v.object()));
    int overflow;
    int64_t n = int_as_int64(*i, &overflow);
    if (overflow) return raise(ts, Exc::OverflowError, "Python int too large to convert to C ssize_t");
    return n;
}

Result<int64_t> convert_int64(Attached ts, Value v, int64_t min, int64_t max, const char* c_type) {
    int64_t n;
    int overflow = 0;
    if (v.is_int()) {
        n = v.as_int();
    } else {
        auto i = TRY(number_index(ts, *v.object()));
        n = int_as_int64(*i, &overflow);
    }
    if (overflow || n < INT64_MIN || n > INT64_MAX) {
        return raise(ts, Exc::OverflowError, "Python int too large to convert to C long");
    }
    if (n > max) return raise(ts, Exc::OverflowError, "signed integer is greater than maximum");
    if (n < min) return raise(ts, Exc::OverflowError, "signed integer is less than minimum");
    (void)c_type;
    return n;
}

Result<uint64_t> convert_uint64_mask(Attached ts, Value v) {
    if (v.is_int()) return static_cast<uint64_t>(v.as_int());
    auto i = TRY(number_index(ts, *v.object()));
    return int_as_uint64_mask(*i);
}

Result<double> convert_double(Attached ts, Value v) {
    if (v.is_int()) return static_cast<double>(v.as_int());
    Object& o = *v.object();
    if (is_float(o)) return static_cast<Float&>(o).value;
    if (info(o).nb_float) {
        auto f = TRY(info(o).nb_float(ts, o));
        if (!is_float(*f)) {
            return raise(ts, Exc::TypeError, "{}.__float__ returned non-float (type {})", type_name(o),
                         type_name(*f));
        }
        if (f->type != &PyFloat_Type) {
            TRY(warn(ts, Exc::DeprecationWarning,
                     fmt::format("{}.__float__ returned non-float (type {}).  The ability to return an "
                                 "instance of a strict "
                                 "subclass of float is deprecated, and may not be supported in a future "
                                 "version of Python.",
                                 type_name(o), type_name(*f))));
        }
        return static_cast<Float&>(*f).value;
    }
    if (info(o).index) {
        auto i = TRY(number_index(ts, o));
        return int_to_double(ts, Value(i.get()));
    }
    return raise(ts, Exc::TypeError, "must be real number, not {}", type_name(o));
}

Result<bool> truth(Attached ts, Value v) {
    if (v.is_int()) return v.as_int() != 0;
    return is_true(ts, *v.object());
}

Value call_native_from_c(Attached ts, const Method& row, Object* self, Object* const* args, size_t nargs,
                         Tuple* kwnames) {
    constexpr size_t kInline = 10;
    const size_t total = nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0);
    Value small[kInline];
    Value* room = small;
    if (total + 1 > kInline) {
        room = static_cast<Value*>(allocate(ts, (total + 1) * sizeof(Value)));
        if (!room) return raise_no_memory(ts);
    }
    room[0] = Value();
    for (size_t i = 0; i < total; ++i) room[1 + i] = unbox_borrowed(args[i]);
    Value r = row.fn(ts, row, self, room + 1, nargs, kwnames);
    for (size_t i = 0; i < total; ++i) drop(ts, room[1 + i]);
    if (room != small) free_block(ts, room);
    return r;
}

}  // namespace baton
