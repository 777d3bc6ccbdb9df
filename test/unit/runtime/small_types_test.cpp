#include "runtime/types/bytes.h"
#include "runtime/types/capsule.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/namespace.h"
#include "test/unit/runtime/ask.h"

using namespace baton;

namespace {

Ref<Object> slice(const Asker& q, Ref<Object> a, Ref<Object> b, Ref<Object> c) {
    return q.made(PySlice_Type, a, b, c);
}

}  // namespace

TEST_CASE("range counts, indexes and slices") {
    Asker q{started()};
    auto r = q.made(PyRange_Type, q.i(0), q.i(20), q.i(3));
    REQUIRE(shown(q.ts, *r) == "range(0, 20, 3)");
    REQUIRE(q.listed(r) == "[0, 3, 6, 9, 12, 15, 18]");
    REQUIRE(must(q.ts, length(q.ts, *r)) == 7);
    REQUIRE(q.item(r, q.i(-1)) == "18");
    REQUIRE(q.item(r, q.i(7)) == "IndexError: range object index out of range");
    REQUIRE(q.item(r, slice(q, q.i(1), q.i(4), q.none_ref())) == "range(3, 12, 3)");
    REQUIRE(q.item(r, slice(q, q.none_ref(), q.none_ref(), q.i(-1))) == "range(18, -3, -3)");
    REQUIRE(q.item(r, q.s("x")) == "TypeError: range indices must be integers or slices, not str");
    REQUIRE(q.method(r, "index", q.i(9)) == "3");
    REQUIRE(q.method(r, "index", q.i(10)) == "ValueError: 10 is not in range");
    REQUIRE(q.method(r, "count", q.i(9)) == "1");
    REQUIRE(must(q.ts, contains(q.ts, *r, *q.i(18))));
    REQUIRE_FALSE(must(q.ts, contains(q.ts, *r, *q.i(20))));
    REQUIRE(q.of(PyRange_Type, q.i(1), q.i(2), q.i(0)) == "ValueError: range() arg 3 must not be zero");
    REQUIRE(q.of(PyRange_Type) == "TypeError: range expected at least 1 argument, got 0");
    REQUIRE(q.of(PyRange_Type, q.s("a")) == "TypeError: 'str' object cannot be interpreted as an integer");
    auto reversed = q.made(PyReversed_Type, r);
    REQUIRE(q.listed(reversed) == "[18, 15, 12, 9, 6, 3, 0]");
}

TEST_CASE("empty and equal ranges") {
    Asker q{started()};
    auto a = q.made(PyRange_Type, q.i(0));
    auto b = q.made(PyRange_Type, q.i(5), q.i(2));
    REQUIRE(must(q.ts, equal(q.ts, *a, *b)));
    REQUIRE(must(q.ts, hash(q.ts, *a)) == must(q.ts, hash(q.ts, *b)));
    REQUIRE_FALSE(must(q.ts, is_true(q.ts, *a)));
    auto c = q.made(PyRange_Type, q.i(0), q.i(3), q.i(2));
    auto d = q.made(PyRange_Type, q.i(0), q.i(4), q.i(2));
    REQUIRE(must(q.ts, equal(q.ts, *c, *d)));
}

TEST_CASE("ranges beyond machine ints") {
    Asker q{started()};
    auto big = must(q.ts, binary(q.ts, BinaryOp::power, *q.i(10), *q.i(30)));
    auto stop = must(q.ts, binary(q.ts, BinaryOp::add, *big, *q.i(5)));
    auto r = q.made(PyRange_Type, big, stop, q.i(2));
    REQUIRE(q.listed(r) ==
            "[1000000000000000000000000000000, 1000000000000000000000000000002, "
            "1000000000000000000000000000004]");
    auto huge = q.made(PyRange_Type, big);
    REQUIRE_FALSE(length(q.ts, *huge).ok());
    REQUIRE(raised(q.ts) == "OverflowError: Python int too large to convert to C ssize_t");
    REQUIRE(q.item(huge, q.i(-1)) == "999999999999999999999999999999");
    auto edge = q.made(PyRange_Type, q.i(INT64_MAX - 2), q.i(INT64_MAX), q.i(5));
    REQUIRE(q.listed(edge) == "[9223372036854775805]");
}

