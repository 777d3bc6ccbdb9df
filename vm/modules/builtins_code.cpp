// builtins about source text, code and namespaces: compile, eval, exec, globals, locals, vars, dir,
// __import__, breakpoint.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/cell.h"
#include "vm/compile.h"
#include "vm/frame_object.h"
#include "vm/import.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"
#include "vm/modules/ast_nodes.h"
#include "vm/modules/builtins_functions.h"
#include "vm/run.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

constexpr int kDontImplyDedent = 0x200, kOnlyAst = 0x400, kIgnoreCookie = 0x800, kTypeComments = 0x1000,
              kTopLevelAwait = 0x2000, kAllowIncomplete = 0x4000;

Frame* current_frame(Attached ts) {
    return rt(ts).frame;
}

int inherited_flags(Attached ts) {
    Frame* f = current_frame(ts);
    return f ? f->code->flags & kFutureMask : 0;
}

// The two namespaces of eval and exec, and builtins put into the first.
struct Namespaces {
    Dict* globals;
    Object* locals;
    OptRef<Object> keep;
};
Result<void> namespaces(Attached ts, const char* who, Object* globals, Object* locals, Namespaces* out) {
    if (globals && is_none(*globals)) globals = nullptr;
    if (locals && is_none(*locals)) locals = nullptr;
    if (globals && !is_dict(*globals)) {
        if (who[1] == 'v' && is_mapping(*globals)) {
            return raise(ts, Exc::TypeError, "globals must be a real dict; try eval(code, {{}}, mapping)");
        }
        if (who[1] == 'v') return raise(ts, Exc::TypeError, "globals must be a dict");
        return raise(ts, Exc::TypeError, "exec() globals must be a dict, not {}", type_name(*globals));
    }
    if (locals && !is_mapping(*locals)) {
        if (who[1] == 'v') return raise(ts, Exc::TypeError, "locals must be a mapping");
        return raise(ts, Exc::TypeError, "locals must be a mapping or None, not {}", type_name(*locals));
    }
    if (!globals) {
        Frame* f = current_frame(ts);
        if (!f) return raise(ts, Exc::SystemError, "globals and locals cannot be NULL");
        globals = f->function->globals;
        if (!locals) {
            out->keep = TRY(frame_locals(ts, *f));
            locals = out->keep.get();
        }
    }
    out->globals = static_cast<Dict*>(globals);
    out->locals = locals ? locals : globals;
    if (!dict_find_str(*out->globals, id(Name::__builtins__))) {
        TRY(dict_set_str(ts, *out->globals, id(Name::__builtins__), *interp(ts).builtins));
    }
    return {};
}

}  // namespace

Result<void> source_text(Attached ts, Object& source, const char* who, const char* what, SourceText* out) {
    if (is_str(source)) {
        out->text = TRY(str_as_utf8(ts, static_cast<Str&>(source)));
        out->is_text = true;
        out->keep = Ref<Object>::share(source);
    } else if (is_bytes(source)) {
        auto& b = static_cast<Bytes&>(source);
        out->text = {b.data, static_cast<size_t>(b.size)};
        out->keep = Ref<Object>::share(source);
    } else {
        BufferView view;
        auto got = get_buffer(ts, source, &view, 0);
        if (!got.ok()) {
            clear_pending(ts);
            return raise(ts, Exc::TypeError, "{}() arg 1 must be a {} object", who, what);
        }
        auto copy = bytes_new(ts, {static_cast<const char*>(view.buf), static_cast<size_t>(view.len)});
        release_buffer(&view);
        auto bytes = TRY(std::move(copy));
        out->text = {bytes->data, static_cast<size_t>(bytes->size)};
        out->keep = std::move(bytes);
    }
    if (out->text.find('\0') != out->text.npos)
        return raise(ts, Exc::ValueError, "source code string cannot contain null bytes");
    return {};
}

Result<Ref<Str>> source_filename(Attached ts, Object& filename) {
    if (is_exact(filename, PyByteArray_Type) || is_exact(filename, PyMemoryView_Type)) {
        TRY(warn(ts, Exc::DeprecationWarning,
                 fmt::format("path should be string, bytes, or os.PathLike, not {}", type_name(filename))));
        BufferView view;
        TRY(get_buffer(ts, filename, &view, 0));
        std::string bytes(static_cast<const char*>(view.buf), static_cast<size_t>(view.len));
        release_buffer(&view);
        return fs_decode(ts, bytes);
    }
    Ref<Object> path = TRY(fs_path(ts, filename));
    if (is_str(*path)) return std::move(path).cast<Str>();
    return fs_decode(ts, bytes_view(static_cast<Bytes&>(*path)));
}

