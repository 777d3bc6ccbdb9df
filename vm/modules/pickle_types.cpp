// Pickler, Unpickler and what shows their memos.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/pickle.h"

namespace baton {

namespace {

struct MemoProxy : Object {
    Object* owner;
};

Result<OptRef<Object>> method_of(Attached ts, Object& o, std::string_view name) {
    return get_attr_opt(ts, o, *TRY(str_intern_utf8(ts, name)));
}
void set_field(Attached ts, Object*& field, Object* value) {
    xincref(value);
    xdecref(ts, std::exchange(field, value));
}
template <class... F>
void drop_all(Attached ts, F*&... fields) {
    (xdecref(ts, std::exchange(fields, nullptr)), ...);
}

// ---- Pickler ----
Result<Ref<Object>> pickler_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<Pickler> self = TRY(new_instance<Pickler>(ts, cls));
    self->state = new (std::nothrow) PicklerState;
    if (!self->state) return raise_no_memory(ts);
    return self;
}
void pickler_clear_state(Attached ts, PicklerState& s) {
    s.memo.clear();
    drop_all(ts, s.write, s.buffer_callback, s.persistent_id, s.dispatch_table);
}
void pickler_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<Pickler&>(object);
    gc_untrack(&self);
    if (self.state) {
        pickler_clear_state(ts, *self.state);
        delete self.state;
    }
    free_instance(ts, self);
}
int pickler_traverse(Object* o, VisitProc visit, void* arg) {
    const PicklerState* s = static_cast<Pickler*>(o)->state;
    if (!s) return 0;
    for (const auto& [object, number] : s->memo.all()) {
        if (const int r = visit(object, arg)) return r;
    }
    return visit_fields(visit, arg, s->write, s->buffer_callback, s->persistent_id, s->dispatch_table);
}
int pickler_clear(Object* o) {
    if (PicklerState* s = static_cast<Pickler*>(o)->state) pickler_clear_state(current_attached(), *s);
    return 0;
}

Result<void> pickler_init(Attached ts, Object& object, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature =
        parse_signature("Pickler($self, file, protocol=None, fix_imports=True, buffer_callback=None)");
    auto& s = *static_cast<Pickler&>(object).state;
    Value* bound[5] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object* o[4] = {};
    for (int i = 0; i < 4; ++i)
        if (bound[i]) o[i] = TRY(box_in_place(ts, *bound[i]));
    const int protocol = TRY(pickle_protocol(ts, o[1]));
    const bool fix_imports = o[2] ? TRY(is_true(ts, *o[2])) : true;
    Object* callback = o[3] && !is_none(*o[3]) ? o[3] : nullptr;
    if (callback && protocol < 5) return raise(ts, Exc::ValueError, "buffer_callback needs protocol >= 5");
    OptRef<Object> write = TRY(method_of(ts, *o[0], "write"));
    if (!write) return raise(ts, Exc::TypeError, "file must have a 'write' attribute");
    s.memo.clear();
    s.protocol = protocol;
    s.bin = protocol > 0;
    s.fast = 0;
    s.fix_imports = fix_imports && protocol < 3;
    set_field(ts, s.buffer_callback, callback);
    xdecref(ts, std::exchange(s.write, write.release()));
    OptRef<Object> table = TRY(method_of(ts, object, "dispatch_table"));
    xdecref(ts, std::exchange(s.dispatch_table, table.release()));
    s.ready = true;
    return {};
}
Result<void> pickler_dump(Attached ts, Pickler& self, Object& obj) {
    if (!self.state->ready)
        return raise_pickling(ts, pickling_error_type(), "Pickler.__init__() was not called by {}.__init__()",
                              type_name(self));
    const Ref<Object> held = Ref<Object>::share(self);  // a method of obj may let go of it
    return pickle_dump_to_file(ts, *self.state, &self, obj);
}
Result<void> pickler_clear_memo(Attached, Pickler& self) {
    self.state->memo.clear();
    return {};
}
Result<Index> pickler_sizeof(Attached, Pickler& self) {
    return self.type->basicsize + static_cast<Index>(sizeof(PicklerState)) +
           self.state->memo.size() * static_cast<Index>(2 * sizeof(void*));
}

