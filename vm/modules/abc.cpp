// The module _abc: what class abc.ABCMeta is made of.
//
// Invariants: the sets of a class hold weak references, whose callbacks take them out; they are null until
// used. A negative answer counts only as long as no class was registered anywhere since (the module's
// counter).
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

constexpr unsigned long kCollectionFlags = kTypeSequence | kTypeMapping;

struct AbcState {
    uint64_t counter;  // registrations so far
};
struct AbcData : Object {
    Set *registry, *cache, *negative_cache;
    uint64_t negative_version;
};

// ---- sets of weak references ----

Result<void> forget(Attached ts, Object& set_ref, Object& ref) {
    OptRef<Object> set = weakref_get(static_cast<WeakRef&>(set_ref));
    if (set) (void)TRY(set_discard(ts, static_cast<Set&>(*set), ref));
    return {};
}
constexpr Method forget_row = method<forget>("_destroy($self, ref, /)", nullptr);
NativeDef forget_def = {{"_destroy", nullptr, kMethNative, nullptr}, &forget_row};

Result<void> add_weakly(Attached ts, Set*& field, Object& o) {
    if (!field) field = TRY(set_new(ts, nullptr)).release();
    auto set = Ref<Set>::share(*field);
    auto set_ref = TRY(weakref_new(ts, *set, nullptr));
    auto callback = TRY(cfunction_new(ts, forget_def, set_ref.get(), nullptr, nullptr));
    auto ref = TRY(weakref_new(ts, o, callback.get()));
    return set_add(ts, *set, *ref);
}
Result<bool> holds_weakly(Attached ts, Set* set, Object& o) {
    if (!set || set->used == 0) return false;
    auto keep = Ref<Set>::share(*set);
    auto ref = weakref_new(ts, o, nullptr);
    if (!ref.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return false;
    }
    return set_contains(ts, *keep, *ref);
}

// ---- the data of a class ----

int traverse(Object* o, VisitProc visit, void* arg) {
    auto* d = static_cast<AbcData*>(o);
    return visit_fields<Object>(visit, arg, d->registry, d->cache, d->negative_cache);
}
void drop_sets(Attached ts, AbcData& d) {
    replace_field<Set>(ts, d.registry, nullptr);
    replace_field<Set>(ts, d.cache, nullptr);
    replace_field<Set>(ts, d.negative_cache, nullptr);
}
int clear(Object* o) {
    drop_sets(current_attached(), *static_cast<AbcData*>(o));
    return 0;
}
void dealloc(Attached ts, AbcData& d) {
    gc_untrack(&d);
    drop_sets(ts, d);
    free_instance(ts, d);
}

Result<Ref<AbcData>> data_of(Attached ts, Object& cls) {
    auto name = TRY(str_intern_utf8(ts, "_abc_impl"));
    auto o = TRY(get_attr(ts, cls, *name));
    if (o->type != &abc_data_type()) return raise(ts, Exc::TypeError, "_abc_impl is set to a wrong type");
    return std::move(o).cast<AbcData>();
}

// ---- making an abstract class ----

Result<bool> is_abstract(Attached ts, Object& o) {
    OptRef<Object> mark = TRY(get_attr_opt(ts, o, id(Name::__isabstractmethod__)));
    return mark && TRY(is_true(ts, *mark));
}

Result<void> compute_abstract_methods(Attached ts, Object& cls) {
    auto names = TRY(set_new(ts, nullptr));
    auto ns = TRY(get_attr(ts, cls, id(Name::__dict__)));
    auto items_view = TRY(call_method(ts, *ns, id(Name::items)));
    auto items = TRY(to_list(ts, *items_view));
    for (Index i = 0; i < items->size; ++i) {
        if (!is_tuple(*items->item[i]) || static_cast<Tuple*>(items->item[i])->size != 2) {
            return raise(ts, Exc::TypeError, "Iteration over items() returned item which is not a 2-tuple");
        }
        auto& pair = static_cast<Tuple&>(*items->item[i]);
        if (TRY(is_abstract(ts, *pair.item[1]))) TRY(set_add(ts, *names, *pair.item[0]));
    }
    auto given_bases = TRY(get_attr(ts, cls, id(Name::__bases__)));
    if (!is_tuple(*given_bases)) return raise(ts, Exc::TypeError, "__bases__ is not tuple");
    auto& bases = static_cast<Tuple&>(*given_bases);
    for (Index i = 0; i < bases.size; ++i) {
        OptRef<Object> inherited = TRY(get_attr_opt(ts, *bases.item[i], id(Name::__abstractmethods__)));
        if (!inherited) continue;
        TRY(for_each(ts, *inherited, [&](Ref<Object> key) -> Result<bool> {
            if (!is_str(*key))
                return raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(*key));
            OptRef<Object> value = TRY(get_attr_opt(ts, cls, static_cast<Str&>(*key)));
            if (value && TRY(is_abstract(ts, *value))) TRY(set_add(ts, *names, *key));
            return true;
        }));
    }
    auto frozen = TRY(frozenset_new(ts, names.get()));
    return set_attr(ts, cls, id(Name::__abstractmethods__), *frozen);
}

