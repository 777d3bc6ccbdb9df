// _thread._local: attributes that each thread has for itself.
//
// The dict of a thread's attributes is owned by the local object alone, under a weak reference to a dummy
// that the thread's own dict (ThreadState::dict) owns. So the thread's end drops its dict, and a cycle
// through the local object can be collected. A dummy knows its dict, which it outlives nowhere: whoever drops
// the dicts takes the dummies out of all threads first.
#include <vector>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "threadstate/process_state.h"
#include "vm/modules/thread_types.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

struct Dummy : Object {
    Dict* attributes;  // borrowed: the local object owns it
    Object* weakreflist;
};
struct Local : Object {
    Object* key;  // the name under which each thread's dict has this object's dummy
    Tuple* args;  // of the constructor, for __init__ in each thread; may be null
    Dict* kwargs;
    Dict* dummies;  // weak reference to a dummy -> attributes
    Object* weakreflist;
};

// The dummy died with its thread: its attributes go.
Result<void> dummy_destroyed(Attached ts, Object& self, Object& reference) {
    auto local = weakref_get(static_cast<WeakRef&>(self));
    if (!local) return {};
    Dict* dummies = static_cast<Local&>(*local).dummies;
    if (dummies) TRY(dict_del(ts, *dummies, reference));
    return {};
}
constexpr Method dummy_callback = method<dummy_destroyed>("_localdummy_destroyed($self, reference, /)", "");
NativeDef dummy_callback_def = {{"_localdummy_destroyed", nullptr, kMethNative, nullptr}, &dummy_callback};

Result<Dict*> thread_dict(Attached ts) {
    if (!ts->dict) ts->dict = TRY(dict_new(ts)).release();
    return static_cast<Dict*>(ts->dict);
}

// Makes this thread's attributes, without running __init__.
Result<Dict*> make_attributes(Attached ts, Local& self) {
    Dict& threads = *TRY(thread_dict(ts));
    auto attributes = TRY(dict_new(ts));
    auto dummy = TRY(new_object<Dummy>(ts, baton_thread_local_dummy_type));
    dummy->weakreflist = nullptr;
    dummy->attributes = attributes.get();
    auto self_reference = TRY(weakref_new(ts, self, nullptr));
    auto callback = TRY(cfunction_new(ts, dummy_callback_def, self_reference.get(), nullptr, nullptr));
    auto reference = TRY(weakref_new(ts, *dummy, callback.get()));
    if (!self.dummies) self.dummies = TRY(dict_new(ts)).release();  // the collector has cleared it before
    TRY(dict_set(ts, *self.dummies, *reference, *attributes));
    TRY(dict_set(ts, threads, *self.key, *dummy));
    return attributes.get();
}

// This thread's attributes; made, and __init__ run, at a thread's first use.
Result<Dict*> attributes_of(Attached ts, Local& self) {
    Dict& threads = *TRY(thread_dict(ts));
    Found dummy = TRY(dict_find(ts, threads, *self.key));
    if (dummy.value) return static_cast<Dummy&>(*dummy.value).attributes;
    Dict* attributes = TRY(make_attributes(ts, self));
    if (self.type->init == PyBaseObject_Type.init) return attributes;
    auto init = TRY(get_attr(ts, *self.type, id(Name::__init__)));
    OptRef<Tuple> args = Ref<Tuple>(TRY(tuple_of(ts, {&self})));
    if (self.args) args = TRY(tuple_concat(ts, *args, *self.args)).cast<Tuple>();
    auto r = call_tuple(ts, *init, *args, self.kwargs);
    if (!r.ok()) {
        auto kept = fetch(ts);
        if (!dict_del(ts, threads, *self.key).ok()) clear_pending(ts);
        restore(ts, std::move(kept).take());
        return already_raised();
    }
    return attributes;
}

Result<Ref<Object>> local_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    bool has_kwargs = kwnames && kwnames->size;
    if (cls.init == PyBaseObject_Type.init && (nargs || has_kwargs)) {
        return raise(ts, Exc::TypeError, "Initialization arguments are not supported");
    }
    auto self = TRY(new_instance<Local>(ts, cls));
    if (nargs) self->args = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs))).release();
    if (has_kwargs) {
        self->kwargs = TRY(dict_new(ts)).release();
        for (Index i = 0; i < kwnames->size; ++i) {
            auto value = TRY(box(ts, args[nargs + static_cast<size_t>(i)]));
            TRY(dict_set(ts, *self->kwargs, *kwnames->item[i], *value));
        }
    }
    self->key =
        TRY(str_format(ts, "_thread._local.{:#x}", reinterpret_cast<uintptr_t>(self.get()))).release();
    self->dummies = TRY(dict_new(ts)).release();
    gc_track(ts, self.get());
    TRY(make_attributes(ts, *self));
    return self;
}