TEST_CASE("slice.indices clips to the length") {
    Asker q{started()};
    auto s = slice(q, q.i(-3), q.none_ref(), q.i(-1));
    REQUIRE(shown(q.ts, *s) == "slice(-3, None, -1)");
    REQUIRE(q.method(s, "indices", q.i(10)) == "(7, -1, -1)");
    REQUIRE(q.method(s, "indices", q.i(-1)) == "ValueError: length should not be negative");
    REQUIRE(q.method(slice(q, q.none_ref(), q.none_ref(), q.i(0)), "indices", q.i(3)) ==
            "ValueError: slice step cannot be zero");
    REQUIRE(q.method(slice(q, q.s("a"), q.none_ref(), q.none_ref()), "indices", q.i(3)) ==
            "TypeError: slice indices must be integers or None or have an __index__ method");
    REQUIRE(must(
        q.ts, equal(q.ts, *slice(q, q.i(1), q.i(2), q.none_ref()), *slice(q, q.i(1), q.i(2), q.none_ref()))));
    REQUIRE_FALSE(hash(q.ts, *s).ok());
    REQUIRE(raised(q.ts) == "TypeError: unhashable type: 'slice'");
}

TEST_CASE("enumerate, zip, map, filter and reversed are lazy and say what they miss") {
    Asker q{started()};
    auto abc = q.s("abc");
    REQUIRE(q.listed(q.made(PyEnum_Type, abc)) == "[(0, 'a'), (1, 'b'), (2, 'c')]");
    REQUIRE(q.listed(q.made(PyEnum_Type, abc, q.i(5))) == "[(5, 'a'), (6, 'b'), (7, 'c')]");
    REQUIRE(q.listed(q.made(PyEnum_Type, abc, q.i(INT64_MAX))) ==
            "[(9223372036854775807, 'a'), (9223372036854775808, 'b'), (9223372036854775809, 'c')]");
    REQUIRE(q.of(PyEnum_Type) == "TypeError: enumerate() missing required argument 'iterable'");
    REQUIRE(q.listed(q.made(PyZip_Type, abc, q.t(q.i(1), q.i(2)))) == "[('a', 1), ('b', 2)]");
    REQUIRE(q.listed(q.made(PyMap_Type, q.ref(PyUnicode_Type), q.t(q.i(1), q.i(2)))) == "['1', '2']");
    REQUIRE(q.of(PyMap_Type, abc) == "TypeError: map() must have at least two arguments.");
    REQUIRE(q.listed(q.made(PyFilter_Type, q.none_ref(), q.t(q.i(0), q.i(2)))) == "[2]");
    REQUIRE(q.of(PyFilter_Type, q.none_ref()) == "TypeError: filter expected 2 arguments, got 1");
    REQUIRE(q.listed(q.made(PyReversed_Type, q.t(q.i(0), q.i(2)))) == "[2, 0]");
    REQUIRE(q.of(PyReversed_Type, q.i(1)) == "TypeError: 'int' object is not reversible");
    auto keywords = must(q.ts, dict_new(q.ts));
    must(q.ts, dict_set_str(q.ts, *keywords, *word(q.ts, "strict"), bool_object(true)));
    auto args = q.t(abc, q.t(q.i(1)));
    auto strict = must(q.ts, call_tuple(q.ts, PyZip_Type, static_cast<Tuple&>(*args), keywords.get()));
    REQUIRE(q.listed(strict) == "ValueError: zip() argument 2 is shorter than argument 1");
}

