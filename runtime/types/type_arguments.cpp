#include "runtime/types/type_arguments.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

namespace baton {

Result<void> append_type_argument(Attached ts, StrBuilder& b, Object& o) {
    if (&o == &ellipsis()) {
        b.append_ascii("...");
        return {};
    }
    OptRef<Object> qualname, module;
    OptRef<Object> origin = TRY(get_attr_opt(ts, o, id(Name::__origin__)));
    OptRef<Object> args;
    if (origin) args = TRY(get_attr_opt(ts, o, id(Name::__args__)));
    if (!origin || !args) {
        qualname = TRY(get_attr_opt(ts, o, id(Name::__qualname__)));
        if (qualname) module = TRY(get_attr_opt(ts, o, id(Name::__module__)));
    }
    if (!qualname || !module || is_none(*module)) {
        auto text = TRY(repr(ts, o));
        b.append(*text);
        return {};
    }
    auto name = TRY(str(ts, *qualname));
    auto package = TRY(str(ts, *module));
    if (!str_eq(*package, id(Name::builtins))) {
        b.append(*package);
        b.append('.');
    }
    b.append(*name);
    return {};
}

namespace {

Result<void> add_once(Attached ts, List& list, Object& o) {
    for (Index i = 0; i < list.size; ++i) {
        if (list.item[i] == &o) return {};
    }
    return list_append(ts, list, o);
}

Index index_of(Tuple& t, Object& o) {
    for (Index i = 0; i < t.size; ++i) {
        if (t.item[i] == &o) return i;
    }
    return -1;
}

// *tuple[int, str] and typing.Unpack[...] stand for the arguments inside; null when o is no such thing.
Result<OptRef<Object>> unpacked_arguments(Attached ts, Object& o) {
    if (is_exact(o, Py_GenericAliasType)) {
        auto& alias = static_cast<GenericAlias&>(o);
        if (alias.starred && alias.origin == &PyTuple_Type)
            return OptRef<Object>(Ref<Object>::share(*alias.args));
        return OptRef<Object>();
    }
    OptRef<Object> args = TRY(get_attr_opt(ts, o, id(Name::__typing_unpacked_tuple_args__)));
    if (args && is_none(*args)) return OptRef<Object>();
    return args;
}

Result<Ref<Tuple>> unpack_item(Attached ts, Object& item) {
    bool many = is_tuple(item);
    Index n = many ? static_cast<Tuple&>(item).size : 1;
    auto out = TRY(list_new(ts));
    for (Index i = 0; i < n; ++i) {
        Object& o = many ? *static_cast<Tuple&>(item).item[i] : item;
        OptRef<Object> inner;
        if (!is_type(o)) inner = TRY(unpacked_arguments(ts, o));
        if (inner && is_tuple(*inner)) {
            auto& t = static_cast<Tuple&>(*inner);
            if (!(t.size && t.item[t.size - 1] == &ellipsis())) {
                for (Index k = 0; k < t.size; ++k) TRY(list_append(ts, *out, *t.item[k]));
                continue;
            }
        }
        TRY(list_append(ts, *out, o));
    }
    return list_to_tuple(ts, *out);
}

// obj[...] with the values of its own parameters.
Result<Ref<Object>> substitute_inside(Attached ts, Object& o, Tuple& parameters, Tuple& values) {
    OptRef<Object> inner = TRY(get_attr_opt(ts, o, id(Name::__parameters__)));
    if (!inner || !is_tuple(*inner) || static_cast<Tuple&>(*inner).size == 0) return Ref<Object>::share(o);
    auto& names = static_cast<Tuple&>(*inner);
    auto list = TRY(list_new(ts));
    for (Index i = 0; i < names.size; ++i) {
        Index at = index_of(parameters, *names.item[i]);
        if (at < 0) {
            TRY(list_append(ts, *list, *names.item[i]));
            continue;
        }
        Object& value = *values.item[at];
        if (info(*parameters.item[at]).iter && is_tuple(value)) {  // a TypeVarTuple takes several
            auto& t = static_cast<Tuple&>(value);
            for (Index k = 0; k < t.size; ++k) TRY(list_append(ts, *list, *t.item[k]));
        } else {
            TRY(list_append(ts, *list, value));
        }
    }
    auto key = TRY(list_to_tuple(ts, *list));
    return get_item(ts, o, *key);
}

Result<bool> is_unpacked_typevartuple(Attached ts, Object& o) {
    if (is_type(o)) return false;
    OptRef<Object> mark = TRY(get_attr_opt(ts, o, id(Name::__typing_is_unpacked_typevartuple__)));
    if (!mark) return false;
    return is_true(ts, *mark);
}

}  // namespace

Result<Ref<Tuple>> type_parameters(Attached ts, Tuple& args) {
    auto found = TRY(list_new(ts));
    for (Index i = 0; i < args.size; ++i) {
        Object& o = *args.item[i];
        if (is_type(o)) continue;
        OptRef<Object> subst = TRY(get_attr_opt(ts, o, id(Name::__typing_subst__)));
        if (subst) {
            TRY(add_once(ts, *found, o));
            continue;
        }
        OptRef<Object> inner = TRY(get_attr_opt(ts, o, id(Name::__parameters__)));
        if (!inner || !is_tuple(*inner)) continue;
        auto& t = static_cast<Tuple&>(*inner);
        for (Index k = 0; k < t.size; ++k) TRY(add_once(ts, *found, *t.item[k]));
    }
    return list_to_tuple(ts, *found);
}

Result<Ref<Tuple>> substitute_parameters(Attached ts, Object& self, Tuple& args, Tuple& parameters,
                                         Object& item) {
    if (parameters.size == 0) {
        auto shown = TRY(show_repr(ts, self));
        return raise(ts, Exc::TypeError, "{} is not a generic class", shown.view);
    }
    Ref<Object> values = TRY(unpack_item(ts, item));
    for (Index i = 0; i < parameters.size; ++i) {
        OptRef<Object> prepare =
            TRY(get_attr_opt(ts, *parameters.item[i], id(Name::__typing_prepare_subst__)));
        if (!prepare || is_none(*prepare)) continue;
        if (!is_tuple(*values)) values = TRY(tuple_of(ts, {values.get()}));
        values = TRY(call(ts, *prepare, {&self, values.get()}));
    }
    if (!is_tuple(*values)) values = TRY(tuple_of(ts, {values.get()}));
    auto& given = static_cast<Tuple&>(*values);
    if (given.size != parameters.size) {
        auto shown = TRY(show_repr(ts, self));
        return raise(ts, Exc::TypeError, "Too {} arguments for {}; actual {}, expected {}",
                     given.size > parameters.size ? "many" : "few", shown.view, given.size, parameters.size);
    }
    auto out = TRY(list_new(ts));
    for (Index i = 0; i < args.size; ++i) {
        Object& o = *args.item[i];
        if (is_type(o)) {
            TRY(list_append(ts, *out, o));
            continue;
        }
        bool spread = TRY(is_unpacked_typevartuple(ts, o));
        OptRef<Object> subst = TRY(get_attr_opt(ts, o, id(Name::__typing_subst__)));
        Ref<Object> replaced = Ref<Object>::share(o);
        if (subst) {
            Index at = index_of(parameters, o);
            replaced = TRY(call(ts, *subst, {given.item[at < 0 ? 0 : at]}));
        } else {
            replaced = TRY(substitute_inside(ts, o, parameters, given));
        }
        if (spread && is_tuple(*replaced)) {
            auto& t = static_cast<Tuple&>(*replaced);
            for (Index k = 0; k < t.size; ++k) TRY(list_append(ts, *out, *t.item[k]));
        } else {
            TRY(list_append(ts, *out, *replaced));
        }
    }
    return list_to_tuple(ts, *out);
}

}  // namespace baton
