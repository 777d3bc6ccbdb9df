#include "runtime/types/union.h"

#include "runtime/attr.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_arguments.h"

namespace baton {

namespace {

bool can_join(const Object& o) {
    return is_none(o) || is_type(o) || is_instance_exact(o, Py_GenericAliasType) ||
           is_exact(o, _PyUnion_Type);
}

Result<bool> same_argument(Attached ts, Object& a, Object& b) {
    if (&a == &b) return true;
    // Types are told apart by identity; two aliases may be equal.
    if (!is_instance_exact(a, Py_GenericAliasType) || !is_instance_exact(b, Py_GenericAliasType))
        return false;
    return equal(ts, a, b);
}

Result<void> add_argument(Attached ts, List& list, Object& o) {
    if (is_exact(o, _PyUnion_Type)) {
        Tuple& inner = *static_cast<Union&>(o).args;
        for (Index i = 0; i < inner.size; ++i) TRY(add_argument(ts, list, *inner.item[i]));
        return {};
    }
    Object& argument = is_none(o) ? static_cast<Object&>(_PyNone_Type) : o;
    for (Index i = 0; i < list.size; ++i) {
        if (TRY(same_argument(ts, *list.item[i], argument))) return {};
    }
    return list_append(ts, list, argument);
}

Result<Ref<Object>> union_repr(Attached ts, Union& self) {
    StrBuilder b;
    for (Index i = 0; i < self.args->size; ++i) {
        if (i) b.append_ascii(" | ");
        if (self.args->item[i] == &_PyNone_Type) {
            b.append_ascii("None");
            continue;
        }
        TRY(append_type_argument(ts, b, *self.args->item[i]));
    }
    return b.finish(ts);
}

Result<Hash> union_hash(Attached ts, Union& self) {
    auto set = TRY(frozenset_new(ts, self.args));
    return hash(ts, *set);
}

Result<Ref<Object>> union_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_exact(a, _PyUnion_Type) || !is_exact(b, _PyUnion_Type) ||
        (op != CompareOp::eq && op != CompareOp::ne)) {
        return Ref<Object>::share(not_implemented());
    }
    auto x = TRY(set_new(ts, static_cast<Union&>(a).args));
    auto y = TRY(set_new(ts, static_cast<Union&>(b).args));
    return compare(ts, *x, *y, op);
}

Result<Ref<Object>> union_getattro(Attached ts, Union& self, Str& name) {
    if (str_eq(name, id(Name::__module__))) return get_attr(ts, *self.type, name);
    return generic_get_attr(ts, self, name);
}

Result<Tuple*> parameters(Attached ts, Union& self) {
    if (!self.parameters) {
        auto found = TRY(type_parameters(ts, *self.args));
        if (!self.parameters) self.parameters = found.release();
    }
    return static_cast<Tuple*>(self.parameters);
}

Result<Ref<Object>> union_subscript(Attached ts, Union& self, Object& item) {
    Tuple* names = TRY(parameters(ts, self));
    auto args = TRY(substitute_parameters(ts, self, *self.args, *names, item));
    auto result = Ref<Object>::share(*args->item[0]);
    for (Index i = 1; i < args->size; ++i) result = TRY(binary(ts, BinaryOp::nb_or, *result, *args->item[i]));
    return result;
}

Result<Ref<Object>> get_args(Attached, Union& self) {
    return Ref<Object>::share(*self.args);
}
Result<Ref<Object>> get_parameters(Attached ts, Union& self) {
    Tuple* names = TRY(parameters(ts, self));
    return Ref<Object>::share(*names);
}
constexpr GetSet union_getset[] = {
    getter<get_args>("__args__"),
    getter<get_parameters>("__parameters__", "The type variables that stand in it."),
    {},
};

}  // namespace

Result<Ref<Object>> union_or(Attached ts, Object& a, Object& b) {
    if (!can_join(a) || !can_join(b)) return Ref<Object>::share(not_implemented());
    auto list = TRY(list_new(ts));
    TRY(add_argument(ts, *list, a));
    TRY(add_argument(ts, *list, b));
    if (list->size == 1) return Ref<Object>::share(*list->item[0]);
    auto args = TRY(list_to_tuple(ts, *list));
    auto self = TRY(new_gc_object<Union>(ts, _PyUnion_Type));
    self->args = args.release();
    self->parameters = nullptr;
    gc_track(ts, self.get());
    return self;
}

constexpr TypeSpec union_spec = with_gc<Union, &Union::args, &Union::parameters>({
    .name = "types.UnionType",
    .doc = "One type or another, as int | str makes it.",
    .flags = kTypeDisallowInstantiation,
    .getset = union_getset,
    .repr = typed_slot<union_repr>,
    .hash = typed_slot<union_hash>,
    .getattro = typed_slot<union_getattro>,
    .richcompare = slot<union_compare>,
    .nb_or = slot<union_or>,
    .mp_subscript = typed_slot<union_subscript>,
});

}  // namespace baton