TEST_CASE("the singletons") {
    Asker q{started()};
    REQUIRE(shown(q.ts, none()) == "None");
    REQUIRE(shown(q.ts, ellipsis()) == "Ellipsis");
    REQUIRE(shown(q.ts, not_implemented()) == "NotImplemented");
    REQUIRE(q.of(_PyNone_Type) == "None");
    REQUIRE(q.of(_PyNone_Type, q.i(1)) == "TypeError: NoneType takes no arguments");
}

TEST_CASE("namespaces show and compare their attributes") {
    Asker q{started()};
    auto fields = must(q.ts, dict_new(q.ts));
    must(q.ts, dict_set_str(q.ts, *fields, *word(q.ts, "a"), *q.i(1)));
    auto n = must(q.ts, namespace_new(q.ts, *fields));
    REQUIRE(shown(q.ts, *n) == "namespace(a=1)");
    must(q.ts, set_attr(q.ts, *n, *word(q.ts, "b"), *n));
    REQUIRE(shown(q.ts, *n) == "namespace(a=1, b=namespace(...))");
    must(q.ts, del_attr(q.ts, *n, *word(q.ts, "b")));
    auto m = must(q.ts, namespace_new(q.ts, *fields));
    REQUIRE(must(q.ts, equal(q.ts, *n, *m)));
}

TEST_CASE("generic aliases and unions") {
    Asker q{started()};
    auto of_int = must(q.ts, get_item(q.ts, PyList_Type, PyLong_Type));
    REQUIRE(shown(q.ts, *of_int) == "list[int]");
    REQUIRE(attribute(q.ts, *of_int, "__origin__") == "<class 'list'>");
    REQUIRE(attribute(q.ts, *of_int, "__args__") == "(<class 'int'>,)");
    REQUIRE(attribute(q.ts, *of_int, "__parameters__") == "()");
    REQUIRE(q.item(of_int, q.ref(PyLong_Type)) == "TypeError: list[int] is not a generic class");
    REQUIRE(q.of(*of_int, q.t(q.i(1))) == "[1]");
    auto again = must(q.ts, get_item(q.ts, PyList_Type, PyLong_Type));
    REQUIRE(must(q.ts, equal(q.ts, *of_int, *again)));
    REQUIRE(must(q.ts, hash(q.ts, *of_int)) == must(q.ts, hash(q.ts, *again)));
    REQUIRE_FALSE(is_instance(q.ts, *q.l(), *of_int).ok());
    REQUIRE(raised(q.ts) == "TypeError: isinstance() argument 2 cannot be a parameterized generic");
    auto either = must(q.ts, binary(q.ts, BinaryOp::nb_or, *of_int, none()));
    REQUIRE(shown(q.ts, *either) == "list[int] | None");
    REQUIRE(q.show(binary(q.ts, BinaryOp::nb_or, *either, *of_int)) == "list[int] | None");
    REQUIRE(q.show(binary(q.ts, BinaryOp::nb_or, PyLong_Type, PyLong_Type)) == "<class 'int'>");
}

