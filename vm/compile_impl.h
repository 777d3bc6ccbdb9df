// The compiler's inside: one walk over the tree that emits register code, scope by scope.
//
// How it works. eval() puts the value of an expression where it is wanted (a new temp or a local); expr()
// gives the place of a value, which for a certainly bound local is the local itself. Statements leave the
// temps as they found them. A Unit is the code object being made; units nest as functions do. Blocks are what
// break, continue and return have to leave on their way.
//
// Invariants. The compiler lives in one call of compile_ast on an attached thread, which is why it may keep
// the token. After a failed Result nothing of it is used any more.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "runtime/c_stack.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "vm/assemble.h"
#include "vm/compile.h"
#include "vm/symtable.h"

namespace baton {

// Where a value is wanted.
struct Dest {
    bool local = false;
    uint16_t reg = 0;
    static Dest temp() { return {}; }
    static Dest of(uint16_t local_register) { return {true, local_register}; }
};

enum class Access : uint8_t { Fast, Cell, Global, Name };
struct Place {
    Access access = Access::Name;
    uint16_t reg = 0;                  // Fast, Cell
    bool is_free = false;              // Cell: comes from outside
    const ast::Ident* name = nullptr;  // mangled
};

enum class UnitKind : uint8_t { Module, Class, Function, AsyncFunction, Lambda, Comprehension };

enum class BlockKind : uint8_t {
    While,
    For,             // the iterator is at `depth`
    Try,             // nothing to do on the way out
    Finally,         // the body of a try whose finally must run
    FinallyHandler,  // exception and what was handled before are at `depth`
    Except,          // the same, and a name to unbind
    ExceptStar,      // cannot be left by break, continue and return
    With,            // __exit__ is at `depth`, in two temps
    AsyncWith,
    Value,  // a value being returned is at `depth`
};
struct Block {
    BlockKind kind;
    int depth = 0;
    int outer_handler = -1;
    Label next{}, exit{};              // loops: where continue and break go
    ast::Seq<ast::Stmt*> body{};       // Finally
    const ast::Ident* name = nullptr;  // Except
    ast::Pos pos{};
};

struct Unit {
    UnitKind kind = UnitKind::Module;
    Unit* parent = nullptr;
    Scope* scope = nullptr;
    const ast::Ident* name = nullptr;
    const ast::Ident* cls = nullptr;  // class whose private names are mangled here
    std::string qualname;
    Assembler as;
    std::vector<Block> blocks;
    std::unordered_map<const ast::Ident*, int> name_index;
    std::vector<const ast::Ident*> names;
    std::unordered_map<std::string, int> const_index;
    std::vector<Ref<Object>> consts;
    std::unordered_map<const ast::Ident*, uint16_t> locals, cells;
    std::vector<const ast::Ident*> varnames, cellvars, freevars;
    int argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
    int firstlineno = 1;
    bool interactive = false;

    bool is_function() const { return scope->kind == ScopeKind::Function; }
    bool is_generator() const { return scope->generator || scope->coroutine; }
};

inline constexpr char kLateFuture[] = "from __future__ imports must occur at the beginning of the file";

class Compiler {
  public:
    Compiler(Attached ts, ast::Arena& arena, Str& filename, CompileFlags flags, int optimize)
        : ts_(ts),
          arena_(arena),
          filename_(filename),
          flags_(flags),
          optimize_(optimize),
          stack_floor_(c_stack_floor(ts)),
          table_(arena, kMaxCompileNesting, stack_floor_) {}
    Result<Ref<Code>> compile(const ast::Mod& tree);
    // Only the scopes: the outermost one, which lives as long as the compiler.
    Result<const Scope*> scopes(const ast::Mod& tree);

  private:
    class Nesting;
    class At;  // sets the position for a scope

    // ---- compile.cpp: units, errors, module bodies
    Result<Ref<Code>> module(const ast::Mod& tree);
    Result<void> scan_future(const ast::Mod& tree);
    void enter(Unit& u, UnitKind kind, const void* node, const ast::Ident* name, int firstlineno);
    void prologue();
    Result<Ref<Code>> leave();
    Result<Ref<Tuple>> name_tuple(const std::vector<const ast::Ident*>& list);
    int code_flags() const;
    Raised error(const ast::Pos& pos, std::string_view message);
    Raised raise_error(const CompileError& e);
    Result<void> warn_syntax(const ast::Pos& pos, std::string_view message);
    Result<void> body_with_docstring(ast::Seq<ast::Stmt*> body);
    Result<void> setup_annotations(ast::Seq<ast::Stmt*> body);

