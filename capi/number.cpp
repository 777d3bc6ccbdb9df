// int, bool, float, complex.
#include <climits>

#include "capi/impl.h"
#include "runtime/native.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace baton::api {

namespace {
// An int for a C integer: anything with __index__. Empty = raised.
OptRef<Int> integer_of(Attached ts, Object* o) {
    if (!o) {
        if (!pending(ts)) (void)raise_bad_internal_call(ts, "PyLong_As");
        return {};
    }
    if (is_int(*o)) return OptRef<Int>::share(static_cast<Int*>(o));
    auto r = number_index(ts, *o);
    return r.ok() ? OptRef<Int>(r.take()) : OptRef<Int>();
}
// 0: fits; otherwise the sign of what does not.
int to_int64(const Int& i, int64_t* out) {
    if (int_fits_tag(i, out)) return 0;
    int overflow = 0;
    *out = int_as_int64(i, &overflow);
    return overflow;
}
// `type` null: one of the long long functions, which have a text of their own.
void raise_too_big(Attached ts, const char* type) {
    if (type)
        (void)raise(ts, Exc::OverflowError, "Python int too large to convert to C {}", type);
    else
        (void)raise(ts, Exc::OverflowError, "int too big to convert");
}
long as_signed(Attached ts, Object* o, const char* type) {
    auto i = integer_of(ts, o);
    if (!i) return -1;
    int64_t v;
    if (to_int64(*i, &v) == 0) return v;
    raise_too_big(ts, type);
    return -1;
}
unsigned long as_unsigned(Attached ts, Object* o, const char* type) {
    if (!o || !is_int(*o)) {
        if (o)
            (void)raise(ts, Exc::TypeError, "an integer is required");
        else
            (void)raise_bad_internal_call(ts, "PyLong_AsUnsignedLong");
        return static_cast<unsigned long>(-1);
    }
    auto& i = static_cast<Int&>(*o);
    if (i.size < 0) {
        (void)raise(ts, Exc::OverflowError, "can't convert negative {} to unsigned{}", type ? "value" : "int",
                    type ? " int" : "");
        return static_cast<unsigned long>(-1);
    }
    uint64_t v;
    if (int_as_uint64(i, &v)) return v;
    raise_too_big(ts, type);
    return static_cast<unsigned long>(-1);
}
}  // namespace

Object* PyLong_FromLong(Attached ts, long v) {
    return give(box_int(ts, v));
}
Object* PyLong_FromLongLong(Attached ts, long long v) {
    return give(box_int(ts, v));
}
Object* PyLong_FromSsize_t(Attached ts, Index v) {
    return give(box_int(ts, v));
}
Object* PyLong_FromUnsignedLong(Attached ts, unsigned long v) {
    return give(int_from_uint64(ts, v));
}
Object* PyLong_FromUnsignedLongLong(Attached ts, unsigned long long v) {
    return give(int_from_uint64(ts, v));
}
Object* PyLong_FromSize_t(Attached ts, size_t v) {
    return give(int_from_uint64(ts, v));
}
Object* PyLong_FromVoidPtr(Attached ts, void* p) {
    return give(int_from_uint64(ts, reinterpret_cast<uintptr_t>(p)));
}
Object* PyLong_FromDouble(Attached ts, double v) {
    auto r = int_from_double(ts, v);
    return r.ok() ? give_value(ts, r.take()) : nullptr;
}
Object* PyLong_FromString(Attached ts, const char* text, char** end, int base) {
    auto s = str_new_utf8(ts, text);
    if (!s.ok()) return nullptr;
    auto r = int_from_text(ts, *s, base);
    if (!r.ok()) return nullptr;
    if (end) *end = const_cast<char*>(text) + strlen(text);
    return give_value(ts, r.take());
}
long PyLong_AsLong(Attached ts, Object* o) {
    return as_signed(ts, o, "long");
}
long long PyLong_AsLongLong(Attached ts, Object* o) {
    return as_signed(ts, o, nullptr);
}
Index PyLong_AsSsize_t(Attached ts, Object* o) {
    if (o && !is_int(*o)) {
        (void)raise(ts, Exc::TypeError, "an integer is required");
        return -1;
    }
    return as_signed(ts, o, "ssize_t");
}
long PyLong_AsLongAndOverflow(Attached ts, Object* o, int* overflow) {
    *overflow = 0;
    auto i = integer_of(ts, o);
    if (!i) return -1;
    int64_t v;
    *overflow = to_int64(*i, &v);
    return *overflow ? -1 : v;
}
unsigned long PyLong_AsUnsignedLong(Attached ts, Object* o) {
    return as_unsigned(ts, o, "unsigned long");
}
unsigned long long PyLong_AsUnsignedLongLong(Attached ts, Object* o) {
    return as_unsigned(ts, o, nullptr);
}
size_t PyLong_AsSize_t(Attached ts, Object* o) {
    return as_unsigned(ts, o, "size_t");
}
unsigned long PyLong_AsUnsignedLongMask(Attached ts, Object* o) {
    auto i = integer_of(ts, o);
    if (!i) return static_cast<unsigned long>(-1);
    auto r = convert_uint64_mask(ts, unbox_borrowed(i.get()));
    return r.ok() ? r.take() : static_cast<unsigned long>(-1);
}
double PyLong_AsDouble(Attached ts, Object* o) {
    if (!o || !is_int(*o)) {
        (void)raise(ts, Exc::TypeError, "an integer is required");
        return -1.0;
    }
    auto r = int_to_double(ts, static_cast<Int&>(*o));
    return r.ok() ? r.take() : -1.0;
}
void* PyLong_AsVoidPtr(Attached ts, Object* o) {
    auto i = integer_of(ts, o);
    if (!i) return nullptr;
    int64_t v;
    uint64_t u;
    if (i->size < 0) return to_int64(*i, &v) == 0 ? reinterpret_cast<void*>(v) : nullptr;
    return int_as_uint64(*i, &u) ? reinterpret_cast<void*>(u) : nullptr;
}
Object* PyBool_FromLong(long v) {
    return &bool_object(v != 0);
}

Object* PyFloat_FromDouble(Attached ts, double v) {
    return give(box_float(ts, v));
}
double PyFloat_AsDouble(Attached ts, Object* o) {
    if (!o) {
        (void)raise(ts, Exc::TypeError, "bad argument type for built-in operation");
        return -1.0;
    }
    if (o->type == &PyFloat_Type) return static_cast<Float*>(o)->value;
    auto r = convert_double(ts, Value(o));
    return r.ok() ? r.take() : -1.0;
}
Object* PyFloat_FromString(Attached ts, Object* o) {
    return give(call(ts, PyFloat_Type, {o}));
}
Object* PyComplex_FromDoubles(Attached ts, double real, double imag) {
    auto r = box_float(ts, real), i = box_float(ts, imag);
    if (!r.ok() || !i.ok()) return nullptr;
    return give(call(ts, PyComplex_Type, {r.get(), i.get()}));
}
double PyComplex_RealAsDouble(Attached ts, Object* o) {
    if (is_instance_exact(*o, PyComplex_Type)) return static_cast<Complex*>(o)->real;
    return PyFloat_AsDouble(ts, o);
}
double PyComplex_ImagAsDouble(Attached, Object* o) {
    return is_instance_exact(*o, PyComplex_Type) ? static_cast<Complex*>(o)->imag : 0.0;
}

}  // namespace baton::api
