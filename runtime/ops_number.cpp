// Operators: dispatch over the number slots of both operands, then the sequence fall-backs of + and *.
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/sequence_slots.h"
#include "runtime/types/str.h"

namespace baton {

namespace {

struct Operator {
    const char* symbol;
    const char* inplace_symbol;
    BinaryFn TypeInfo::*slot;
    BinaryFn TypeInfo::*inplace_slot;
};
// By BinaryOp. power has ternary slots and is handled apart.
constexpr Operator kOperators[] = {
    {"+", "+=", &TypeInfo::add, &TypeInfo::inplace_add},
    {"-", "-=", &TypeInfo::subtract, &TypeInfo::inplace_subtract},
    {"*", "*=", &TypeInfo::multiply, &TypeInfo::inplace_multiply},
    {"/", "/=", &TypeInfo::true_divide, &TypeInfo::inplace_true_divide},
    {"//", "//=", &TypeInfo::floor_divide, &TypeInfo::inplace_floor_divide},
    {"%", "%=", &TypeInfo::remainder, &TypeInfo::inplace_remainder},
    {"** or pow()", "**=", nullptr, nullptr},
    {"<<", "<<=", &TypeInfo::lshift, &TypeInfo::inplace_lshift},
    {">>", ">>=", &TypeInfo::rshift, &TypeInfo::inplace_rshift},
    {"&", "&=", &TypeInfo::nb_and, &TypeInfo::inplace_and},
    {"|", "|=", &TypeInfo::nb_or, &TypeInfo::inplace_or},
    {"^", "^=", &TypeInfo::nb_xor, &TypeInfo::inplace_xor},
    {"@", "@=", &TypeInfo::matrix_multiply, &TypeInfo::inplace_matrix_multiply},
};
static_assert(std::size(kOperators) == static_cast<size_t>(BinaryOp::matrix_multiply) + 1);
const Operator& row(BinaryOp op) {
    return kOperators[static_cast<int>(op)];
}

bool is_answer(const Ref<Object>& r) {
    return r.get() != &not_implemented();
}
Ref<Object> no_answer() {
    return Ref<Object>::share(not_implemented());
}

// CPython 3.11: binary_op1 (Objects/abstract.c). The right operand is asked first when its type derives from
// the left's.
Result<Ref<Object>> ask_operands(Attached ts, BinaryFn TypeInfo::*slot, Object& a, Object& b) {
    BinaryFn left = info(a).*slot;
    BinaryFn right = a.type == b.type ? nullptr : info(b).*slot;
    if (right == left) right = nullptr;
    if (left) {
        if (right && is_subtype(*b.type, *a.type)) {
            auto r = TRY(right(ts, a, b));
            if (is_answer(r)) return r;
            right = nullptr;
        }
        auto r = TRY(left(ts, a, b));
        if (is_answer(r)) return r;
    }
    if (right) return right(ts, a, b);
    return no_answer();
}

Result<Ref<Object>> ask_power(Attached ts, Object& a, Object& b, Object& modulus) {
    TernaryFn left = info(a).power;
    TernaryFn right = a.type == b.type ? nullptr : info(b).power;
    if (right == left) right = nullptr;
    TernaryFn asked_right = right;
    if (left) {
        if (right && is_subtype(*b.type, *a.type)) {
            auto r = TRY(right(ts, a, b, modulus));
            if (is_answer(r)) return r;
            right = nullptr;
        }
        auto r = TRY(left(ts, a, b, modulus));
        if (is_answer(r)) return r;
    }
    if (right) {
        auto r = TRY(right(ts, a, b, modulus));
        if (is_answer(r)) return r;
    }
    TernaryFn third = info(modulus).power;
    if (third && third != left && third != asked_right) return third(ts, a, b, modulus);
    return no_answer();
}

bool is_print_function(const Object& o) {
    return is_exact(o, PyCFunction_Type) &&
           std::string_view(static_cast<const CFunction&>(o).ml->name) == "print";
}

Raised raise_unsupported(Attached ts, BinaryOp op, const char* symbol, Object& a, Object& b) {
    if (op == BinaryOp::rshift && is_print_function(a)) {
        return raise(ts, Exc::TypeError,
                     "unsupported operand type(s) for {}: '{}' and '{}'. Did you mean \"print(<message>, "
                     "file=<output_stream>)\"?",
                     symbol, type_name(a), type_name(b));
    }
    return raise(ts, Exc::TypeError, "unsupported operand type(s) for {}: '{}' and '{}'", symbol,
                 type_name(a), type_name(b));
}

Result<Ref<Object>> repeat(Attached ts, IndexArgFn f, Object& sequence, Object& count) {
    if (!has_index(count)) {
        return raise(ts, Exc::TypeError, "can't multiply sequence by non-int of type '{}'", type_name(count));
    }
    Index n = TRY(as_index(ts, count, Exc::OverflowError));
    return f(ts, sequence, n);
}

// a + b and a * b of sequences whose number slots gave no answer.
Result<Ref<Object>> sequence_fallback(Attached ts, BinaryOp op, const char* symbol, Object& a, Object& b,
                                      bool in_place) {
    const TypeInfo &left = info(a), &right = info(b);
    if (op == BinaryOp::add) {
        BinaryFn f = in_place && left.sq_inplace_concat ? left.sq_inplace_concat : left.sq_concat;
        if (f) return f(ts, a, b);
    } else if (op == BinaryOp::multiply) {
        IndexArgFn f = in_place && left.sq_inplace_repeat ? left.sq_inplace_repeat : left.sq_repeat;
        if (f) return repeat(ts, f, a, b);
        if (right.sq_repeat && !(in_place && has_sequence_slots(a))) return repeat(ts, right.sq_repeat, b, a);
    }
    return raise_unsupported(ts, op, symbol, a, b);
}

}  // namespace

const char* binary_op_symbol(BinaryOp op) {
    return row(op).symbol;
}

Result<Ref<Object>> binary(Attached ts, BinaryOp op, Object& a, Object& b) {
    if (op == BinaryOp::power) return power(ts, a, b, none());
    auto r = TRY(ask_operands(ts, row(op).slot, a, b));
    if (is_answer(r)) return r;
    return sequence_fallback(ts, op, row(op).symbol, a, b, false);
}

Result<Ref<Object>> inplace(Attached ts, BinaryOp op, Object& a, Object& b) {
    if (op == BinaryOp::power) {
        if (TernaryFn f = info(a).inplace_power) {
            auto r = TRY(f(ts, a, b, none()));
            if (is_answer(r)) return r;
        }
        auto r = TRY(ask_power(ts, a, b, none()));
        if (is_answer(r)) return r;
        return raise_unsupported(ts, op, row(op).inplace_symbol, a, b);
    }
    if (BinaryFn f = info(a).*row(op).inplace_slot) {
        auto r = TRY(f(ts, a, b));
        if (is_answer(r)) return r;
    }
    auto r = TRY(ask_operands(ts, row(op).slot, a, b));
    if (is_answer(r)) return r;
    return sequence_fallback(ts, op, row(op).inplace_symbol, a, b, true);
}

Result<Ref<Object>> power(Attached ts, Object& a, Object& b, Object& modulus) {
    auto r = TRY(ask_power(ts, a, b, modulus));
    if (is_answer(r)) return r;
    if (is_none(modulus)) return raise_unsupported(ts, BinaryOp::power, "** or pow()", a, b);
    return raise(ts, Exc::TypeError, "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
                 type_name(a), type_name(b), type_name(modulus));
}

Result<Ref<Object>> divmod(Attached ts, Object& a, Object& b) {
    auto r = TRY(ask_operands(ts, &TypeInfo::divmod, a, b));
    if (is_answer(r)) return r;
    return raise(ts, Exc::TypeError, "unsupported operand type(s) for divmod(): '{}' and '{}'", type_name(a),
                 type_name(b));
}

namespace {

Result<Ref<Object>> unary(Attached ts, UnaryFn f, Object& o, const char* symbol) {
    if (f) return f(ts, o);
    return raise(ts, Exc::TypeError, "bad operand type for {}: '{}'", symbol, type_name(o));
}

}  // namespace

Result<Ref<Object>> negative(Attached ts, Object& o) {
    return unary(ts, info(o).negative, o, "unary -");
}
Result<Ref<Object>> positive(Attached ts, Object& o) {
    return unary(ts, info(o).positive, o, "unary +");
}
Result<Ref<Object>> invert(Attached ts, Object& o) {
    return unary(ts, info(o).invert, o, "unary ~");
}
Result<Ref<Object>> absolute(Attached ts, Object& o) {
    return unary(ts, info(o).absolute, o, "abs()");
}

}  // namespace baton
