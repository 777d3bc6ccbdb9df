// Attribute look-up on objects.
#include "runtime/attr.h"

#include "runtime/call.h"
#include "runtime/instance.h"
#include "runtime/raise.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"

namespace baton {

Result<OptRef<Object>> generic_get_attr_opt(Attached ts, Object& o, Str& name) {
    Type& t = *o.type;
    OptRef<Object> descr = OptRef<Object>::share(type_lookup(t, name));
    DescrGetFn get = descr ? info(*descr).descr_get : nullptr;
    if (get && info(*descr).descr_set) return TRY(get(ts, *descr, &o, &t));
    if (t.dictoffset) {
        OptRef<Object> own = TRY(instance_get(ts, o, name));
        if (own) return own;
    }
    if (get) return TRY(get(ts, *descr, &o, &t));
    return descr;
}

Result<Ref<Object>> generic_get_attr(Attached ts, Object& o, Str& name) {
    OptRef<Object> found = TRY(generic_get_attr_opt(ts, o, name));
    if (found) return std::move(found).take();
    return raise_attribute_error(ts, o, name);
}

Result<void> generic_set_attr(Attached ts, Object& o, Str& name, Object* value) {
    Type& t = *o.type;
    OptRef<Object> descr = OptRef<Object>::share(type_lookup(t, name));
    if (descr) {
        if (auto set = info(*descr).descr_set) return set(ts, *descr, o, value);
    }
    if (TRY(instance_set(ts, o, name, value))) return {};
    if (t.dictoffset || !descr) return raise_attribute_error(ts, o, name);
    auto text = TRY(str_as_utf8(ts, name));
    return raise(ts, Exc::AttributeError, "'{}' object attribute '{}' is read-only", type_name(o), text);
}

namespace {
// An AttributeError that does not say whose attribute is missing gets to know it from the look-up.
void complete_attribute_error(Attached ts, Object& o, Str& name) {
    if (!pending_is(ts, Exc::AttributeError)) return;
    auto& e = static_cast<AttributeErrorObject&>(*pending(ts));
    if (e.obj || e.name) return;
    e.obj = Ref<Object>::share(o).release();
    e.name = Ref<Object>::share(name).release();
}
}  // namespace

Result<Ref<Object>> get_attr(Attached ts, Object& o, Str& name) {
    auto get = info(o).getattro;
    if (!get) [[unlikely]]
        return raise_attribute_error(ts, o, name);
    auto r = get(ts, o, name);
    if (!r.ok()) [[unlikely]]
        complete_attribute_error(ts, o, name);
    return r;
}

Result<OptRef<Object>> get_attr_opt(Attached ts, Object& o, Str& name) {
    auto get = info(o).getattro;
    if (!get) return OptRef<Object>();
    if (get == &generic_get_attr) {
        auto r = generic_get_attr_opt(ts, o, name);
        if (r.ok() || !pending_is(ts, Exc::AttributeError)) return r;
    } else {
        auto r = get(ts, o, name);
        if (r.ok()) return r.take();
        if (!pending_is(ts, Exc::AttributeError)) return already_raised();
    }
    clear_pending(ts);
    return OptRef<Object>();
}

namespace {
Result<void> set_or_delete(Attached ts, Object& o, Str& name, Object* value) {
    auto set = info(o).setattro;
    if (set) [[likely]]
        return set(ts, o, name, value);
    const char* what = value ? "assign to" : "del";
    const char* which = info(o).getattro ? "has only read-only attributes" : "has no attributes";
    auto text = TRY(str_as_utf8(ts, name));
    return raise(ts, Exc::TypeError, "'{}' object {} ({} .{})", type_name(o), which, what, text);
}
}  // namespace

Result<void> set_attr(Attached ts, Object& o, Str& name, Object& value) {
    return set_or_delete(ts, o, name, &value);
}
Result<void> del_attr(Attached ts, Object& o, Str& name) {
    return set_or_delete(ts, o, name, nullptr);
}

Result<bool> has_attr(Attached ts, Object& o, Str& name) {
    OptRef<Object> found = TRY(get_attr_opt(ts, o, name));
    return static_cast<bool>(found);
}

namespace {
// The function of a class method that o, a class, has under this name: to be called with the class first.
Object* plain_class_method(Object& o, Str& name) {
    if (info(o).getattro != info(PyType_Type).getattro) return nullptr;
    if (Object* from_meta = type_lookup(*o.type, name); from_meta && info(*from_meta).descr_set)
        return nullptr;
    Object* own = type_lookup(static_cast<Type&>(o), name);
    Object* f = own ? classmethod_callable(*own) : nullptr;
    return f && has_flag(*f->type, kTypeMethodDescriptor) ? f : nullptr;
}
}  // namespace

Result<bool> get_method(Attached ts, Object& o, Str& name, OptRef<Object>* method) {
    Type& t = *o.type;
    if (info(t).getattro != &generic_get_attr) {
        if (Object* f = plain_class_method(o, name)) {
            *method = Ref<Object>::share(*f);
            return true;
        }
        *method = TRY(get_attr(ts, o, name));
        return false;
    }
    OptRef<Object> descr = OptRef<Object>::share(type_lookup(t, name));
    DescrGetFn get = nullptr;
    bool is_method = false;
    if (descr) {
        if (has_flag(*descr->type, kTypeMethodDescriptor)) {
            is_method = true;
        } else {
            get = info(*descr).descr_get;
            if (get && info(*descr).descr_set) {
                *method = TRY(get(ts, *descr, &o, &t));
                return false;
            }
        }
    }
    if (t.dictoffset) {
        OptRef<Object> own = TRY(instance_get(ts, o, name));
        if (own) {
            *method = std::move(own);
            return false;
        }
    }
    if (is_method) {
        *method = std::move(descr);
        return true;
    }
    if (get) {
        *method = TRY(get(ts, *descr, &o, &t));
        return false;
    }
    if (!descr) return raise_attribute_error(ts, o, name);
    *method = std::move(descr);
    return false;
}

Result<OptRef<Object>> lookup_special(Attached ts, Object& o, Str& name) {
    OptRef<Object> descr = OptRef<Object>::share(type_lookup(*o.type, name));
    if (!descr) return descr;
    if (auto get = info(*descr).descr_get) return TRY(get(ts, *descr, &o, o.type));
    return descr;
}

}  // namespace baton
