// Containers: length, items, membership, and conversion to list and tuple.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/names.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/sequence_slots.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

namespace baton {

Result<Index> length(Attached ts, Object& o) {
    const TypeInfo& slots = info(o);
    LengthFn f = slots.sq_length ? slots.sq_length : slots.mp_length;
    if (!f) return raise(ts, Exc::TypeError, "object of type '{}' has no len()", type_name(o));
    return f(ts, o);
}

Result<Index> length_hint(Attached ts, Object& o, Index fallback) {
    if (info(o).sq_length || info(o).mp_length) {
        auto n = length(ts, o);
        if (n.ok()) return n;
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
    }
    auto answer = call_special(ts, o, id(Name::__length_hint__));
    if (!answer.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return fallback;
    }
    OptRef<Object> hint = answer.take();
    if (!hint || hint.get() == &not_implemented()) return fallback;
    if (!is_int(*hint)) {
        return raise(ts, Exc::TypeError, "__length_hint__ must be an integer, not {}", type_name(*hint));
    }
    Index n = TRY(as_index(ts, *hint, Exc::OverflowError));
    if (n < 0) return raise(ts, Exc::ValueError, "__length_hint__() should return >= 0");
    return n;
}

namespace {

// A position for a sequence slot: negative ones count from the end, which sq_item itself does not do.
Result<Index> from_end(Attached ts, Object& o, Index i) {
    if (i >= 0 || !info(o).sq_length) return i;
    Index n = TRY(info(o).sq_length(ts, o));
    return i + n;
}

Result<Index> sequence_position(Attached ts, Object& o, Object& key) {
    if (!has_index(key)) {
        return raise(ts, Exc::TypeError, "sequence index must be integer, not '{}'", type_name(key));
    }
    Index i = TRY(as_index(ts, key, Exc::IndexError));
    return from_end(ts, o, i);
}

Result<Ref<Object>> subscript_class(Attached ts, Object& cls, Object& key) {
    if (&cls == &PyType_Type) return generic_alias_new(ts, cls, key);
    OptRef<Object> method = TRY(get_attr_opt(ts, cls, id(Name::__class_getitem__)));
    if (method && !is_none(*method)) return call(ts, *method, {&key});
    return raise(ts, Exc::TypeError, "type '{}' is not subscriptable", type_name(static_cast<Type&>(cls)));
}

}  // namespace

Result<Ref<Object>> get_item(Attached ts, Object& o, Object& key) {
    const TypeInfo& slots = info(o);
    if (slots.mp_subscript) return slots.mp_subscript(ts, o, key);
    if (slots.sq_item) {
        Index i = TRY(sequence_position(ts, o, key));
        return slots.sq_item(ts, o, i);
    }
    if (is_type(o)) return subscript_class(ts, o, key);
    return raise(ts, Exc::TypeError, "'{}' object is not subscriptable", type_name(o));
}

Result<void> set_item(Attached ts, Object& o, Object& key, Object& value) {
    const TypeInfo& slots = info(o);
    if (slots.mp_ass_subscript) return slots.mp_ass_subscript(ts, o, key, &value);
    if (slots.sq_ass_item) {
        Index i = TRY(sequence_position(ts, o, key));
        return slots.sq_ass_item(ts, o, i, &value);
    }
    if (has_sequence_slots(o) && has_index(key)) TRY(as_index(ts, key, Exc::IndexError));
    return raise(ts, Exc::TypeError, "'{}' object does not support item assignment", type_name(o));
}

Result<void> del_item(Attached ts, Object& o, Object& key) {
    const TypeInfo& slots = info(o);
    if (slots.mp_ass_subscript) return slots.mp_ass_subscript(ts, o, key, nullptr);
    if (slots.sq_ass_item) {
        Index i = TRY(sequence_position(ts, o, key));
        return slots.sq_ass_item(ts, o, i, nullptr);
    }
    // CPython's two functions say it each in its way: a sequence is asked by position. Its ExceptionGroup is
    // a class made at start-up, and such classes have room for the slots of a sequence.
    const bool sequence = has_sequence_slots(o) || o.type == &exc_type(Exc::ExceptionGroup);
    if (sequence && has_index(key)) {
        TRY(as_index(ts, key, Exc::IndexError));
        return raise(ts, Exc::TypeError, "'{}' object doesn't support item deletion", type_name(o));
    }
    return raise(ts, Exc::TypeError, "'{}' object does not support item deletion", type_name(o));
}

Result<bool> contains(Attached ts, Object& container, Object& item) {
    if (ContainsFn f = info(container).sq_contains) return f(ts, container, item);
    auto iterator = get_iter(ts, container);
    if (!iterator.ok()) {
        if (pending_is(ts, Exc::TypeError)) {
            clear_pending(ts);
            return raise(ts, Exc::TypeError, "argument of type '{}' is not iterable", type_name(container));
        }
        return already_raised();
    }
    for (;;) {
        Next n = iter_next(ts, *iterator);
        if (n.raised()) return already_raised();
        if (n.is_done()) return false;
        auto candidate = n.take();
        if (TRY(equal(ts, *candidate, item))) return true;
    }
}

bool is_sequence(const Object& o) {
    return !is_dict(o) && info(o).sq_item != nullptr;
}
bool is_mapping(const Object& o) {
    return info(o).mp_subscript != nullptr;
}

Result<Ref<Object>> sequence_item(Attached ts, Object& o, Index i) {
    const TypeInfo& slots = info(o);
    if (!slots.sq_item) {
        if (slots.mp_subscript) return raise(ts, Exc::TypeError, "{} is not a sequence", type_name(o));
        return raise(ts, Exc::TypeError, "'{}' object does not support indexing", type_name(o));
    }
    Index at = TRY(from_end(ts, o, i));
    return slots.sq_item(ts, o, at);
}

Result<Ref<List>> to_list(Attached ts, Object& iterable) {
    auto list = TRY(list_new(ts));
    TRY(list_extend(ts, *list, iterable));
    return list;
}

Result<Ref<Tuple>> to_tuple(Attached ts, Object& iterable) {
    if (is_exact(iterable, PyTuple_Type)) return Ref<Tuple>::share(static_cast<Tuple&>(iterable));
    if (is_exact(iterable, PyList_Type)) return list_to_tuple(ts, static_cast<List&>(iterable));
    auto list = TRY(to_list(ts, iterable));
    return list_to_tuple(ts, *list);
}

Result<Ref<Object>> sequence_fast(Attached ts, Object& o, const char* message) {
    if (is_exact(o, PyList_Type) || is_exact(o, PyTuple_Type)) return Ref<Object>::share(o);
    auto iterator = get_iter(ts, o);
    if (!iterator.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "{}", message);
    }
    return to_list(ts, *iterator);
}

}  // namespace baton
