#include "runtime/exceptions.h"

#include "runtime/allocate_instance.h"
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions_layout.h"
#include "runtime/object_ops.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

// ---- making ----

namespace {

// Makes instances of the static types natively: zeroed fields, args set; then the layout's own part of
// __init__.
Result<Ref<BaseException>> bare_exception(Attached ts, Type& type, Ref<Tuple> args) {
    auto e = TRY(new_instance<BaseException>(ts, type));
    e->args = args.release();
    gc_track(ts, e.get());
    return e;
}

}  // namespace

Result<Ref<BaseException>> new_exception(Attached ts, Exc which, Ref<Tuple> args) {
    Type& type = exc_type(which);
    const TypeInfo& slots = info(type);
    const TypeInfo& plain = info(exc_type(Exc::BaseException));
    if (slots.tp_new != plain.tp_new || slots.init != plain.init) {
        // A layout with fields of its own: its constructor takes the arguments as any caller's.
        constexpr Index kMost = 8;
        if (args->size <= kMost) {
            Value argv[kMost + 1];
            for (Index i = 0; i < args->size; ++i) argv[i + 1] = Value(args->item[i]);
            auto n = static_cast<size_t>(args->size);
            auto made = TRY(slots.tp_new(ts, type, argv + 1, n, nullptr));
            TRY(info(*made).init(ts, *made, argv + 1, n, nullptr));
            return std::move(made).cast<BaseException>();
        }
        return make_exception(ts, type, args.get());
    }
    return bare_exception(ts, type, std::move(args));
}

Result<void> set_args(Attached ts, BaseException& self, Value* args, size_t nargs) {
    TRY(box_all(ts, args, nargs));
    // __new__ has stored the same arguments a moment ago in the common case.
    bool same = self.args && static_cast<size_t>(self.args->size) == nargs;
    for (size_t i = 0; same && i < nargs; ++i) same = self.args->item[i] == args[i].object();
    if (same) return {};
    auto tuple = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs)));
    replace_field(ts, self.args, tuple.release());
    return {};
}

Result<void> reject_keywords(Attached ts, const Type& cls, Tuple* kwnames) {
    if (!kwnames || kwnames->size == 0) return {};
    return raise(ts, Exc::TypeError, "{}() takes no keyword arguments", cls.name);
}

// BaseException.__new__ takes any keywords: subclasses with an __init__ of their own use them.
Result<Ref<Object>> base_exception_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple*) {
    TRY(box_all(ts, args, nargs));
    auto tuple = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs)));
    return bare_exception(ts, cls, std::move(tuple));
}

Result<void> base_exception_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(reject_keywords(ts, *self.type, kwnames));
    return set_args(ts, static_cast<BaseException&>(self), args, nargs);
}

// ---- links ----

void set_context(Attached ts, BaseException& e, OptRef<BaseException> context) {
    replace_field<Object>(ts, e.context, context.release());
}
void set_cause(Attached ts, BaseException& e, OptRef<Object> cause) {
    e.suppress_context = 1;
    replace_field<Object>(ts, e.cause, cause.release());
}
void set_traceback(Attached ts, BaseException& e, OptRef<Object> traceback) {
    replace_field<Object>(ts, e.traceback, traceback.release());
}

// ---- BaseException ----

Result<Ref<Str>> base_exception_str(Attached ts, Object& self) {
    Tuple& args = *static_cast<BaseException&>(self).args;
    switch (args.size) {
        case 0:
            return str_empty();
        case 1:
            return str(ts, *args.item[0]);
        default:
            return str(ts, args);
    }
}

