// Private number functions that compiled programs import: converters of generated argument parsing, digits,
// hashes.
#include <cmath>

#include "capi/shared.h"
#include "runtime/siphash.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace baton::api {

int _PyLong_AsInt(Attached ts, Object* o) {
    const long v = PyLong_AsLong(ts, o);
    if (v == -1 && pending(ts)) {
        if (pending_is(ts, Exc::OverflowError)) {
            clear_pending(ts);
            (void)raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
        }
        return -1;
    }
    if (v >= INT_MIN && v <= INT_MAX) return static_cast<int>(v);
    (void)raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
    return -1;
}
Object* _PyNumber_Index(Attached ts, Object* o) {
    return missing(ts, o) ? nullptr : give(number_index(ts, *o));
}
int _PyLong_Sign(Object* o) {
    const Index n = static_cast<Int*>(o)->size;
    return n < 0 ? -1 : n > 0;
}
Object* _PyLong_FromByteArray(Attached ts, const unsigned char* bytes, size_t n, int little, int is_signed) {
    auto fresh = int_alloc(ts, digits::bytes_capacity(n));
    if (!fresh.ok()) return nullptr;
    bool negative = false;
    const size_t count = digits::from_bytes({fresh->digit, digits::bytes_capacity(n)}, negative, {bytes, n},
                                            little != 0, is_signed != 0);
    return give_value(ts, int_finish(ts, fresh.take(), count, negative));
}
int _PyLong_AsByteArray(Attached ts, Int* i, unsigned char* bytes, size_t n, int little, int is_signed) {
    const IntView view(*i);
    if (i->size < 0 && !is_signed) {
        (void)raise(ts, Exc::OverflowError, "can't convert negative int to unsigned");
        return -1;
    }
    if (digits::to_bytes({bytes, n}, view.magnitude(), i->size < 0, little != 0, is_signed != 0)) return 0;
    (void)raise(ts, Exc::OverflowError, "int too big to convert");
    return -1;
}
size_t _PyLong_NumBits(Attached, Object* o) {
    return digits::bit_length(IntView(static_cast<Int&>(*o)).magnitude());
}
Int* _PyLong_New(Attached ts, Index size) {
    auto fresh = int_alloc(ts, static_cast<size_t>(size));
    if (!fresh.ok()) return nullptr;
    fresh->size = size;
    return fresh.release();
}
Object* _PyLong_Copy(Attached ts, Int* i) {
    return give(int_exact(ts, *i));
}
namespace {
Object* give_int(Attached ts, Result<Value>&& v) {
    return v.ok() ? give_value(ts, v.take()) : nullptr;
}
}  // namespace
Object* _PyLong_GCD(Attached ts, Object* a, Object* b) {
    return give_int(ts, int_gcd(ts, borrowed_value(*a), borrowed_value(*b)));
}
Object* _PyLong_Format(Attached ts, Object* o, int base) {
    return give(int_to_text(ts, borrowed_value(*o), base, base != 10));
}
Object* _PyLong_Lshift(Attached ts, Object* o, size_t by) {
    return give_int(ts, int_lshift(ts, borrowed_value(*o), Value::of_int(static_cast<int64_t>(by))));
}
Object* _PyLong_Rshift(Attached ts, Object* o, size_t by) {
    return give_int(ts, int_rshift(ts, borrowed_value(*o), Value::of_int(static_cast<int64_t>(by))));
}
double _PyLong_Frexp(Attached, Int* i, Index* exponent) {
    int64_t e = 0;
    const double f = digits::frexp(IntView(*i).magnitude(), e);
    *exponent = e;
    return i->size < 0 ? -f : f;
}
Object* _PyLong_FromTime_t(Attached ts, time_t t) {
    return give(box_int(ts, t));
}
time_t _PyLong_AsTime_t(Attached ts, Object* o) {
    const long long v = PyLong_AsLongLong(ts, o);
    if (v == -1 && pending(ts) && pending_is(ts, Exc::OverflowError)) {
        clear_pending(ts);
        (void)raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
    }
    return v;
}

