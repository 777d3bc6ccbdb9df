#include "runtime/types/object_reduce.h"

#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

// An attribute of the module copyreg, imported when it was not yet.
Result<Ref<Object>> copyreg(Attached ts, const char* attribute) {
    auto name = TRY(str_intern_utf8(ts, "copyreg"));
    auto what = TRY(str_intern_utf8(ts, attribute));
    RuntimeInterp& in = interp(ts);
    Object* module = in.sys_modules ? dict_find_str(*in.sys_modules, *name) : nullptr;
    if (module && !is_none(*module)) return get_attr(ts, *module, *what);
    auto import = TRY(builtin(ts, id(Name::__import__)));
    auto imported = TRY(call(ts, *import, {name.get()}));
    return get_attr(ts, *imported, *what);
}

Raised cannot_pickle(Attached ts, Object& o) {
    return raise(ts, Exc::TypeError, "cannot pickle '{}' object", type_name(o));
}

// Names of all __slots__ along the MRO, mangled; a list or None, kept in the class by copyreg.
Result<Ref<Object>> slot_names(Attached ts, Type& t) {
    if (Object* known = dict_find_str(*t.dict, id(Name::__slotnames__))) {
        if (!is_none(*known) && !is_list(*known)) {
            return raise(ts, Exc::TypeError, "{}.__slotnames__ should be a list or None, not {}", t.name,
                         type_name(*known));
        }
        return Ref<Object>::share(*known);
    }
    auto f = TRY(copyreg(ts, "_slotnames"));
    auto names = TRY(call(ts, *f, {&t}));
    if (!is_none(*names) && !is_list(*names)) {
        return raise(ts, Exc::TypeError, "copyreg._slotnames didn't return a list or None");
    }
    return names;
}

Result<bool> has_empty_dict(Attached ts, Object& o) {
    OptRef<Object> d = TRY(get_dict(ts, o, false));
    return !d || (is_dict(*d) && static_cast<Dict&>(*d).used == 0);
}