namespace {

Result<Ref<Object>> exception_str(Attached ts, BaseException& self) {
    return base_exception_str(ts, self);
}

Result<Ref<Object>> exception_repr(Attached ts, BaseException& self) {
    Ref<Str> args = self.args->size == 1 ? TRY(repr(ts, *self.args->item[0])) : TRY(repr(ts, *self.args));
    StrBuilder b;
    b.append_utf8(type_short_name(*self.type));
    if (self.args->size == 1) b.append('(');
    b.append(*args);
    if (self.args->size == 1) b.append(')');
    return b.finish(ts);
}

Result<Ref<Object>> exception_reduce(Attached ts, BaseException& self) {
    if (self.dict) return tuple_of(ts, {self.type, self.args, self.dict});
    return tuple_of(ts, {self.type, self.args});
}

Result<void> exception_setstate(Attached ts, BaseException& self, Object& state) {
    if (is_none(state)) return {};
    if (!is_dict(state)) return raise(ts, Exc::TypeError, "state is not a dictionary");
    auto& dict = static_cast<Dict&>(state);
    Index at = 0;
    Object *key, *value;
    while (dict_next(dict, &at, &key, &value)) {
        if (!is_str(*key))
            return raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(*key));
        auto name = Ref<Str>::share(static_cast<Str&>(*key));
        auto kept = Ref<Object>::share(*value);
        TRY(set_attr(ts, self, *name, *kept));
    }
    return {};
}

// The traceback type belongs to vm; it is known here by being a static type of that name.
bool is_traceback(const Object& o) {
    return !has_flag(*o.type, kTypeHeap) && std::string_view(o.type->name) == "traceback";
}

Result<void> store_traceback(Attached ts, BaseException& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "__traceback__ may not be deleted");
    if (is_none(*value)) {
        set_traceback(ts, self, {});
        return {};
    }
    if (!is_traceback(*value)) return raise(ts, Exc::TypeError, "__traceback__ must be a traceback or None");
    set_traceback(ts, self, Ref<Object>::share(*value));
    return {};
}

Result<Ref<Object>> exception_with_traceback(Attached ts, BaseException& self, Object& tb) {
    TRY(store_traceback(ts, self, &tb));
    return Ref<Object>::share(self);
}

Result<void> exception_add_note(Attached ts, BaseException& self, Object& note) {
    if (!is_str(note)) return raise(ts, Exc::TypeError, "note must be a str, not '{}'", type_name(note));
    OptRef<Object> notes = TRY(get_attr_opt(ts, self, id(Name::__notes__)));
    if (!notes) {
        auto list = TRY(list_new(ts));
        TRY(set_attr(ts, self, id(Name::__notes__), *list));
        return list_append(ts, *list, note);
    }
    if (!is_list(*notes)) return raise(ts, Exc::TypeError, "Cannot add note: __notes__ is not a list");
    return list_append(ts, static_cast<List&>(*notes), note);
}

constexpr Method exception_methods[] = {
    method<exception_reduce>("__reduce__($self, /)", nullptr),
    method<exception_setstate>("__setstate__($self, state, /)", nullptr),
    method<exception_with_traceback>(
        "with_traceback($self, tb, /)",
        "Makes tb the traceback of this exception, and gives the exception itself."),
    method<exception_add_note>("add_note($self, note, /)", "Keeps a text that is shown below the traceback."),
    {},
};

Result<Ref<Object>> or_none(Object* field) {
    return Ref<Object>::share(field ? *field : none());
}

Result<Ref<Object>> get_args(Attached, BaseException& self) {
    return or_none(self.args);
}
Result<void> store_args(Attached ts, BaseException& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "args may not be deleted");
    auto tuple = TRY(to_tuple(ts, *value));
    replace_field(ts, self.args, tuple.release());
    return {};
}
Result<Ref<Object>> get_traceback(Attached, BaseException& self) {
    return or_none(self.traceback);
}
Result<Ref<Object>> get_context(Attached, BaseException& self) {
    return or_none(self.context);
}
Result<void> store_context(Attached ts, BaseException& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "__context__ may not be deleted");
    if (is_none(*value)) {
        set_context(ts, self, {});
        return {};
    }
    if (!is_exception(*value))
        return raise(ts, Exc::TypeError, "exception context must be None or derive from BaseException");
    set_context(ts, self, Ref<BaseException>::share(static_cast<BaseException&>(*value)));
    return {};
}
Result<Ref<Object>> get_cause(Attached, BaseException& self) {
    return or_none(self.cause);
}
Result<void> store_cause(Attached ts, BaseException& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "__cause__ may not be deleted");
    if (is_none(*value)) {
        set_cause(ts, self, {});
        return {};
    }
    if (!is_exception(*value))
        return raise(ts, Exc::TypeError, "exception cause must be None or derive from BaseException");
    set_cause(ts, self, Ref<Object>::share(*value));
    return {};
}
Result<Ref<Object>> get_suppress(Attached, BaseException& self) {
    return Ref<Object>::share(bool_object(self.suppress_context));
}
Result<void> store_suppress(Attached ts, BaseException& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
    if (value != &bool_object(true) && value != &bool_object(false))
        return raise(ts, Exc::TypeError, "attribute value type must be bool");
    self.suppress_context = value == &bool_object(true);
    return {};
}

