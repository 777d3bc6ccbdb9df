// The parser against the answers recorded from Python 3.11 (tools/ast_oracle.py), and what the recording
// cannot say: encodings, warnings, unfinished input, limits.
#include "test/support/catch.h"

#include <sys/resource.h>

#include <algorithm>

#include "test/unit/vm/corpus.h"
#include "test/unit/vm/parser_dump.h"

using namespace baton::ast;
using namespace baton::test;

namespace {

// An address on this thread's stack, so many bytes further down than the caller's frame.
const void* below_here(size_t bytes) {
    return reinterpret_cast<const void*>(reinterpret_cast<uintptr_t>(__builtin_frame_address(0)) - bytes);
}

void check_all(const char* file, size_t at_least) {
    UnicodeFacts facts;
    REQUIRE(facts.load(script("syntax_facts.txt").c_str()));
    std::vector<Case> cases = load(file);
    REQUIRE(cases.size() >= at_least);
    // The recording has 200 brackets inside one another; a sanitized build needs more than the usual stack
    // there.
    constexpr size_t kStack = size_t{64} << 20;
    rlimit limit;
    REQUIRE(getrlimit(RLIMIT_STACK, &limit) == 0);
    if (limit.rlim_cur < kStack) limit.rlim_cur = std::min<rlim_t>(kStack, limit.rlim_max);
    REQUIRE(setrlimit(RLIMIT_STACK, &limit) == 0);
    const void* stack_floor = below_here(kStack / 4 * 3);
    for (const Case& one : cases) {
        ParseOptions options;
        options.mode = one.mode == "eval" ? Mode::Eval : one.mode == "single" ? Mode::Single : Mode::Exec;
        options.ignore_cookie = true;
        options.hooks = facts.hooks();
        options.stack_floor = stack_floor;
        Arena arena;
        INFO(one.name << ": " << one.source);
        REQUIRE(describe(parse(arena, one.source, options), options.hooks) == one.answer);
    }
}

ParseResult parse_bytes(Arena& arena, std::string_view source, ParseOptions options = {}) {
    return parse(arena, source, options);
}

std::string message(std::string_view source, ParseOptions options = {}) {
    Arena arena;
    ParseResult result = parse(arena, source, options);
    return result.error ? result.error->message : "accepted";
}

// The value of the string that the module's only statement is.
std::string text_of(std::string_view source, ParseOptions options = {}) {
    Arena arena;
    ParseResult result = parse_bytes(arena, source, options);
    if (!result.tree) return "error: " + result.error->message;
    auto body = cast<Module>(result.tree)->body;
    return std::string(cast<Constant>(cast<ExprStmt>(body[0])->value)->value.text.view());
}

}  // namespace

TEST_CASE("right programs give 3.11's trees") {
    check_all("syntax_trees.txt", 250);
}

TEST_CASE("wrong programs give 3.11's messages and places") {
    check_all("syntax_errors.txt", 700);
}

TEST_CASE("a cookie names the encoding of bytes") {
    REQUIRE(text_of("# coding: latin-1\n'\xE9'") == "\xC3\xA9");
    REQUIRE(text_of("#!/usr/bin/python\n# -*- coding: ISO_8859-1 -*-\n'\xE9'") == "\xC3\xA9");
    REQUIRE(text_of("# vim: set fileencoding=utf_8 :\n'\xC3\xA9'") == "\xC3\xA9");
    REQUIRE(text_of("\n\n# coding: latin-1\n'\xC3\xA9'") == "\xC3\xA9");  // the third line is too late
    REQUIRE(message("x = 1 # first\n# coding: foo\n") == "accepted");     // nor after code
    REQUIRE(text_of("\xEF\xBB\xBF'\xC3\xA9'") == "\xC3\xA9");
    REQUIRE(message("# coding: foo\nx") == "unknown encoding: foo");
    REQUIRE(message("\xEF\xBB\xBF# coding: latin-1\nx") == "encoding problem: iso-8859-1 with BOM");
    ParseOptions text;
    text.ignore_cookie = true;
    REQUIRE(text_of("# coding: latin-1\n'\xC3\xA9'", text) == "\xC3\xA9");
}

