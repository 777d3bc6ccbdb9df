#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "test/unit/runtime/ask.h"

using namespace baton;

TEST_CASE("operators of unsuitable operands name the operator and both types") {
    Asker q{started()};
    auto one = q.i(1);
    auto x = q.s("x");
    REQUIRE(q.show(binary(q.ts, BinaryOp::add, *one, *x)) ==
            "TypeError: unsupported operand type(s) for +: 'int' and 'str'");
    REQUIRE(q.show(binary(q.ts, BinaryOp::subtract, *x, *one)) ==
            "TypeError: unsupported operand type(s) for -: 'str' and 'int'");
    REQUIRE(q.show(inplace(q.ts, BinaryOp::subtract, *x, *one)) ==
            "TypeError: unsupported operand type(s) for -=: 'str' and 'int'");
    REQUIRE(q.show(binary(q.ts, BinaryOp::power, *x, *one)) ==
            "TypeError: unsupported operand type(s) for ** or pow(): 'str' and 'int'");
    REQUIRE(q.show(power(q.ts, *x, *one, *one)) ==
            "TypeError: unsupported operand type(s) for ** or pow(): 'str', 'int', 'int'");
    REQUIRE(q.show(divmod(q.ts, *x, *one)) ==
            "TypeError: unsupported operand type(s) for divmod(): 'str' and 'int'");
    REQUIRE(q.show(negative(q.ts, *x)) == "TypeError: bad operand type for unary -: 'str'");
    REQUIRE(q.show(absolute(q.ts, *x)) == "TypeError: bad operand type for abs(): 'str'");
}

TEST_CASE("sequences are concatenated and repeated from either side") {
    Asker q{started()};
    auto ab = q.s("ab");
    auto list = q.l(q.i(1));
    REQUIRE(q.show(binary(q.ts, BinaryOp::add, *ab, *ab)) == "'abab'");
    REQUIRE(q.show(binary(q.ts, BinaryOp::multiply, *ab, *q.i(3))) == "'ababab'");
    REQUIRE(q.show(binary(q.ts, BinaryOp::multiply, *q.i(2), *list)) == "[1, 1]");
    REQUIRE(q.show(binary(q.ts, BinaryOp::multiply, *ab, *q.s("x"))) ==
            "TypeError: can't multiply sequence by non-int of type 'str'");
    REQUIRE(q.show(binary(q.ts, BinaryOp::add, *list, *q.i(1))) ==
            "TypeError: can only concatenate list (not \"int\") to list");
    auto grown = must(q.ts, inplace(q.ts, BinaryOp::add, *list, *q.t(q.i(2))));
    REQUIRE(grown.get() == list.get());
    REQUIRE(shown(q.ts, *list) == "[1, 2]");
}

TEST_CASE("comparison falls back on identity for equality only") {
    Asker q{started()};
    auto a = q.made(PyBaseObject_Type);
    auto b = q.made(PyBaseObject_Type);
    REQUIRE(must(q.ts, equal(q.ts, *a, *a)));
    REQUIRE_FALSE(must(q.ts, equal(q.ts, *a, *b)));
    REQUIRE(q.show(compare(q.ts, *a, *b, CompareOp::ne)) == "True");
    REQUIRE(q.show(compare(q.ts, *a, *b, CompareOp::lt)) ==
            "TypeError: '<' not supported between instances of 'object' and 'object'");
    REQUIRE(q.show(compare(q.ts, *q.i(1), *must(q.ts, float_from_double(q.ts, 1.5)), CompareOp::lt)) ==
            "True");
    REQUIRE(q.show(compare(q.ts, *q.s("a"), *q.s("b"), CompareOp::lt)) == "True");
}

TEST_CASE("truth, length and hash ask the right slots") {
    Asker q{started()};
    REQUIRE_FALSE(must(q.ts, is_true(q.ts, *q.s(""))));
    REQUIRE(must(q.ts, is_true(q.ts, *q.l(q.i(0)))));
    REQUIRE_FALSE(must(q.ts, is_true(q.ts, none())));
    REQUIRE_FALSE(length(q.ts, *q.i(1)).ok());
    REQUIRE(raised(q.ts) == "TypeError: object of type 'int' has no len()");
    REQUIRE_FALSE(hash(q.ts, *q.l()).ok());
    REQUIRE(raised(q.ts) == "TypeError: unhashable type: 'list'");
    REQUIRE(must(q.ts, hash(q.ts, *q.i(5))) == 5);
}

