// getset_descriptor: attributes computed by functions.
#include "runtime/raise.h"
#include "runtime/types/descr.h"
#include "runtime/types/descr_common.h"

namespace baton {

Result<Ref<Object>> descr_new_getset(Attached ts, Type& owner, GetSetDef& def) {
    auto d = TRY(new_descr<NativeGetSetDescr>(ts, PyGetSetDescr_Type, owner, def.name));
    d->getset = &def;
    d->row = nullptr;
    return d;
}
Result<Ref<Object>> descr_new_native_getset(Attached ts, Type& owner, const GetSet& row) {
    auto d = TRY(new_descr<NativeGetSetDescr>(ts, PyGetSetDescr_Type, owner, row.name));
    d->getset = nullptr;
    d->row = &row;
    return d;
}

namespace {

Raised raise_access(Attached ts, Descr& d, const char* what) {
    auto name = str_as_utf8(ts, static_cast<Str&>(*d.name));
    if (!name.ok()) return already_raised();
    return raise(ts, Exc::AttributeError, "attribute '{}' of '{}' objects is not {}", *name,
                 type_name(*d.owner), what);
}

Result<Ref<Object>> get(Attached ts, Object& self, Object* instance, Object*) {
    auto& d = static_cast<NativeGetSetDescr&>(self);
    if (!instance) return Ref<Object>::share(self);
    TRY(check_receiver(ts, d, *instance));
    if (d.row) {
        if (d.row->get) return d.row->get(ts, *instance);
    } else if (d.getset->get) {
        Object* r = d.getset->get(instance, d.getset->closure);
        if (!r && !pending(ts)) return raise(ts, Exc::SystemError, "error return without exception set");
        return Result<Ref<Object>>::from_c(r);
    }
    return raise_access(ts, d, "readable");
}
Result<void> set(Attached ts, Object& self, Object& instance, Object* value) {
    auto& d = static_cast<NativeGetSetDescr&>(self);
    TRY(check_receiver(ts, d, instance));
    if (d.row) {
        if (d.row->set) return d.row->set(ts, instance, value);
    } else if (d.getset->set) {
        if (d.getset->set(&instance, value, d.getset->closure) < 0) return already_raised();
        return {};
    }
    return raise_access(ts, d, "writable");
}
Result<Ref<Object>> repr(Attached ts, Descr& self) {
    return descr_repr(ts, self, "attribute");
}
Result<Ref<Object>> get_doc(Attached ts, NativeGetSetDescr& d) {
    const char* doc = d.row ? d.row->doc : d.getset->doc;
    if (!doc) return Ref<Object>::share(none());
    return str_new_utf8(ts, doc);
}

}  // namespace

extern const TypeSpec getset_descr_spec;
const TypeSpec getset_descr_spec = {
    .name = "getset_descriptor",
    .basicsize = sizeof(NativeGetSetDescr),
    .flags = kTypeHasGc,
    .traverse = descr_traverse,
    .getset = descr_getset<get_doc>,
    .dealloc = typed_slot<descr_dealloc>,
    .repr = typed_slot<repr>,
    .descr_get = slot<get>,
    .descr_set = slot<set>,
};

}  // namespace baton