    // ---- compile_const.cpp: constants and folding
    Result<Ref<Str>> str_of(const ast::Ident* id);
    Result<Ref<Object>> constant_object(const ast::ConstantValue& v);
    Result<Ref<Str>> text_object(ast::Text text);
    Result<int> add_const(Ref<Object> object);  // index into consts
    // The one object for equal constants of everything compiled at once, as CPython has it: `is` can tell.
    Ref<Object> shared_const(Ref<Object> object, const std::string& key);
    Result<int> add_name(const ast::Ident* mangled);
    Result<uint16_t> short_name(const ast::Ident* name);  // mangles; for operands of 16 bits
    // The value of a constant expression (borrowed, kept by the compiler); null when it is none.
    Result<OptRef<Object>> fold(const ast::Expr* e);
    Result<OptRef<Object>> fold_binary(const ast::BinOp* e);
    Result<OptRef<Object>> fold_unary(const ast::UnaryOp* e);
    Result<OptRef<Object>> fold_subscript(const ast::Subscript* e);
    Result<OptRef<Object>> fold_items(ast::Seq<ast::Expr*> items);  // as a tuple
    Result<OptRef<Object>> fold_unseen(const ast::Expr* e);
    std::optional<bool> static_truth(const ast::Expr* e);
    Result<void> load_const(Object& o, Dest d);
    Result<void> load_none(Dest d) { return load_const(none(), d); }
    Result<void> load_str(const ast::Ident* id);
    Result<void> return_const(Object& o);

    // ---- compile_names.cpp: variables
    const ast::Ident* mangled(const ast::Ident* id) { return mangle(arena_, u_->cls, id); }
    const ast::Ident* ident(std::string_view text) { return arena_.intern(text); }
    Place place_of(const ast::Ident* id);
    void check_bound(uint16_t local);
    Result<void> load_name(const ast::Ident* id, Dest d);
    Result<void> store_name(const ast::Ident* id, Loc v);
    Result<void> delete_name(const ast::Ident* id);
    Result<void> forbid_name(const ast::Ident* id, ast::ExprContext context, const ast::Pos& pos);
    Result<void> assign(const ast::Expr* target, Loc v);
    Result<void> unpack(ast::Seq<ast::Expr*> targets, Loc v);
    Result<void> delete_target(const ast::Expr* target);

    // ---- compile_expr.cpp
    Result<void> eval(const ast::Expr* e, Dest d);
    Result<void> eval_kinds(const ast::Expr* e, Dest d);
    Result<void> push(const ast::Expr* e) { return eval(e, Dest::temp()); }
    Result<void> discard(const ast::Expr* e);
    void mark_line(const ast::Expr* e);
    Result<Loc> expr(const ast::Expr* e);
    // The same when `later` is evaluated before the value is used: a local that could be rebound is copied.
    Result<Loc> expr_before(const ast::Expr* e, const ast::Expr* later);
    bool may_rebind(const ast::Expr* later) const;
    void result(Op temp_op, Dest d, Loc b, Loc c, uint8_t flags = 0);             // opcode pair _T, _L
    void temp_result(Op op, Dest d, Loc b, Loc c, bool has_c, uint16_t imm = 0);  // temp only
    void settle(Dest d);  // top temp to where it is wanted
    void drop();
    Result<void> binary(const ast::Expr* left, ast::Operator op, const ast::Expr* right, Dest d);
    void binary_op(ast::Operator op, Dest d, Loc b, Loc c, bool in_place);
    bool binary_immediate(ast::Operator op, const ast::Expr* right, Dest d, Loc b, bool in_place);
    std::optional<int> small_int(const ast::Expr* e);
    Result<void> unary(const ast::UnaryOp* e, Dest d);
    Result<void> bool_op(const ast::BoolOp* e, Dest d);
    Result<void> if_exp(const ast::IfExp* e, Dest d);
    Result<void> compare(const ast::Compare* e, Dest d);
    void compare_op(ast::CmpOperator op, Loc b, Loc c);
    Result<void> check_compare(const ast::Compare* e);
    Result<Loc> comparand(const ast::Compare* e, uint32_t k);
    Result<Ref<Object>> to_frozenset(Object& items);
    ast::Pos attribute_position(const ast::Attribute* e) const;
    ast::Text annotation_text(const ast::Expr* e);
    Result<void> attribute(const ast::Attribute* e, Dest d);
    Result<void> subscript(const ast::Subscript* e, Dest d);
    Result<void> slice(const ast::Slice* e);
    Result<uint16_t> slice_parts(const ast::Slice* e);
    Result<void> check_subscript(const ast::Subscript* e);
    Result<void> joined_str(const ast::JoinedStr* e);
    Result<void> formatted_value(const ast::FormattedValue* e);
    Result<void> await_top();  // awaits the awaitable on top
    Result<void> yield_from_top();
    Result<void> yield(const ast::Expr* e);

