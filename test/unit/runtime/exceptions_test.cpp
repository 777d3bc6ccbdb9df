#include <cerrno>

#include "runtime/thread_data.h"
#include "test/unit/runtime/ask.h"

using namespace baton;

namespace {

Ref<BaseException> as_exception(Ref<Object> o) {
    return std::move(o).cast<BaseException>();
}

}  // namespace

TEST_CASE("str and repr of exceptions follow their arguments") {
    Asker q{started()};
    Object& value_error = exc_type(Exc::ValueError);
    REQUIRE(q.of(value_error) == "ValueError()");
    REQUIRE(q.of(value_error, q.i(1)) == "ValueError(1)");
    REQUIRE(q.of(value_error, q.i(1), q.s("x")) == "ValueError(1, 'x')");
    REQUIRE(q.text(q.made(value_error)) == "");
    REQUIRE(q.text(q.made(value_error, q.s("x"))) == "x");
    REQUIRE(q.text(q.made(value_error, q.s("x"), q.i(2))) == "('x', 2)");
    REQUIRE(q.text(q.made(exc_type(Exc::KeyError), q.s("x"))) == "'x'");
    REQUIRE(q.text(q.made(exc_type(Exc::KeyError), q.s("x"), q.s("y"))) == "('x', 'y')");
}

TEST_CASE("an exception reports its arguments and can be reduced") {
    Asker q{started()};
    auto e = q.made(exc_type(Exc::TypeError), q.s("a"), q.i(2));
    REQUIRE(attribute(q.ts, *e, "args") == "('a', 2)");
    REQUIRE(q.method(e, "__reduce__") == "(<class 'TypeError'>, ('a', 2))");
    must(q.ts, set_attr(q.ts, *e, *word(q.ts, "extra"), *q.i(7)));
    REQUIRE(q.method(e, "__reduce__") == "(<class 'TypeError'>, ('a', 2), {'extra': 7})");
    REQUIRE_FALSE(del_attr(q.ts, *e, *word(q.ts, "args")).ok());
    REQUIRE(raised(q.ts) == "TypeError: args may not be deleted");
}

TEST_CASE("the class hierarchy is that of 3.11") {
    Asker q{started()};
    REQUIRE(attribute(q.ts, exc_type(Exc::TabError), "__mro__") ==
            "(<class 'TabError'>, <class 'IndentationError'>, <class 'SyntaxError'>, <class 'Exception'>, "
            "<class 'BaseException'>, <class 'object'>)");
    REQUIRE(attribute(q.ts, exc_type(Exc::ExceptionGroup), "__mro__") ==
            "(<class 'ExceptionGroup'>, <class 'BaseExceptionGroup'>, <class 'Exception'>, <class "
            "'BaseException'>, "
            "<class 'object'>)");
}

TEST_CASE("OSError becomes the subclass its errno stands for") {
    Asker q{started()};
    Object& os_error = exc_type(Exc::OSError);
    REQUIRE(q.of(os_error, q.i(ENOENT), q.s("gone")) == "FileNotFoundError(2, 'gone')");
    REQUIRE(q.of(os_error, q.i(EPIPE), q.s("p")) == "BrokenPipeError(32, 'p')");
    REQUIRE(q.of(os_error, q.i(ENOENT)) == "OSError(2)");
    REQUIRE(q.of(os_error, q.i(9999), q.s("x")) == "OSError(9999, 'x')");
    auto named = q.made(os_error, q.i(ENOENT), q.s("gone"), q.s("f"));
    REQUIRE(q.text(named) == "[Errno 2] gone: 'f'");
    REQUIRE(attribute(q.ts, *named, "args") == "(2, 'gone')");
    REQUIRE(attribute(q.ts, *named, "filename") == "'f'");
    REQUIRE(q.method(named, "__reduce__") == "(<class 'FileNotFoundError'>, (2, 'gone', 'f'))");
    auto two = q.made(os_error, q.i(EXDEV), q.s("x"), q.s("a"), q.none_ref(), q.s("b"));
    REQUIRE(q.text(two) == "[Errno 18] x: 'a' -> 'b'");
    auto blocking = q.made(os_error, q.i(EAGAIN), q.s("later"));
    REQUIRE(attribute(q.ts, *blocking, "characters_written") == "AttributeError: characters_written");
}

