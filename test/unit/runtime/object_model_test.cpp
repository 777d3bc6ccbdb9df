#include <cstddef>

#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/native.h"
#include "runtime/slot_table.h"
#include "runtime/type_impl.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/descr.h"
#include "runtime/types/module.h"
#include "runtime/weakref.h"
#include "test/unit/runtime/started.h"

using namespace baton;

namespace {

struct Pair {
    const char* name;
    Object* value;
};
Ref<Object> make_class(Attached ts, std::string_view name, std::initializer_list<Object*> bases,
                       std::initializer_list<Pair> body = {}) {
    auto ns = must(ts, dict_new(ts));
    for (const Pair& p : body) must(ts, dict_set_str(ts, *ns, *word(ts, p.name), *p.value));
    auto b = must(ts, tuple_of(ts, bases));
    return must(ts, call(ts, PyType_Type, {word(ts, name).get(), b.get(), ns.get()}));
}
void set(Attached ts, Object& o, std::string_view name, Object& value) {
    must(ts, set_attr(ts, o, *word(ts, name), value));
}
Ref<Object> get(Attached ts, Object& o, std::string_view name) {
    return must(ts, get_attr(ts, o, *word(ts, name)));
}
Type& as_type(Object& o) {
    return static_cast<Type&>(o);
}

}  // namespace

TEST_CASE("the method resolution order is C3's") {
    Attached ts = started();
    auto o = make_class(ts, "O", {});
    auto a = make_class(ts, "A", {o.get()});
    auto b = make_class(ts, "B", {o.get()});
    auto c = make_class(ts, "C", {a.get(), b.get()});
    REQUIRE(attribute(ts, *c, "__mro__") ==
            "(<class 'C'>, <class 'A'>, <class 'B'>, <class 'O'>, <class 'object'>)");
    auto bases = must(ts, tuple_of(ts, {o.get(), a.get()}));
    auto ns = must(ts, dict_new(ts));
    auto bad = call(ts, PyType_Type, {word(ts, "Bad").get(), bases.get(), ns.get()});
    REQUIRE_FALSE(bad.ok());
    REQUIRE(raised(ts) ==
            "TypeError: Cannot create a consistent method resolution\norder (MRO) for bases O, A");
}

TEST_CASE("bases with different layouts conflict") {
    Attached ts = started();
    auto bases = must(ts, tuple_of(ts, {&PyLong_Type, &PyUnicode_Type}));
    auto ns = must(ts, dict_new(ts));
    REQUIRE_FALSE(call(ts, PyType_Type, {word(ts, "X").get(), bases.get(), ns.get()}).ok());
    REQUIRE(raised(ts) == "TypeError: multiple bases have instance lay-out conflict");
    bases = must(ts, tuple_of(ts, {&PyBool_Type}));
    REQUIRE_FALSE(call(ts, PyType_Type, {word(ts, "X").get(), bases.get(), ns.get()}).ok());
    REQUIRE(raised(ts) == "TypeError: type 'bool' is not an acceptable base type");
}

TEST_CASE("attributes live inline until the dict is asked for, and in the dict from then on") {
    Attached ts = started();
    auto cls = make_class(ts, "A", {});
    auto a = must(ts, call(ts, *cls));
    const uint32_t at = info(*a).inline_offset;
    REQUIRE(at != 0);
    set(ts, *a, "x", *small_int(1));
    set(ts, *a, "y", *small_int(2));
    REQUIRE(inline_header(*a, at).filled == 2);
    REQUIRE(inline_slots(*a, at)[0] == Value::of_int(1));
    REQUIRE(has_no_dict(*a));
    auto d = get(ts, *a, "__dict__");
    REQUIRE(shown(ts, *d) == "{'x': 1, 'y': 2}");
    REQUIRE(inline_header(*a, at).filled == 0);
    set(ts, *a, "x", *small_int(3));
    REQUIRE(shown(ts, *d) == "{'x': 3, 'y': 2}");
    must(ts, dict_set_str(ts, static_cast<Dict&>(*d), *word(ts, "z"), *small_int(4)));
    REQUIRE(attribute(ts, *a, "z") == "4");
    REQUIRE(attribute(ts, *a, "w") == "AttributeError: 'A' object has no attribute 'w'");
}