int local_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = static_cast<Local&>(*o);
    for (Object* field : {static_cast<Object*>(self.args), static_cast<Object*>(self.kwargs),
                          static_cast<Object*>(self.dummies)}) {
        if (!field) continue;
        if (int r = visit(field, arg)) return r;
    }
    return 0;
}
void forget_dummies(Attached ts, Local& self) {
    std::vector<Object*> dicts;
    {
        sync::MutexLock lock(process().head);
        for (ThreadState* t = ts->interp->threads; t; t = t->next) {
            if (t->dict) {
                incref(t->dict);
                dicts.push_back(t->dict);
            }
        }
    }
    for (Object* d : dicts) {
        if (!dict_del(ts, static_cast<Dict&>(*d), *self.key).ok()) clear_pending(ts);
        decref(ts, d);
    }
}
int local_clear(Object* o) {
    Attached ts = current_attached();
    auto& self = static_cast<Local&>(*o);
    if (self.key) forget_dummies(ts, self);
    replace_field<Tuple>(ts, self.args, nullptr);
    replace_field<Dict>(ts, self.kwargs, nullptr);
    replace_field<Dict>(ts, self.dummies, nullptr);
    return 0;
}
// The dummies of all threads go with the object.
void local_dealloc(Attached ts, Local& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    if (self.key) forget_dummies(ts, self);
    xdecref(ts, self.key);
    xdecref(ts, self.args);
    xdecref(ts, self.kwargs);
    xdecref(ts, self.dummies);
    free_instance(ts, self);
}

Result<Ref<Object>> local_getattro(Attached ts, Object& o, Str& name) {
    auto& self = static_cast<Local&>(o);
    auto keep = Ref<Object>::share(o);
    auto attributes = Ref<Dict>::share(*TRY(attributes_of(ts, self)));
    if (str_eq(name, id(Name::__dict__))) return attributes;
    Object* of_class = type_lookup(*self.type, name);
    OptRef<Object> hold = OptRef<Object>::share(of_class);
    if (of_class && info(*of_class).descr_set && info(*of_class).descr_get)
        return info(*of_class).descr_get(ts, *of_class, &o, o.type);
    Found found = TRY(dict_find(ts, *attributes, name));
    if (found.value) return Ref<Object>::share(*found.value);
    if (!of_class) return raise_attribute_error(ts, o, name);
    if (info(*of_class).descr_get) return info(*of_class).descr_get(ts, *of_class, &o, o.type);
    return std::move(hold).take();
}
Result<void> local_setattro(Attached ts, Object& o, Str& name, Object* value) {
    auto& self = static_cast<Local&>(o);
    auto keep = Ref<Object>::share(o);
    auto attributes = Ref<Dict>::share(*TRY(attributes_of(ts, self)));
    if (str_eq(name, id(Name::__dict__))) {
        return raise(ts, Exc::AttributeError, "'{}' object attribute '__dict__' is read-only", type_name(o));
    }
    Object* of_class = type_lookup(*self.type, name);
    if (of_class && info(*of_class).descr_set) {
        auto hold = Ref<Object>::share(*of_class);
        return info(*of_class).descr_set(ts, *of_class, o, value);
    }
    if (value) return dict_set(ts, *attributes, name, *value);
    if (!TRY(dict_del(ts, *attributes, name))) return raise_attribute_error(ts, o, name);
    return {};
}

void dummy_dealloc(Attached ts, Dummy& self) {
    if (self.weakreflist) weakref_clear_all(ts, self);
    free_instance(ts, self);
}

}  // namespace

const TypeSpec thread_local_spec = {
    .name = "_thread._local",
    .doc = "An object whose attributes are different ones in every thread.",
    .basicsize = sizeof(Local),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = local_traverse,
    .clear = local_clear,
    .weaklistoffset = offsetof(Local, weakreflist),
    .dealloc = typed_slot<local_dealloc>,
    .getattro = slot<local_getattro>,
    .setattro = slot<local_setattro>,
    .tp_new = slot<local_new>,
};
const TypeSpec thread_local_dummy_spec = {
    .name = "_thread._localdummy",
    .doc = "Marks a thread that has used a local object.",
    .basicsize = sizeof(Dummy),
    .flags = kTypeDisallowInstantiation,
    .weaklistoffset = offsetof(Dummy, weakreflist),
    .dealloc = typed_slot<dummy_dealloc>,
};

}  // namespace baton