TEST_CASE("exceptions with fields fill them from their arguments") {
    Asker q{started()};
    auto stop = q.made(exc_type(Exc::StopIteration), q.i(5));
    REQUIRE(attribute(q.ts, *stop, "value") == "5");
    REQUIRE(attribute(q.ts, *q.made(exc_type(Exc::StopIteration)), "value") == "None");
    REQUIRE(attribute(q.ts, *q.made(exc_type(Exc::SystemExit)), "code") == "None");
    REQUIRE(attribute(q.ts, *q.made(exc_type(Exc::SystemExit), q.i(3)), "code") == "3");
    REQUIRE(attribute(q.ts, *q.made(exc_type(Exc::SystemExit), q.i(3), q.i(4)), "code") == "(3, 4)");
    auto where = q.t(q.s("dir/f.py"), q.i(3), q.i(4), q.s("text"));
    auto syntax = q.made(exc_type(Exc::SyntaxError), q.s("bad"), where);
    REQUIRE(q.text(syntax) == "bad (f.py, line 3)");
    REQUIRE(attribute(q.ts, *syntax, "offset") == "4");
    REQUIRE(q.of(exc_type(Exc::SyntaxError), q.s("bad"), q.t(q.i(1))) ==
            "TypeError: function takes at least 4 arguments (1 given)");
    auto keywords = must(q.ts, dict_new(q.ts));
    must(q.ts, dict_set_str(q.ts, *keywords, *word(q.ts, "name"), *q.s("m")));
    auto args = q.t(q.s("no m"));
    auto import_error =
        must(q.ts, call_tuple(q.ts, exc_type(Exc::ImportError), static_cast<Tuple&>(*args), keywords.get()));
    REQUIRE(attribute(q.ts, *import_error, "name") == "'m'");
    REQUIRE(attribute(q.ts, *import_error, "msg") == "'no m'");
    must(q.ts, dict_set_str(q.ts, *keywords, *word(q.ts, "nonsense"), *q.s("m")));
    REQUIRE_FALSE(
        call_tuple(q.ts, exc_type(Exc::ImportError), static_cast<Tuple&>(*args), keywords.get()).ok());
    REQUIRE(raised(q.ts) == "TypeError: 'nonsense' is an invalid keyword argument for ImportError()");
    REQUIRE_FALSE(
        call_tuple(q.ts, exc_type(Exc::ValueError), static_cast<Tuple&>(*args), keywords.get()).ok());
    REQUIRE(raised(q.ts) == "TypeError: ValueError() takes no keyword arguments");
}

TEST_CASE("Unicode errors describe the place") {
    Asker q{started()};
    auto encode =
        q.made(exc_type(Exc::UnicodeEncodeError), q.s("ascii"), q.s("a\xc3\xa9"), q.i(1), q.i(2), q.s("why"));
    REQUIRE(q.text(encode) == "'ascii' codec can't encode character '\\xe9' in position 1: why");
    auto range =
        q.made(exc_type(Exc::UnicodeEncodeError), q.s("ascii"), q.s("abc"), q.i(0), q.i(2), q.s("why"));
    REQUIRE(q.text(range) == "'ascii' codec can't encode characters in position 0-1: why");
    (void)raise_unicode_decode(q.ts, "utf-8", "\xff", nullptr, 0, 1, "invalid start byte");
    REQUIRE(raised(q.ts) ==
            "UnicodeDecodeError: 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte");
    REQUIRE(q.of(exc_type(Exc::UnicodeEncodeError), q.i(1)) ==
            "TypeError: function takes exactly 5 arguments (1 given)");
}

TEST_CASE("raising while another exception is handled chains the two") {
    Asker q{started()};
    auto outer = as_exception(q.made(exc_type(Exc::ValueError), q.s("outer")));
    HandledException entry{outer.get(), rt(q.ts).handled};
    rt(q.ts).handled = &entry;
    (void)raise(q.ts, Exc::TypeError, "inner {}", 1);
    auto inner = std::move(fetch(q.ts)).take();
    REQUIRE(inner->context == outer.get());
    // Raising the outer one from inside must not make the chain a ring.
    (void)raise_object(q.ts, inner.copy());
    auto again = fetch(q.ts);
    REQUIRE(again->context == outer.get());
    entry.exception = inner.get();
    (void)raise_object(q.ts, outer.copy());
    auto third = std::move(fetch(q.ts)).take();
    REQUIRE(third->context == inner.get());
    REQUIRE(inner->context == nullptr);
    rt(q.ts).handled = entry.previous;
}

TEST_CASE("links are checked when a program sets them") {
    Asker q{started()};
    auto e = q.made(exc_type(Exc::ValueError));
    auto cause = q.made(exc_type(Exc::KeyError));
    REQUIRE(attribute(q.ts, *e, "__suppress_context__") == "False");
    must(q.ts, set_attr(q.ts, *e, *word(q.ts, "__cause__"), *cause));
    REQUIRE(attribute(q.ts, *e, "__cause__") == "KeyError()");
    REQUIRE(attribute(q.ts, *e, "__suppress_context__") == "True");
    REQUIRE_FALSE(set_attr(q.ts, *e, *word(q.ts, "__cause__"), *q.i(1)).ok());
    REQUIRE(raised(q.ts) == "TypeError: exception cause must be None or derive from BaseException");
    REQUIRE_FALSE(set_attr(q.ts, *e, *word(q.ts, "__traceback__"), *q.i(1)).ok());
    REQUIRE(raised(q.ts) == "TypeError: __traceback__ must be a traceback or None");
    REQUIRE(q.method(e, "add_note", q.i(1)) == "TypeError: note must be a str, not 'int'");
    REQUIRE(q.method(e, "add_note", q.s("n")) == "None");
    REQUIRE(attribute(q.ts, *e, "__notes__") == "['n']");
}