Result<void> abc_init(Attached ts, Module& m, Object& cls) {
    TRY(compute_abstract_methods(ts, cls));
    auto d = TRY(allocate_instance(ts, abc_data_type())).cast<AbcData>();
    d->negative_version = module_state<AbcState>(m).counter;
    TRY(set_attr(ts, cls, *TRY(str_intern_utf8(ts, "_abc_impl")), *d));
    if (!is_type(cls)) return {};
    auto& t = static_cast<Type&>(cls);
    auto key = TRY(str_intern_utf8(ts, "__abc_tpflags__"));
    Object* flags = dict_find_str(*t.dict, *key);
    if (!flags) return {};
    if (is_int(*flags)) {
        const uint64_t wanted = int_as_uint64_mask(static_cast<Int&>(*flags));
        if ((wanted & kCollectionFlags) == kCollectionFlags) {
            return raise(ts, Exc::TypeError,
                         "__abc_tpflags__ cannot be both Py_TPFLAGS_SEQUENCE and Py_TPFLAGS_MAPPING");
        }
        t.flags |= wanted & kCollectionFlags;
    }
    (void)TRY(dict_del(ts, *t.dict, *key));
    type_modified(t);
    return {};
}

// ---- registering and asking ----

Result<void> spread_collection_flag(Attached ts, Type& t, unsigned long flag) {
    if ((t.flags & kCollectionFlags) == flag || has_flag(t, kTypeImmutable)) return {};
    t.flags = (t.flags & ~kCollectionFlags) | flag;
    auto subclasses = TRY(type_subclasses(ts, t));
    for (Index i = 0; i < subclasses->size; ++i)
        TRY(spread_collection_flag(ts, static_cast<Type&>(*subclasses->item[i]), flag));
    return {};
}

Result<Ref<Object>> abc_register(Attached ts, Module& m, Object& self, Object& subclass) {
    if (!is_type(subclass)) return raise(ts, Exc::TypeError, "Can only register classes");
    if (TRY(is_subclass(ts, subclass, self))) return Ref<Object>::share(subclass);
    if (TRY(is_subclass(ts, self, subclass)))
        return raise(ts, Exc::RuntimeError, "Refusing to create an inheritance cycle");
    auto d = TRY(data_of(ts, self));
    TRY(add_weakly(ts, d->registry, subclass));
    ++module_state<AbcState>(m).counter;
    if (is_type(self)) {
        if (auto flag = static_cast<Type&>(self).flags & kCollectionFlags) {
            TRY(spread_collection_flag(ts, static_cast<Type&>(subclass), flag));
        }
    }
    return Ref<Object>::share(subclass);
}

Result<bool> abc_subclasscheck(Attached ts, Module& m, Object& self, Object& subclass) {
    if (!is_type(subclass)) return raise(ts, Exc::TypeError, "issubclass() arg 1 must be a class");
    AbcState& state = module_state<AbcState>(m);
    auto d = TRY(data_of(ts, self));
    if (TRY(holds_weakly(ts, d->cache, subclass))) return true;
    if (d->negative_version < state.counter) {
        replace_field<Set>(ts, d->negative_cache, nullptr);
        d->negative_version = state.counter;
    } else if (TRY(holds_weakly(ts, d->negative_cache, subclass))) {
        return false;
    }
    auto hook = TRY(call_method(ts, self, id(Name::__subclasshook__), {&subclass}));
    if (hook.get() == &bool_object(true)) {
        TRY(add_weakly(ts, d->cache, subclass));
        return true;
    }
    if (hook.get() == &bool_object(false)) {
        TRY(add_weakly(ts, d->negative_cache, subclass));
        return false;
    }
    if (hook.get() != &not_implemented()) {
        return raise(ts, Exc::AssertionError,
                     "__subclasshook__ must return either False, True, or NotImplemented");
    }
    if (is_type(self) && is_subtype(static_cast<Type&>(subclass), static_cast<Type&>(self))) {
        TRY(add_weakly(ts, d->cache, subclass));
        return true;
    }
    if (d->registry && d->registry->used) {
        auto registered = TRY(to_list(ts, *d->registry));
        for (Index i = 0; i < registered->size; ++i) {
            OptRef<Object> r = weakref_get(static_cast<WeakRef&>(*registered->item[i]));
            if (!r || !TRY(is_subclass(ts, subclass, *r))) continue;
            TRY(add_weakly(ts, d->cache, subclass));
            return true;
        }
    }
    auto subclasses = TRY(call_method(ts, self, id(Name::__subclasses__)));
    if (!is_list(*subclasses)) return raise(ts, Exc::TypeError, "__subclasses__() must return a list");
    auto& l = static_cast<List&>(*subclasses);
    for (Index i = 0; i < l.size; ++i) {
        auto s = Ref<Object>::share(*l.item[i]);
        if (!TRY(is_subclass(ts, subclass, *s))) continue;
        TRY(add_weakly(ts, d->cache, subclass));
        return true;
    }
    TRY(add_weakly(ts, d->negative_cache, subclass));
    return false;
}

