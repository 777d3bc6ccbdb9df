// Units, module bodies, errors: the frame in which the rest of the compiler works.
#include <algorithm>

#include "runtime/call.h"
#include "runtime/names.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/compile_impl.h"
#include "vm/compile_warn.h"
#include "vm/interp_data.h"
#include "vm/source_lines.h"
#include "vm/unparse.h"
#include "vm/verify.h"

namespace baton {

using namespace ast;

// ---- errors ----

namespace {

// The line of a file as SyntaxError.text has it, or None.
Result<Ref<Object>> program_text(Attached ts, Str& filename, int lineno) {
    std::string line;
    if (!source_line_of(ts, filename, lineno, &line)) return Ref<Object>::share(none());
    line += '\n';
    auto text = str_new_utf8(ts, line);
    if (text.ok()) return text.take();
    clear_pending(ts);
    return Ref<Object>::share(none());
}

// An end column that 3.11 does not tell (errors in `from __future__` imports).
constexpr int kNoEnd = -2;

Result<Ref<BaseException>> new_syntax_error(Attached ts, std::string_view message, Str& filename,
                                            const Pos& pos) {
    Ref<Object> text = TRY(program_text(ts, filename, pos.lineno));
    Ref<Object> lineno = TRY(box_int(ts, pos.lineno));
    Ref<Object> offset = TRY(box_int(ts, pos.col_offset + 1));
    Ref<Object> end_lineno = TRY(box_int(ts, pos.end_lineno));
    Ref<Object> end_offset = Ref<Object>::share(none());
    if (pos.end_col_offset != kNoEnd) end_offset = TRY(box_int(ts, pos.end_col_offset + 1));
    Ref<baton::Tuple> where = TRY(tuple_of(
        ts, {&filename, lineno.get(), offset.get(), text.get(), end_lineno.get(), end_offset.get()}));
    Ref<Str> what = TRY(str_new_utf8(ts, message));
    Ref<Object> e = TRY(baton::call(ts, exc_type(Exc::SyntaxError), {what.get(), where.get()}));
    return std::move(e).cast<BaseException>();
}

}  // namespace

Raised Compiler::error(const Pos& pos, std::string_view message) {
    auto made = new_syntax_error(ts_, message, filename_, pos);
    if (!made.ok()) return already_raised();
    return raise_object(ts_, made.take());
}

Raised Compiler::raise_error(const CompileError& e) {
    if (e.kind == CompileError::Kind::Recursion) return raise_text(ts_, Exc::RecursionError, e.message);
    return error(e.pos, e.message);
}

// A SyntaxWarning; where filters make an error of it, a SyntaxError.
Result<void> Compiler::warn_syntax(const Pos& pos, std::string_view message) {
    if (warnings_off_) return {};
    auto warned = warn_explicit(ts_, Exc::SyntaxWarning, message, filename_, pos.lineno);
    if (warned.ok()) return {};
    if (!pending_is(ts_, Exc::SyntaxWarning)) return already_raised();
    clear_pending(ts_);
    return error(pos, message);
}

// ---- units ----

void Compiler::enter(Unit& u, UnitKind kind, const void* node, const Ident* name, int firstlineno) {
    u.kind = kind;
    u.parent = u_;
    u.scope = table_.scope_of(node);
    u.name = name;
    u.cls = kind == UnitKind::Class ? name : u_ ? u_->cls : nullptr;
    u.firstlineno = firstlineno;
    u.qualname = name->view();
    if (u_ && u_->kind != UnitKind::Module) {
        bool global = false;
        if (kind == UnitKind::Function || kind == UnitKind::AsyncFunction || kind == UnitKind::Class) {
            const Symbol* symbol = u_->scope->find(mangle(arena_, u_->cls, name));
            global = symbol && symbol->kind == NameKind::GlobalExplicit;
        }
        if (!global) {
            const bool plain = u_->kind == UnitKind::Class || u_->kind == UnitKind::Comprehension;
            u.qualname = u_->qualname + (plain ? "." : ".<locals>.") + u.qualname;
        }
    }

    const Scope& scope = *u.scope;
    bool function = scope.kind == ScopeKind::Function;
    std::vector<uint16_t> may_unbind;
    auto add_local = [&](const Ident* id) {
        auto reg = static_cast<uint16_t>(u.varnames.size());
        if (!u.locals.try_emplace(id, reg).second) return;
        u.varnames.push_back(id);
        const Symbol* symbol = scope.find(id);
        if (symbol && (symbol->flags & kNameDeleted)) may_unbind.push_back(reg);
    };
    for (const Ident* id : scope.params) add_local(id);
    for (const Ident* id : scope.order) {
        const Symbol& symbol = *scope.find(id);
        if (function && symbol.kind == NameKind::Local) add_local(id);
        if (symbol.kind == NameKind::Cell) u.cellvars.push_back(id);
        if (symbol.kind == NameKind::Free || (symbol.flags & kDefFreeClass)) u.freevars.push_back(id);
    }
    if (scope.needs_class_closure) u.cellvars.push_back(ident("__class__"));
    auto by_text = [](const Ident* a, const Ident* b) { return a->view() < b->view(); };
    std::sort(u.cellvars.begin(), u.cellvars.end(), by_text);
    std::sort(u.freevars.begin(), u.freevars.end(), by_text);
    size_t reg = u.varnames.size();
    for (const Ident* id : u.cellvars) u.cells.emplace(id, static_cast<uint16_t>(reg++));
    for (const Ident* id : u.freevars) u.cells.emplace(id, static_cast<uint16_t>(reg++));
    u.as.start(static_cast<int>(u.varnames.size()), static_cast<int>(reg), std::move(may_unbind));
    u_ = &u;
}

// What comes before the body: cells, and for generators the way out with a new object.
void Compiler::prologue() {
    Assembler& as = u_->as;
    Pos pos;
    pos.lineno = pos.end_lineno = u_->firstlineno;
    pos.col_offset = pos.end_col_offset = -1;
    as.set_position(pos);
    for (const Ident* id : u_->scope->params) as.assume_bound(u_->locals.at(id));
    if (!u_->freevars.empty())
        as.emit(Op::COPY_FREE, static_cast<uint16_t>(u_->varnames.size() + u_->cellvars.size()),
                static_cast<uint16_t>(u_->freevars.size()));
    for (const Ident* id : u_->cellvars) {
        auto local = u_->locals.find(id);
        as.emit(Op::MAKE_CELL, u_->cells.at(id), local == u_->locals.end() ? kNoRegister : local->second);
    }
    if (u_->is_generator()) as.emit(Op::GENERATOR);
}

int Compiler::code_flags() const {
    const Scope& scope = *u_->scope;
    int flags = 0;
    if (scope.kind == ScopeKind::Function) {
        flags |= kCodeNewLocals | kCodeOptimized;
        if (scope.nested) flags |= kCodeNested;
        if (scope.varargs) flags |= kCodeVarArgs;
        if (scope.varkeywords) flags |= kCodeVarKeywords;
    }
    if (u_->is_generator()) {
        if (scope.generator && scope.coroutine)
            flags |= kCodeAsyncGenerator;
        else
            flags |= scope.generator ? kCodeGenerator : kCodeCoroutine;
    }
    return flags | flags_.future;
}

Result<Ref<baton::Tuple>> Compiler::name_tuple(const std::vector<const Ident*>& list) {
    Ref<baton::Tuple> t = TRY(tuple_alloc(ts_, static_cast<Index>(list.size())));
    for (size_t i = 0; i < list.size(); ++i) t->item[i] = TRY(str_of(list[i])).release();
    return tuple_finish(ts_, std::move(t));
}

Result<Ref<Code>> Compiler::leave() {
    Unit& u = *u_;
    AssembledCode made = u.as.finish();
    if (made.too_large || u.varnames.size() + u.cellvars.size() + u.freevars.size() >= kNoRegister)
        return raise(ts_, Exc::OverflowError, "too many variables in one code object");
    Ref<baton::Tuple> consts = TRY(tuple_alloc(ts_, static_cast<Index>(u.consts.size())));
    for (size_t i = 0; i < u.consts.size(); ++i) consts->item[i] = u.consts[i].release();
    consts = tuple_finish(ts_, std::move(consts));
    Ref<baton::Tuple> names = TRY(name_tuple(u.names));
    Ref<baton::Tuple> varnames = TRY(name_tuple(u.varnames));
    Ref<baton::Tuple> cellvars = TRY(name_tuple(u.cellvars));
    Ref<baton::Tuple> freevars = TRY(name_tuple(u.freevars));
    Ref<Str> name = TRY(str_of(u.name));
    Ref<Str> qualname = TRY(str_intern_utf8(ts_, u.qualname));
    CodeParts parts;
    parts.code = made.code;
    parts.depth = made.depth;
    parts.exceptions = made.exceptions;
    if (!vm_interp(ts_).config.code_debug_ranges)
        for (PositionEntry& p : made.positions) {
            p.end_line = p.line;
            p.column = p.end_column = -1;
        }
    parts.positions = made.positions;
    parts.argcount = u.argcount;
    parts.posonlyargcount = u.posonlyargcount;
    parts.kwonlyargcount = u.kwonlyargcount;
    parts.flags = code_flags();
    parts.max_depth = made.max_depth;
    parts.firstlineno = u.firstlineno;
    parts.consts = consts.get();
    parts.names = names.get();
    parts.varnames = varnames.get();
    parts.cellvars = cellvars.get();
    parts.freevars = freevars.get();
    parts.filename = &filename_;
    parts.name = name.get();
    parts.qualname = qualname.get();
    Ref<Code> code = TRY(code_new(ts_, parts));
#ifndef BATON_RELEASE
    check_code(*code);
#endif
    u_ = u.parent;
    return code;
}

// ---- modules ----

namespace {

struct Future {
    std::string_view name;
    int flag;
};
constexpr Future kFutures[] = {
    {"nested_scopes", 0},    {"generators", 0},
    {"division", 0},         {"absolute_import", 0},
    {"with_statement", 0},   {"print_function", 0},
    {"unicode_literals", 0}, {"barry_as_FLUFL", kCodeFutureBarryAsBdfl},
    {"generator_stop", 0},   {"annotations", kCodeFutureAnnotations},
};

bool has_annotations(Seq<Stmt*> body);

bool has_annotations(const Stmt* s) {
    auto handlers = [](Seq<ExceptHandler*> list) {
        for (ExceptHandler* h : list)
            if (has_annotations(h->body)) return true;
        return false;
    };
    switch (s->kind) {
        case StmtKind::AnnAssign:
            return true;
        case StmtKind::For:
            return has_annotations(cast<ast::For>(s)->body) || has_annotations(cast<ast::For>(s)->orelse);
        case StmtKind::AsyncFor:
            return has_annotations(cast<ast::AsyncFor>(s)->body) ||
                   has_annotations(cast<ast::AsyncFor>(s)->orelse);
        case StmtKind::While:
            return has_annotations(cast<ast::While>(s)->body) || has_annotations(cast<ast::While>(s)->orelse);
        case StmtKind::If:
            return has_annotations(cast<ast::If>(s)->body) || has_annotations(cast<ast::If>(s)->orelse);
        case StmtKind::With:
            return has_annotations(cast<ast::With>(s)->body);
        case StmtKind::AsyncWith:
            return has_annotations(cast<ast::AsyncWith>(s)->body);
        case StmtKind::Match:
            for (MatchCase* c : cast<ast::Match>(s)->cases)
                if (has_annotations(c->body)) return true;
            return false;
        case StmtKind::Try: {
            auto t = cast<ast::Try>(s);
            return has_annotations(t->body) || handlers(t->handlers) || has_annotations(t->orelse) ||
                   has_annotations(t->finalbody);
        }
        case StmtKind::TryStar: {
            auto t = cast<ast::TryStar>(s);
            return has_annotations(t->body) || handlers(t->handlers) || has_annotations(t->orelse) ||
                   has_annotations(t->finalbody);
        }
        default:
            return false;
    }
}

bool has_annotations(Seq<Stmt*> body) {
    for (Stmt* s : body)
        if (has_annotations(s)) return true;
    return false;
}

Seq<Stmt*> body_of(const Mod& tree) {
    if (auto m = ast::as<ast::Module>(&tree)) return m->body;
    if (auto m = ast::as<ast::Interactive>(&tree)) return m->body;
    return {};
}

}  // namespace

Result<void> Compiler::setup_annotations(Seq<Stmt*> body) {
    if (has_annotations(body)) u_->as.emit(Op::SETUP_ANNOTATIONS);
    return {};
}

// `from __future__ import ...` may follow a docstring and others of its kind only.
Result<void> Compiler::scan_future(const Mod& tree) {
    Seq<Stmt*> body = body_of(tree);
    bool done = false;
    int line = 0;  // what follows on the line of the last of them is looked at, too
    for (uint32_t k = 0; k < body.size(); ++k) {
        Stmt* s = body[k];
        if (done && s->pos.lineno > line) return {};
        line = s->pos.lineno;
        auto i = ast::as<ast::ImportFrom>(s);
        if (i && i->module && i->module->view() == "__future__") {
            if (done) {
                Pos where = i->pos;
                where.end_col_offset = kNoEnd;
                where.end_lineno = where.lineno;
                --where.col_offset;  // 3.11 counts this one from 0
                return error(where, kLateFuture);
            }
            for (Alias* a : i->names) {
                std::string_view name = a->name->view();
                const Future* known = std::find_if(std::begin(kFutures), std::end(kFutures),
                                                   [&](const Future& f) { return f.name == name; });
                if (known != std::end(kFutures)) {
                    flags_.future |= known->flag;
                    continue;
                }
                Pos where = i->pos;
                where.end_col_offset = kNoEnd;
                if (name == "braces") {
                    return error(where, "not a chance");
                } else {
                    return error(where, fmt::format("future feature {} is not defined", name));
                }
            }
            futures_end_line_ = i->pos.lineno;
            continue;
        }
        auto e = ast::as<ast::ExprStmt>(s);
        auto c = e ? ast::as<ast::Constant>(e->value) : nullptr;
        if (k > 0 || !c || c->value.kind != ConstantKind::Str) done = true;
    }
    return {};
}

Result<Ref<Code>> Compiler::compile(const Mod& tree) {
    if (tree.kind == ModKind::FunctionType)
        return raise(ts_, Exc::SystemError, "a function type has no code");
    TRY(scopes(tree));
    return module(tree);
}

Result<const Scope*> Compiler::scopes(const Mod& tree) {
    TRY(scan_future(tree));
    if (!table_.build(tree, (flags_.future & kCodeFutureAnnotations) != 0))
        return raise_error(table_.error());
    return table_.top();
}

Result<Ref<Code>> Compiler::module(const Mod& tree) {
    Unit u;
    enter(u, UnitKind::Module, &tree, ident("<module>"), 1);
    u.interactive = tree.kind == ModKind::Interactive;
    if (!flags_.allow_top_level_await) u.scope->coroutine = u.scope->generator = false;
    prologue();
    Pos start;
    start.lineno = start.end_lineno = 1;
    u.as.set_position(start);
    if (auto e = ast::as<ast::Expression>(&tree)) {
        Loc v = TRY(expr(e->body));
        u.as.set_position(e->body->pos);
        u.as.emit(u.is_generator() ? Op::GEN_RETURN : Op::RETURN, 0, v.reg, 0, kTakeB);
    } else {
        TRY(body_with_docstring(body_of(tree)));
        u.as.no_position();
        if (u.as.reachable()) TRY(return_const(none()));
    }
    return leave();
}

Text Compiler::annotation_text(const Expr* e) {
    std::string text;
    unparse(text, e);
    return arena_.text(text);
}

Result<Ref<Code>> compile_ast(Attached ts, Arena& arena, const Mod& tree, Str& filename, CompileFlags flags,
                              int optimize) {
    return Compiler(ts, arena, filename, flags, optimize).compile(tree);
}

}  // namespace baton
