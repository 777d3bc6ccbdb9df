#include "runtime/weakref.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/type_impl.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {

// ---- the lists ----

WeakRef** weakref_list(Attached ts, Object& o) {
    if (is_type(o) && info(static_cast<Type&>(o)).native)
        return &type_data(ts, static_cast<Type&>(o)).weaklist;
    Index offset = o.type->weaklistoffset;
    if (offset <= 0) return nullptr;
    return reinterpret_cast<WeakRef**>(reinterpret_cast<char*>(&o) + offset);
}

namespace {

// The head of the list a live reference is in: it is the one whose `prev` is null, so its owner's word points
// at it.
void unlink(WeakRef& w, WeakRef** head) {
    if (*head == &w) *head = w.next;
    if (w.prev) w.prev->next = w.next;
    if (w.next) w.next->prev = w.prev;
    w.prev = w.next = nullptr;
}

void link_first(WeakRef** head, WeakRef& w) {
    w.prev = nullptr;
    w.next = *head;
    if (*head) (*head)->prev = &w;
    *head = &w;
}
void link_after(WeakRef& before, WeakRef& w) {
    w.prev = &before;
    w.next = before.next;
    if (before.next) before.next->prev = &w;
    before.next = &w;
}

// The shareable references at the head of a list: a plain ref, then a plain proxy.
struct Shared {
    WeakRef* ref = nullptr;
    WeakRef* proxy = nullptr;
};
Shared shared_of(WeakRef* head) {
    Shared s;
    if (head && !head->callback) {
        if (is_exact(*head, _PyWeakref_RefType)) {
            s.ref = head;
            head = head->next;
        }
        if (head && !head->callback && is_weakref_proxy(*head)) s.proxy = head;
    }
    return s;
}

void link_in_order(WeakRef** head, WeakRef& w) {
    Shared s = shared_of(*head);
    if (!w.callback && is_exact(w, _PyWeakref_RefType)) {
        link_first(head, w);
    } else if (!w.callback && is_weakref_proxy(w)) {
        if (s.ref)
            link_after(*s.ref, w);
        else
            link_first(head, w);
    } else {
        WeakRef* last = s.proxy ? s.proxy : s.ref;
        if (last)
            link_after(*last, w);
        else
            link_first(head, w);
    }
}

Result<Ref<Object>> make(Attached ts, Type& type, Object& o, Object* callback) {
    if (callback && is_none(*callback)) callback = nullptr;
    WeakRef** head = weakref_list(ts, o);
    if (!head) return raise(ts, Exc::TypeError, "cannot create weak reference to '{}' object", type_name(o));
    const bool shareable = !callback && (&type == &_PyWeakref_RefType || &type == &_PyWeakref_ProxyType ||
                                         &type == &_PyWeakref_CallableProxyType);
    auto known = [&]() -> WeakRef* {
        if (!shareable) return nullptr;
        Shared s = shared_of(*head);
        WeakRef* w = &type == &_PyWeakref_RefType ? s.ref : s.proxy;
        return w && w->type == &type && w->refcnt > 0 ? w : nullptr;
    };
    if (WeakRef* w = known()) return Ref<Object>::share(*w);
    auto w = TRY(allocate_instance(ts, type)).cast<WeakRef>();
    w->object = &none();  // dead until linked
    w->hash = -1;
    if (callback) {
        incref(callback);
        w->callback = callback;
    }
    w->vectorcall = &type == &_PyWeakref_RefType ? &c_vectorcall_entry : nullptr;
    w->object = &o;
    link_in_order(head, *w);
    return w;
}

}  // namespace

Result<Ref<Object>> weakref_new(Attached ts, Object& o, Object* callback) {
    return make(ts, _PyWeakref_RefType, o, callback);
}
Result<Ref<Object>> weakref_proxy_new(Attached ts, Object& o, Object* callback) {
    return make(ts, is_callable(o) ? _PyWeakref_CallableProxyType : _PyWeakref_ProxyType, o, callback);
}