    // ---- compile_jump.cpp: conditions
    Result<void> jump_if(const ast::Expr* e, Label target, bool sense);
    Result<void> jump_if_kinds(const ast::Expr* e, Label target, bool sense);
    Result<void> jump_if_compare(const ast::Compare* e, Label target, bool sense);
    Result<void> jump_compare(const ast::Compare* e, uint32_t k, Loc b, Loc c, Label target, bool sense);
    void jump_on(Loc v, Label target, bool sense);

    // ---- compile_call.cpp: calls and displays
    Result<void> call(const ast::Call* e, Dest d);
    Result<void> check_caller(const ast::Expr* e);
    Result<void> check_keywords(ast::Seq<ast::Keyword*> keywords);
    Result<void> call_arguments(int base, ast::Seq<ast::Expr*> args, ast::Seq<ast::Keyword*> keywords,
                                int extra);
    Result<void> call_spread(int base, ast::Seq<ast::Expr*> args, ast::Seq<ast::Keyword*> keywords,
                             int extra);
    Result<void> finish_call(Op op, int base, uint32_t positional, ast::Seq<ast::Keyword*> keywords);
    bool is_plain_argument(const ast::Expr* e);
    Result<bool> method_call(const ast::Call* e);
    std::optional<uint16_t> super_cell(const ast::Expr* receiver);
    Result<void> sequence(ast::Seq<ast::Expr*> items, Op build, Op add, Op extend, int start_depth);
    Result<void> tuple_display(ast::Seq<ast::Expr*> items);
    Result<void> list_display(ast::Seq<ast::Expr*> items);
    Result<void> set_display(ast::Seq<ast::Expr*> items);
    Result<void> dict_display(const ast::Dict* e);

    // ---- compile_stmt.cpp
    Result<void> stmts(ast::Seq<ast::Stmt*> body);
    Result<void> stmt(const ast::Stmt* s);
    Result<void> stmt_kinds(const ast::Stmt* s);
    Result<void> expr_stmt(const ast::ExprStmt* s);
    Result<void> assign_stmt(const ast::Assign* s);
    Result<bool> parallel_assign(const ast::Assign* s);
    Result<void> aug_assign(const ast::AugAssign* s);
    Result<void> ann_assign(const ast::AnnAssign* s);
    Result<void> check_annotation_target(const ast::Expr* target);
    Result<void> annotation_value(const ast::Expr* annotation);
    Result<void> assert_stmt(const ast::Assert* s);
    Result<void> raise_stmt(const ast::Raise* s);
    Result<void> import_stmt(const ast::Import* s);
    Result<void> import_from(const ast::ImportFrom* s);
    Result<void> return_stmt(const ast::Return* s);

    // ---- compile_flow.cpp: loops, try, with
    Result<void> if_stmt(const ast::If* s);
    Result<void> while_stmt(const ast::While* s);
    Result<void> for_stmt(const ast::For* s);
    Result<void> async_for_stmt(const ast::AsyncFor* s);
    // The loop over the iterator on top; body() compiles what happens with an item.
    template <class F>
    Result<void> for_loop(const ast::Expr* target, bool with_block, Label next, Label exit, F&& body);
    template <class F>
    Result<void> async_loop(const ast::Expr* target, const ast::Pos& pos, Label next, F&& body);
    Result<void> break_stmt(const ast::Stmt* s);
    Result<void> continue_stmt(const ast::Stmt* s);
    Result<void> unwind(size_t down_to, bool keep_top);
    Result<void> unwind_block(const Block& b, bool keep_top);
    Result<void> leave_loop(const ast::Stmt* s, bool is_continue);
    Result<void> try_stmt(const ast::Try* s);
    Result<void> try_except(ast::Seq<ast::Stmt*> body, ast::Seq<ast::ExceptHandler*> handlers,
                            ast::Seq<ast::Stmt*> orelse);
    template <class F>
    Result<void> try_finally(ast::Seq<ast::Stmt*> finalbody, F&& body);
    Result<void> handler_body(const ast::ExceptHandler* h, int depth, int outer, Label end);
    Result<void> unbind_handler_name(const ast::Ident* name);
    void cleanup_handler(int handler, int depth);
    Result<void> try_star_stmt(const ast::TryStar* s);
    Result<void> try_star_except(ast::Seq<ast::Stmt*> body, ast::Seq<ast::ExceptHandler*> handlers,
                                 ast::Seq<ast::Stmt*> orelse);
    Result<void> with_stmt(ast::Seq<ast::WithItem*> items, uint32_t at, ast::Seq<ast::Stmt*> body, bool async,
                           const ast::Pos& pos);
    Result<void> call_exit(bool async);