TEST_CASE("the order of attributes is the order of insertion, whatever the class has seen before") {
    Attached ts = started();
    auto cls = make_class(ts, "A", {});
    auto first = must(ts, call(ts, *cls));
    set(ts, *first, "x", *small_int(1));
    set(ts, *first, "y", *small_int(2));
    auto second = must(ts, call(ts, *cls));
    set(ts, *second, "y", *small_int(3));
    set(ts, *second, "x", *small_int(4));
    REQUIRE(attribute(ts, *second, "__dict__") == "{'y': 3, 'x': 4}");
    auto third = must(ts, call(ts, *cls));
    set(ts, *third, "x", *small_int(5));
    set(ts, *third, "y", *small_int(6));
    must(ts, del_attr(ts, *third, *word(ts, "x")));
    REQUIRE(attribute(ts, *third, "x") == "AttributeError: 'A' object has no attribute 'x'");
    set(ts, *third, "x", *small_int(7));
    REQUIRE(attribute(ts, *third, "__dict__") == "{'y': 6, 'x': 7}");
}

TEST_CASE("any number of attributes fits, and later instances have room for them inline") {
    Attached ts = started();
    auto cls = make_class(ts, "A", {});
    for (int round = 0; round < 4; ++round) {
        auto a = must(ts, call(ts, *cls));
        for (int i = 0; i < 40; ++i) set(ts, *a, "field" + std::to_string(i), *small_int(i));
        for (int i = 0; i < 40; ++i)
            REQUIRE(attribute(ts, *a, "field" + std::to_string(i)) == std::to_string(i));
    }
    auto a = must(ts, call(ts, *cls));
    REQUIRE(inline_header(*a, info(*a).inline_offset).capacity == kMaxInline);
}

TEST_CASE(
    "the version of a class changes with it, with its bases, and when an instance shadows a class "
    "attribute") {
    Attached ts = started();
    auto base = make_class(ts, "Base", {});
    auto cls = make_class(ts, "A", {base.get()}, {{"shared", &none()}});
    Type& t = as_type(*cls);
    uint32_t v = type_version(ts, t);
    REQUIRE(type_version(ts, t) == v);
    auto a = must(ts, call(ts, *cls));
    set(ts, *a, "own", *small_int(1));
    REQUIRE(type_version(ts, t) == v);
    set(ts, *a, "shared", *small_int(1));
    REQUIRE(type_version(ts, t) != v);
    v = type_version(ts, t);
    set(ts, *base, "new", none());
    REQUIRE(type_version(ts, t) != v);
    REQUIRE(attribute(ts, *a, "new") == "None");
    set(ts, *base, "new", *small_int(5));
    REQUIRE(attribute(ts, *a, "new") == "5");
}

TEST_CASE("__slots__ make members and nothing else") {
    Attached ts = started();
    auto slots = must(ts, tuple_of(ts, {word(ts, "x").get(), word(ts, "y").get()}));
    auto cls = make_class(ts, "A", {}, {{"__slots__", slots.get()}});
    auto a = must(ts, call(ts, *cls));
    REQUIRE(attribute(ts, *a, "x") == "AttributeError: 'A' object has no attribute 'x'");
    set(ts, *a, "x", *small_int(1));
    REQUIRE(attribute(ts, *a, "x") == "1");
    REQUIRE_FALSE(set_attr(ts, *a, *word(ts, "z"), none()).ok());
    REQUIRE(raised(ts) == "AttributeError: 'A' object has no attribute 'z'");
    REQUIRE(attribute(ts, *a, "__dict__") == "AttributeError: 'A' object has no attribute '__dict__'");
    auto bad = must(ts, tuple_of(ts, {small_int(1).get()}));
    auto ns = must(ts, dict_new(ts));
    must(ts, dict_set_str(ts, *ns, id(Name::__slots__), *bad));
    REQUIRE_FALSE(call(ts, PyType_Type, {word(ts, "X").get(), empty_tuple().get(), ns.get()}).ok());
    REQUIRE(raised(ts) == "TypeError: __slots__ items must be strings, not 'int'");
}