OptRef<Object> weakref_get(WeakRef& w) {
    if (is_none(*w.object) || w.object->refcnt <= 0) return {};
    return Ref<Object>::share(*w.object);
}

void weakref_unlink(WeakRef& w) {
    if (is_none(*w.object)) return;
    WeakRef** head = weakref_list(current_attached(), *w.object);
    w.object = &none();
    unlink(w, head);
}

void weakref_run_callback(Attached ts, WeakRef& w) {
    if (!w.callback) return;
    auto f = Ref<Object>::steal(std::exchange(w.callback, nullptr));
    auto r = call(ts, *f, {&w});
    if (!r.ok()) write_unraisable(ts, nullptr, f.get());
}

void weakref_clear_all(Attached ts, Object& o) {
    WeakRef** head = weakref_list(ts, o);
    if (!head || !*head) return;
    OptRef<BaseException> earlier = fetch(ts);
    // First all die, then the callbacks run: none of them sees a reference to o that is still alive.
    // References whose own count is zero are being freed: their callbacks do not run.
    WeakRef* to_call = nullptr;
    WeakRef** last = &to_call;
    while (WeakRef* w = *head) {
        w->object = &none();
        unlink(*w, head);
        if (w->callback && w->refcnt > 0) {
            incref(w);
            *last = w;
            last = &w->next;
        } else if (w->callback) {
            replace_field<Object>(ts, w->callback, nullptr);
        }
    }
    while (WeakRef* w = to_call) {
        to_call = std::exchange(w->next, nullptr);
        weakref_run_callback(ts, *w);
        decref(ts, w);
    }
    if (earlier) restore(ts, std::move(earlier).take());
}

Index weakref_count(Attached ts, Object& o) {
    WeakRef** head = weakref_list(ts, o);
    Index n = 0;
    for (WeakRef* w = head ? *head : nullptr; w; w = w->next) ++n;
    return n;
}
Result<Ref<List>> weakref_all(Attached ts, Object& o) {
    auto out = TRY(list_new(ts));
    WeakRef** head = weakref_list(ts, o);
    for (WeakRef* w = head ? *head : nullptr; w; w = w->next) {
        if (w->refcnt > 0) TRY(list_append(ts, *out, *w));
    }
    return out;
}

// ---- weakref.ref ----

