// Patterns of the match statement.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/interp.h"

namespace baton {

namespace {

bool type_flag(Value v, unsigned long flag) {
    return has_flag(v.is_int() ? PyLong_Type : *v.object()->type, flag);
}

// CPython 3.11: match_keys (Python/ceval.c). None: some key is missing.
Result<Ref<Object>> match_keys(Attached ts, Object& map, Tuple& keys) {
    if (keys.size == 0) return empty_tuple();
    auto seen = TRY(set_new(ts, nullptr));
    auto values = TRY(list_new(ts));
    auto get = TRY(get_attr(ts, map, id(Name::get)));
    auto missing = TRY(call(ts, PyBaseObject_Type));  // tells absent from None
    for (Index i = 0; i < keys.size; ++i) {
        Object& key = *keys.item[i];
        if (TRY(set_contains(ts, *seen, key))) {
            auto shown = TRY(show_repr(ts, key));
            return raise(ts, Exc::ValueError, "mapping pattern checks duplicate key ({})", shown.view);
        }
        TRY(set_add(ts, *seen, key));
        auto value = TRY(call(ts, *get, {&key, missing.get()}));
        if (value.get() == missing.get()) return Ref<Object>::share(none());
        TRY(list_append_owned(ts, *values, std::move(value)));
    }
    return list_to_tuple(ts, *values);
}

// One attribute of a class pattern; empty: the subject does not have it.
Result<OptRef<Object>> match_attr(Attached ts, Object& subject, Type& cls, Object& name, Set& seen) {
    if (TRY(set_contains(ts, seen, name))) {
        auto shown = TRY(show_repr(ts, name));
        return raise(ts, Exc::TypeError, "{}() got multiple sub-patterns for attribute {}", cls.name,
                     shown.view);
    }
    TRY(set_add(ts, seen, name));
    return get_attr_opt(ts, subject, static_cast<Str&>(name));
}

// CPython 3.11: match_class.
Result<Ref<Object>> match_class(Attached ts, Object& subject, Object& cls_object, Index npositional,
                                Tuple& names) {
    if (!is_type(cls_object)) return raise(ts, Exc::TypeError, "called match pattern must be a type");
    auto& cls = static_cast<Type&>(cls_object);
    if (!TRY(is_instance(ts, subject, cls))) return Ref<Object>::share(none());
    auto seen = TRY(set_new(ts, nullptr));
    auto values = TRY(list_new(ts));
    if (npositional) {
        bool match_self = false;
        auto given = TRY(get_attr_opt(ts, cls, id(Name::__match_args__)));
        OptRef<Object> args = given ? std::move(given) : OptRef<Object>(empty_tuple());
        if (!is_exact(*args, PyTuple_Type)) {
            return raise(ts, Exc::TypeError, "{}.__match_args__ must be a tuple (got {})", cls.name,
                         type_name(*args));
        }
        auto& match_args = static_cast<Tuple&>(*args);
        if (match_args.size == 0) {
            auto own = TRY(get_attr_opt(ts, cls, id(Name::__match_args__)));
            match_self = !own && has_flag(cls, kTypeMatchSelf);
        }
        Index allowed = match_self ? 1 : match_args.size;
        if (allowed < npositional) {
            return raise(ts, Exc::TypeError, "{}() accepts {} positional sub-pattern{} ({} given)", cls.name,
                         allowed, allowed == 1 ? "" : "s", npositional);
        }
        if (match_self) {
            TRY(list_append(ts, *values, subject));
        } else {
            for (Index i = 0; i < npositional; ++i) {
                Object& name = *match_args.item[i];
                if (!is_str(name)) {
                    return raise(ts, Exc::TypeError, "__match_args__ elements must be strings (got {})",
                                 type_name(name));
                }
                auto value = TRY(match_attr(ts, subject, cls, name, *seen));
                if (!value) return Ref<Object>::share(none());
                TRY(list_append_owned(ts, *values, std::move(value).take()));
            }
        }
    }
    for (Index i = 0; i < names.size; ++i) {
        auto value = TRY(match_attr(ts, subject, cls, *names.item[i], *seen));
        if (!value) return Ref<Object>::share(none());
        TRY(list_append_owned(ts, *values, std::move(value).take()));
    }
    return list_to_tuple(ts, *values);
}

}  // namespace

bool GET_LEN_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return false;
    auto n = length(ts, *o);
    if (!n.ok()) return false;
    R[pc->a] = Value::of_int(n.take());
    return true;
}
bool MATCH_MAPPING_slow(Attached, const Instr* pc, Value* R) {
    R[pc->a] = Value(&bool_object(type_flag(R[pc->b], kTypeMapping)));
    return true;
}
bool MATCH_SEQUENCE_slow(Attached, const Instr* pc, Value* R) {
    R[pc->a] = Value(&bool_object(type_flag(R[pc->b], kTypeSequence)));
    return true;
}
bool MATCH_KEYS_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed map(ts, R[pc->b]);
    if (!map.ok()) return false;
    Object* r = match_keys(ts, *map, static_cast<Tuple&>(*R[pc->c].object())).release();
    if (!r) return false;
    R[pc->a] = Value(r);
    return true;
}
bool MATCH_CLASS_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    Boxed subject(ts, base[0]), cls(ts, base[1]);
    if (!subject.ok() || !cls.ok()) return false;
    Object* r = match_class(ts, *subject, *cls, pc->b, static_cast<Tuple&>(*base[2].object())).release();
    if (!r) return false;
    Value old[3] = {base[0], base[1], base[2]};
    base[0] = Value(r);
    for (int i = 2; i >= 0; --i) drop(ts, old[i]);
    return true;
}

}  // namespace baton