    // ---- compile_scope.cpp: functions, classes, comprehensions
    Result<void> function_def(const ast::Stmt* s, const ast::Ident* name, const ast::Arguments* args,
                              ast::Seq<ast::Stmt*> body, ast::Seq<ast::Expr*> decorators,
                              const ast::Expr* returns, bool async);
    Result<void> lambda(const ast::Lambda* e);
    Result<void> class_def(const ast::ClassDef* s);
    Result<void> decorators(ast::Seq<ast::Expr*> list);
    Result<void> apply_decorators(ast::Seq<ast::Expr*> list);
    Result<uint8_t> defaults(const ast::Arguments* args);
    Result<uint8_t> function_annotations(const ast::Arguments* args, const ast::Expr* returns);
    Result<void> check_parameters(const ast::Arguments* args);
    void count_parameters(Unit& u, const ast::Arguments* args);
    Result<void> make_function(Ref<Code> code, uint16_t base, uint8_t parts);
    Result<void> closure_cells(const Unit& inner, uint8_t& parts);
    Result<void> comprehension(const ast::Expr* e, const char* name, ast::Seq<ast::Comprehension*> generators,
                               const ast::Expr* elt, const ast::Expr* value, Dest d);
    Result<void> comprehension_loop(const ast::Expr* e, ast::Seq<ast::Comprehension*> generators, uint32_t at,
                                    const ast::Expr* elt, const ast::Expr* value);
    Result<Loc> iterable_of_comprehension(const ast::Comprehension* g);
    Result<void> comprehension_item(const ast::Expr* e, ast::Seq<ast::Comprehension*> generators,
                                    const ast::Expr* elt, const ast::Expr* value);

    // ---- compile_match.cpp
    struct PatternContext;
    Result<void> match_stmt(const ast::Match* s);
    Result<void> collect_captures(const ast::Pattern* p, std::vector<const ast::Ident*>& names);
    // Each compares the subject, which stays, and jumps out if it does not match; temps are as before
    // otherwise.
    Result<void> pattern(const ast::Pattern* p, Loc subject, PatternContext& pc);
    Result<void> pattern_kinds(const ast::Pattern* p, Loc subject, PatternContext& pc);
    Result<void> pattern_as(const ast::MatchAs* p, Loc subject, PatternContext& pc);
    Result<void> pattern_value(const ast::Expr* value, Loc subject, PatternContext& pc);
    Result<void> pattern_singleton(const ast::MatchSingleton* p, Loc subject, PatternContext& pc);
    Result<void> pattern_sequence(const ast::MatchSequence* p, Loc subject, PatternContext& pc);
    Result<void> pattern_items(ast::Seq<ast::Pattern*> items, uint32_t star, Loc subject, PatternContext& pc);
    Result<void> pattern_mapping(const ast::MatchMapping* p, Loc subject, PatternContext& pc);
    Result<void> pattern_class(const ast::MatchClass* p, Loc subject, PatternContext& pc);
    Result<void> pattern_or(const ast::MatchOr* p, Loc subject, PatternContext& pc);
    void capture(const ast::Ident* name, Loc value, PatternContext& pc);
    void leave_failed(PatternContext& pc);

    Attached ts_;
    ast::Arena& arena_;
    Str& filename_;
    CompileFlags flags_;
    int optimize_;
    const void* stack_floor_;
    SymbolTable table_;
    Unit* u_ = nullptr;
    int nesting_ = 0;
    int futures_end_line_ = 0;         // `from __future__` is allowed up to this line
    bool warnings_off_ = false;        // this expression is compiled for the second time
    std::vector<OptRef<Str>> idents_;  // str objects by identifier number
    std::unordered_map<std::string, Ref<Object>> shared_consts_;
    std::unordered_map<const ast::Expr*, OptRef<Object>> folded_;
};

// One level deeper into the tree.
class Compiler::Nesting {
  public:
    explicit Nesting(Compiler& c) : c_(c) { ++c_.nesting_; }
    ~Nesting() { --c_.nesting_; }
    Result<void> check() {
        if (c_.nesting_ > kMaxCompileNesting || __builtin_frame_address(0) < c_.stack_floor_)
            return raise(c_.ts_, Exc::RecursionError, "{}", kTooDeep);
        return {};
    }

  private:
    Compiler& c_;
};

// Instructions made while this lives belong to `pos`.
class Compiler::At {
  public:
    At(Compiler& c, const ast::Pos& pos) : as_(c.u_->as), saved_(as_.position()) { as_.set_position(pos); }
    ~At() { as_.set_position(saved_); }

  private:
    Assembler& as_;
    ast::Pos saved_;
};

}  // namespace baton
