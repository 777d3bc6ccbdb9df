// Arithmetic, comparison and truth beyond ints and floats in registers.
#include <cmath>

#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/eval_fast.h"
#include "vm/interp.h"

namespace baton {

namespace {

using IntOp = Result<Value> (*)(Attached, Value, Value);

constexpr IntOp int_operation(BinaryOp op) {
    switch (op) {
        case BinaryOp::add:
            return int_add;
        case BinaryOp::subtract:
            return int_sub;
        case BinaryOp::multiply:
            return int_mul;
        case BinaryOp::floor_divide:
            return int_floordiv;
        case BinaryOp::remainder:
            return int_mod;
        case BinaryOp::power:
            return int_pow;
        case BinaryOp::lshift:
            return int_lshift;
        case BinaryOp::rshift:
            return int_rshift;
        case BinaryOp::nb_and:
            return int_and;
        case BinaryOp::nb_or:
            return int_or;
        case BinaryOp::nb_xor:
            return int_xor;
        default:
            return nullptr;
    }
}
bool is_exact_int(Value v) {
    return v.is_int() || v.object()->type == &PyLong_Type;
}

// Powers without special cases: a finite result of a positive base.
bool plain_power(double base, double exponent, double* out) {
    if (!(base > 0.0) || !std::isfinite(base) || !std::isfinite(exponent)) return false;
    *out = std::pow(base, exponent);
    return std::isfinite(*out);
}

// Nothing = raised; operands borrowed.
[[gnu::noinline]] Value binary_values(Attached ts, BinaryOp op, bool in_place, Value x, Value y) {
    if (is_exact_int(x) && is_exact_int(y)) {
        if (IntOp f = int_operation(op)) return f(ts, x, y).take();
    }
    Boxed a(ts, x), b(ts, y);
    if (!a.ok() || !b.ok()) return Value();
    auto r = in_place ? inplace(ts, op, *a, *b) : binary(ts, op, *a, *b);
    Object* o = r.release();
    return o ? unbox(ts, o) : Value();
}

// left + right of strs whose left operand is a temp that ends here, or the local that gets the result: its
// memory may grow.
bool concatenate(Attached ts, const Instr* pc, Value* R, bool local, Value x, Value y) {
    bool overwritten = local && pc->a == pc->b;
    if (!(pc->flags & kTakeB) && !overwritten) {
        auto r = str_concat(ts, static_cast<Str&>(*x.object()), static_cast<Str&>(*y.object()));
        if (!r.ok()) return false;
        take_c(ts, pc, R);
        Value v(r.release());
        if (local)
            set_local(ts, R[pc->a], v);
        else
            R[pc->a] = v;
        return true;
    }
    R[pc->b] = Value();
    auto left = Ref<Str>::steal(static_cast<Str*>(x.object()));
    if (x == y) incref(y.object());  // s += s: the right operand must outlive the left
    bool ok = str_append(ts, left, static_cast<Str&>(*y.object())).ok();
    if (x == y) decref(ts, y.object());
    if (!ok) {
        R[pc->b] = Value(left.release());
        return false;
    }
    Value v(left.release());
    take_c(ts, pc, R);
    if (local && !overwritten)
        set_local(ts, R[pc->a], v);
    else
        R[pc->a] = v;
    return true;
}

template <BinaryOp Op, bool Local>
bool binary_slow(Attached ts, const Instr* pc, Value* R) {
    Value x = R[pc->b], y = R[pc->c];
    if constexpr (Op == BinaryOp::add) {
        if (x.is_object() && y.is_object() && is_exact_str(*x.object()) && is_exact_str(*y.object())) {
            return concatenate(ts, pc, R, Local, x, y);
        }
        if (x.is_object() && y.is_object() && is_exact(*x.object(), PyTuple_Type) &&
            is_exact(*y.object(), PyTuple_Type)) {
            Object* r = tuple_concat(ts, *x.object(), *y.object()).release();
            if (!r) return false;
            take_b(ts, pc, R);
            take_c(ts, pc, R);
            set_result<Local>(ts, R[pc->a], Value(r));
            return true;
        }
    }
    if constexpr (Op == BinaryOp::power) {
        double power;
        if (is_exact_float(x) && is_exact_float(y) && plain_power(float_of(x), float_of(y), &power)) {
            Value v = float_result(ts, power, x, y, pc->flags);
            if (!v) return false;
            set_result<Local>(ts, R[pc->a], v);
            return true;
        }
    }
    Value v = binary_values(ts, Op, pc->flags & kInplace, x, y);
    if (!v) return false;
    take_b(ts, pc, R);
    take_c(ts, pc, R);
    set_result<Local>(ts, R[pc->a], v);
    return true;
}

template <BinaryOp Op, bool Local>
bool binary_immediate_slow(Attached ts, const Instr* pc, Value* R) {
    Value v = binary_values(ts, Op, pc->flags & kInplace, R[pc->b], Value::of_int(pc->sc()));
    if (!v) return false;
    take_b(ts, pc, R);
    set_result<Local>(ts, R[pc->a], v);
    return true;
}

bool unary_slow(Attached ts, const Instr* pc, Value* R, Result<Value> (*of_int)(Attached, Value),
                Result<Ref<Object>> (*of_object)(Attached, Object&)) {
    Value x = R[pc->b], v;
    if (of_int && is_exact_int(x)) {
        v = of_int(ts, x).take();
    } else {
        Boxed o(ts, x);
        if (!o.ok()) return false;
        Object* r = of_object(ts, *o).release();
        if (r) v = unbox(ts, r);
    }
    if (!v) return false;
    take_b(ts, pc, R);
    R[pc->a] = v;
    return true;
}

// The value of a comparison, owned; nothing = raised.
Value compare_values(Attached ts, Value x, Value y, CompareOp op) {
    if (is_exact_int(x) && is_exact_int(y)) return Value(&bool_object(order_holds(int_compare(x, y), op)));
    if (x.is_object() && y.is_object() && is_exact_str(*x.object()) && is_exact_str(*y.object())) {
        auto &a = static_cast<Str&>(*x.object()), &b = static_cast<Str&>(*y.object());
        if (op == CompareOp::eq) return Value(&bool_object(str_eq(a, b)));
        if (op == CompareOp::ne) return Value(&bool_object(!str_eq(a, b)));
        return Value(&bool_object(order_holds(str_compare(a, b), op)));
    }
    Boxed a(ts, x), b(ts, y);
    if (!a.ok() || !b.ok()) return Value();
    Object* r = compare(ts, *a, *b, op).release();
    return r ? unbox(ts, r) : Value();
}

bool compare_slow(Attached ts, const Instr* pc, Value* R, CompareOp op) {
    Value v = compare_values(ts, R[pc->b], R[pc->c], op);
    if (!v) return false;
    take_b(ts, pc, R);
    take_c(ts, pc, R);
    R[pc->a] = v;
    return true;
}

bool contains_slow(Attached ts, const Instr* pc, Value* R, bool sense) {
    int r = contains_truth(ts, R[pc->c], R[pc->b]);
    if (r < 0) return false;
    take_b(ts, pc, R);
    take_c(ts, pc, R);
    R[pc->a] = Value(&bool_object((r != 0) == sense));
    return true;
}

}  // namespace

#define OPCODE_BINARY(name, operation)                             \
    bool name##_T_slow(Attached ts, const Instr* pc, Value* R) {   \
        return binary_slow<BinaryOp::operation, false>(ts, pc, R); \
    }                                                              \
    bool name##_L_slow(Attached ts, const Instr* pc, Value* R) {   \
        return binary_slow<BinaryOp::operation, true>(ts, pc, R);  \
    }
