// The border between Values and real objects.
//
// box: a real, owned object for a Value (small ints come from the immortal cache). unbox: the canonical Value
// of an object: exact ints that fit lose their box. Callers: attached threads.
#pragma once
#include "runtime/result.h"

namespace baton {

BATON_DATA Type PyLong_Type;

inline constexpr int kSmallIntMin = -5, kSmallIntMax = 256;
extern Int small_ints[kSmallIntMax - kSmallIntMin + 1];  // immortal (types/int_object.cpp)

Result<Ref<Int>> int_from_int64_slow(Attached ts, int64_t i);  // outside the cache
inline Result<Ref<Int>> box_int(Attached ts, int64_t i) {
    if (i >= kSmallIntMin && i <= kSmallIntMax) return Ref<Int>::steal(&small_ints[i - kSmallIntMin]);
    return int_from_int64_slow(ts, i);
}
inline Ref<Int> small_int(int i) {
    return Ref<Int>::steal(&small_ints[i - kSmallIntMin]);
}

// A new reference to the object a Value means. Precondition: not nothing.
inline Result<Ref<Object>> box(Attached ts, Value v) {
    if (v.is_int()) return box_int(ts, v.as_int());
    return Ref<Object>::share(*v.object());
}
// Boxes in place: afterwards the word is a real object pointer, owned as before. Used on argument arrays
// before C sees them.
inline Result<Object*> box_in_place(Attached ts, Value& v) {
    if (v.is_int()) v = Value(TRY(box_int(ts, v.as_int())).release());
    return v.object();
}
inline Result<void> box_all(Attached ts, Value* args, size_t n) {
    for (size_t i = 0; i < n; ++i) TRY(box_in_place(ts, args[i]));
    return {};
}

// Owned object -> owned canonical Value.
inline Value unbox(Attached ts, Object* owned) {
    int64_t i;
    if (owned->type == &PyLong_Type && int_fits_tag(*static_cast<Int*>(owned), &i)) {
        decref(ts, owned);
        return Value::of_int(i);
    }
    return Value(owned);
}
// Borrowed object -> owned canonical Value.
inline Value unbox_borrowed(Object* o) {
    int64_t i;
    if (o->type == &PyLong_Type && int_fits_tag(*static_cast<Int*>(o), &i)) return Value::of_int(i);
    incref(o);
    return Value(o);
}

// The canonical Value of an object that stays the holder's: no reference is made. Good as long as the object
// lives.
inline Value borrowed_value(Object& o) {
    int64_t i;
    if (o.type == &PyLong_Type && int_fits_tag(static_cast<Int&>(o), &i)) return Value::of_int(i);
    return Value(&o);
}

template <class T>
Result<Value>::Result(Ref<T>&& r) {
    Object* o = r.release();
    int64_t i;
    if (o->type == &PyLong_Type && int_fits_tag(*static_cast<Int*>(o), &i)) {
        decref_unattached(o);
        v_ = Value::of_int(i);
    } else {
        v_ = Value(o);
    }
}

}  // namespace baton