namespace {

void dealloc(Attached ts, WeakRef& w) {
    gc_untrack(&w);
    weakref_unlink(w);
    replace_field<Object>(ts, w.callback, nullptr);
    free_instance(ts, w);
}
int traverse(Object* o, VisitProc visit, void* arg) {
    return visit_field(static_cast<WeakRef*>(o)->callback, visit, arg);
}
int clear(Object* o) {
    auto* w = static_cast<WeakRef*>(o);
    weakref_unlink(*w);
    replace_field<Object>(current_attached(), w->callback, nullptr);
    return 0;
}

Result<Ref<Object>> ref_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size && &cls == &_PyWeakref_RefType) {
        return raise(ts, Exc::TypeError, "ref() takes no keyword arguments");
    }
    if (nargs < 1) return raise(ts, Exc::TypeError, "__new__ expected at least 1 argument, got 0");
    if (nargs > 2) return raise(ts, Exc::TypeError, "__new__ expected at most 2 arguments, got {}", nargs);
    TRY(box_all(ts, args, nargs));
    return make(ts, cls, *args[0].object(), nargs == 2 ? args[1].object() : nullptr);
}
Result<void> ref_init(Attached ts, Object&, Value*, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "ref() takes no keyword arguments");
    if (nargs < 1) return raise(ts, Exc::TypeError, "__init__ expected at least 1 argument, got 0");
    if (nargs > 2) return raise(ts, Exc::TypeError, "__init__ expected at most 2 arguments, got {}", nargs);
    return {};
}
Value ref_call(Attached ts, Object& self, Value*, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "weakref() takes no keyword arguments");
    if (nargs) return raise(ts, Exc::TypeError, "weakref expected 0 arguments, got {}", nargs);
    OptRef<Object> o = weakref_get(static_cast<WeakRef&>(self));
    if (!o) return Value(&none());
    return unbox(ts, o.release());
}
Result<Hash> ref_hash(Attached ts, WeakRef& w) {
    if (w.hash != -1) return w.hash;
    OptRef<Object> o = weakref_get(w);
    if (!o) return raise(ts, Exc::TypeError, "weak object has gone away");
    w.hash = TRY(hash(ts, *o));
    return w.hash;
}
Result<Ref<Object>> ref_repr(Attached ts, WeakRef& w) {
    OptRef<Object> o = weakref_get(w);
    if (!o) return str_format(ts, "<weakref at {}; dead>", static_cast<void*>(&w));
    OptRef<Object> name = TRY(get_attr_opt(ts, *o, id(Name::__name__)));
    if (name && is_str(*name)) {
        return str_format(ts, "<weakref at {}; to '{}' at {} ({})>", static_cast<void*>(&w), o->type->name,
                          static_cast<void*>(o.get()), TRY(str_as_utf8(ts, static_cast<Str&>(*name))));
    }
    return str_format(ts, "<weakref at {}; to '{}' at {}>", static_cast<void*>(&w), o->type->name,
                      static_cast<void*>(o.get()));
}
Result<Ref<Object>> ref_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if ((op != CompareOp::eq && op != CompareOp::ne) || !is_weakref(a) || !is_weakref(b)) {
        return Ref<Object>::share(not_implemented());
    }
    OptRef<Object> x = weakref_get(static_cast<WeakRef&>(a)), y = weakref_get(static_cast<WeakRef&>(b));
    if (!x || !y) return Ref<Object>::share(bool_object((&a == &b) == (op == CompareOp::eq)));
    return compare(ts, *x, *y, op);
}
Result<Ref<Object>> get_callback(Attached, WeakRef& w) {
    return Ref<Object>::share(w.callback ? *w.callback : none());
}

constexpr Method ref_methods[] = {
    class_method<generic_class_getitem>("__class_getitem__($type, item, /)",
                                        "The class with type arguments, for annotations."),
    {},
};
constexpr GetSet ref_getset[] = {
    getter<get_callback>("__callback__"),
    {},
};

}  // namespace

extern const TypeSpec weakref_spec;
const TypeSpec weakref_spec = {
    .name = "weakref.ReferenceType",
    .basicsize = sizeof(WeakRef),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = traverse,
    .clear = clear,
    .methods = ref_methods,
    .getset = ref_getset,
    .vectorcall_offset = offsetof(WeakRef, vectorcall),
    .dealloc = typed_slot<dealloc>,
    .repr = typed_slot<ref_repr>,
    .hash = typed_slot<ref_hash>,
    .call = slot<ref_call>,
    .richcompare = slot<ref_compare>,
    .init = slot<ref_init>,
    .tp_new = slot<ref_new>,
};

// ---- proxies: every operation is done to the referent ----