TEST_CASE("a cycle of instances is collected and its weak references die") {
    Attached ts = started();
    auto cls = make_class(ts, "A", {});
    OptRef<Object> w;
    {
        auto a = must(ts, call(ts, *cls));
        auto b = must(ts, call(ts, *cls));
        set(ts, *a, "other", *b);
        set(ts, *b, "other", *a);
        w = must(ts, weakref_new(ts, *a, nullptr));
    }
    REQUIRE(weakref_get(static_cast<WeakRef&>(*w)));
    REQUIRE(gc_collect(ts, 2) >= 2);
    REQUIRE_FALSE(weakref_get(static_cast<WeakRef&>(*w)));
}

TEST_CASE("a class that is no longer used is collected with its methods' caches") {
    Attached ts = started();
    gc_collect(ts, 2);
    OptRef<Object> w;
    {
        auto cls = make_class(ts, "A", {});
        auto sub = make_class(ts, "B", {cls.get()});
        auto o = must(ts, call(ts, *sub));
        set(ts, *o, "x", none());
        w = must(ts, weakref_new(ts, *cls, nullptr));
    }
    gc_collect(ts, 2);
    REQUIRE_FALSE(weakref_get(static_cast<WeakRef&>(*w)));
}

TEST_CASE("the callback of a weak reference gets the reference") {
    Attached ts = started();
    auto seen = must(ts, list_new(ts));
    auto append = get(ts, *seen, "append");
    auto cls = make_class(ts, "A", {});
    auto a = must(ts, call(ts, *cls));
    auto w = must(ts, weakref_new(ts, *a, append.get()));
    auto plain = must(ts, weakref_new(ts, *a, nullptr));
    REQUIRE(must(ts, weakref_new(ts, *a, nullptr)).get() == plain.get());
    REQUIRE(weakref_count(ts, *a) == 2);
    a = Ref<Object>::share(none());
    REQUIRE(seen->size == 1);
    REQUIRE(seen->item[0] == w.get());
    REQUIRE_FALSE(weakref_get(static_cast<WeakRef&>(*plain)));
}

TEST_CASE("a deep chain of containers is freed without deep recursion") {
    Attached ts = started();
    Ref<Object> chain = must(ts, list_new(ts));
    for (int i = 0; i < 200000; ++i) chain = must(ts, list_of(ts, {chain.get()}));
    auto cls = make_class(ts, "Node", {});
    for (int i = 0; i < 200000; ++i) {
        auto node = must(ts, call(ts, *cls));
        set(ts, *node, "next", *chain);
        chain = std::move(node);
    }
    chain = Ref<Object>::share(none());
    REQUIRE(rt(ts).dealloc_depth == 0);
    REQUIRE(rt(ts).dealloc_later == nullptr);
}

TEST_CASE("wrong arguments are told in CPython's words") {
    Attached ts = started();
    auto l = must(ts, list_new(ts));
    auto message = [&](Object& o, std::string_view name, std::initializer_list<Object*> args) {
        REQUIRE_FALSE(call(ts, *get(ts, o, name), args).ok());
        return raised(ts);
    };
    REQUIRE(message(*l, "append", {}) == "TypeError: list.append() takes exactly one argument (0 given)");
    REQUIRE(message(*l, "clear", {&none()}) == "TypeError: list.clear() takes no arguments (1 given)");
    REQUIRE(message(*l, "insert", {&none()}) == "TypeError: insert expected 2 arguments, got 1");
    REQUIRE(message(*l, "__len__", {&none()}) == "TypeError: expected 0 arguments, got 1");
    REQUIRE(message(PyList_Type, "append", {}) ==
            "TypeError: unbound method list.append() needs an argument");
    REQUIRE(message(PyList_Type, "append", {&none()}) ==
            "TypeError: descriptor 'append' for 'list' objects doesn't apply to a 'NoneType' object");
    REQUIRE(message(PyList_Type, "__new__", {}) == "TypeError: list.__new__(): not enough arguments");
    REQUIRE(message(PyList_Type, "__new__", {&PyDict_Type}) ==
            "TypeError: list.__new__(dict): dict is not a subtype of list");
    REQUIRE(message(PyBaseObject_Type, "__new__", {&PyDict_Type}) ==
            "TypeError: object.__new__(dict) is not safe, use dict.__new__()");
    REQUIRE_FALSE(set_attr(ts, PyList_Type, *word(ts, "x"), none()).ok());
    REQUIRE(raised(ts) == "TypeError: cannot set 'x' attribute of immutable type 'list'");
}

