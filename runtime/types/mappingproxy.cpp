// mappingproxy: a read-only view of a mapping.
#include "runtime/types/mappingproxy.h"

#include "runtime/attr.h"
#include "runtime/c_stack.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/str.h"

namespace baton {

namespace {
struct MappingProxy : Object {
    Object* mapping;
};
}  // namespace

Result<Ref<Object>> mappingproxy_new(Attached ts, Object& mapping) {
    auto p = TRY(new_gc_object<MappingProxy>(ts, PyDictProxy_Type));
    incref(&mapping);
    p->mapping = &mapping;
    gc_track(ts, p.get());
    return p;
}

namespace {

void dealloc(Attached ts, MappingProxy& p) {
    gc_untrack(&p);
    decref(ts, p.mapping);
    gc_free(ts, &p, sizeof p);
}
int traverse(Object* o, VisitProc visit, void* arg) {
    return visit(static_cast<MappingProxy*>(o)->mapping, arg);
}

Result<Ref<Object>> make(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("mappingproxy($self, mapping)");
    Value* bound[1] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object& m = *TRY(box_in_place(ts, *bound[0]));
    if (!is_mapping(m) || is_list(m) || is_tuple(m)) {
        return raise(ts, Exc::TypeError, "mappingproxy() argument must be a mapping, not {}", type_name(m));
    }
    return mappingproxy_new(ts, m);
}

Object& target(Object& o) {
    return *static_cast<MappingProxy&>(o).mapping;
}

Result<Index> proxy_len(Attached ts, Object& o) {
    TRY(check_c_stack(ts));
    return length(ts, target(o));
}
Result<Ref<Object>> proxy_item(Attached ts, Object& o, Object& key) {
    TRY(check_c_stack(ts));
    return get_item(ts, target(o), key);
}
Result<bool> proxy_contains(Attached ts, Object& o, Object& key) {
    TRY(check_c_stack(ts));
    return contains(ts, target(o), key);
}
Result<Ref<Object>> proxy_iter(Attached ts, Object& o) {
    TRY(check_c_stack(ts));
    return get_iter(ts, target(o));
}
Result<Ref<Object>> proxy_str(Attached ts, Object& o) {
    return str(ts, target(o));
}
Result<Ref<Object>> proxy_repr(Attached ts, Object& o) {
    auto text = TRY(repr(ts, target(o)));
    return str_format(ts, "mappingproxy({})", TRY(str_as_utf8(ts, *text)));
}
Result<Ref<Object>> proxy_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    TRY(check_c_stack(ts));
    return compare(ts, target(a), b, op);
}
Result<Ref<Object>> proxy_or(Attached ts, Object& a, Object& b) {
    TRY(check_c_stack(ts));
    Object& x = is_exact(a, PyDictProxy_Type) ? target(a) : a;
    Object& y = is_exact(b, PyDictProxy_Type) ? target(b) : b;
    return binary(ts, BinaryOp::nb_or, x, y);
}
Result<Ref<Object>> proxy_ior(Attached ts, Object&, Object& other) {
    return raise(ts, Exc::TypeError, "'|=' is not supported by mappingproxy; use '|' instead");
}

Result<Ref<Object>> proxy_get(Attached ts, Object& o, Object& key, Object* fallback) {
    return call_method(ts, target(o), id(Name::get), {&key, fallback ? fallback : &none()});
}
Result<Ref<Object>> proxy_keys(Attached ts, Object& o) {
    return call_method(ts, target(o), id(Name::keys));
}
Result<Ref<Object>> proxy_values(Attached ts, Object& o) {
    return call_method(ts, target(o), id(Name::values));
}
Result<Ref<Object>> proxy_items(Attached ts, Object& o) {
    return call_method(ts, target(o), id(Name::items));
}
Result<Ref<Object>> proxy_copy(Attached ts, Object& o) {
    return call_method(ts, target(o), id(Name::copy));
}
Result<Ref<Object>> proxy_reversed(Attached ts, Object& o) {
    return call_method(ts, target(o), id(Name::__reversed__));
}

constexpr Method methods[] = {
    method<proxy_get>("get($self, key, default=None, /)", "The value of key; default if there is none."),
    method<proxy_keys>("keys($self, /)", "What keys() of the mapping gives."),
    method<proxy_values>("values($self, /)", "What values() of the mapping gives."),
    method<proxy_items>("items($self, /)", "What items() of the mapping gives."),
    method<proxy_copy>("copy($self, /)", "What copy() of the mapping gives."),
    method<proxy_reversed>("__reversed__($self, /)", "What reversed() gives for the mapping."),
    class_method<generic_class_getitem>("__class_getitem__($type, item, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

}  // namespace

const TypeSpec mappingproxy_spec = {
    .name = "mappingproxy",
    .basicsize = sizeof(MappingProxy),
    .flags = kTypeHasGc | kTypeMapping,
    .traverse = traverse,
    .methods = methods,
    .dealloc = typed_slot<dealloc>,
    .repr = slot<proxy_repr>,
    .str = slot<proxy_str>,
    .richcompare = slot<proxy_compare>,
    .iter = slot<proxy_iter>,
    .tp_new = slot<make>,
    .nb_or = slot<proxy_or>,
    .inplace_or = slot<proxy_ior>,
    .mp_length = slot<proxy_len>,
    .mp_subscript = slot<proxy_item>,
    .sq_contains = slot<proxy_contains>,
};

}  // namespace baton
