// From source text to trees and code: what the parser has to ask the runtime, and what it finds wrong, as
// exceptions.
#include "runtime/attr.h"
#include "runtime/c_stack.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/names.h"
#include "runtime/object_ops.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/unicode_data.h"
#include "vm/audit.h"
#include "vm/compile.h"
#include "vm/compile_warn.h"
#include "vm/parser.h"
#include "vm/source_lines.h"
#include "vm/source_text.h"

namespace baton {

namespace {

// The hooks get the token of the call they are made in as their context.
bool hook_xid_start(void*, uint32_t ch) {
    return unicode::is_xid_start(ch);
}
bool hook_xid_continue(void*, uint32_t ch) {
    return unicode::is_xid_continue(ch);
}
bool hook_printable(void*, uint32_t ch) {
    return unicode::is_printable(ch);
}

void hook_nfkc(void*, std::string_view identifier, std::string& out) {
    std::vector<uint32_t> points;
    const char* at = identifier.data();
    const char* end = at + identifier.size();
    while (at < end) {
        uint32_t ch;
        int n = ast::decode_utf8(at, end, &ch);
        if (n == 0) break;
        points.push_back(ch);
        at += n;
    }
    unicode::PointBuffer normal;
    out.clear();
    if (!unicode::normalize(unicode::Form::Nfkc, points.data(), points.size(), normal)) {
        out = identifier;
        return;
    }
    for (size_t i = 0; i < normal.size(); ++i) ast::append_utf8(out, normal.data()[i]);
}

bool hook_name_to_char(void*, std::string_view name, uint32_t* ch) {
    return unicode::find_character(name, ch, false) == 1;
}

bool hook_decode(void* context, std::string_view encoding, std::string_view bytes, std::string& out,
                 bool* unknown) {
    Attached ts = *static_cast<Attached*>(context);
    std::string name(encoding);
    auto decoded = decode_view(ts, bytes, name.c_str(), "strict");
    if (decoded.ok()) {
        auto utf8 = str_as_utf8(ts, *decoded);
        if (utf8.ok()) {
            out = utf8.take();
            return true;
        }
    }
    *unknown = pending_is(ts, Exc::LookupError);
    OptRef<BaseException> e = fetch(ts);
    out.clear();
    auto text = baton::str(ts, *e);
    if (text.ok()) {
        auto utf8 = str_as_utf8(ts, *text);
        if (utf8.ok()) out = utf8.take();
    }
    if (pending(ts)) clear_pending(ts);
    return false;
}

ast::Hooks hooks(Attached& ts) {
    return {&ts,       hook_xid_start,    hook_xid_continue, hook_printable,
            hook_nfkc, hook_name_to_char, hook_decode};
}

Exc exception_of(ast::ErrorKind kind) {
    switch (kind) {
        case ast::ErrorKind::SyntaxError:
            return Exc::SyntaxError;
        case ast::ErrorKind::IndentationError:
            return Exc::IndentationError;
        case ast::ErrorKind::TabError:
            return Exc::TabError;
        case ast::ErrorKind::MemoryError:
            return Exc::MemoryError;
        case ast::ErrorKind::ValueError:
            return Exc::ValueError;
    }
    return Exc::SyntaxError;
}

Raised raise_parse_error(Attached ts, const ast::ParseError& e, Str& filename) {
    Exc kind = exception_of(e.kind);
    if (e.kind == ast::ErrorKind::MemoryError) return raise_no_memory(ts);
    if (e.kind == ast::ErrorKind::ValueError) return raise_text(ts, kind, e.message);
    Ref<Object> text = Ref<Object>::share(none());
    if (e.has_text) text = TRY(str_new_utf8(ts, ast::replace_malformed(e.text)));
    Ref<Object> lineno = TRY(box_int(ts, e.lineno));
    Ref<Object> offset = TRY(box_int(ts, e.offset));
    Ref<Object> end_lineno = TRY(box_int(ts, e.end_lineno));
    Ref<Object> end_offset = TRY(box_int(ts, e.end_offset));
    Ref<Tuple> where = TRY(tuple_of(
        ts, {&filename, lineno.get(), offset.get(), text.get(), end_lineno.get(), end_offset.get()}));
    Ref<Str> message = TRY(str_new_utf8(ts, ast::replace_malformed(e.message)));
    Ref<Object> made = TRY(call(ts, exc_type(kind), {message.get(), where.get()}));
    return raise_object(ts, std::move(made).cast<BaseException>());
}

// Line `lineno` (from 1) with its end.
std::string_view line_of(std::string_view source, int lineno) {
    for (; lineno > 1; --lineno) {
        const size_t newline = source.find('\n');
        if (newline == source.npos) return {};
        source.remove_prefix(newline + 1);
    }
    const size_t newline = source.find('\n');
    return newline == source.npos ? source : source.substr(0, newline + 1);
}

Result<void> report_warnings(Attached ts, const ast::ParseResult& parsed, std::string_view source,
                             Str& filename) {
    for (const ast::ParseWarning& w : parsed.warnings) {
        Exc category =
            w.kind == ast::WarningKind::SyntaxWarning ? Exc::SyntaxWarning : Exc::DeprecationWarning;
        auto warned = warn_explicit(ts, category, w.message, filename, w.pos.lineno);
        if (warned.ok()) continue;
        if (!pending_is(ts, category)) return already_raised();
        clear_pending(ts);
        ast::ParseError e;
        e.message = w.message;
        e.lineno = w.pos.lineno;
        e.offset = w.pos.col_offset + 1;
        e.end_lineno = w.pos.end_lineno;
        e.end_offset = w.pos.end_col_offset + 1;
        e.text = line_of(source, w.pos.lineno);
        e.has_text = true;
        return raise_parse_error(ts, e, filename);
    }
    return {};
}

}  // namespace

// The module that keeps the filters is asked if it is there; while the interpreter starts it is not.
Result<void> warn_explicit(Attached ts, Exc category, std::string_view message, Str& filename, int lineno) {
    if (!interp(ts).sys_modules) return {};
    for (const char* name : {"warnings", "_warnings"}) {
        Ref<Str> key = TRY(str_intern_utf8(ts, name));
        Object* module = dict_find_str(*interp(ts).sys_modules, *key);
        if (!module) continue;
        Ref<Object> keep = Ref<Object>::share(*module);
        OptRef<Object> function = TRY(get_attr_opt(ts, *keep, id(Name::warn_explicit)));
        if (!function) continue;
        Ref<Str> text = TRY(str_new_utf8(ts, message));
        Ref<Object> line = TRY(box_int(ts, lineno));
        TRY(call(ts, *function, {text.get(), &exc_type(category), &filename, line.get()}));
        return {};
    }
    return {};
}

Result<ast::Mod*> parse_source(Attached ts, ast::Arena& arena, std::string_view source, Str& filename,
                               CompileMode mode, CompileFlags flags) {
    if (source.find('\0') != source.npos)
        return raise(ts, Exc::ValueError, "source code string cannot contain null bytes");
    TRY(audit_values(ts, "compile", source, &filename));
    ast::ParseOptions options;
    switch (mode) {
        case CompileMode::Exec:
            options.mode = ast::Mode::Exec;
            break;
        case CompileMode::Eval:
            options.mode = ast::Mode::Eval;
            break;
        case CompileMode::Single:
            options.mode = ast::Mode::Single;
            break;
        case CompileMode::FunctionType:
            options.mode = ast::Mode::FunctionType;
            break;
    }
    options.type_comments = flags.type_comments;
    if (flags.feature_version >= 0) options.feature_version = flags.feature_version;
    options.ignore_cookie = flags.source_is_text;
    options.allow_incomplete = flags.allow_incomplete_input;
    options.dont_imply_dedent = flags.dont_imply_dedent;
    options.barry_as_bdfl = (flags.future & kCodeFutureBarryAsBdfl) != 0;
    options.max_int_digits = interp(ts).int_max_str_digits;
    options.stack_floor = c_stack_floor(ts);
    options.hooks = hooks(ts);
    ast::ParseResult parsed = ast::parse(arena, source, options);
    // Also of what could not be parsed in the end, unless more of it is to come.
    TRY(report_warnings(ts, parsed, source, filename));
    if (parsed.error) {
        ast::ParseError& e = *parsed.error;
        std::string line;
        // A program's text is the line of its file, if there is one; a string's is what the lexer has read.
        if (mode == CompileMode::Exec && e.has_text && !e.in_field &&
            source_line_of(ts, filename, e.lineno, &line))
            e.text = line + '\n';
        return raise_parse_error(ts, e, filename);
    }
    return parsed.tree;
}

std::string decode_source(Attached ts, std::string_view source) {
    ast::ParseOptions options;
    options.hooks = hooks(ts);
    ast::SourceText text = ast::prepare_source(source, options);
    return text.error ? std::string(source) : std::move(text.buffer);
}

Result<Ref<Code>> compile_source(Attached ts, std::string_view source, Str& filename, CompileMode mode,
                                 CompileFlags flags, int optimize) {
    ast::Arena arena;
    ast::Mod* tree = TRY(parse_source(ts, arena, source, filename, mode, flags));
    return compile_ast(ts, arena, *tree, filename, flags, optimize);
}

}  // namespace baton
