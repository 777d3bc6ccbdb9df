// Functions, classes and comprehensions: code objects inside code objects.
#include "runtime/types/tuple.h"
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

// ---- functions ----

Result<void> Compiler::check_parameters(const Arguments* args) {
    auto each = [&](Seq<Arg*> list) -> Result<void> {
        for (Arg* a : list) TRY(forbid_name(a->arg, ExprContext::Store, u_->as.position()));
        return {};
    };
    TRY(each(args->posonlyargs));
    TRY(each(args->args));
    TRY(each(args->kwonlyargs));
    if (args->vararg) TRY(forbid_name(args->vararg->arg, ExprContext::Store, u_->as.position()));
    if (args->kwarg) TRY(forbid_name(args->kwarg->arg, ExprContext::Store, u_->as.position()));
    return {};
}

void Compiler::count_parameters(Unit& u, const Arguments* args) {
    u.posonlyargcount = static_cast<int>(args->posonlyargs.size());
    u.argcount = static_cast<int>(args->posonlyargs.size() + args->args.size());
    u.kwonlyargcount = static_cast<int>(args->kwonlyargs.size());
}

// Pushes the tuple and the dict of default values that there are.
Result<uint8_t> Compiler::defaults(const Arguments* args) {
    Assembler& as = u_->as;
    uint8_t parts = 0;
    if (!args->defaults.empty()) {
        OptRef<Object> constant = TRY(fold_items(args->defaults));
        if (constant) {
            for (Expr* value : args->defaults) {
                At at(*this, value->pos);
                as.mark();
            }
            TRY(load_const(*constant, Dest::temp()));
        } else
            TRY(tuple_display(args->defaults));
        parts |= kWithDefaults;
    }
    int start = as.depth();
    uint16_t pairs = 0;
    for (uint32_t i = 0; i < args->kwonlyargs.size(); ++i) {
        if (!args->kw_defaults[i]) continue;
        TRY(load_str(mangled(args->kwonlyargs[i]->arg)));
        TRY(push(args->kw_defaults[i]));
        ++pairs;
    }
    if (pairs) {
        as.emit(Op::BUILD_MAP, as.temp(start), pairs);
        parts |= kWithKwDefaults;
    }
    return parts;
}

Result<uint8_t> Compiler::function_annotations(const Arguments* args, const Expr* returns) {
    Assembler& as = u_->as;
    int start = as.depth();
    auto one = [&](const Ident* name, const Expr* annotation) -> Result<void> {
        if (!annotation) return {};
        TRY(load_str(mangled(name)));
        return annotation_value(annotation);
    };
    for (Arg* a : args->args) TRY(one(a->arg, a->annotation));
    for (Arg* a : args->posonlyargs) TRY(one(a->arg, a->annotation));
    if (args->vararg) TRY(one(args->vararg->arg, args->vararg->annotation));
    for (Arg* a : args->kwonlyargs) TRY(one(a->arg, a->annotation));
    if (args->kwarg) TRY(one(args->kwarg->arg, args->kwarg->annotation));
    TRY(one(ident("return"), returns));
    int count = as.depth() - start;
    if (!count) return uint8_t{0};
    as.emit(Op::BUILD_TUPLE, as.temp(start), static_cast<uint16_t>(count));
    return kWithAnnotations;
}

// Pushes the tuple of cells that the inner code takes from here.
Result<void> Compiler::closure_cells(const Unit& inner, uint8_t& parts) {
    if (inner.freevars.empty()) return {};
    Assembler& as = u_->as;
    int start = as.depth();
    for (const Ident* name : inner.freevars) as.emit(Op::COPY_T, as.next_temp(), u_->cells.at(name));
    as.emit(Op::BUILD_TUPLE, as.temp(start), static_cast<uint16_t>(inner.freevars.size()));
    parts |= kWithClosure;
    return {};
}

Result<void> Compiler::make_function(Ref<Code> code, uint16_t base, uint8_t parts) {
    int index = TRY(add_const(std::move(code)));
    u_->as.emit_wide(Op::MAKE_FUNCTION, base, index, parts);
    return {};
}

Result<void> Compiler::decorators(Seq<Expr*> list) {
    for (Expr* e : list) TRY(push(e));
    return {};
}

Result<void> Compiler::apply_decorators(Seq<Expr*> list) {
    Assembler& as = u_->as;
    for (uint32_t i = list.size(); i-- > 0;) {
        At at(*this, list[i]->pos);
        as.emit(Op::CALL, as.temp(as.depth() - 2), 1);
    }
    return {};
}

