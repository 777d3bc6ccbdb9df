// The module _weakref.
#include "runtime/native.h"
#include "runtime/weakref.h"

#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"

namespace baton {
namespace {

Result<Index> count_weakrefs(Attached ts, Module&, Object& object) {
    return weakref_count(ts, object);
}
Result<Ref<Object>> all_weakrefs(Attached ts, Module&, Object& object) {
    return weakref_all(ts, object);
}
Result<Ref<Object>> make_proxy(Attached ts, Module&, Object& object, Object* callback) {
    return weakref_proxy_new(ts, object, callback);
}
// Deletes dct[key] if its weak reference is dead, without running code between the look and the deletion.
Result<void> remove_dead(Attached ts, Module&, Dict& dct, Object& key) {
    Object* found = TRY(dict_find(ts, dct, key)).value;
    if (!found) return {};
    if (!is_weakref(*found)) return raise(ts, Exc::TypeError, "not a weakref");
    if (!weakref_get(static_cast<WeakRef&>(*found))) TRY(dict_del(ts, dct, key));
    return {};
}

constexpr Method methods[] = {
    method<count_weakrefs>("getweakrefcount($module, object, /)", "How many weak references the object has."),
    method<remove_dead>("_remove_dead_weakref($module, dct, key, /)",
                        "Takes key out of dict if its value is a weak reference to a dead object."),
    method<all_weakrefs>("getweakrefs($module, object, /)", "The weak references to the object."),
    method<make_proxy>("proxy($module, object, callback=None, /)",
                       "Something that acts as object does, without keeping it alive."),
    {},
};

Result<void> exec(Attached ts, Module& m) {
    TRY(module_add(ts, m, "ref", _PyWeakref_RefType));
    TRY(module_add(ts, m, "ReferenceType", _PyWeakref_RefType));
    TRY(module_add(ts, m, "ProxyType", _PyWeakref_ProxyType));
    return module_add(ts, m, "CallableProxyType", _PyWeakref_CallableProxyType);
}

}  // namespace

extern const ModuleSpec weakref_module;
const ModuleSpec weakref_module = {
    .name = "_weakref",
    .doc = "References that keep nothing alive.",
    .methods = methods,
    .exec = exec,
};

}  // namespace baton