Raised no_deletion(Attached ts) {
    return raise(ts, Exc::TypeError, "attribute deletion is not supported");
}
template <int PicklerState::*field>
Result<Ref<Object>> pickler_get_int(Attached ts, Pickler& self) {
    return box_int(ts, self.state->*field);
}
template <int PicklerState::*field>
Result<void> pickler_set_int(Attached ts, Pickler& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
    const Ref<Int> number = TRY(number_index(ts, *value));
    int overflow;
    const int64_t n = int_as_int64(*number, &overflow);
    if (overflow || n < INT_MIN || n > INT_MAX)
        return raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
    self.state->*field = static_cast<int>(n);
    return {};
}
Result<Ref<Object>> pickler_get_table(Attached ts, Pickler& self) {
    if (self.state->dispatch_table) return Ref<Object>::share(*self.state->dispatch_table);
    return raise_attribute_error(ts, self, *TRY(str_intern_utf8(ts, "dispatch_table")));
}
Result<void> pickler_set_table(Attached ts, Pickler& self, Object* value) {
    if (!value && !self.state->dispatch_table)
        return raise_attribute_error(ts, self, *TRY(str_intern_utf8(ts, "dispatch_table")));
    set_field(ts, self.state->dispatch_table, value);
    return {};
}
Result<Ref<Object>> pickler_get_id(Attached ts, Pickler& self) {
    if (self.state->persistent_id) return Ref<Object>::share(*self.state->persistent_id);
    return raise(ts, Exc::AttributeError, "persistent_id");
}
Result<void> pickler_set_id(Attached ts, Pickler& self, Object* value) {
    if (!value) return no_deletion(ts);
    if (!is_callable(*value))
        return raise(ts, Exc::TypeError, "persistent_id must be a callable taking one argument");
    set_field(ts, self.state->persistent_id, value);
    return {};
}
Result<Ref<Object>> pickler_get_memo(Attached ts, Pickler& self) {
    return pickler_memo_proxy(ts, self);
}
Result<void> pickler_set_memo(Attached ts, Pickler& self, Object* value) {
    if (!value) return no_deletion(ts);
    PickleMemo fresh;
    if (is_exact(*value, pickler_memo_type())) {
        for (const auto& [object, number] :
             static_cast<Pickler*>(static_cast<MemoProxy*>(value)->owner)->state->memo.all())
            fresh.put(*object, number);
    } else if (is_dict(*value)) {
        Index at = 0;
        Object *key, *entry;
        while (dict_next(static_cast<Dict&>(*value), &at, &key, &entry)) {
            if (!is_tuple(*entry) || static_cast<Tuple*>(entry)->size != 2) {
                fresh.clear();
                return raise(ts, Exc::TypeError, "'memo' values must be 2-item tuples");
            }
            auto& pair = static_cast<Tuple&>(*entry);
            auto number = as_index(ts, *pair.item[0], Exc::OverflowError);
            if (!number.ok()) {
                fresh.clear();
                return already_raised();
            }
            fresh.put(*pair.item[1], number.take());
        }
    } else {
        return raise(ts, Exc::TypeError, "'memo' attribute must be a PicklerMemoProxy object or dict, not {}",
                     type_name(*value));
    }
    self.state->memo.swap(fresh);
    fresh.clear();
    return {};
}

constexpr Method pickler_methods[] = {
    method<pickler_dump>("dump($self, obj, /)", "Writes the pickle of obj to the file."),
    method<pickler_clear_memo>(
        "clear_memo($self, /)",
        "Forgets which objects were written: what comes again is written whole again."),
    method<pickler_sizeof>("__sizeof__($self, /)", "How many bytes the object takes, the memo included."),
    {},
};
constexpr GetSet pickler_getset[] = {
    property_row<pickler_get_int<&PicklerState::bin>, pickler_set_int<&PicklerState::bin>>(
        "bin", "Whether opcodes are binary."),
    property_row<pickler_get_int<&PicklerState::fast>, pickler_set_int<&PicklerState::fast>>(
        "fast", "Whether no memo is kept; objects that contain themselves cannot be written then."),
    property_row<pickler_get_table, pickler_set_table>("dispatch_table",
                                                       "Reducers by class, instead of those of copyreg."),
    property_row<pickler_get_memo, pickler_set_memo>("memo", "Which objects were written."),
    property_row<pickler_get_id, pickler_set_id>("persistent_id",
                                                 "What gives objects a name outside of the pickle."),
    {},
};

