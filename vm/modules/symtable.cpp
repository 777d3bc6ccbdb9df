// _symtable: the compiler's scopes as objects, for the module symtable.
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "vm/compile_impl.h"
#include "vm/modules/builtins_functions.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

// One scope. Its parts are constant once it has been given away.
struct ScopeObject : Object {
    Str* name;       // owned, like the rest
    Dict* symbols;   // name -> flags of its uses, with its kind shifted by kKindShift
    List* varnames;  // parameters
    List* children;
    int lineno, type;
    bool nested;
};

constexpr int kKindShift = 11, kKindMask = 0xF;
// What symtable.py calls the types of scopes.
constexpr int kFunctionScope = 0, kClassScope = 1, kModuleScope = 2, kAnnotationScope = 3;

int type_of(ScopeKind kind) {
    switch (kind) {
        case ScopeKind::Function:
            return kFunctionScope;
        case ScopeKind::Class:
            return kClassScope;
        case ScopeKind::Module:
            return kModuleScope;
        case ScopeKind::Annotation:
            return kAnnotationScope;
    }
    return kFunctionScope;
}

int64_t number_of(NameKind kind) {
    switch (kind) {
        case NameKind::Local:
            return 1;
        case NameKind::GlobalExplicit:
            return 2;
        case NameKind::GlobalImplicit:
            return 3;
        case NameKind::Free:
            return 4;
        case NameKind::Cell:
            return 5;
        case NameKind::Unknown:
            break;
    }
    return 0;
}

Result<Ref<Object>> scope_object(Attached ts, const Scope& scope) {
    Ref<Str> name = TRY(str_intern_utf8(ts, scope.name->view()));
    Ref<Dict> symbols = TRY(dict_new(ts));
    for (const ast::Ident* id : scope.order) {
        const Symbol& symbol = *scope.find(id);
        Ref<Str> key = TRY(str_intern_utf8(ts, id->view()));
        int64_t flags = symbol.flags & ~kNameDeleted;
        Ref<Int> value = TRY(box_int(ts, flags | number_of(symbol.kind) << kKindShift));
        TRY(dict_set_str(ts, *symbols, *key, *value));
    }
    Ref<List> varnames = TRY(list_new(ts)), children = TRY(list_new(ts));
    for (const ast::Ident* id : scope.params) {
        Ref<Str> text = TRY(str_intern_utf8(ts, id->view()));
        TRY(list_append(ts, *varnames, *text));
    }
    for (const Scope* child : scope.children) {
        if (child->kind == ScopeKind::Annotation) continue;
        Ref<Object> inner = TRY(scope_object(ts, *child));
        TRY(list_append(ts, *children, *inner));
    }
    auto made = TRY(new_gc_object<ScopeObject>(ts, baton_symtable_entry_type));
    made->name = name.release();
    made->symbols = symbols.release();
    made->varnames = varnames.release();
    made->children = children.release();
    made->lineno = scope.kind == ScopeKind::Module ? 0 : scope.pos.lineno;
    made->type = type_of(scope.kind);
    made->nested = scope.nested;
    gc_track(ts, made.get());
    return made;
}

void scope_dealloc(Attached ts, ScopeObject& self) {
    gc_untrack(&self);
    xdecref(ts, self.name);
    xdecref(ts, self.symbols);
    xdecref(ts, self.varnames);
    xdecref(ts, self.children);
    gc_free(ts, &self, sizeof(ScopeObject));
}
int scope_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = static_cast<ScopeObject&>(*o);
    return visit_fields<Object>(visit, arg, self.symbols, self.varnames, self.children);
}
Result<Ref<Object>> scope_repr(Attached ts, ScopeObject& self) {
    auto name = TRY(str_as_utf8(ts, *self.name));
    return str_format(ts, "<symtable entry {}({}), line {}>", name, reinterpret_cast<uintptr_t>(&self),
                      self.lineno);
}

template <auto Field>
Result<Ref<Object>> part(Attached, ScopeObject& self) {
    return Ref<Object>::share(*(self.*Field));
}
template <auto Field>
Result<Ref<Object>> number(Attached ts, ScopeObject& self) {
    return box_int(ts, int64_t{self.*Field});
}
Result<Ref<Object>> get_id(Attached ts, ScopeObject& self) {
    return box_int(ts, static_cast<int64_t>(reinterpret_cast<uintptr_t>(&self)));
}