struct NewArguments {
    OptRef<Tuple> args;
    OptRef<Dict> kwargs;
};
Result<void> new_arguments(Attached ts, Object& o, NewArguments* out) {
    OptRef<Object> ex = TRY(lookup_special(ts, o, id(Name::__getnewargs_ex__)));
    if (ex) {
        auto r = TRY(call(ts, *ex));
        if (!is_tuple(*r)) {
            return raise(ts, Exc::TypeError, "__getnewargs_ex__ should return a tuple, not '{}'",
                         type_name(*r));
        }
        auto& pair = static_cast<Tuple&>(*r);
        if (pair.size != 2) {
            return raise(ts, Exc::ValueError, "__getnewargs_ex__ should return a tuple of length 2, not {}",
                         pair.size);
        }
        if (!is_tuple(*pair.item[0])) {
            return raise(ts, Exc::TypeError,
                         "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                         type_name(*pair.item[0]));
        }
        if (!is_dict(*pair.item[1])) {
            return raise(ts, Exc::TypeError,
                         "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                         type_name(*pair.item[1]));
        }
        out->args = Ref<Tuple>::share(static_cast<Tuple&>(*pair.item[0]));
        out->kwargs = Ref<Dict>::share(static_cast<Dict&>(*pair.item[1]));
        return {};
    }
    OptRef<Object> plain = TRY(lookup_special(ts, o, id(Name::__getnewargs__)));
    if (!plain) return {};
    auto r = TRY(call(ts, *plain));
    if (!is_tuple(*r))
        return raise(ts, Exc::TypeError, "__getnewargs__ should return a tuple, not '{}'", type_name(*r));
    out->args = std::move(r).cast<Tuple>();
    return {};
}

Result<Ref<Object>> state_of(Attached ts, Object& o, bool required) {
    auto get = TRY(get_attr(ts, o, id(Name::__getstate__)));
    Object* theirs = type_lookup(*o.type, id(Name::__getstate__));
    bool is_default = theirs == type_lookup(PyBaseObject_Type, id(Name::__getstate__)) &&
                      get->type == &PyCFunction_Type && static_cast<CFunction&>(*get).self == &o;
    if (is_default) return object_getstate_default(ts, o, required);
    return call(ts, *get);
}

// Protocol 2 and above: copyreg.__newobj__ and what it needs.
Result<Ref<Object>> reduce_new_object(Attached ts, Object& o) {
    Type& t = *o.type;
    if (!info(t).tp_new || has_flag(t, kTypeDisallowInstantiation)) return cannot_pickle(ts, o);
    NewArguments given;
    TRY(new_arguments(ts, o, &given));
    const bool has_args = static_cast<bool>(given.args);
    OptRef<Object> make, arguments;
    if (!given.kwargs || given.kwargs->used == 0) {
        make = TRY(copyreg(ts, "__newobj__"));
        Index n = has_args ? given.args->size : 0;
        auto all = TRY(tuple_alloc(ts, n + 1));
        all->item[0] = Ref<Object>::share(t).release();
        for (Index i = 0; i < n; ++i) all->item[i + 1] = Ref<Object>::share(*given.args->item[i]).release();
        arguments = tuple_finish(ts, std::move(all));
    } else {
        make = TRY(copyreg(ts, "__newobj_ex__"));
        arguments = TRY(tuple_of(ts, {&t, given.args.get(), given.kwargs.get()}));
    }
    auto state = TRY(state_of(ts, o, !(has_args || is_list(o) || is_dict(o))));
    Ref<Object> items = Ref<Object>::share(none()), pairs = Ref<Object>::share(none());
    if (is_list(o)) items = TRY(get_iter(ts, o));
    if (is_dict(o)) {
        auto view = TRY(call_method(ts, o, id(Name::items)));
        pairs = TRY(get_iter(ts, *view));
    }
    return tuple_of(ts, {make.get(), arguments.get(), state.get(), items.get(), pairs.get()});
}

}  // namespace

Result<Ref<Object>> object_getstate_default(Attached ts, Object& o, bool required) {
    Type& t = *o.type;
    if (required && t.itemsize) return raise(ts, Exc::TypeError, "cannot pickle {} objects", type_name(o));
    Ref<Object> state = Ref<Object>::share(none());
    if (!TRY(has_empty_dict(ts, o))) {
        OptRef<Object> d = TRY(get_attr_opt(ts, o, id(Name::__dict__)));
        if (d) state = std::move(d).take();
    }
    auto names = TRY(slot_names(ts, t));
    const Index count = is_none(*names) ? 0 : static_cast<List&>(*names).size;
    if (required) {
        Index size = sizeof(Object);
        if (t.dictoffset) size += sizeof(Object*);
        if (t.weaklistoffset) size += sizeof(Object*);
        size += static_cast<Index>(sizeof(Object*)) * count;
        if (t.basicsize > size) return cannot_pickle(ts, o);
    }
    if (count == 0) return state;
    auto slots = TRY(dict_new(ts));
    for (Index i = 0; i < static_cast<List&>(*names).size; ++i) {
        auto name = Ref<Object>::share(*static_cast<List&>(*names).item[i]);
        if (!is_str(*name)) return raise(ts, Exc::TypeError, "__slotnames__ items must be strings");
        OptRef<Object> v = TRY(get_attr_opt(ts, o, static_cast<Str&>(*name)));
        if (v) TRY(dict_set(ts, *slots, *name, *v));
    }
    if (slots->used == 0) return state;
    return tuple_of(ts, {state.get(), slots.get()});
}

Result<Ref<Object>> object_reduce_protocol(Attached ts, Object& self, int protocol) {
    if (protocol >= 2) return reduce_new_object(ts, self);
    auto f = TRY(copyreg(ts, "_reduce_ex"));
    auto n = TRY(box_int(ts, protocol));
    return call(ts, *f, {&self, n.get()});
}

}  // namespace baton
