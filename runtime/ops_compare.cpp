// Truth, hash and comparison of any objects.
#include "runtime/call.h"
#include "runtime/c_stack.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace baton {

Result<bool> is_true(Attached ts, Object& o) {
    if (&o == &bool_object(true)) return true;
    if (&o == &bool_object(false) || is_none(o)) return false;
    const TypeInfo& slots = info(o);
    if (slots.nb_bool) return slots.nb_bool(ts, o);
    LengthFn length = slots.mp_length ? slots.mp_length : slots.sq_length;
    if (!length) return true;
    Index n = TRY(length(ts, o));
    return n != 0;
}

Result<Hash> hash(Attached ts, Object& o) {
    if (is_exact(o, PyUnicode_Type)) return str_hash(static_cast<Str&>(o));
    HashOfFn f = info(o).hash;
    if (!f) return raise(ts, Exc::TypeError, "unhashable type: '{}'", type_name(o));
    TRY(check_c_stack(ts));
    return f(ts, o);
}

const char* compare_symbol(CompareOp op) {
    constexpr const char* kSymbols[] = {"<", "<=", "==", "!=", ">", ">="};
    return kSymbols[static_cast<int>(op)];
}

namespace {

CompareOp swapped(CompareOp op) {
    constexpr CompareOp kSwapped[] = {CompareOp::gt, CompareOp::ge, CompareOp::eq,
                                      CompareOp::ne, CompareOp::lt, CompareOp::le};
    return kSwapped[static_cast<int>(op)];
}

bool is_answer(const Ref<Object>& r) {
    return r.get() != &not_implemented();
}

// CPython 3.11: do_richcompare (Objects/object.c). A subclass of the left operand's type is asked first.
Result<Ref<Object>> compare_by_slots(Attached ts, Object& a, Object& b, CompareOp op) {
    CompareFn left = info(a).richcompare, right = info(b).richcompare;
    bool right_asked = false;
    if (a.type != b.type && right && is_subtype(*b.type, *a.type)) {
        right_asked = true;
        auto r = TRY(right(ts, b, a, swapped(op)));
        if (is_answer(r)) return r;
    }
    if (left) {
        auto r = TRY(left(ts, a, b, op));
        if (is_answer(r)) return r;
    }
    if (!right_asked && right) {
        auto r = TRY(right(ts, b, a, swapped(op)));
        if (is_answer(r)) return r;
    }
    if (op == CompareOp::eq) return Ref<Object>::share(bool_object(&a == &b));
    if (op == CompareOp::ne) return Ref<Object>::share(bool_object(&a != &b));
    return raise(ts, Exc::TypeError, "'{}' not supported between instances of '{}' and '{}'",
                 compare_symbol(op), type_name(a), type_name(b));
}

// Exact str and int pairs are compared without a call through slots. False: not such a pair.
bool compare_fast(Object& a, Object& b, CompareOp op, bool* out) {
    if (a.type != b.type) return false;
    if (a.type == &PyUnicode_Type) {
        auto &x = static_cast<Str&>(a), &y = static_cast<Str&>(b);
        if (op == CompareOp::eq) {
            *out = str_eq(x, y);
        } else if (op == CompareOp::ne) {
            *out = !str_eq(x, y);
        } else {
            *out = order_holds(str_compare(x, y), op);
        }
        return true;
    }
    if (a.type == &PyLong_Type) {
        *out = order_holds(int_compare(Value(&a), Value(&b)), op);
        return true;
    }
    return false;
}

}  // namespace

Result<Ref<Object>> compare(Attached ts, Object& a, Object& b, CompareOp op) {
    bool known;
    if (compare_fast(a, b, op, &known)) return Ref<Object>::share(bool_object(known));
    RecursionScope scope(ts);
    TRY(scope.enter(" in comparison"));
    return compare_by_slots(ts, a, b, op);
}

Result<bool> compare_bool(Attached ts, Object& a, Object& b, CompareOp op) {
    if (&a == &b) {
        if (op == CompareOp::eq) return true;
        if (op == CompareOp::ne) return false;
    }
    bool known;
    if (compare_fast(a, b, op, &known)) return known;
    auto r = TRY(compare(ts, a, b, op));
    return is_true(ts, *r);
}

Result<bool> equal(Attached ts, Object& a, Object& b) {
    return compare_bool(ts, a, b, CompareOp::eq);
}

}  // namespace baton
