// int(o), float(o), operator.index and machine indices.
#include "runtime/call.h"
#include "runtime/names.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace baton {

bool has_index(const Object& o) {
    return is_int(o) || info(o).index != nullptr;
}

namespace {

// What a conversion method gave must be an int; a strict subclass is accepted with a warning and reduced to
// an exact int.
Result<Ref<Int>> check_int(Attached ts, Ref<Object> r, const char* method) {
    if (is_exact(*r, PyLong_Type)) return std::move(r).cast<Int>();
    if (!is_int(*r)) return raise(ts, Exc::TypeError, "{} returned non-int (type {})", method, type_name(*r));
    auto text = fmt::format(
        "{} returned non-int (type {}).  The ability to return an instance of a strict subclass of int is "
        "deprecated, "
        "and may not be supported in a future version of Python.",
        method, type_name(*r));
    TRY(warn(ts, Exc::DeprecationWarning, text));
    return int_exact(ts, static_cast<Int&>(*r));
}

}  // namespace

Result<Ref<Int>> number_index(Attached ts, Object& o) {
    if (is_int(o)) return int_exact(ts, static_cast<Int&>(o));
    UnaryFn f = info(o).index;
    if (!f) return raise(ts, Exc::TypeError, "'{}' object cannot be interpreted as an integer", type_name(o));
    auto r = TRY(f(ts, o));
    return check_int(ts, std::move(r), "__index__");
}

Result<Ref<Object>> number_int(Attached ts, Object& o) {
    if (is_exact(o, PyLong_Type)) return Ref<Object>::share(o);
    const TypeInfo& slots = info(o);
    if (slots.nb_int) {
        auto r = TRY(slots.nb_int(ts, o));
        return check_int(ts, std::move(r), "__int__");
    }
    if (slots.index) return number_index(ts, o);
    OptRef<Object> truncated = TRY(call_special(ts, o, id(Name::__trunc__)));
    if (truncated) {
        TRY(warn(ts, Exc::DeprecationWarning, "The delegation of int() to __trunc__ is deprecated."));
        if (is_int(*truncated)) return int_exact(ts, static_cast<Int&>(*truncated));
        if (!has_index(*truncated)) {
            return raise(ts, Exc::TypeError, "__trunc__ returned non-Integral (type {})",
                         type_name(*truncated));
        }
        return number_index(ts, *truncated);
    }
    if (is_str(o) || is_bytes_like(o)) {
        if (is_str(o) || is_bytes(o) || is_instance_exact(o, PyByteArray_Type)) {
            return boxed(ts, int_from_text(ts, o, 10));
        }
        BytesLike view;
        TRY(view.get(ts, o));
        auto copy = TRY(bytes_new(ts, view.view()));
        return boxed(ts, int_from_text(ts, *copy, 10));
    }
    return raise(ts, Exc::TypeError,
                 "int() argument must be a string, a bytes-like object or a real number, not '{}'",
                 type_name(o));
}

Result<Ref<Object>> number_float(Attached ts, Object& o) {
    if (is_exact(o, PyFloat_Type)) return Ref<Object>::share(o);
    const TypeInfo& slots = info(o);
    if (slots.nb_float) {
        auto r = TRY(slots.nb_float(ts, o));
        if (is_exact(*r, PyFloat_Type)) return r;
        if (!is_float(*r)) {
            return raise(ts, Exc::TypeError, "{}.__float__ returned non-float (type {})", type_name(o),
                         type_name(*r));
        }
        auto text = fmt::format(
            "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict "
            "subclass of "
            "float is deprecated, and may not be supported in a future version of Python.",
            type_name(o), type_name(*r));
        TRY(warn(ts, Exc::DeprecationWarning, text));
        return float_from_double(ts, static_cast<Float&>(*r).value);
    }
    if (slots.index) {
        auto i = TRY(number_index(ts, o));
        double d = TRY(int_to_double(ts, *i));
        return float_from_double(ts, d);
    }
    if (is_float(o)) return float_from_double(ts, static_cast<Float&>(o).value);
    double d = TRY(float_from_text(ts, o));
    return float_from_double(ts, d);
}

Result<Index> as_index(Attached ts, Object& o, Exc overflow) {
    auto i = TRY(number_index(ts, o));
    int sign;
    int64_t v = int_as_int64(*i, &sign);
    if (sign) return raise(ts, overflow, "cannot fit '{}' into an index-sized integer", type_name(o));
    return v;
}

Index as_index_clamped_or(Attached ts, Object& o, bool* raised) {
    auto i = number_index(ts, o);
    *raised = !i.ok();
    if (*raised) return -1;
    int sign;
    int64_t v = int_as_int64(*i, &sign);
    if (sign) return sign < 0 ? PTRDIFF_MIN : PTRDIFF_MAX;
    return v;
}

bool is_number(const Object& o) {
    const TypeInfo& slots = info(o);
    return slots.index || slots.nb_int || slots.nb_float || is_instance_exact(o, PyComplex_Type);
}

}  // namespace baton