Result<Ref<Object>> builtin_compile(Attached ts, Object&, Object& source, Object& filename, Str& mode,
                                    Opt<int> flags, Opt<bool> dont_inherit, Opt<int> optimize,
                                    Opt<int> feature_version) {
    Ref<Str> name = TRY(source_filename(ts, filename));
    int given = flags.or_else(0);
    if (given & ~(kFutureMask | kCodeNested | kDontImplyDedent | kOnlyAst | kIgnoreCookie | kTypeComments |
                  kTopLevelAwait | kAllowIncomplete)) {
        return raise(ts, Exc::ValueError, "compile(): unrecognised flags");
    }
    int level = optimize.or_else(-1);
    if (level < -1 || level > 2) return raise(ts, Exc::ValueError, "compile(): invalid optimize value");
    CompileMode compile_mode;
    if (str_eq_ascii(mode, "exec"))
        compile_mode = CompileMode::Exec;
    else if (str_eq_ascii(mode, "eval"))
        compile_mode = CompileMode::Eval;
    else if (str_eq_ascii(mode, "single"))
        compile_mode = CompileMode::Single;
    else if (str_eq_ascii(mode, "func_type") && (given & kOnlyAst))
        compile_mode = CompileMode::FunctionType;
    else if (str_eq_ascii(mode, "func_type"))
        return raise(ts, Exc::ValueError, "compile() mode 'func_type' requires flag PyCF_ONLY_AST");
    else if (given & kOnlyAst)
        return raise(ts, Exc::ValueError, "compile() mode must be 'exec', 'eval', 'single' or 'func_type'");
    else
        return raise(ts, Exc::ValueError, "compile() mode must be 'exec', 'eval' or 'single'");
    if (level < 0) level = vm_interp(ts).config.optimize;
    CompileFlags compile_flags;
    compile_flags.future = (given & kFutureMask) | (dont_inherit.or_else(false) ? 0 : inherited_flags(ts));
    compile_flags.dont_imply_dedent = given & kDontImplyDedent;
    compile_flags.allow_incomplete_input = given & kAllowIncomplete;
    compile_flags.allow_top_level_await = given & kTopLevelAwait;
    compile_flags.type_comments = given & kTypeComments;
    if (given & kOnlyAst) compile_flags.feature_version = feature_version.or_else(-1);
    ast::Arena arena;
    if (ast_is_tree(source)) {
        TRY(audit_values(ts, "compile", &source, &none()));
        if (given & kOnlyAst) return Ref<Object>::share(source);
        const char* kind = compile_mode == CompileMode::Exec   ? "Module"
                           : compile_mode == CompileMode::Eval ? "Expression"
                                                               : "Interactive";
        const ast::Mod* tree = TRY(ast_from_object(ts, arena, source, kind));
        return compile_ast(ts, arena, *tree, *name, compile_flags, level);
    }
    SourceText text;
    TRY(source_text(ts, source, "compile", "string, bytes or AST", &text));
    compile_flags.source_is_text = text.is_text || (given & kIgnoreCookie);
    if (given & kOnlyAst) {
        const ast::Mod* tree = TRY(parse_source(ts, arena, text.text, *name, compile_mode, compile_flags));
        return ast_to_object(ts, *tree);
    }
    return compile_source(ts, text.text, *name, compile_mode, compile_flags, level);
}

Result<Ref<Object>> builtin_eval(Attached ts, Object&, Object& source, Object* globals, Object* locals) {
    Namespaces spaces;
    TRY(namespaces(ts, "eval", globals, locals, &spaces));
    if (is_code(source)) {
        auto& code = static_cast<Code&>(source);
        if (code.nfrees)
            return raise(ts, Exc::TypeError, "code object passed to eval() may not contain free variables");
        TRY(audit_values(ts, "exec", &source));
        return run_code(ts, code, *spaces.globals, spaces.locals);
    }
    SourceText text;
    TRY(source_text(ts, source, "eval", "string, bytes or code", &text));
    while (!text.text.empty() && (text.text[0] == ' ' || text.text[0] == '\t')) text.text.remove_prefix(1);
    auto filename = TRY(str_intern_utf8(ts, "<string>"));
    CompileFlags flags;
    flags.future = inherited_flags(ts);
    flags.source_is_text = text.is_text;
    auto code = TRY(
        compile_source(ts, text.text, *filename, CompileMode::Eval, flags, vm_interp(ts).config.optimize));
    TRY(audit_values(ts, "exec", code.get()));
    return run_code(ts, *code, *spaces.globals, spaces.locals);
}