// ---- Unpickler ----
Result<Ref<Object>> unpickler_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<Unpickler> self = TRY(new_instance<Unpickler>(ts, cls));
    self->state = new (std::nothrow) UnpicklerState;
    if (!self->state) return raise_no_memory(ts);
    return self;
}
void clear_memo(Attached ts, UnpicklerState& s) {
    std::vector<Object*> old;
    old.swap(s.memo);
    for (Object* o : old) xdecref(ts, o);
}
void unpickler_clear_state(Attached ts, UnpicklerState& s) {
    clear_memo(ts, s);
    drop_all(ts, s.read, s.readline, s.buffers, s.persistent_load);
}
void unpickler_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<Unpickler&>(object);
    gc_untrack(&self);
    if (self.state) {
        unpickler_clear_state(ts, *self.state);
        delete self.state;
    }
    free_instance(ts, self);
}
int unpickler_traverse(Object* o, VisitProc visit, void* arg) {
    const UnpicklerState* s = static_cast<Unpickler*>(o)->state;
    if (!s) return 0;
    for (Object* item : s->memo) {
        if (item == nullptr) continue;
        if (const int r = visit(item, arg)) return r;
    }
    return visit_fields(visit, arg, s->read, s->readline, s->buffers, s->persistent_load);
}
int unpickler_clear(Object* o) {
    if (UnpicklerState* s = static_cast<Unpickler*>(o)->state) unpickler_clear_state(current_attached(), *s);
    return 0;
}
Result<void> unpickler_init(Attached ts, Object& object, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature(
        "Unpickler($self, file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())");
    auto& s = *static_cast<Unpickler&>(object).state;
    Value* bound[6] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object* o[5] = {};
    for (int i = 0; i < 5; ++i)
        if (bound[i]) o[i] = TRY(box_in_place(ts, *bound[i]));
    const bool fix_imports = o[1] ? TRY(is_true(ts, *o[1])) : true;
    std::string texts[2] = {"ASCII", "strict"};
    for (int i = 0; i < 2; ++i) {
        if (!o[2 + i]) continue;
        if (!is_str(*o[2 + i])) return raise_bad_argument(ts, kSignature, 2 + i, "str", *bound[2 + i]);
        texts[i] = TRY(str_as_c_string(ts, static_cast<Str&>(*o[2 + i])));
    }
    OptRef<Object> read = TRY(method_of(ts, *o[0], "read")), readline = TRY(method_of(ts, *o[0], "readline"));
    if (!read || !readline)
        return raise(ts, Exc::TypeError, "file must have 'read' and 'readline' attributes");
    OptRef<Object> buffers;
    if (o[4] && !is_none(*o[4])) buffers = OptRef<Object>(TRY(get_iter(ts, *o[4])));
    clear_memo(ts, s);
    s.fix_imports = fix_imports;
    s.encoding = texts[0];
    s.errors = texts[1];
    xdecref(ts, std::exchange(s.read, read.release()));
    xdecref(ts, std::exchange(s.readline, readline.release()));
    xdecref(ts, std::exchange(s.buffers, o[4] ? buffers.release() : nullptr));
    s.protocol = 0;
    s.ready = true;
    return {};
}
Result<Ref<Object>> unpickler_load(Attached ts, Unpickler& self) {
    if (!self.state->ready)
        return raise_pickling(ts, unpickling_error_type(),
                              "Unpickler.__init__() was not called by {}.__init__()", type_name(self));
    const Ref<Object> held = Ref<Object>::share(self);
    return pickle_load(ts, *self.state, &self, {});
}
Result<Ref<Object>> unpickler_find_class(Attached ts, Unpickler& self, Object& module_name,
                                         Object& global_name) {
    return pickle_find_class(ts, *self.state, module_name, global_name);
}
Result<Index> unpickler_sizeof(Attached, Unpickler& self) {
    return self.type->basicsize +
           static_cast<Index>(sizeof(UnpicklerState) + self.state->memo.capacity() * sizeof(Object*));
}
Result<Ref<Object>> unpickler_get_load(Attached ts, Unpickler& self) {
    if (self.state->persistent_load) return Ref<Object>::share(*self.state->persistent_load);
    return raise(ts, Exc::AttributeError, "persistent_load");
}
Result<void> unpickler_set_load(Attached ts, Unpickler& self, Object* value) {
    if (!value) return no_deletion(ts);
    if (!is_callable(*value))
        return raise(ts, Exc::TypeError, "persistent_load must be a callable taking one argument");
    set_field(ts, self.state->persistent_load, value);
    return {};
}
Result<Ref<Object>> unpickler_get_memo(Attached ts, Unpickler& self) {
    return unpickler_memo_proxy(ts, self);
}
Result<void> unpickler_set_memo(Attached ts, Unpickler& self, Object* value) {
    if (!value) return no_deletion(ts);
    UnpicklerState fresh;  // only its memo
    const auto fill = [&]() -> Result<void> {
        if (is_exact(*value, unpickler_memo_type())) {
            const auto& other = static_cast<Unpickler*>(static_cast<MemoProxy*>(value)->owner)->state->memo;
            for (size_t i = 0; i < other.size(); ++i)
                if (other[i]) pickle_memo_put(ts, fresh, i, *other[i]);
            return {};
        }
        if (!is_dict(*value))
            return raise(ts, Exc::TypeError,
                         "'memo' attribute must be an UnpicklerMemoProxy object or dict, not {}",
                         type_name(*value));
        Index at = 0;
        Object *key, *item;
        while (dict_next(static_cast<Dict&>(*value), &at, &key, &item)) {
            if (!is_int(*key)) return raise(ts, Exc::TypeError, "memo key must be integers");
            const Index n = TRY(as_index(ts, *key, Exc::OverflowError));
            if (n < 0) return raise(ts, Exc::ValueError, "memo key must be positive integers.");
            pickle_memo_put(ts, fresh, static_cast<size_t>(n), *item);
        }
        return {};
    };
    auto r = fill();
    if (r.ok()) self.state->memo.swap(fresh.memo);
    clear_memo(ts, fresh);
    return r;
}
constexpr Method unpickler_methods[] = {
    method<unpickler_load>("load($self, /)",
                           "Reads a pickle from the file and gives the object that it makes."),
    method<unpickler_find_class>(
        "find_class($self, module_name, global_name, /)",
        "Imports a module and gives what it has under a name; subclasses may allow less."),
    method<unpickler_sizeof>("__sizeof__($self, /)", "How many bytes the object takes, the memo included."),
    {},
};
constexpr GetSet unpickler_getset[] = {
    property_row<unpickler_get_memo, unpickler_set_memo>("memo", "Which objects were read."),
    property_row<unpickler_get_load, unpickler_set_load>("persistent_load",
                                                         "What finds objects by their name outside."),
    {},
};