TEST_CASE("__class__ can be assigned between classes of one layout") {
    Attached ts = started();
    auto a = make_class(ts, "A", {});
    auto b = make_class(ts, "B", {});
    auto o = must(ts, call(ts, *a));
    set(ts, *o, "x", *small_int(1));
    set(ts, *o, "__class__", *b);
    REQUIRE(o->type == &as_type(*b));
    REQUIRE(attribute(ts, *o, "x") == "1");
    set(ts, *o, "y", *small_int(2));
    REQUIRE(attribute(ts, *o, "__dict__") == "{'x': 1, 'y': 2}");
    auto l = make_class(ts, "L", {&PyList_Type});
    REQUIRE_FALSE(set_attr(ts, *o, id(Name::__class__), *l).ok());
    REQUIRE(raised(ts) == "TypeError: __class__ assignment: 'L' object layout differs from 'B'");
}

// ---- types written in C ----

namespace {

struct Counter : Object {
    int value;
    Object* note;
};
Object* counter_repr(Object* self) {
    Attached ts = current_attached();
    return str_format(ts, "Counter({})", static_cast<Counter*>(self)->value).release();
}
Object* counter_add(Object* a, Object* b) {
    if (b->type != &PyLong_Type) {
        return &not_implemented();  // immortal
    }
    static_cast<Counter*>(a)->value += static_cast<int>(static_cast<Int*>(b)->digit[0]);
    incref(a);
    return a;
}
Object* counter_new(Type* t, Object*, Object*) {
    return t->alloc(t, 0);
}
Index counter_length(Object* self) {
    return static_cast<Counter*>(self)->value;
}
void counter_dealloc(Object* self) {
    Attached ts = current_attached();
    xdecref(ts, static_cast<Counter*>(self)->note);
    Type* t = self->type;
    t->free(self);
    if (has_flag(*t, kTypeHeap)) decref(ts, t);
}
Object* counter_bump(Object* self, Object*) {
    ++static_cast<Counter*>(self)->value;
    return &none();  // immortal
}
Object* counter_fail(Object*, Object*) {
    return nullptr;
}
MethodDef counter_methods[] = {
    {"bump", counter_bump, kMethNoArgs, "bump($self, /)\n--\n\nOne more."},
    {"fail", counter_fail, kMethO, nullptr},
    {nullptr, nullptr, 0, nullptr},
};
MemberDef counter_members[] = {
    {"value", 1, offsetof(Counter, value), 0, nullptr},
    {"note", 16, offsetof(Counter, note), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
NumberMethods counter_number = {.add = reinterpret_cast<void*>(counter_add)};
SequenceMethods counter_sequence = {.length = reinterpret_cast<void*>(counter_length)};
Type counter_type;

Type& ready_counter(Attached ts) {
    Type& t = counter_type;
    if (has_flag(t, kTypeReady)) return t;
    t.name = "test.Counter";
    t.basicsize = sizeof(Counter);
    t.flags = kTypeBaseType;
    t.repr = reinterpret_cast<void*>(counter_repr);
    t.dealloc = reinterpret_cast<void*>(counter_dealloc);
    t.new_ = reinterpret_cast<void*>(counter_new);
    t.as_number = &counter_number;
    t.as_sequence = &counter_sequence;
    t.methods = counter_methods;
    t.members = counter_members;
    must(ts, type_ready(ts, t));
    return t;
}

}  // namespace

TEST_CASE("a type written in C works through slots, methods and members") {
    Attached ts = started();
    Type& t = ready_counter(ts);
    auto c = must(ts, call(ts, t));
    REQUIRE(shown(ts, *c) == "Counter(0)");
    static_cast<void>(must(ts, call(ts, *get(ts, *c, "bump"))));
    auto sum = must(ts, binary(ts, BinaryOp::add, *c, *small_int(4)));
    REQUIRE(sum.get() == c.get());
    REQUIRE(must(ts, length(ts, *c)) == 5);
    REQUIRE(attribute(ts, *c, "value") == "5");
    REQUIRE(attribute(ts, *c, "note") == "AttributeError: 'test.Counter' object has no attribute 'note'");
    set(ts, *c, "value", *small_int(7));
    REQUIRE(shown(ts, *must(ts, call(ts, *get(ts, *c, "__len__")))) == "7");
    REQUIRE_FALSE(binary(ts, BinaryOp::add, *c, none()).ok());
    REQUIRE(raised(ts) == "TypeError: unsupported operand type(s) for +: 'test.Counter' and 'NoneType'");
    auto bump = get(ts, t, "bump");
    REQUIRE(attribute(ts, *bump, "__doc__") == "'One more.'");
    REQUIRE(attribute(ts, *bump, "__text_signature__") == "'($self, /)'");
    REQUIRE_FALSE(call(ts, *get(ts, *c, "fail"), {&none()}).ok());
    REQUIRE(raised(ts).find("returned NULL without setting an exception") != std::string::npos);
    REQUIRE(attribute(ts, t, "__module__") == "'test'");
}

TEST_CASE("a Python class derived from a type written in C keeps its slots and adds attributes") {
    Attached ts = started();
    Type& t = ready_counter(ts);
    auto cls = make_class(ts, "Sub", {&t});
    auto c = must(ts, call(ts, *cls));
    REQUIRE(shown(ts, *c) == "Counter(0)");
    set(ts, *c, "extra", *c);  // a cycle through the instance
    set(ts, *c, "note", *word(ts, "hello"));
    auto w = must(ts, weakref_new(ts, *c, nullptr));
    c = Ref<Object>::share(none());
    REQUIRE(gc_collect(ts, 2) >= 1);
    REQUIRE_FALSE(weakref_get(static_cast<WeakRef&>(*w)));
}

TEST_CASE("a heap type from a C spec is like one written by hand") {
    Attached ts = started();
    CTypeSlot slots[] = {{66, reinterpret_cast<void*>(counter_repr)},
                         {52, reinterpret_cast<void*>(counter_dealloc)},
                         {65, reinterpret_cast<void*>(counter_new)},
                         {7, reinterpret_cast<void*>(counter_add)},
                         {64, reinterpret_cast<void*>(counter_methods)},
                         {72, reinterpret_cast<void*>(counter_members)},
                         {0, nullptr}};
    CTypeSpec spec = {"pkg.Heap", sizeof(Counter), 0, static_cast<unsigned>(kTypeBaseType), slots};
    auto made = must(ts, type_from_c_spec(ts, nullptr, spec, nullptr, nullptr));
    Type& t = *made;
    REQUIRE(shown(ts, t) == "<class 'pkg.Heap'>");
    REQUIRE(type_get_c_slot(t, 66) == reinterpret_cast<void*>(counter_repr));
    {
        auto c = must(ts, call(ts, t));
        static_cast<void>(must(ts, binary(ts, BinaryOp::add, *c, *small_int(2))));
        REQUIRE(attribute(ts, *c, "value") == "2");
        REQUIRE(attribute(ts, *c, "__class__") == "<class 'pkg.Heap'>");
    }
    auto w = must(ts, weakref_new(ts, t, nullptr));
    made = Ref<Type>::steal(static_cast<Type*>(&PyLong_Type));
    gc_collect(ts, 2);
    REQUIRE_FALSE(weakref_get(static_cast<WeakRef&>(*w)));
}

TEST_CASE("a module from a C definition has its functions, doc and state") {
    Attached ts = started();
    static MethodDef functions[] = {{"bump", counter_bump, kMethNoArgs, nullptr},
                                    {nullptr, nullptr, 0, nullptr}};
    static ModuleDef def = {};
    def.name = "cmod";
    def.doc = "text";
    def.size = 16;
    def.methods = functions;
    auto m = must(ts, module_create(ts, def, 1013));
    REQUIRE(m->state != nullptr);
    REQUIRE(shown(ts, *m) == "<module 'cmod'>");
    REQUIRE(attribute(ts, *m, "__doc__") == "'text'");
    REQUIRE(attribute(ts, *m, "bump") == "<built-in function bump>");
    REQUIRE(attribute(ts, *m, "nope") == "AttributeError: module 'cmod' has no attribute 'nope'");
}

TEST_CASE("memory of one size is reused before more is taken") {
    Attached ts = started();
    void* a = allocate(ts, 48);
    free_block(ts, a);
    void* b = allocate(ts, 40);
    if (kOwnClasses) REQUIRE(a == b);
    void* big = allocate(ts, 100000);
    big = reallocate_block(ts, big, 200000);
    REQUIRE(big != nullptr);
    free_block(ts, big);
    b = reallocate_block(ts, b, 400);
    REQUIRE(b != nullptr);
    free_block(ts, b);
}