TEST_CASE("other encodings are the caller's business") {
    ParseOptions options;
    options.hooks.decode = [](void*, std::string_view encoding, std::string_view bytes, std::string& out,
                              bool* unknown) {
        *unknown = encoding != "rot1";
        if (*unknown) return false;
        for (char c : bytes) out += c == 'b' ? 'a' : c;
        if (bytes.find('!') == std::string_view::npos) return true;
        out = "'rot1' codec can't decode";
        return false;
    };
    REQUIRE(text_of("# coding: rot1\n'b'", options) == "a");
    REQUIRE(message("# coding: rot1\n'!'", options) == "'rot1' codec can't decode");
    REQUIRE(message("# coding: rot2\n'b'", options) == "unknown encoding: rot2");
}

TEST_CASE("bytes that are not UTF-8 are found where they matter") {
    REQUIRE(message("x = 1 # \xFF\n") == "accepted");
    REQUIRE(message("x\xFF = 1") ==
            "(unicode error) 'utf-8' codec can't decode byte 0xff in position 1: invalid start byte");
    REQUIRE(message("x = '\xFF'") ==
            "(unicode error) 'utf-8' codec can't decode byte 0xff in position 0: invalid start byte");
    REQUIRE(message("x = 'ab\xE2\x82'") ==
            "(unicode error) 'utf-8' codec can't decode bytes in position 2-3: unexpected end of data");
    REQUIRE(message("x = 'ab\xE2\x28\xA1'") ==
            "(unicode error) 'utf-8' codec can't decode byte 0xe2 in position 2: invalid continuation byte");
    REQUIRE(message(std::string_view("x\0y", 3)) == "source code string cannot contain null bytes");
}

TEST_CASE("offsets count bytes where no encoding is known, else characters") {
    Arena arena;
    REQUIRE(parse_bytes(arena, "\xC3\xA9 = 1 x\n").error->offset == 8);
    REQUIRE(parse_bytes(arena, "# coding: utf-8\n\xC3\xA9 = 1 x\n").error->offset == 7);
    ParseOptions text;
    text.ignore_cookie = true;
    REQUIRE(parse_bytes(arena, "\xC3\xA9 = 1 x\n", text).error->offset == 7);
}

TEST_CASE("line ends of all kinds are the same") {
    Arena arena;
    UnicodeFacts none;
    std::string plain = describe(parse_bytes(arena, "if x:\n  '''a\nb'''\ny\n"), none.hooks());
    REQUIRE(describe(parse_bytes(arena, "if x:\r\n  '''a\r\nb'''\r\ny\r\n"), none.hooks()) == plain);
    REQUIRE(describe(parse_bytes(arena, "if x:\r  '''a\rb'''\ry"), none.hooks()) == plain);
}

TEST_CASE("warnings come in order, once per literal, with the literal's place") {
    Arena arena;
    ParseResult result = parse_bytes(arena, "x = '\\d \\q' 0 if 1else 2\n");
    REQUIRE(result.error);
    result = parse_bytes(arena, "x = 1if '\\d \\q' else 2\nwith ('''\n\\w'''): y = b'\\400'\n");
    REQUIRE(result.tree);
    REQUIRE(result.warnings.size() == 4);
    REQUIRE(result.warnings[0].message == "invalid decimal literal");
    REQUIRE(result.warnings[0].kind == WarningKind::SyntaxWarning);
    REQUIRE(result.warnings[1].message == "invalid escape sequence '\\d'");
    REQUIRE(result.warnings[1].kind == WarningKind::DeprecationWarning);
    REQUIRE(result.warnings[1].pos.lineno == 1);
    REQUIRE(result.warnings[1].pos.col_offset == 8);
    REQUIRE(result.warnings[2].message == "invalid escape sequence '\\w'");
    REQUIRE(result.warnings[2].pos.lineno == 2);
    REQUIRE(result.warnings[3].message == "invalid octal escape sequence '\\400'");
}