namespace {

const ConstantValue* docstring_of(Seq<Stmt*> body) {
    if (body.empty()) return nullptr;
    auto e = ast::as<ast::ExprStmt>(body[0]);
    auto c = e ? ast::as<ast::Constant>(e->value) : nullptr;
    return c && c->value.kind == ConstantKind::Str ? &c->value : nullptr;
}

Seq<Stmt*> without_first(Seq<Stmt*> body) {
    return {body.data + 1, body.count - 1};
}

}  // namespace

Result<void> Compiler::function_def(const Stmt* s, const Ident* name, const Arguments* args, Seq<Stmt*> body,
                                    Seq<Expr*> decorator_list, const Expr* returns, bool async) {
    TRY(check_parameters(args));
    TRY(decorators(decorator_list));
    uint16_t base = u_->as.next_temp();
    uint8_t parts = TRY(defaults(args));
    uint8_t annotated = TRY(function_annotations(args, returns));
    parts |= annotated;
    int firstlineno = decorator_list.empty() ? s->pos.lineno : decorator_list[0]->pos.lineno;

    Unit inner;
    enter(inner, async ? UnitKind::AsyncFunction : UnitKind::Function, s, name, firstlineno);
    count_parameters(inner, args);
    prologue();
    const ConstantValue* doc = docstring_of(body);
    if (doc && optimize_ < 2) {
        Ref<Object> text = TRY(constant_object(*doc));
        TRY(add_const(std::move(text)));
    } else {
        TRY(add_const(Ref<Object>::share(none())));
    }
    TRY(stmts(doc ? without_first(body) : body));
    if (inner.as.emitted()) {
        inner.as.no_position();  // the last line that has run
    } else {
        Pos entry;
        entry.lineno = entry.end_lineno = firstlineno;
        entry.col_offset = entry.end_col_offset = -1;
        inner.as.set_position(entry);
    }
    if (inner.as.reachable()) TRY(return_const(none()));
    Ref<Code> code = TRY(leave());

    TRY(closure_cells(inner, parts));
    TRY(make_function(std::move(code), base, parts));
    TRY(apply_decorators(decorator_list));
    TRY(forbid_name(name, ExprContext::Store, s->pos));
    return store_name(name, u_->as.top());
}

Result<void> Compiler::lambda(const Lambda* e) {
    TRY(check_parameters(e->args));
    uint16_t base = u_->as.next_temp();
    uint8_t parts = TRY(defaults(e->args));
    Unit inner;
    enter(inner, UnitKind::Lambda, e, ident("<lambda>"), e->pos.lineno);
    count_parameters(inner, e->args);
    prologue();
    TRY(add_const(Ref<Object>::share(none())));
    inner.as.set_position(e->body->pos);
    Loc v = TRY(expr(e->body));
    inner.as.emit(inner.is_generator() ? Op::GEN_RETURN : Op::RETURN, 0, v.reg, 0, v.temp ? kTakeB : 0);
    Ref<Code> code = TRY(leave());
    TRY(closure_cells(inner, parts));
    return make_function(std::move(code), base, parts);
}

// ---- classes ----

Result<void> Compiler::class_def(const ClassDef* s) {
    TRY(decorators(s->decorator_list));
    TRY(check_keywords(s->keywords));
    int base = u_->as.depth();
    int firstlineno = s->decorator_list.empty() ? s->pos.lineno : s->decorator_list[0]->pos.lineno;
    u_->as.emit(Op::LOAD_BUILD_CLASS, u_->as.temp(base));

    Unit inner;
    enter(inner, UnitKind::Class, s, s->name, firstlineno);
    Assembler& as = inner.as;
    prologue();
    Pos start;
    start.lineno = start.end_lineno = firstlineno;
    as.set_position(start);
    int index = TRY(add_name(ident("__name__")));
    as.emit_wide(Op::LOAD_NAME, as.next_temp(), index);
    TRY(store_name(ident("__module__"), as.top()));
    Text qualname = arena_.text(inner.qualname);
    Ref<Object> text = TRY(text_object(qualname));
    TRY(load_const(*text, Dest::temp()));
    TRY(store_name(ident("__qualname__"), as.top()));
    TRY(body_with_docstring(s->body));
    as.no_position();
    if (as.reachable()) {
        if (inner.scope->needs_class_closure) {
            as.emit(Op::COPY_T, as.next_temp(), inner.cells.at(ident("__class__")));
            Loc cell = as.top();
            TRY(store_name(ident("__classcell__"), {cell.reg, false}));
            as.emit(Op::RETURN, 0, cell.reg, 0, kTakeB);
        } else {
            TRY(return_const(none()));
        }
    }
    Ref<Code> code = TRY(leave());

    uint8_t parts = 0;
    uint16_t function = u_->as.next_temp();
    TRY(closure_cells(inner, parts));
    TRY(make_function(std::move(code), function, parts));
    TRY(load_str(s->name));
    TRY(call_arguments(base, s->bases, s->keywords, 2));
    TRY(apply_decorators(s->decorator_list));
    TRY(forbid_name(s->name, ExprContext::Store, s->pos));
    return store_name(s->name, u_->as.top());
}