// ---- memos as Python sees them ----
Result<Ref<Object>> proxy_of(Attached ts, Type& type, Object& owner) {
    Ref<MemoProxy> proxy = TRY(new_instance<MemoProxy>(ts, type));
    proxy->owner = Ref<Object>::share(owner).release();
    return proxy;
}
Result<void> pickler_memo_clear(Attached, MemoProxy& self) {
    static_cast<Pickler*>(self.owner)->state->memo.clear();
    return {};
}
Result<Ref<Object>> pickler_memo_copy(Attached ts, MemoProxy& self) {
    Ref<Dict> copy = TRY(dict_new(ts));
    for (const auto& [object, number] : static_cast<Pickler*>(self.owner)->state->memo.all()) {
        const Ref<Int> key = TRY(int_from_uint64(ts, reinterpret_cast<uintptr_t>(object))),
                       n = TRY(box_int(ts, number));
        const Ref<Tuple> entry = TRY(tuple_of(ts, {n.get(), object}));
        TRY(dict_set(ts, *copy, *key, *entry));
    }
    return copy;
}
Result<void> unpickler_memo_clear(Attached ts, MemoProxy& self) {
    clear_memo(ts, *static_cast<Unpickler*>(self.owner)->state);
    return {};
}
Result<Ref<Object>> unpickler_memo_copy(Attached ts, MemoProxy& self) {
    Ref<Dict> copy = TRY(dict_new(ts));
    const auto& memo = static_cast<Unpickler*>(self.owner)->state->memo;
    for (size_t i = 0; i < memo.size(); ++i) {
        if (!memo[i]) continue;
        const Ref<Int> key = TRY(box_int(ts, static_cast<int64_t>(i)));
        TRY(dict_set(ts, *copy, *key, *memo[i]));
    }
    return copy;
}
template <Result<Ref<Object>> (*copy)(Attached, MemoProxy&)>
Result<Ref<Object>> memo_reduce(Attached ts, MemoProxy& self) {
    const Ref<Object> contents = TRY(copy(ts, self));
    const Ref<Tuple> args = TRY(tuple_of(ts, {contents.get()}));
    return tuple_of(ts, {&PyDict_Type, args.get()});
}
constexpr Method pickler_memo_methods[] = {
    method<pickler_memo_clear>("clear($self, /)", "Empties the memo."),
    method<pickler_memo_copy>("copy($self, /)", "The memo as a dict: (number, object) by address."),
    method<memo_reduce<pickler_memo_copy>>("__reduce__($self, /)",
                                           "What pickling keeps: the memo as a dict."),
    {},
};
constexpr Method unpickler_memo_methods[] = {
    method<unpickler_memo_clear>("clear($self, /)", "Empties the memo."),
    method<unpickler_memo_copy>("copy($self, /)", "The memo as a dict: objects by number."),
    method<memo_reduce<unpickler_memo_copy>>("__reduce__($self, /)",
                                             "What pickling keeps: the memo as a dict."),
    {},
};

}  // namespace