Result<bool> ask(Attached ts, Object& self, Object& subclass) {
    auto r = TRY(call_method(ts, self, id(Name::__subclasscheck__), {&subclass}));
    return is_true(ts, *r);
}
Result<bool> abc_instancecheck(Attached ts, Module& m, Object& self, Object& instance) {
    auto d = TRY(data_of(ts, self));
    auto subclass = TRY(get_attr(ts, instance, id(Name::__class__)));
    if (TRY(holds_weakly(ts, d->cache, *subclass))) return true;
    Object& type = *instance.type;
    if (&type == subclass.get()) {
        if (d->negative_version == module_state<AbcState>(m).counter &&
            TRY(holds_weakly(ts, d->negative_cache, *subclass))) {
            return false;
        }
        return ask(ts, self, *subclass);
    }
    if (TRY(ask(ts, self, *subclass))) return true;
    return ask(ts, self, type);
}

Result<void> reset_registry(Attached ts, Module&, Object& self) {
    auto d = TRY(data_of(ts, self));
    replace_field<Set>(ts, d->registry, nullptr);
    return {};
}
Result<void> reset_caches(Attached ts, Module&, Object& self) {
    auto d = TRY(data_of(ts, self));
    replace_field<Set>(ts, d->cache, nullptr);
    replace_field<Set>(ts, d->negative_cache, nullptr);
    return {};
}
Result<Ref<Object>> get_dump(Attached ts, Module&, Object& self) {
    auto d = TRY(data_of(ts, self));
    auto registry = TRY(set_new(ts, d->registry));
    auto cache = TRY(set_new(ts, d->cache));
    auto negative = TRY(set_new(ts, d->negative_cache));
    auto version = TRY(box_int(ts, static_cast<int64_t>(d->negative_version)));
    return tuple_of(ts, {registry.get(), cache.get(), negative.get(), version.get()});
}
Result<Index> cache_token(Attached, Module& m) {
    return static_cast<Index>(module_state<AbcState>(m).counter);
}

constexpr Method methods[] = {
    method<cache_token>("get_cache_token($module, /)",
                        "A value that changes whenever some ABC registers a class; equal values mean that "
                        "nothing was registered between."),
    method<reset_registry>("_reset_registry($module, self, /)",
                           "Forgets, for tests, what was registered with this ABC."),
    method<reset_caches>("_reset_caches($module, self, /)",
                         "Forgets, for tests, what this ABC has found out about classes."),
    method<get_dump>("_get_dump($module, self, /)",
                     "The registry, both caches and their version, for ABC._dump_registry()."),
    method<abc_init>("_abc_init($module, self, /)",
                     "Makes a new class an ABC and finds its abstract methods."),
    method<abc_register>("_abc_register($module, self, subclass, /)",
                         "Has an ABC count subclass as derived from it."),
    method<abc_instancecheck>("_abc_instancecheck($module, self, instance, /)",
                              "How an ABC decides isinstance()."),
    method<abc_subclasscheck>("_abc_subclasscheck($module, self, subclass, /)",
                              "How an ABC decides issubclass()."),
    {},
};

Result<Ref<Object>> data_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls);
}

}  // namespace

extern const TypeSpec abc_data_spec;
const TypeSpec abc_data_spec = {
    .name = "_abc._abc_data",
    .doc = "What an ABC remembers about classes.",
    .basicsize = sizeof(AbcData),
    .flags = kTypeHasGc,
    .traverse = traverse,
    .clear = clear,
    .dealloc = typed_slot<dealloc>,
    .tp_new = slot<data_new>,
};

extern const ModuleSpec abc_module;
const ModuleSpec abc_module = {
    .name = "_abc",
    .doc = "What abc.ABCMeta is made of.",
    .methods = methods,
    .state_size = sizeof(AbcState),
};

}  // namespace baton