// The body of a module or class.
Result<void> Compiler::body_with_docstring(Seq<Stmt*> body) {
    Assembler& as = u_->as;
    TRY(setup_annotations(body));
    const ConstantValue* doc = u_->interactive ? nullptr : docstring_of(body);
    if (doc) {
        if (optimize_ < 2) {
            as.set_position(body[0]->pos);
            Ref<Object> text = TRY(constant_object(*doc));
            TRY(load_const(*text, Dest::temp()));
            TRY(store_name(ident("__doc__"), as.top()));
        }
        body = without_first(body);
    }
    return stmts(body);
}

// ---- comprehensions ----

Result<void> Compiler::comprehension(const Expr* e, const char* name, Seq<ast::Comprehension*> generators,
                                     const Expr* elt, const Expr* value, Dest d) {
    int base = u_->as.depth();
    bool is_generator = is<ast::GeneratorExp>(e);
    bool top_level_await = flags_.allow_top_level_await && u_->kind == UnitKind::Module;
    UnitKind around = u_->kind;

    Unit inner;
    enter(inner, UnitKind::Comprehension, e, ident(name), e->pos.lineno);
    Assembler& as = inner.as;
    bool async = inner.scope->coroutine;
    if (async && !is_generator && around != UnitKind::AsyncFunction && around != UnitKind::Comprehension &&
        !top_level_await)
        return error(e->pos, "asynchronous comprehension outside of an asynchronous function");
    inner.argcount = 1;
    prologue();
    as.set_position(e->pos);
    if (is<ast::ListComp>(e))
        as.emit(Op::BUILD_LIST, as.next_temp(), 0);
    else if (is<ast::SetComp>(e))
        as.emit(Op::BUILD_SET, as.next_temp(), 0);
    else if (is<ast::DictComp>(e))
        as.emit(Op::BUILD_MAP, as.next_temp(), 0);
    TRY(comprehension_loop(e, generators, 0, elt, value));
    as.set_position(e->pos);
    if (is_generator)
        TRY(return_const(none()));
    else
        as.emit(inner.is_generator() ? Op::GEN_RETURN : Op::RETURN, 0, as.top().reg, 0, kTakeB);
    Ref<Code> code = TRY(leave());

    uint8_t parts = 0;
    TRY(closure_cells(inner, parts));
    TRY(make_function(std::move(code), u_->as.temp(base), parts));
    Loc outermost = TRY(iterable_of_comprehension(generators[0]));
    temp_result(generators[0]->is_async ? Op::GET_AITER : Op::GET_ITER, Dest::temp(), outermost, {}, false);
    u_->as.emit(Op::CALL, u_->as.temp(base), 1);
    if (async && !is_generator) {
        temp_result(Op::GET_AWAITABLE, Dest::temp(), u_->as.top(), {}, false, 0);
        TRY(yield_from_top());
    }
    settle(d);
    return {};
}

// What a comprehension does with an item. The container is the lowest temp.
Result<void> Compiler::comprehension_item(const Expr* e, Seq<ast::Comprehension*>, const Expr* elt,
                                          const Expr* value) {
    Assembler& as = u_->as;
    uint16_t container = as.temp(0);
    At at(*this, e->pos);
    if (is<ast::GeneratorExp>(e)) {
        Loc v = TRY(expr(elt));
        temp_result(Op::YIELD, Dest::temp(), v, {}, false);
        drop();
        return {};
    }
    if (is<ast::DictComp>(e)) {
        Loc k = TRY(expr_before(elt, value));
        Loc v = TRY(expr(value));
        as.emit(Op::MAP_ADD, container, k.reg, v.reg,
                static_cast<uint8_t>((k.temp ? kTakeB : 0) | (v.temp ? kTakeC : 0)));
        return {};
    }
    Loc v = TRY(expr(elt));
    as.emit(is<ast::SetComp>(e) ? Op::SET_ADD : Op::LIST_APPEND, container, v.reg, 0, v.temp ? kTakeB : 0);
    return {};
}

}  // namespace baton