TEST_CASE("items of things that have none") {
    Asker q{started()};
    auto five = q.i(5);
    REQUIRE(q.item(five, five) == "TypeError: 'int' object is not subscriptable");
    REQUIRE(q.item(q.ref(PyLong_Type), five) == "TypeError: type 'int' is not subscriptable");
    REQUIRE(q.item(q.ref(PyType_Type), five) == "type[5]");
    REQUIRE_FALSE(set_item(q.ts, *q.s("a"), *five, *five).ok());
    REQUIRE(raised(q.ts) == "TypeError: 'str' object does not support item assignment");
    REQUIRE_FALSE(del_item(q.ts, *five, *five).ok());
    REQUIRE(raised(q.ts) == "TypeError: 'int' object does not support item deletion");
    REQUIRE_FALSE(contains(q.ts, *five, *five).ok());
    REQUIRE(raised(q.ts) == "TypeError: argument of type 'int' is not iterable");
    REQUIRE_FALSE(get_iter(q.ts, *five).ok());
    REQUIRE(raised(q.ts) == "TypeError: 'int' object is not iterable");
    REQUIRE(q.of(*five) == "TypeError: 'int' object is not callable");
}

TEST_CASE("conversion to int and index") {
    Asker q{started()};
    REQUIRE(q.show(number_int(q.ts, *q.s(" 12 "))) == "12");
    REQUIRE(q.show(number_int(q.ts, *must(q.ts, bytes_new(q.ts, "7")))) == "7");
    REQUIRE(q.show(number_int(q.ts, *q.l())) ==
            "TypeError: int() argument must be a string, a bytes-like object or a real number, not 'list'");
    REQUIRE(q.show(number_int(q.ts, *must(q.ts, float_from_double(q.ts, -2.9)))) == "-2");
    REQUIRE(q.show(number_float(q.ts, *q.i(3))) == "3.0");
    REQUIRE(q.show(number_float(q.ts, *q.s("1e3"))) == "1000.0");
    REQUIRE_FALSE(number_index(q.ts, *q.s("1")).ok());
    REQUIRE(raised(q.ts) == "TypeError: 'str' object cannot be interpreted as an integer");
    auto big = must(q.ts, binary(q.ts, BinaryOp::power, *q.i(10), *q.i(30)));
    REQUIRE_FALSE(as_index(q.ts, *big, Exc::IndexError).ok());
    REQUIRE(raised(q.ts) == "IndexError: cannot fit 'int' into an index-sized integer");
    bool failed;
    REQUIRE(as_index_clamped_or(q.ts, *big, &failed) == PTRDIFF_MAX);
    REQUIRE_FALSE(failed);
}

TEST_CASE("isinstance and issubclass take tuples and unions") {
    Asker q{started()};
    auto either = must(q.ts, binary(q.ts, BinaryOp::nb_or, PyLong_Type, PyUnicode_Type));
    REQUIRE(must(q.ts, is_instance(q.ts, *q.i(1), *either)));
    REQUIRE_FALSE(must(q.ts, is_instance(q.ts, *q.l(), *either)));
    auto types = q.t(q.ref(PyList_Type), q.t(q.ref(PyLong_Type)));
    REQUIRE(must(q.ts, is_instance(q.ts, bool_object(true), *types)));
    REQUIRE(must(q.ts, is_subclass(q.ts, PyBool_Type, *types)));
    REQUIRE_FALSE(is_instance(q.ts, *q.i(1), *q.i(1)).ok());
    REQUIRE(raised(q.ts) == "TypeError: isinstance() arg 2 must be a type, a tuple of types, or a union");
    REQUIRE_FALSE(is_subclass(q.ts, *q.i(1), PyLong_Type).ok());
    REQUIRE(raised(q.ts) == "TypeError: issubclass() arg 1 must be a class");
}

TEST_CASE("format goes through __format__, and checks its answer") {
    Asker q{started()};
    auto spec = q.s(">4");
    REQUIRE(q.show(format(q.ts, *q.i(7), static_cast<Str&>(*spec))) == "'   7'");
    REQUIRE(q.show(format(q.ts, *q.l(), static_cast<Str&>(*spec))) ==
            "TypeError: unsupported format string passed to list.__format__");
    auto empty = str_empty();
    REQUIRE(q.show(format(q.ts, *q.l(), *empty)) == "'[]'");
}

TEST_CASE("a list that holds itself has a finite repr") {
    Asker q{started()};
    auto list = must(q.ts, list_new(q.ts));
    must(q.ts, list_append(q.ts, *list, *list));
    REQUIRE(shown(q.ts, *list) == "[[...]]");
    REQUIRE(shown(q.ts, *list) == "[[...]]");
    list_clear(q.ts, *list);
}
