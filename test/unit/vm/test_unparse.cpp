// Expressions back to text, against what Python 3.11 makes of annotations (tools/ast_oracle.py).
#include "test/support/catch.h"

#include "test/unit/vm/corpus.h"
#include "vm/parser.h"
#include "vm/unparse.h"

using namespace baton;
using namespace baton::test;

TEST_CASE("annotations become 3.11's text") {
    std::vector<Case> cases = load("unparse.txt");
    REQUIRE(cases.size() >= 200);
    for (const Case& one : cases) {
        INFO(one.name << ": " << one.source);
        ast::ParseOptions options;
        options.mode = ast::Mode::Eval;
        options.ignore_cookie = true;
        ast::Arena arena;
        ast::ParseResult parsed = ast::parse(arena, "(" + one.source + ")", options);
        REQUIRE(parsed.tree);
        std::string text;
        unparse(text, ast::cast<ast::Expression>(parsed.tree)->body);
        REQUIRE(text == from_json(one.answer));
    }
}