TEST_CASE("unfinished input is told from wrong input on request") {
    ParseOptions options;
    options.mode = Mode::Single;
    options.allow_incomplete = true;
    for (const char* source : {"if x:\n", "(1,\n", "'''abc\n", "x = \\\n", "def f():\n", "@a\n"}) {
        INFO(source);
        REQUIRE(message(source, options) == "incomplete input");
    }
    for (const char* source : {"x y\n", ")\n", "'abc\n", "if x\n"}) {
        INFO(source);
        REQUIRE(message(source, options) != "incomplete input");
    }
    options.dont_imply_dedent = true;
    REQUIRE(message("if x:\n  y", options) == "incomplete input");
    REQUIRE(message("if x:\n  y\n", options) == "accepted");
}

TEST_CASE("PEP 401 chooses the spelling of unequal") {
    ParseOptions options;
    REQUIRE(message("a <> b", options) == "invalid syntax");
    options.barry_as_bdfl = true;
    REQUIRE(message("a <> b", options) == "accepted");
    REQUIRE(message("a != b", options) == "with Barry as BDFL, use '<>' instead of '!='");
}

TEST_CASE("the limit on decimal digits can be lifted") {
    ParseOptions options;
    std::string source(5000, '9');
    REQUIRE(message(source, options) != "accepted");
    options.max_int_digits = 0;
    REQUIRE(message(source, options) == "accepted");
    REQUIRE(message("0x" + source) == "accepted");
}

TEST_CASE("nesting beyond the limit is an error, never an overflow") {
    auto repeat = [](std::string_view piece, int count) {
        std::string out;
        for (int i = 0; i < count; i++) out += piece;
        return out;
    };
    for (const char* piece : {"-", "not ", "lambda:", "a if b else ", "a**"}) {
        Arena arena;
        INFO(piece);
        ParseResult result = parse_bytes(arena, repeat(piece, 100000) + "x");
        REQUIRE(result.error);
        REQUIRE(result.error->kind == ErrorKind::MemoryError);
        REQUIRE(parse_bytes(arena, repeat(piece, 1000) + "x").tree);
    }
    for (const char* piece : {"a+", "a<", "a=", "a.", "a and "}) {
        Arena arena;
        INFO(piece);
        REQUIRE(parse_bytes(arena, repeat(piece, 100000) + "x").tree);
    }
    Arena arena;
    REQUIRE(parse_bytes(arena, "if a: b\n" + repeat("elif a: b\n", 20000)).tree);
    REQUIRE(parse_bytes(arena, repeat("(", 200) + "x" + repeat(")", 200)).tree);
    REQUIRE(message(repeat("(", 201)) == "too many nested parentheses");
    ParseOptions options;
    options.stack_floor = below_here(20000);
    ParseResult result = parse_bytes(arena, repeat("(", 200) + "x" + repeat(")", 200), options);
    REQUIRE(result.error->kind == ErrorKind::MemoryError);
}

TEST_CASE("identifiers are interned per arena, with dense ids") {
    Arena arena;
    ParseResult result = parse_bytes(arena, "ab = cd = ab");
    auto* assign = cast<Assign>(cast<Module>(result.tree)->body[0]);
    auto* first = cast<Name>(assign->targets[0]);
    auto* last = cast<Name>(assign->value);
    REQUIRE(first->id == last->id);
    REQUIRE(first->id->view() == "ab");
    REQUIRE(arena.ident_count() == 2);
    REQUIRE(cast<Name>(assign->targets[1])->id->id == 1);
    REQUIRE(arena.intern("ab") == first->id);
}
