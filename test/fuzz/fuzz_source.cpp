// Fuzz target: source text through lexer, parser, diagnosis, symbol table and compiler; trees to objects and
// back.
//
// An input is two bytes of options and the text. Whatever the text is, the outcome is a code object that the
// verifier accepts or an exception.
#include "fuzz.h"
#include "runtime/types/str.h"
#include "vm/compile.h"
#include "vm/modules/ast_nodes.h"
#include "vm/source_text.h"
#include "vm/verify.h"

using namespace baton;

namespace {

void verify_all(const Code& code) {
    std::string wrong = verify_code(code, true);
    if (!wrong.empty()) found_fault("the verifier refuses what the compiler made: " + wrong);
    for (Index i = 0; i < code.consts->size; ++i)
        if (is_code(*code.consts->item[i])) verify_all(static_cast<Code&>(*code.consts->item[i]));
}

// Also by way of Python objects.
Result<void> compile_by_objects(Attached ts, std::string_view text, Str& name, CompileMode mode,
                                CompileFlags flags, int optimize) {
    ast::Arena parsed, converted;
    const ast::Mod* tree = TRY(parse_source(ts, parsed, text, name, mode, flags));
    auto objects = TRY(ast_to_object(ts, *tree));
    if (mode == CompileMode::FunctionType) return {};
    const char* kind = mode == CompileMode::Exec   ? "Module"
                       : mode == CompileMode::Eval ? "Expression"
                                                   : "Interactive";
    const ast::Mod* again = TRY(ast_from_object(ts, converted, *objects, kind));
    auto code = TRY(compile_ast(ts, converted, *again, name, flags, optimize));
    verify_all(*code);
    return {};
}

Result<void> compile_text(Attached ts, std::string_view text, Str& name, CompileMode mode, CompileFlags flags,
                          int optimize) {
    auto code = TRY(compile_source(ts, text, name, mode, flags, optimize));
    verify_all(*code);
    return {};
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size < 2) return 0;
    Attached ts = fuzz_thread();
    const int options = data[0], versions = data[1];
    std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);
    auto mode = static_cast<CompileMode>(options & 3);
    CompileFlags flags;
    flags.type_comments = options & 4;
    flags.allow_incomplete_input = options & 8;
    flags.dont_imply_dedent = options & 16;
    flags.allow_top_level_await = options & 32;
    flags.source_is_text = (options & 64) && ast::replace_malformed(text) == text;
    flags.feature_version = (versions & 15) < 13 ? (versions & 15) : -1;
    if (versions & 16) flags.future |= kCodeFutureAnnotations;
    if (versions & 32) flags.future |= kCodeFutureBarryAsBdfl;
    const int optimize = (versions >> 6) % 3;
    auto made = str_new_utf8(ts, "<fuzz>");
    if (!made.ok()) found_fault("no memory for a name");
    Ref<Str> name = made.take();
    const bool by_objects = (options & 128) || mode == CompileMode::FunctionType;
    auto outcome = by_objects ? compile_by_objects(ts, text, *name, mode, flags, optimize)
                              : compile_text(ts, text, *name, mode, flags, optimize);
    if (outcome.ok() == (pending(ts) != nullptr)) found_fault("outcome and exception disagree");
    end_of_input(ts);
    return 0;
}
