// isinstance and issubclass: real classes, hooks of metaclasses, tuples, and things that merely have
// __bases__.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/union.h"

namespace baton {

namespace {

constexpr const char* kInstanceText = "isinstance() arg 2 must be a type, a tuple of types, or a union";
constexpr const char* kSubclassText = "issubclass() arg 2 must be a class, a tuple of classes, or a union";

// cls.__bases__ when it is a tuple; empty otherwise.
Result<OptRef<Tuple>> bases_of(Attached ts, Object& cls) {
    OptRef<Object> bases = TRY(get_attr_opt(ts, cls, id(Name::__bases__)));
    if (!bases || !is_tuple(*bases)) return OptRef<Tuple>();
    return OptRef<Tuple>(std::move(bases).take().cast<Tuple>());
}

Result<void> check_class(Attached ts, Object& cls, const char* text) {
    OptRef<Tuple> bases = TRY(bases_of(ts, cls));
    if (bases) return {};
    return raise(ts, Exc::TypeError, "{}", text);
}

Result<bool> abstract_is_subclass(Attached ts, Object& derived, Object& cls) {
    auto at = Ref<Object>::share(derived);
    for (;;) {
        if (at.get() == &cls) return true;
        OptRef<Tuple> bases = TRY(bases_of(ts, *at));
        if (!bases || bases->size == 0) return false;
        if (bases->size == 1) {  // no recursion along a simple chain
            at = Ref<Object>::share(*bases->item[0]);
            continue;
        }
        RecursionScope scope(ts);
        TRY(scope.enter(" in __issubclass__"));
        for (Index i = 0; i < bases->size; ++i) {
            if (TRY(abstract_is_subclass(ts, *bases->item[i], cls))) return true;
        }
        return false;
    }
}

// The hook of cls's metaclass, called with `o`; empty when there is none.
Result<bool> ask(Attached ts, Object& o, Object& cls, Name hook, bool* asked) {
    *asked = true;
    OptRef<Object> answer = TRY(call_special(ts, cls, id(hook), {&o}));
    if (answer) return is_true(ts, *answer);
    *asked = false;
    return false;
}

}  // namespace

Result<bool> real_is_instance(Attached ts, Object& o, Object& cls) {
    if (is_type(cls)) {
        auto& type = static_cast<Type&>(cls);
        if (is_instance_exact(o, type)) return true;
        // o.__class__ may say something else than its type, if it is not the attribute every object has.
        if (info(o).getattro == &generic_get_attr &&
            type_lookup(*o.type, id(Name::__class__)) ==
                type_lookup(PyBaseObject_Type, id(Name::__class__))) {
            return false;
        }
        OptRef<Object> claimed = TRY(get_attr_opt(ts, o, id(Name::__class__)));
        return claimed && claimed.get() != o.type && is_type(*claimed) &&
               is_subtype(static_cast<Type&>(*claimed), type);
    }
    TRY(check_class(ts, cls, kInstanceText));
    OptRef<Object> claimed = TRY(get_attr_opt(ts, o, id(Name::__class__)));
    if (!claimed) return false;
    return abstract_is_subclass(ts, *claimed, cls);
}

Result<bool> real_is_subclass(Attached ts, Object& derived, Object& cls) {
    if (is_type(cls) && is_type(derived)) {
        return &derived == &cls || is_subtype(static_cast<Type&>(derived), static_cast<Type&>(cls));
    }
    TRY(check_class(ts, derived, "issubclass() arg 1 must be a class"));
    TRY(check_class(ts, cls, kSubclassText));
    return abstract_is_subclass(ts, derived, cls);
}

Result<bool> is_instance(Attached ts, Object& o, Object& cls) {
    if (is_exact(cls, _PyUnion_Type)) return is_instance(ts, o, *static_cast<Union&>(cls).args);
    if (static_cast<Object*>(o.type) == &cls) return true;
    if (is_exact(cls, PyType_Type)) return real_is_instance(ts, o, cls);
    if (is_tuple(cls)) {
        auto& t = static_cast<Tuple&>(cls);
        // Plain classes recurse no further.
        Index i = 0;
        for (; i < t.size && is_exact(*t.item[i], PyType_Type); ++i) {
            if (TRY(is_instance(ts, o, *t.item[i]))) return true;
        }
        if (i == t.size) return false;
        RecursionScope scope(ts);
        TRY(scope.enter(" in __instancecheck__"));
        for (; i < t.size; ++i) {
            if (TRY(is_instance(ts, o, *t.item[i]))) return true;
        }
        return false;
    }
    RecursionScope scope(ts);
    TRY(scope.enter(" in __instancecheck__"));
    bool asked;
    bool answer = TRY(ask(ts, o, cls, Name::__instancecheck__, &asked));
    if (asked) return answer;
    return real_is_instance(ts, o, cls);
}

Result<bool> is_subclass(Attached ts, Object& derived, Object& cls) {
    if (is_exact(cls, _PyUnion_Type)) return is_subclass(ts, derived, *static_cast<Union&>(cls).args);
    if (is_exact(cls, PyType_Type)) {
        if (&derived == &cls) return true;
        return real_is_subclass(ts, derived, cls);
    }
    if (is_tuple(cls)) {
        auto& t = static_cast<Tuple&>(cls);
        RecursionScope scope(ts);
        TRY(scope.enter(" in __subclasscheck__"));
        for (Index i = 0; i < t.size; ++i) {
            if (TRY(is_subclass(ts, derived, *t.item[i]))) return true;
        }
        return false;
    }
    RecursionScope scope(ts);
    TRY(scope.enter(" in __subclasscheck__"));
    bool asked;
    bool answer = TRY(ask(ts, derived, cls, Name::__subclasscheck__, &asked));
    if (asked) return answer;
    return real_is_subclass(ts, derived, cls);
}

}  // namespace baton