TEST_CASE("memoryviews of bytes and bytearray") {
    Asker q{started()};
    auto data = must(q.ts, bytes_new(q.ts, "abcdef"));
    auto view = q.made(PyMemoryView_Type, data);
    REQUIRE(must(q.ts, length(q.ts, *view)) == 6);
    REQUIRE(q.item(view, q.i(1)) == "98");
    REQUIRE(q.item(view, q.i(9)) == "IndexError: index out of bounds on dimension 1");
    REQUIRE(q.method(view, "tolist") == "[97, 98, 99, 100, 101, 102]");
    auto every_other = must(q.ts, get_item(q.ts, *view, *slice(q, q.none_ref(), q.none_ref(), q.i(-2))));
    REQUIRE(q.method(every_other, "tobytes") == "b'fdb'");
    REQUIRE(attribute(q.ts, *every_other, "contiguous") == "False");
    REQUIRE(must(q.ts, hash(q.ts, *view)) == must(q.ts, hash(q.ts, *data)));
    REQUIRE(must(q.ts, equal(q.ts, *view, *data)));
    REQUIRE_FALSE(set_item(q.ts, *view, *q.i(0), *q.i(1)).ok());
    REQUIRE(raised(q.ts) == "TypeError: cannot modify read-only memory");
    REQUIRE(q.of(PyMemoryView_Type, q.s("x")) ==
            "TypeError: memoryview: a bytes-like object is required, not 'str'");

    auto array = must(q.ts, bytearray_new(q.ts, "12345678"));
    auto writable = q.made(PyMemoryView_Type, array);
    must(q.ts, set_item(q.ts, *writable, *slice(q, q.i(0), q.i(2), q.none_ref()),
                        *must(q.ts, bytes_new(q.ts, "AB"))));
    REQUIRE(shown(q.ts, *array) == "bytearray(b'AB345678')");
    REQUIRE_FALSE(set_item(q.ts, *writable, *q.i(0), *q.i(300)).ok());
    REQUIRE(raised(q.ts) == "ValueError: memoryview: invalid value for format 'B'");
    auto words = must(q.ts, call_method(q.ts, *writable, *word(q.ts, "cast"), {q.s("I").get()}));
    REQUIRE(attribute(q.ts, *words, "shape") == "(2,)");
    REQUIRE(attribute(q.ts, *words, "itemsize") == "4");
    auto grid = must(
        q.ts, call_method(q.ts, *writable, *word(q.ts, "cast"), {q.s("B").get(), q.l(q.i(2), q.i(4)).get()}));
    REQUIRE(q.method(grid, "tolist") == "[[65, 66, 51, 52], [53, 54, 55, 56]]");
    REQUIRE(q.item(grid, q.t(q.i(1), q.i(-1))) == "56");
    REQUIRE(q.item(grid, q.i(0)) == "NotImplementedError: multi-dimensional sub-views are not implemented");
    REQUIRE_FALSE(bytearray_resize(q.ts, static_cast<ByteArray&>(*array), 3).ok());
    REQUIRE(raised(q.ts) == "BufferError: Existing exports of data: object cannot be re-sized");
    for (auto* v : {&writable, &words, &grid}) REQUIRE(q.method(*v, "release") == "None");
    must(q.ts, bytearray_resize(q.ts, static_cast<ByteArray&>(*array), 3));
    REQUIRE(q.method(writable, "tolist") == "ValueError: operation forbidden on released memoryview object");
}

TEST_CASE("memoryview casts are checked") {
    Asker q{started()};
    auto view = q.made(PyMemoryView_Type, must(q.ts, bytes_new(q.ts, "abcdef")));
    REQUIRE(q.method(view, "cast", q.s("i")) ==
            "TypeError: memoryview: length is not a multiple of itemsize");
    REQUIRE(q.method(view, "cast", q.s("xx")) ==
            "ValueError: memoryview: destination format must be a native single character format prefixed "
            "with an "
            "optional '@'");
    REQUIRE(q.method(view, "cast", q.s("B"), q.l(q.i(4), q.i(2))) ==
            "TypeError: memoryview: product(shape) * itemsize != buffer size");
}

TEST_CASE("capsules check their names") {
    Asker q{started()};
    int target;
    auto capsule = must(q.ts, capsule_new(q.ts, &target, "a.b", nullptr));
    REQUIRE(must(q.ts, capsule_pointer(q.ts, capsule.get(), "a.b")) == &target);
    REQUIRE_FALSE(capsule_pointer(q.ts, capsule.get(), "c").ok());
    REQUIRE(raised(q.ts) == "ValueError: PyCapsule_GetPointer called with incorrect name");
    REQUIRE_FALSE(capsule_pointer(q.ts, &none(), "c").ok());
    REQUIRE(raised(q.ts) == "ValueError: PyCapsule_GetPointer called with invalid PyCapsule object");
}