constexpr GetSet exception_getset[] = {
    kDictRow,
    property_row<get_args, store_args>("args"),
    property_row<get_traceback, store_traceback>("__traceback__"),
    property_row<get_context, store_context>(
        "__context__", "The exception that was being handled when this one was raised."),
    property_row<get_cause, store_cause>("__cause__",
                                         "The exception that `raise ... from` gave as the reason."),
    property_row<get_suppress, store_suppress>("__suppress_context__"),
    {},
};

constexpr TypeSpec make_base_spec() {
    auto s = exception_spec<BaseException>("BaseException", nullptr, "What every exception derives from.");
    s.methods = exception_methods;
    s.getset = exception_getset;
    s.repr = typed_slot<exception_repr>;
    s.str = typed_slot<exception_str>;
    s.init = slot<base_exception_init>;
    s.tp_new = slot<base_exception_new>;
    return s;
}

}  // namespace

constexpr TypeSpec BaseException_spec = make_base_spec();

// ---- the table ----

Type exception_types[kExceptionCount] = {
#define EXC(name, base, layout, doc) {},
#include "runtime/exceptions.def"
#undef EXC
};

extern "C" {
#define EXPORTED __attribute__((visibility("default")))
#define EXC(name, base, layout, doc) \
    EXPORTED Object* PyExc_##name = &exception_types[static_cast<int>(Exc::name)];
#include "runtime/exceptions.def"
#undef EXC
EXPORTED Object* PyExc_EnvironmentError = &exception_types[static_cast<int>(Exc::OSError)];
EXPORTED Object* PyExc_IOError = &exception_types[static_cast<int>(Exc::OSError)];
#undef EXPORTED
}

namespace {

#define EXC(name, base, layout, doc) \
    constexpr TypeSpec name##_spec = exception_spec<layout>(#name, exception_base(Exc::base), doc);
#define EXC_OWN(name, base, layout, doc)
#include "runtime/exceptions.def"
#undef EXC

struct TwoTuple : VarObject {
    Object* item[2];
};
static_assert(offsetof(TwoTuple, item) == offsetof(Tuple, item));
TwoTuple exception_group_bases = {
    {{kImmortalRefcnt, &PyTuple_Type}, 2},
    {exception_base(Exc::BaseExceptionGroup), exception_base(Exc::Exception)},
};

}  // namespace

void exceptions_init_process(Attached ts) {
    // ExceptionGroup is also an Exception: its bases are given before it is readied.
    exception_types[static_cast<int>(Exc::ExceptionGroup)].bases =
        reinterpret_cast<Tuple*>(&exception_group_bases);
    for (int i = 0; const TypeSpec* spec : {
#define EXC(name, base, layout, doc) &name##_spec,
#include "runtime/exceptions.def"
#undef EXC
                    }) {
        ready_static_type(ts, exception_types[i++], *spec);
    }
}

Result<void> exceptions_init_interp(Attached ts) {
    auto memory = TRY(bare_exception(ts, exc_type(Exc::MemoryError), empty_tuple()));
    replace_field<Object>(ts, interp(ts).memory_error, memory.release());
    auto recursion = TRY(bare_exception(ts, exc_type(Exc::RecursionError), empty_tuple()));
    replace_field<Object>(ts, interp(ts).recursion_error, recursion.release());
    return {};
}

void exceptions_clear_interp(Attached ts) {
    replace_field<Object>(ts, interp(ts).memory_error, nullptr);
    replace_field<Object>(ts, interp(ts).recursion_error, nullptr);
}

}  // namespace baton