constexpr GetSet scope_getset[] = {
    getter<get_id>("id"),
    getter<part<&ScopeObject::name>>("name"),
    getter<part<&ScopeObject::symbols>>("symbols"),
    getter<part<&ScopeObject::varnames>>("varnames"),
    getter<part<&ScopeObject::children>>("children"),
    getter<number<&ScopeObject::nested>>("nested"),
    getter<number<&ScopeObject::type>>("type"),
    getter<number<&ScopeObject::lineno>>("lineno"),
    {},
};

Result<Ref<Object>> symtable_of(Attached ts, Module&, Object& source, Object& filename, Str& startstr) {
    CompileMode mode;
    if (str_eq_ascii(startstr, "exec"))
        mode = CompileMode::Exec;
    else if (str_eq_ascii(startstr, "eval"))
        mode = CompileMode::Eval;
    else if (str_eq_ascii(startstr, "single"))
        mode = CompileMode::Single;
    else
        return raise(ts, Exc::ValueError, "symtable() arg 3 must be 'exec' or 'eval' or 'single'");
    Ref<Str> name = TRY(source_filename(ts, filename));
    SourceText text;
    TRY(source_text(ts, source, "symtable", "string or bytes", &text));
    CompileFlags flags;
    flags.source_is_text = text.is_text;
    ast::Arena arena;
    ast::Mod* tree = TRY(parse_source(ts, arena, text.text, *name, mode, flags));
    Compiler compiler(ts, arena, *name, flags, 0);
    const Scope* top = TRY(compiler.scopes(*tree));
    return scope_object(ts, *top);
}

constexpr Method functions[] = {
    method<symtable_of>("symtable($module, source, filename, startstr, /)",
                        "The scopes of a program as the compiler sees them: the outermost one, which has the "
                        "others in it."),
    {},
};

Result<void> symtable_exec(Attached ts, Module& module) {
    const struct {
        const char* name;
        int64_t value;
    } numbers[] = {
        {"USE", kNameUse},
        {"DEF_GLOBAL", kDefGlobal},
        {"DEF_NONLOCAL", kDefNonlocal},
        {"DEF_LOCAL", kDefLocal},
        {"DEF_PARAM", kDefParam},
        {"DEF_FREE", kDefFree},
        {"DEF_FREE_CLASS", kDefFreeClass},
        {"DEF_IMPORT", kDefImport},
        {"DEF_BOUND", kDefBound},
        {"DEF_ANNOT", kDefAnnotated},
        {"TYPE_FUNCTION", kFunctionScope},
        {"TYPE_CLASS", kClassScope},
        {"TYPE_MODULE", kModuleScope},
        {"LOCAL", number_of(NameKind::Local)},
        {"GLOBAL_EXPLICIT", number_of(NameKind::GlobalExplicit)},
        {"GLOBAL_IMPLICIT", number_of(NameKind::GlobalImplicit)},
        {"FREE", number_of(NameKind::Free)},
        {"CELL", number_of(NameKind::Cell)},
        {"SCOPE_OFF", kKindShift},
        {"SCOPE_MASK", kKindMask},
    };
    for (const auto& row : numbers) {
        const Ref<Str> name = TRY(str_intern_utf8(ts, row.name));
        const Ref<Int> value = TRY(box_int(ts, row.value));
        TRY(dict_set_str(ts, *module.dict, *name, *value));
    }
    return {};
}

}  // namespace

extern const TypeSpec symtable_entry_spec;
const TypeSpec symtable_entry_spec = {
    .name = "symtable entry",
    .doc = "One scope of a program: its names, and the scopes inside it.",
    .basicsize = sizeof(ScopeObject),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = scope_traverse,
    .getset = scope_getset,
    .dealloc = typed_slot<scope_dealloc>,
    .repr = typed_slot<scope_repr>,
};

extern const ModuleSpec symtable_module;
const ModuleSpec symtable_module = {
    .name = "_symtable",
    .doc = "The compiler's scopes; used through symtable.",
    .methods = functions,
    .exec = symtable_exec,
};

}  // namespace baton