void PickleMemo::clear() {
    std::unordered_map<Object*, Index> old;
    old.swap(at_);  // first, because what is dropped may run code that looks
    for (const auto& [object, number] : old) decref_unattached(object);
}
Result<Ref<Object>> pickler_memo_proxy(Attached ts, Object& pickler) {
    return proxy_of(ts, pickler_memo_type(), pickler);
}
Result<Ref<Object>> unpickler_memo_proxy(Attached ts, Object& unpickler) {
    return proxy_of(ts, unpickler_memo_type(), unpickler);
}

const TypeSpec pickler_spec = {
    .name = "_pickle.Pickler",
    .doc =
        "Writes pickles to a file.\n\nPickler(file, protocol=None, fix_imports=True, buffer_callback=None)",
    .basicsize = sizeof(Pickler),
    .flags = kTypeBaseType | kTypeHasGc,
    .traverse = pickler_traverse,
    .clear = pickler_clear,
    .methods = pickler_methods,
    .getset = pickler_getset,
    .dealloc = slot<pickler_dealloc>,
    .init = slot<pickler_init>,
    .tp_new = slot<pickler_new>,
};
const TypeSpec unpickler_spec = {
    .name = "_pickle.Unpickler",
    .doc =
        "Reads pickles from a file.\n\n"
        "Unpickler(file, *, fix_imports=True, encoding='ASCII', errors='strict', buffers=())",
    .basicsize = sizeof(Unpickler),
    .flags = kTypeBaseType | kTypeHasGc,
    .traverse = unpickler_traverse,
    .clear = unpickler_clear,
    .methods = unpickler_methods,
    .getset = unpickler_getset,
    .dealloc = slot<unpickler_dealloc>,
    .init = slot<unpickler_init>,
    .tp_new = slot<unpickler_new>,
};
const TypeSpec pickler_memo_spec = with_gc<MemoProxy, &MemoProxy::owner>({
    .name = "_pickle.PicklerMemoProxy",
    .flags = kTypeDisallowInstantiation,
    .methods = pickler_memo_methods,
});
const TypeSpec unpickler_memo_spec = with_gc<MemoProxy, &MemoProxy::owner>({
    .name = "_pickle.UnpicklerMemoProxy",
    .flags = kTypeDisallowInstantiation,
    .methods = unpickler_memo_methods,
});
const TypeSpec pickle_error_spec = {
    .name = "_pickle.PickleError",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::Exception)],
};
const TypeSpec pickling_error_spec = {
    .name = "_pickle.PicklingError",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &baton_pickle_error_type,
};
const TypeSpec unpickling_error_spec = {
    .name = "_pickle.UnpicklingError",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &baton_pickle_error_type,
};

}  // namespace baton
