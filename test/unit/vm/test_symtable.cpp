// Which name means what where.
#include "test/support/catch.h"

#include "vm/parser.h"
#include "vm/symtable.h"

using namespace baton;
using namespace baton::ast;

namespace {

struct Table {
    Arena arena;
    SymbolTable table{arena, 3000};
    bool ok = false;

    explicit Table(std::string_view source, bool future_annotations = false) {
        ParseOptions options;
        options.ignore_cookie = true;
        ParseResult parsed = parse(arena, source, options);
        REQUIRE(parsed.tree);
        ok = table.build(*parsed.tree, future_annotations);
    }
    // The scope reached by names from the module: "f.g".
    const Scope& scope(std::string_view path) {
        const Scope* s = table.top();
        while (!path.empty()) {
            size_t dot = path.find('.');
            std::string_view name = path.substr(0, dot);
            path = dot == path.npos ? "" : path.substr(dot + 1);
            const Scope* found = nullptr;
            for (const Scope* child : s->children)
                if (child->name->view() == name) found = child;
            REQUIRE(found);
            s = found;
        }
        return *s;
    }
    NameKind kind(std::string_view path, std::string_view name) {
        const Symbol* symbol = scope(path).find(arena.intern(name));
        return symbol ? symbol->kind : NameKind::Unknown;
    }
};

std::string error_of(std::string_view source) {
    Table t(source);
    return t.ok ? "" : t.table.error().message;
}

}  // namespace

TEST_CASE("names are local where they are bound, and global where nothing around binds them") {
    Table t("x = 1\ndef f(a):\n    b = a\n    return b, x, len\n");
    REQUIRE(t.ok);
    REQUIRE(t.kind("", "x") == NameKind::Local);
    REQUIRE(t.kind("f", "a") == NameKind::Local);
    REQUIRE(t.kind("f", "b") == NameKind::Local);
    REQUIRE(t.kind("f", "x") == NameKind::GlobalImplicit);
    REQUIRE(t.kind("f", "len") == NameKind::GlobalImplicit);
}

TEST_CASE("a variable that an inner function uses is a cell, and passes through what is between") {
    Table t(
        "def f():\n    x = 1\n    def g():\n        def h():\n            nonlocal x\n            x = 2\n");
    REQUIRE(t.ok);
    REQUIRE(t.kind("f", "x") == NameKind::Cell);
    REQUIRE(t.kind("f.g", "x") == NameKind::Free);
    REQUIRE(t.kind("f.g.h", "x") == NameKind::Free);
}

TEST_CASE("classes see what is around them but bind for nobody inside") {
    Table t(
        "def f():\n    x = 1\n    class C:\n        y = x\n        x = 2\n        def m(self):\n            "
        "return x, y\n");
    REQUIRE(t.ok);
    REQUIRE(t.kind("f.C", "x") == NameKind::Local);
    REQUIRE(t.scope("f.C").find(t.arena.intern("x"))->flags & kDefFreeClass);
    REQUIRE(t.kind("f.C.m", "x") == NameKind::Free);
    REQUIRE(t.kind("f.C.m", "y") == NameKind::GlobalImplicit);
}

TEST_CASE("super and __class__ ask the class for a cell") {
    REQUIRE(Table("class C:\n    def m(self):\n        return super().m()\n").scope("C").needs_class_closure);
    REQUIRE(Table("class C:\n    def m(self):\n        return lambda: __class__\n")
                .scope("C")
                .needs_class_closure);
    REQUIRE_FALSE(Table("class C:\n    def m(self):\n        return 1\n").scope("C").needs_class_closure);
}

TEST_CASE("an assignment expression in a comprehension binds outside of it") {
    Table t("def f(xs):\n    return [y := x for x in xs]\n");
    REQUIRE(t.ok);
    REQUIRE(t.kind("f", "y") == NameKind::Cell);
    REQUIRE(t.kind("f.listcomp", "y") == NameKind::Free);
    REQUIRE(t.kind("f.listcomp", "x") == NameKind::Local);
    Table m("[y := x for x in ()]\n");
    REQUIRE(m.ok);
    REQUIRE(m.kind("listcomp", "y") == NameKind::GlobalExplicit);
}

TEST_CASE("private names are mangled inside classes only") {
    Table t("class _C:\n    __x = 1\n    __y__ = 2\n__x = 3\n");
    REQUIRE(t.kind("_C", "_C__x") == NameKind::Local);
    REQUIRE(t.kind("_C", "__y__") == NameKind::Local);
    REQUIRE(t.kind("", "__x") == NameKind::Local);
    Arena arena;
    REQUIRE(mangle(arena, arena.intern("___"), arena.intern("__x"))->view() == "__x");
    REQUIRE(mangle(arena, nullptr, arena.intern("__x"))->view() == "__x");
    REQUIRE(mangle(arena, arena.intern("A"), arena.intern("__a.b"))->view() == "__a.b");
}

TEST_CASE("generators and coroutines are known by what they contain") {
    Table t(
        "def f():\n    yield\nasync def g():\n    await x\nasync def h():\n    yield\ndef k():\n    return "
        "(lambda: (yield))\n");
    REQUIRE(t.scope("f").generator);
    REQUIRE_FALSE(t.scope("f").coroutine);
    REQUIRE(t.scope("g").coroutine);
    REQUIRE_FALSE(t.scope("g").generator);
    REQUIRE((t.scope("h").coroutine && t.scope("h").generator));
    REQUIRE_FALSE(t.scope("k").generator);
}

TEST_CASE("annotations under the future import bind and use nothing") {
    Table t("def f():\n    x = 1\n    def g(a: x): pass\n", true);
    REQUIRE(t.ok);
    REQUIRE(t.kind("f", "x") == NameKind::Local);
    Table u("def f():\n    x = 1\n    def g(a: (lambda: x)): pass\n");
    REQUIRE(u.kind("f", "x") == NameKind::Cell);
}

TEST_CASE("contradictions are errors in CPython's words") {
    REQUIRE(error_of("def f(a, a): pass") == "duplicate argument 'a' in function definition");
    REQUIRE(error_of("def f():\n    x = 1\n    global x") ==
            "name 'x' is assigned to before global declaration");
    REQUIRE(error_of("def f():\n    print(x)\n    global x") ==
            "name 'x' is used prior to global declaration");
    REQUIRE(error_of("def f(x):\n    global x") == "name 'x' is parameter and global");
    REQUIRE(error_of("def f():\n    nonlocal x") == "no binding for nonlocal 'x' found");
    REQUIRE(error_of("nonlocal x") == "nonlocal declaration not allowed at module level");
    REQUIRE(error_of("def f():\n    from a import *") == "import * only allowed at module level");
    REQUIRE(error_of("[(yield) for x in y]") == "'yield' inside list comprehension");
}

TEST_CASE("trees that are too deep are an error, not a deeper stack") {
    std::string source = "x";
    for (int i = 0; i < 4000; ++i) source += ".a";
    Table t(source);
    REQUIRE_FALSE(t.ok);
    REQUIRE(t.table.error().kind == CompileError::Kind::Recursion);
}