Result<void> builtin_exec(Attached ts, Object&, Object& source, Object* globals, Object* locals,
                          Object* closure) {
    Namespaces spaces;
    TRY(namespaces(ts, "exec", globals, locals, &spaces));
    if (closure && is_none(*closure)) closure = nullptr;
    if (is_code(source)) {
        auto& code = static_cast<Code&>(source);
        if (code.nfrees == 0 && closure) {
            return raise(ts, Exc::TypeError, "cannot use a closure with this code object");
        }
        if (code.nfrees) {
            bool fits = closure && is_exact(*closure, PyTuple_Type) &&
                        static_cast<Tuple*>(closure)->size == code.nfrees;
            for (Index i = 0; fits && i < code.nfrees; ++i)
                fits = is_exact(*static_cast<Tuple*>(closure)->item[i], PyCell_Type);
            if (!fits)
                return raise(ts, Exc::TypeError, "code object requires a closure of exactly length {}",
                             code.nfrees);
        }
        TRY(audit_values(ts, "exec", &source));
        TRY(run_code(ts, code, *spaces.globals, spaces.locals, static_cast<Tuple*>(closure)));
        return {};
    }
    if (closure) return raise(ts, Exc::TypeError, "closure can only be used when source is a code object");
    SourceText text;
    TRY(source_text(ts, source, "exec", "string, bytes or code", &text));
    auto filename = TRY(str_intern_utf8(ts, "<string>"));
    CompileFlags flags;
    flags.future = inherited_flags(ts);
    flags.source_is_text = text.is_text;
    auto code = TRY(
        compile_source(ts, text.text, *filename, CompileMode::Exec, flags, vm_interp(ts).config.optimize));
    TRY(audit_values(ts, "exec", code.get()));
    TRY(run_code(ts, *code, *spaces.globals, spaces.locals));
    return {};
}

Result<Ref<Object>> builtin_globals(Attached ts, Object&) {
    Frame* f = current_frame(ts);
    return Ref<Object>::share(f ? *f->function->globals : none());
}
Result<Ref<Object>> builtin_locals(Attached ts, Object&) {
    Frame* f = current_frame(ts);
    if (!f) return raise(ts, Exc::SystemError, "frame does not exist");
    return frame_locals(ts, *f);
}
Result<Ref<Object>> builtin_vars(Attached ts, Object& module, Object* object) {
    if (!object) return builtin_locals(ts, module);
    auto dict = TRY(get_attr_opt(ts, *object, id(Name::__dict__)));
    if (!dict) return raise(ts, Exc::TypeError, "vars() argument must have __dict__ attribute");
    return std::move(dict).take();
}
Result<Ref<Object>> builtin_dir(Attached ts, Object&, Object* object) {
    if (object) return dir(ts, object);
    Frame* f = current_frame(ts);
    if (!f) return raise(ts, Exc::SystemError, "frame does not exist");
    auto locals = TRY(frame_locals(ts, *f));
    auto keys = TRY(call_method(ts, *locals, id(Name::keys)));
    auto names = TRY(to_list(ts, *keys));
    TRY(list_sort(ts, *names, nullptr, false));
    return names;
}

Result<Ref<Object>> builtin_import(Attached ts, Object&, Object& name, Object* globals, Object* locals,
                                   Object* fromlist, Opt<int> level) {
    if (!is_str(name)) return raise(ts, Exc::TypeError, "module name must be a string");
    return import_level(ts, static_cast<Str&>(name), globals && is_none(*globals) ? nullptr : globals, locals,
                        fromlist, level.or_else(0));
}

Result<Ref<Object>> builtin_breakpoint(Attached ts, Object&, Args args, Kwargs kwargs) {
    auto name = TRY(str_intern_utf8(ts, "breakpointhook"));
    auto hook = sys_get(ts, *name);
    if (!hook) return raise(ts, Exc::RuntimeError, "lost sys.breakpointhook");
    TRY(audit_values(ts, "builtins.breakpoint", hook.get()));
    return boxed_result(ts, call_value(ts, *hook, args.v, args.n, kwargs.names));
}

}  // namespace baton