TEST_CASE("matching takes classes, instances and nested tuples") {
    Asker q{started()};
    auto e = q.made(exc_type(Exc::FileNotFoundError));
    auto nested = q.t(q.ref(exc_type(Exc::KeyError)), q.t(q.ref(exc_type(Exc::OSError))));
    REQUIRE(exception_matches(q.ts, *e, *nested));
    REQUIRE(exception_matches(q.ts, exc_type(Exc::KeyError), exc_type(Exc::LookupError)));
    REQUIRE_FALSE(exception_matches(q.ts, *e, exc_type(Exc::LookupError)));
}

TEST_CASE("groups choose their class, and split by type") {
    Asker q{started()};
    Object& base_group = exc_type(Exc::BaseExceptionGroup);
    auto v = q.made(exc_type(Exc::ValueError), q.i(1));
    auto t = q.made(exc_type(Exc::TypeError), q.i(2));
    auto group = q.made(base_group, q.s("g"), q.l(v, t));
    REQUIRE(shown(q.ts, *group) == "ExceptionGroup('g', [ValueError(1), TypeError(2)])");
    REQUIRE(q.text(group) == "g (2 sub-exceptions)");
    REQUIRE(q.method(group, "split", q.ref(exc_type(Exc::ValueError))) ==
            "(ExceptionGroup('g', [ValueError(1)]), ExceptionGroup('g', [TypeError(2)]))");
    REQUIRE(q.method(group, "subgroup", q.ref(exc_type(Exc::KeyError))) == "None");
    REQUIRE(q.method(group, "split", q.i(1)) ==
            "TypeError: expected a function, exception type or tuple of exception types");
    REQUIRE(q.of(base_group, q.s("g"), q.l()) ==
            "ValueError: second argument (exceptions) must be a non-empty sequence");
    REQUIRE(q.of(base_group, q.s("g"), q.l(q.i(1))) ==
            "ValueError: Item 0 of second argument (exceptions) is not an exception");
    auto exit = q.made(exc_type(Exc::SystemExit));
    REQUIRE(q.of(exc_type(Exc::ExceptionGroup), q.s("g"), q.l(exit)) ==
            "TypeError: Cannot nest BaseExceptions in an ExceptionGroup");
    REQUIRE(q.of(base_group, q.s("g"), q.l(exit)) == "BaseExceptionGroup('g', [SystemExit()])");
    REQUIRE(q.of(base_group, q.s("g")) ==
            "TypeError: BaseExceptionGroup.__new__() takes exactly 2 arguments (1 given)");
}

TEST_CASE("what except* leaves over is put together again") {
    Asker q{started()};
    auto v = q.made(exc_type(Exc::ValueError), q.i(1));
    auto t = q.made(exc_type(Exc::TypeError), q.i(2));
    auto group = q.made(exc_type(Exc::ExceptionGroup), q.s("g"), q.l(v, t));
    auto halves = must(q.ts, exception_group_split(q.ts, *group, exc_type(Exc::ValueError)));
    auto rest = must(q.ts, list_of(q.ts, {halves->item[1]}));
    REQUIRE(q.show(prepare_reraise_star(q.ts, *group, *rest)) == "ExceptionGroup('g', [TypeError(2)])");
    auto nothing = must(q.ts, list_new(q.ts));
    REQUIRE(q.show(prepare_reraise_star(q.ts, *group, *nothing)) == "None");
}

TEST_CASE("a call's result and the pending exception must agree") {
    Asker q{started()};
    auto callee = q.s("callee");
    REQUIRE_FALSE(static_cast<bool>(check_outcome(q.ts, *callee, Value())));
    REQUIRE(raised(q.ts) == "SystemError: 'callee' returned NULL without setting an exception");
    (void)raise(q.ts, Exc::ValueError, "hidden");
    REQUIRE_FALSE(static_cast<bool>(check_outcome(q.ts, *callee, Value::of_int(1))));
    auto e = std::move(fetch(q.ts)).take();
    REQUIRE(q.text(e.copy()) == "'callee' returned a result with an exception set");
    REQUIRE(e->cause != nullptr);
    REQUIRE(shown(q.ts, *e->cause) == "ValueError('hidden')");
}

TEST_CASE("unbounded recursion of native code ends in RecursionError") {
    Asker q{started()};
    auto outer = must(q.ts, list_new(q.ts));
    for (int i = 0; i < 5000; ++i) outer = must(q.ts, list_of(q.ts, {outer.get()}));
    REQUIRE_FALSE(repr(q.ts, *outer).ok());
    REQUIRE(raised(q.ts) ==
            "RecursionError: maximum recursion depth exceeded while getting the repr of an object");
    REQUIRE(rt(q.ts).c_recursion_depth == 0);
}
