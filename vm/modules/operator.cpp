// _operator: the operators as functions.
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "vm/modules/operator_types.h"

namespace baton {

namespace {

using Obj = Result<Ref<Object>>;

template <BinaryOp Op>
Obj binary_function(Attached ts, Object&, Object& a, Object& b) {
    return binary(ts, Op, a, b);
}
template <BinaryOp Op>
Obj inplace_function(Attached ts, Object&, Object& a, Object& b) {
    return inplace(ts, Op, a, b);
}
template <CompareOp Op>
Obj compare_function(Attached ts, Object&, Object& a, Object& b) {
    return compare(ts, a, b, Op);
}
template <Obj (*F)(Attached, Object&)>
Obj unary_function(Attached ts, Object&, Object& a) {
    return F(ts, a);
}

Result<bool> op_truth(Attached ts, Object&, Object& a) {
    return is_true(ts, a);
}
Result<bool> op_not(Attached ts, Object&, Object& a) {
    bool b = TRY(is_true(ts, a));
    return !b;
}
Result<bool> op_is(Attached, Object&, Object& a, Object& b) {
    return &a == &b;
}
Result<bool> op_is_not(Attached, Object&, Object& a, Object& b) {
    return &a != &b;
}
Obj op_index(Attached ts, Object&, Object& a) {
    return number_index(ts, a);
}

Result<void> check_concat(Attached ts, Object& a, Object& b) {
    if (info(a).sq_concat || info(a).sq_inplace_concat || (is_sequence(a) && is_sequence(b))) return {};
    return raise(ts, Exc::TypeError, "'{}' object can't be concatenated", type_name(a));
}
Obj op_concat(Attached ts, Object&, Object& a, Object& b) {
    TRY(check_concat(ts, a, b));
    if (BinaryFn f = info(a).sq_concat) return f(ts, a, b);
    return binary(ts, BinaryOp::add, a, b);
}
Obj op_iconcat(Attached ts, Object&, Object& a, Object& b) {
    TRY(check_concat(ts, a, b));
    if (BinaryFn f = info(a).sq_inplace_concat) return f(ts, a, b);
    if (BinaryFn f = info(a).sq_concat) return f(ts, a, b);
    return inplace(ts, BinaryOp::add, a, b);
}

Result<bool> op_contains(Attached ts, Object&, Object& container, Object& item) {
    return contains(ts, container, item);
}

// iter(container), with the error that searching gives.
Obj search_iterator(Attached ts, Object& container) {
    auto iterator = get_iter(ts, container);
    if (iterator.ok() || !pending_is(ts, Exc::TypeError)) return iterator;
    clear_pending(ts);
    return raise(ts, Exc::TypeError, "argument of type '{}' is not iterable", type_name(container));
}
Result<Index> op_count(Attached ts, Object&, Object& container, Object& item) {
    auto iterator = TRY(search_iterator(ts, container));
    Index n = 0;
    TRY(for_each(ts, *iterator, [&](Ref<Object> candidate) -> Result<bool> {
        if (TRY(equal(ts, *candidate, item))) ++n;
        return true;
    }));
    return n;
}
Result<Index> op_index_of(Attached ts, Object&, Object& container, Object& item) {
    auto iterator = TRY(search_iterator(ts, container));
    Index n = 0;
    bool found = false;
    TRY(for_each(ts, *iterator, [&](Ref<Object> candidate) -> Result<bool> {
        found = TRY(equal(ts, *candidate, item));
        if (!found) ++n;
        return !found;
    }));
    if (found) return n;
    return raise(ts, Exc::ValueError, "sequence.index(x): x not in sequence");
}

Obj op_getitem(Attached ts, Object&, Object& o, Object& key) {
    return get_item(ts, o, key);
}
Result<void> op_setitem(Attached ts, Object&, Object& o, Object& key, Object& value) {
    return set_item(ts, o, key, value);
}
Result<void> op_delitem(Attached ts, Object&, Object& o, Object& key) {
    return del_item(ts, o, key);
}
Result<Index> op_length_hint(Attached ts, Object&, Object& o, Opt<Index> fallback) {
    return length_hint(ts, o, fallback.or_else(0));
}

Value op_call(Attached ts, Object&, Object& function, Args args, Kwargs kwargs) {
    // The values of the keywords stand right behind the positional arguments (native.h).
    return call_value(ts, function, args.v, args.n, kwargs.names);
}

// Takes the same time wherever the two differ: their lengths are all it gives away.
bool same_bytes(std::string_view a, std::string_view b) {
    volatile unsigned char difference = a.size() == b.size() ? 0 : 1;
    const char* other = a.size() == b.size() ? a.data() : b.data();
    for (size_t i = 0; i < b.size(); ++i) {
        difference = static_cast<unsigned char>(difference | (other[i] ^ b[i]));
    }
    return difference == 0;
}
Result<bool> op_compare_digest(Attached ts, Object&, Object& a, Object& b) {
    if (is_str(a) && is_str(b)) {
        auto &x = static_cast<Str&>(a), &y = static_cast<Str&>(b);
        if (!str_is_ascii(x) || !str_is_ascii(y)) {
            return raise(ts, Exc::TypeError, "comparing strings with non-ASCII characters is not supported");
        }
        return same_bytes(str_ascii_view(x), str_ascii_view(y));
    }
    if (!is_bytes_like(a) && !is_bytes_like(b)) {
        return raise(ts, Exc::TypeError,
                     "unsupported operand types(s) or combination of types: '{}' and '{}'", type_name(a),
                     type_name(b));
    }
    BytesLike x, y;
    TRY(x.get(ts, a));
    TRY(y.get(ts, b));
    return same_bytes(x.view(), y.view());
}

#define BINARY(name, op, text) \
    method<binary_function<BinaryOp::op>>(#name "($module, a, b, /)", text ", as a function.")
#define INPLACE(name, op, text) \
    method<inplace_function<BinaryOp::op>>(#name "($module, a, b, /)", text ", as a function.")
#define COMPARE(name, text) \
    method<compare_function<CompareOp::name>>(#name "($module, a, b, /)", text ", as a function.")
#define UNARY(name, f, text) method<unary_function<f>>(#name "($module, a, /)", text ", as a function.")

constexpr Method operator_functions[] = {
    BINARY(add, add, "a + b"),
    BINARY(sub, subtract, "a - b"),
    BINARY(mul, multiply, "a * b"),
    BINARY(matmul, matrix_multiply, "a @ b"),
    BINARY(floordiv, floor_divide, "a // b"),
    BINARY(truediv, true_divide, "a / b"),
    BINARY(mod, remainder, "a % b"),
    BINARY(lshift, lshift, "a << b"),
    BINARY(rshift, rshift, "a >> b"),
    BINARY(and_, nb_and, "a & b"),
    BINARY(xor, nb_xor, "a ^ b"),
    BINARY(or_, nb_or, "a | b"),
    BINARY(pow, power, "a ** b"),
    INPLACE(iadd, add, "a += b"),
    INPLACE(isub, subtract, "a -= b"),
    INPLACE(imul, multiply, "a *= b"),
    INPLACE(imatmul, matrix_multiply, "a @= b"),
    INPLACE(ifloordiv, floor_divide, "a //= b"),
    INPLACE(itruediv, true_divide, "a /= b"),
    INPLACE(imod, remainder, "a %= b"),
    INPLACE(ilshift, lshift, "a <<= b"),
    INPLACE(irshift, rshift, "a >>= b"),
    INPLACE(iand, nb_and, "a &= b"),
    INPLACE(ixor, nb_xor, "a ^= b"),
    INPLACE(ior, nb_or, "a |= b"),
    INPLACE(ipow, power, "a **= b"),
    COMPARE(lt, "a < b"),
    COMPARE(le, "a <= b"),
    COMPARE(eq, "a == b"),
    COMPARE(ne, "a != b"),
    COMPARE(ge, "a >= b"),
    COMPARE(gt, "a > b"),
    UNARY(neg, negative, "-a"),
    UNARY(pos, positive, "+a"),
    UNARY(inv, invert, "~a"),
    UNARY(invert, invert, "~a"),
    UNARY(abs, absolute, "abs(a)"),
    method<op_truth>("truth($module, a, /)", "Whether a counts as true."),
    method<op_not>("not_($module, a, /)", "not a, as a function."),
    method<op_is>("is_($module, a, b, /)", "a is b, as a function."),
    method<op_is_not>("is_not($module, a, b, /)", "a is not b, as a function."),
    method<op_index>("index($module, a, /)", "What stands for a where an integer is needed."),
    method<op_concat>("concat($module, a, b, /)", "a + b, as a function for sequences."),
    method<op_iconcat>("iconcat($module, a, b, /)", "a += b, as a function for sequences."),
    method<op_contains>("contains($module, a, b, /)", "b in a, as a function."),
    method<op_count>("countOf($module, a, b, /)", "How many items of a equal b."),
    method<op_index_of>("indexOf($module, a, b, /)", "The position of the first item of a equal to b."),
    method<op_getitem>("getitem($module, a, b, /)", "a[b], as a function."),
    method<op_setitem>("setitem($module, a, b, c, /)", "a[b] = c, as a function."),
    method<op_delitem>("delitem($module, a, b, /)", "del a[b], as a function."),
    method<op_length_hint>(
        "length_hint($module, obj, default=0, /)",
        "len(obj), or else what __length_hint__ says, or else default. Only len() can be relied upon."),
    method<op_call>("call($module, obj, /, *args, **kwargs)", "obj(*args, **kwargs), as a function."),
    method<op_compare_digest>("_compare_digest($module, a, b, /)",
                              "Whether two ASCII strings, or two bytes-like objects, are equal.\nHow long "
                              "that takes does not tell where they differ."),
    {},
};
#undef BINARY
#undef INPLACE
#undef COMPARE
#undef UNARY

Result<void> operator_exec(Attached ts, Module& module) {
    for (Type* type : {&itemgetter_type(), &attrgetter_type(), &methodcaller_type()}) {
        auto name = TRY(str_intern_utf8(ts, type_short_name(*type)));
        TRY(dict_set_str(ts, *module.dict, *name, *type));
    }
    return {};
}

}  // namespace

extern const ModuleSpec operator_module;
const ModuleSpec operator_module = {
    .name = "_operator",
    .doc = "The operators as functions: add(x, y) gives x + y.",
    .methods = operator_functions,
    .exec = operator_exec,
};

}  // namespace baton