namespace {

Result<Ref<Object>> alive(Attached ts, Object& o) {
    if (!is_weakref_proxy(o)) return Ref<Object>::share(o);
    OptRef<Object> r = weakref_get(static_cast<WeakRef&>(o));
    if (r) return std::move(r).take();
    return raise(ts, Exc::ReferenceError, "weakly-referenced object no longer exists");
}

template <Result<Ref<Object>> (*F)(Attached, Object&)>
Result<Ref<Object>> proxy1(Attached ts, Object& a) {
    auto x = TRY(alive(ts, a));
    return F(ts, *x);
}
template <Result<Ref<Object>> (*F)(Attached, Object&, Object&)>
Result<Ref<Object>> proxy2(Attached ts, Object& a, Object& b) {
    auto x = TRY(alive(ts, a));
    auto y = TRY(alive(ts, b));
    return F(ts, *x, *y);
}
template <BinaryOp Op>
Result<Ref<Object>> do_binary(Attached ts, Object& a, Object& b) {
    return binary(ts, Op, a, b);
}
template <BinaryOp Op>
Result<Ref<Object>> do_inplace(Attached ts, Object& a, Object& b) {
    return inplace(ts, Op, a, b);
}
Result<Ref<Object>> do_index(Attached ts, Object& a) {
    return number_index(ts, a);
}
Result<Ref<Object>> do_str(Attached ts, Object& a) {
    return str(ts, a);
}

Result<Ref<Object>> proxy_power(Attached ts, Object& a, Object& b, Object& m) {
    auto x = TRY(alive(ts, a));
    auto y = TRY(alive(ts, b));
    auto z = TRY(alive(ts, m));
    return power(ts, *x, *y, *z);
}
Result<Ref<Object>> proxy_inplace_power(Attached ts, Object& a, Object& b, Object&) {
    auto x = TRY(alive(ts, a));
    auto y = TRY(alive(ts, b));
    return inplace(ts, BinaryOp::power, *x, *y);
}
Result<bool> proxy_bool(Attached ts, Object& a) {
    auto x = TRY(alive(ts, a));
    return is_true(ts, *x);
}
Result<Index> proxy_len(Attached ts, Object& a) {
    auto x = TRY(alive(ts, a));
    return length(ts, *x);
}
Result<bool> proxy_contains(Attached ts, Object& a, Object& item) {
    auto x = TRY(alive(ts, a));
    return contains(ts, *x, item);
}
Result<void> proxy_set_item(Attached ts, Object& a, Object& key, Object* value) {
    auto x = TRY(alive(ts, a));
    return value ? set_item(ts, *x, key, *value) : del_item(ts, *x, key);
}
Result<Ref<Object>> proxy_getattr(Attached ts, Object& a, Str& name) {
    auto x = TRY(alive(ts, a));
    return get_attr(ts, *x, name);
}
Result<void> proxy_setattr(Attached ts, Object& a, Str& name, Object* value) {
    auto x = TRY(alive(ts, a));
    return value ? set_attr(ts, *x, name, *value) : del_attr(ts, *x, name);
}
Result<Ref<Object>> proxy_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    auto x = TRY(alive(ts, a));
    auto y = TRY(alive(ts, b));
    return compare(ts, *x, *y, op);
}
Next proxy_next(Attached ts, Object& a) {
    auto made = alive(ts, a);
    if (!made.ok()) return already_raised();
    Ref<Object> x = made.take();
    if (!is_iterator(*x))
        return raise(ts, Exc::TypeError, "Weakref proxy referenced a non-iterator '{}' object",
                     type_name(*x));
    return iter_next(ts, *x);
}
Value proxy_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto made = alive(ts, self);
    if (!made.ok()) return Value();
    Ref<Object> x = made.take();
    return call_value(ts, *x, args, nargs, kwnames);
}
Result<Ref<Object>> proxy_repr(Attached ts, WeakRef& w) {
    OptRef<Object> o = weakref_get(w);
    Object& shown = o ? *o : none();
    return str_format(ts, "<weakproxy at {} to {} at {}>", static_cast<void*>(&w), shown.type->name,
                      static_cast<void*>(&shown));
}
Result<Ref<Object>> proxy_bytes(Attached ts, Object& self) {
    auto x = TRY(alive(ts, self));
    return bytes_of(ts, *x);
}
Result<Ref<Object>> proxy_reversed(Attached ts, Object& self) {
    auto x = TRY(alive(ts, self));
    return call_method(ts, *x, id(Name::__reversed__));
}

constexpr Method proxy_methods[] = {
    method<proxy_bytes>("__bytes__($self, /)", nullptr),
    method<proxy_reversed>("__reversed__($self, /)", nullptr),
    {},
};

