#include "runtime/types/namespace.h"

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

Result<Ref<Object>> namespace_type_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto dict = TRY(dict_new(ts));
    auto self = TRY(new_instance<Namespace>(ts, cls));
    self->dict = dict.release();
    gc_track(ts, self.get());
    return self;
}

Result<void> namespace_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs) return raise(ts, Exc::TypeError, "no positional arguments expected");
    for (Index i = 0; kwnames && i < kwnames->size; ++i) {
        Object* value = TRY(box_in_place(ts, args[i]));
        TRY(dict_set(ts, *static_cast<Namespace&>(self).dict, *kwnames->item[i], *value));
    }
    return {};
}

Result<Ref<Object>> namespace_repr(Attached ts, Namespace& self) {
    const char* name = self.type == &_PyNamespace_Type ? "namespace" : type_name(self);
    if (!TRY(enter_repr(ts, self))) return str_format(ts, "{}(...)", name);
    auto whole = [&]() -> Result<Ref<Object>> {
        StrBuilder b;
        b.append_utf8(name);
        b.append('(');
        bool first = true;
        auto keys = TRY(dict_copy(ts, *self.dict));  // a repr may change the namespace
        Index at = 0;
        Object *key, *value;
        while (dict_next(*keys, &at, &key, &value)) {
            if (!is_str(*key) || static_cast<Str&>(*key).length == 0) continue;
            if (!first) b.append_ascii(", ");
            first = false;
            b.append(static_cast<Str&>(*key));
            b.append('=');
            auto text = TRY(repr(ts, *value));
            b.append(*text);
        }
        b.append(')');
        return b.finish(ts);
    }();
    leave_repr(ts, self);
    return whole;
}

Result<Ref<Object>> namespace_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_instance_exact(a, _PyNamespace_Type) || !is_instance_exact(b, _PyNamespace_Type)) {
        return Ref<Object>::share(not_implemented());
    }
    return compare(ts, *static_cast<Namespace&>(a).dict, *static_cast<Namespace&>(b).dict, op);
}

Result<Ref<Object>> namespace_reduce(Attached ts, Namespace& self) {
    return tuple_of(ts, {self.type, empty_tuple().get(), self.dict});
}

constexpr Method namespace_methods[] = {
    method<namespace_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

Result<Ref<Object>> get_namespace_dict(Attached, Namespace& self) {
    return Ref<Object>::share(*self.dict);
}
constexpr GetSet namespace_getset[] = {
    getter<get_namespace_dict>("__dict__"),
    {},
};

}  // namespace

Result<Ref<Object>> namespace_new(Attached ts, Dict& attributes) {
    auto self = TRY(namespace_type_new(ts, _PyNamespace_Type, nullptr, 0, nullptr));
    TRY(dict_merge(ts, *static_cast<Namespace&>(*self).dict, attributes, true));
    return self;
}

constexpr TypeSpec namespace_spec = with_gc<Namespace, &Namespace::dict>({
    .name = "types.SimpleNamespace",
    .doc = "An object whose attributes are given as keywords.",
    .flags = kTypeBaseType,
    .dictoffset = offsetof(Namespace, dict),
    .methods = namespace_methods,
    .getset = namespace_getset,
    .repr = typed_slot<namespace_repr>,
    .richcompare = slot<namespace_compare>,
    .init = slot<namespace_init>,
    .tp_new = slot<namespace_type_new>,
});

}  // namespace baton