#define OPCODE_BINARYI(name, operation)                                      \
    bool name##_T_slow(Attached ts, const Instr* pc, Value* R) {             \
        return binary_immediate_slow<BinaryOp::operation, false>(ts, pc, R); \
    }                                                                        \
    bool name##_L_slow(Attached ts, const Instr* pc, Value* R) {             \
        return binary_immediate_slow<BinaryOp::operation, true>(ts, pc, R);  \
    }
#define OPCODE_COMPARE(name, compare)                          \
    bool name##_slow(Attached ts, const Instr* pc, Value* R) { \
        return compare_slow(ts, pc, R, CompareOp::compare);    \
    }
#include "vm/opcodes.def"

bool NEGATIVE_slow(Attached ts, const Instr* pc, Value* R) {
    return unary_slow(ts, pc, R, int_neg, negative);
}
bool POSITIVE_slow(Attached ts, const Instr* pc, Value* R) {
    return unary_slow(ts, pc, R, nullptr, positive);
}
bool INVERT_slow(Attached ts, const Instr* pc, Value* R) {
    return unary_slow(ts, pc, R, int_invert, invert);
}
bool NOT_slow(Attached ts, const Instr* pc, Value* R) {
    int r = truth_of(ts, R[pc->b]);
    if (r < 0) return false;
    take_b(ts, pc, R);
    R[pc->a] = Value(&bool_object(!r));
    return true;
}
bool IN_slow(Attached ts, const Instr* pc, Value* R) {
    return contains_slow(ts, pc, R, true);
}
bool NOT_IN_slow(Attached ts, const Instr* pc, Value* R) {
    return contains_slow(ts, pc, R, false);
}