constexpr TypeSpec proxy_base(const char* name) {
    TypeSpec s;
    s.name = name;
    s.basicsize = sizeof(WeakRef);
    s.flags = kTypeHasGc;
    s.traverse = traverse;
    s.clear = clear;
    s.methods = proxy_methods;
    s.dealloc = typed_slot<dealloc>;
    s.repr = typed_slot<proxy_repr>;
    s.str = slot<&proxy1<do_str>>;
    s.getattro = slot<proxy_getattr>;
    s.setattro = slot<proxy_setattr>;
    s.richcompare = slot<proxy_compare>;
    s.iter = slot<&proxy1<get_iter>>;
    s.add = slot<&proxy2<do_binary<BinaryOp::add>>>;
    s.subtract = slot<&proxy2<do_binary<BinaryOp::subtract>>>;
    s.multiply = slot<&proxy2<do_binary<BinaryOp::multiply>>>;
    s.remainder = slot<&proxy2<do_binary<BinaryOp::remainder>>>;
    s.divmod = slot<&proxy2<divmod>>;
    s.power = slot<proxy_power>;
    s.negative = slot<&proxy1<negative>>;
    s.positive = slot<&proxy1<positive>>;
    s.absolute = slot<&proxy1<absolute>>;
    s.nb_bool = slot<proxy_bool>;
    s.invert = slot<&proxy1<invert>>;
    s.lshift = slot<&proxy2<do_binary<BinaryOp::lshift>>>;
    s.rshift = slot<&proxy2<do_binary<BinaryOp::rshift>>>;
    s.nb_and = slot<&proxy2<do_binary<BinaryOp::nb_and>>>;
    s.nb_xor = slot<&proxy2<do_binary<BinaryOp::nb_xor>>>;
    s.nb_or = slot<&proxy2<do_binary<BinaryOp::nb_or>>>;
    s.nb_int = slot<&proxy1<number_int>>;
    s.nb_float = slot<&proxy1<number_float>>;
    s.inplace_add = slot<&proxy2<do_inplace<BinaryOp::add>>>;
    s.inplace_subtract = slot<&proxy2<do_inplace<BinaryOp::subtract>>>;
    s.inplace_multiply = slot<&proxy2<do_inplace<BinaryOp::multiply>>>;
    s.inplace_remainder = slot<&proxy2<do_inplace<BinaryOp::remainder>>>;
    s.inplace_power = slot<proxy_inplace_power>;
    s.inplace_lshift = slot<&proxy2<do_inplace<BinaryOp::lshift>>>;
    s.inplace_rshift = slot<&proxy2<do_inplace<BinaryOp::rshift>>>;
    s.inplace_and = slot<&proxy2<do_inplace<BinaryOp::nb_and>>>;
    s.inplace_xor = slot<&proxy2<do_inplace<BinaryOp::nb_xor>>>;
    s.inplace_or = slot<&proxy2<do_inplace<BinaryOp::nb_or>>>;
    s.floor_divide = slot<&proxy2<do_binary<BinaryOp::floor_divide>>>;
    s.true_divide = slot<&proxy2<do_binary<BinaryOp::true_divide>>>;
    s.inplace_floor_divide = slot<&proxy2<do_inplace<BinaryOp::floor_divide>>>;
    s.inplace_true_divide = slot<&proxy2<do_inplace<BinaryOp::true_divide>>>;
    s.index = slot<&proxy1<do_index>>;
    s.matrix_multiply = slot<&proxy2<do_binary<BinaryOp::matrix_multiply>>>;
    s.inplace_matrix_multiply = slot<&proxy2<do_inplace<BinaryOp::matrix_multiply>>>;
    s.mp_length = slot<proxy_len>;
    s.mp_subscript = slot<&proxy2<get_item>>;
    s.mp_ass_subscript = slot<proxy_set_item>;
    s.sq_length = slot<proxy_len>;
    s.sq_contains = slot<proxy_contains>;
    s.iternext = slot<proxy_next>;
    return s;
}
constexpr TypeSpec callable_base() {
    TypeSpec s = proxy_base("weakref.CallableProxyType");
    s.call = slot<proxy_call>;
    return s;
}

}  // namespace

extern const TypeSpec weakref_proxy_spec, weakref_callable_proxy_spec;
constexpr TypeSpec weakref_proxy_spec = proxy_base("weakref.ProxyType");
constexpr TypeSpec weakref_callable_proxy_spec = callable_base();

}  // namespace baton