// ---- converters for "O&" ----
int _PyLong_FileDescriptor_Converter(Attached ts, Object* o, void* out) {
    const int fd = PyObject_AsFileDescriptor(ts, o);
    if (fd == -1) return 0;
    *static_cast<int*>(out) = fd;
    return 1;
}
namespace {
template <class T>
int convert_unsigned(Attached ts, Object* o, void* out, const char* name) {
    if (_PyLong_Sign(o) < 0 && is_int(*o)) {
        (void)raise(ts, Exc::ValueError, "value must be positive");
        return 0;
    }
    uint64_t v;
    if (!is_int(*o)) {
        (void)raise(ts, Exc::TypeError, "an integer is required");
        return 0;
    }
    if (!int_as_uint64(static_cast<Int&>(*o), &v)) {
        if (*name)
            (void)raise(ts, Exc::OverflowError, "Python int too large to convert to C {}", name);
        else
            (void)raise(ts, Exc::OverflowError, "int too big to convert");
        return 0;
    }
    if (v > std::numeric_limits<T>::max()) {
        (void)raise(ts, Exc::OverflowError, "Python int too large for C {}", name);
        return 0;
    }
    *static_cast<T*>(out) = static_cast<T>(v);
    return 1;
}
}  // namespace
int _PyLong_UnsignedShort_Converter(Attached ts, Object* o, void* out) {
    return convert_unsigned<unsigned short>(ts, o, out, "unsigned short");
}
int _PyLong_UnsignedInt_Converter(Attached ts, Object* o, void* out) {
    return convert_unsigned<unsigned>(ts, o, out, "unsigned int");
}
int _PyLong_UnsignedLong_Converter(Attached ts, Object* o, void* out) {
    return convert_unsigned<unsigned long>(ts, o, out, "unsigned long");
}
int _PyLong_UnsignedLongLong_Converter(Attached ts, Object* o, void* out) {
    return convert_unsigned<unsigned long long>(ts, o, out, "");
}
int _PyLong_Size_t_Converter(Attached ts, Object* o, void* out) {
    return convert_unsigned<size_t>(ts, o, out, "size_t");
}
int _PyEval_SliceIndexNotNone(Attached ts, Object* o, Index* out) {
    if (!has_index(*o)) {
        (void)raise(ts, Exc::TypeError, "slice indices must be integers or have an __index__ method");
        return 0;
    }
    bool raised = false;
    const Index i = as_index_clamped_or(ts, *o, &raised);
    if (raised) return 0;
    *out = i;
    return 1;
}
int _PyEval_SliceIndex(Attached ts, Object* o, Index* out) {
    if (is_none(*o)) return 1;
    if (has_index(*o)) return _PyEval_SliceIndexNotNone(ts, o, out);
    (void)raise(ts, Exc::TypeError, "slice indices must be integers or None or have an __index__ method");
    return 0;
}
int _Py_convert_optional_to_ssize_t(Attached ts, Object* o, void* out) {
    if (is_none(*o)) return 1;
    if (!has_index(*o)) {
        (void)raise(ts, Exc::TypeError, "argument should be integer or None, not {}", type_name(*o));
        return 0;
    }
    const Index i = PyNumber_AsSsize_t(ts, o, &exc_type(Exc::OverflowError));
    if (i == -1 && pending(ts)) return 0;
    *static_cast<Index*>(out) = i;
    return 1;
}

// ---- hashes ----
Hash _Py_HashBytes(const void* data, Index size) {
    return hash_bytes(data, static_cast<size_t>(size));
}
Hash _Py_HashPointerRaw(const void* p) {
    const auto n = reinterpret_cast<uintptr_t>(p);
    return static_cast<Hash>(n >> 4 | n << 60);  // low bits are zero, so they go to the top
}
Hash _Py_HashPointer(const void* p) {
    const Hash h = _Py_HashPointerRaw(p);
    return h == -1 ? -2 : h;
}
Hash _Py_HashDouble(Object* o, double v) {
    return float_hash(*o, v);
}

}  // namespace baton::api