int truth_of(Attached ts, Value v) {
    if (v.is_int()) return v.as_int() != 0;
    Object& o = *v.object();
    if (is_exact_str(o)) return static_cast<Str&>(o).length != 0;
    if (o.type == &PyList_Type || o.type == &PyTuple_Type) return static_cast<VarObject&>(o).size != 0;
    if (o.type == &PyDict_Type) return static_cast<Dict&>(o).used != 0;
    auto r = is_true(ts, o);
    return r.ok() ? r.take() : -1;
}

int compare_truth(Attached ts, Value x, Value y, CompareOp op) {
    if (is_exact_int(x) && is_exact_int(y)) return order_holds(int_compare(x, y), op);
    Value v = compare_values(ts, x, y, op);
    if (!v) return -1;
    int r = v == Value(&_Py_TrueStruct) ? 1 : v == Value(&_Py_FalseStruct) ? 0 : truth_of(ts, v);
    drop(ts, v);
    return r;
}

namespace {

// Whether an int that is not boxed is in a container of one of the commonest types. -1 = raised, -2 = not
// such a container.
int contains_tagged(Attached ts, Object& in, int64_t item) {
    if (in.type == &PySet_Type || in.type == &PyFrozenSet_Type) {
        auto r = set_contains_tagged(ts, static_cast<Set&>(in), item);
        return r.ok() ? r.take() : -1;
    }
    if (in.type == &PyDict_Type) {
        auto r = dict_find_tagged(ts, static_cast<Dict&>(in), item);
        return r.ok() ? r.take().value != nullptr : -1;
    }
    return -2;
}

}  // namespace

int contains_truth(Attached ts, Value container, Value item) {
    // Keys that are strs, the usual case, are found without running Python.
    if (container.is_object() && item.is_object() && is_exact_str(*item.object()) &&
        container.object()->type == &PyDict_Type) {
        auto& d = static_cast<Dict&>(*container.object());
        if (d.keys->all_str) return dict_find_str(d, static_cast<Str&>(*item.object())) != nullptr;
    }
    if (item.is_int() && container.is_object()) {
        int known = contains_tagged(ts, *container.object(), item.as_int());
        if (known != -2) return known;
    }
    Boxed key(ts, item), in(ts, container);
    if (!key.ok() || !in.ok()) return -1;
    auto r = contains(ts, *in, *key);
    return r.ok() ? r.take() : -1;
}

}  // namespace baton
