// _ast: the base class, the classes derived from it, and the module.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/interp_data.h"
#include "vm/modules/ast_nodes.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

struct AstObject : Object {
    Object* dict;
};

// ---- AST ----

Result<Ref<Object>> ast_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls);
}
// Positional arguments are the fields in order; keywords are any attributes.
Result<void> ast_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(box_all(ts, args, nargs + (kwnames != nullptr ? static_cast<size_t>(kwnames->size) : 0)));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "_fields"));
    const OptRef<Object> found = TRY(get_attr_opt(ts, *self.type, *name));
    Ref<Tuple> fields = empty_tuple();
    if (found) fields = TRY(to_tuple(ts, *found));
    if (static_cast<Index>(nargs) > fields->size) {
        return raise(ts, Exc::TypeError, "{} constructor takes at most {} positional argument{}",
                     type_short_name(*self.type), fields->size, fields->size == 1 ? "" : "s");
    }
    auto field = [&](size_t i) -> Result<Ref<Str>> {
        Object& o = *fields->item[i];
        if (!is_str(o))
            return raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(o));
        return Ref<Str>::share(static_cast<Str&>(o));
    };
    for (size_t i = 0; i < nargs; ++i) {
        const Ref<Str> key = TRY(field(i));
        TRY(set_attr(ts, self, *key, *args[i].object()));
    }
    for (Index k = 0; kwnames != nullptr && k < kwnames->size; ++k) {
        auto& key = static_cast<Str&>(*kwnames->item[k]);
        for (size_t i = 0; i < nargs; ++i) {
            const Ref<Str> taken = TRY(field(i));
            if (!str_eq(*taken, key)) continue;
            const Shown shown = TRY(show_repr(ts, key));
            return raise(ts, Exc::TypeError, "{} got multiple values for argument {}",
                         type_short_name(*self.type), shown.view);
        }
        TRY(set_attr(ts, self, key, *args[nargs + static_cast<size_t>(k)].object()));
    }
    return {};
}
Result<Ref<Object>> ast_reduce(Attached ts, Object& self) {
    const Ref<Tuple> nothing = empty_tuple();
    const OptRef<Object> dict = TRY(get_attr_opt(ts, self, id(Name::__dict__)));
    if (!dict) return tuple_of(ts, {self.type, nothing.get()});
    return tuple_of(ts, {self.type, nothing.get(), dict.get()});
}
constexpr Method ast_methods[] = {
    method<ast_reduce>("__reduce__($self, /)", "What pickling takes: the class, and the attributes."),
    {},
};

constexpr GetSet ast_getset[] = {kDictRow, {}};

// ---- the classes ----

// Where the parts of the tuple begin.
size_t sums_at() {
    return 0;
}
size_t nodes_at() {
    return sums_at() + ast_sums().size();
}
size_t enum_at(size_t which) {
    size_t at = nodes_at() + ast_nodes().size();
    for (size_t i = 0; i < which; ++i) at += ast_enums()[i].values.size();
    return at;
}
size_t instances_at() {
    return enum_at(ast_enums().size());
}
size_t all_count() {
    return instances_at() + (instances_at() - enum_at(0));
}
Object& kept(Attached ts, size_t i) {
    return *static_cast<Tuple&>(*vm_interp(ts).ast_nodes).item[i];
}

Result<Ref<Tuple>> names_tuple(Attached ts, std::span<const AstField> fields) {
    Ref<Tuple> names = TRY(tuple_alloc(ts, static_cast<Index>(fields.size())));
    for (size_t i = 0; i < fields.size(); ++i)
        names->item[i] = TRY(str_intern_utf8(ts, fields[i].name)).release();
    return tuple_finish(ts, std::move(names));
}
// The class in the words of the abstract grammar: "Name(identifier id, expr_context ctx)".
std::string grammar(const AstNode& node) {
    std::string text = node.name;
    for (size_t i = 0; i < node.fields.size(); ++i) {
        const AstField& f = node.fields[i];
        text += i == 0 ? "(" : ", ";
        text += ast_type_name(f.type);
        text += f.quantity == ast::field::Opt ? "? " : f.quantity == ast::field::Many ? "* " : " ";
        text += f.name;
    }
    return node.fields.empty() ? text : text + ")";
}

// An abstract class as the choice that it is: "unaryop = Invert | Not", with a line for each class of fields.
std::string grammar(const AstSum& sum) {
    std::string text, between = " | ";
    for (const AstNode& node : ast_nodes()) {
        if (std::string_view(node.sum) != sum.name) continue;
        if (text.empty()) between = "\n" + std::string(std::string_view(sum.name).size(), ' ') + " | ";
        text += (text.empty() ? sum.name + std::string(" = ") : between) + grammar(node);
    }
    for (const AstEnum& row : ast_enums()) {
        if (std::string_view(row.name) != sum.name) continue;
        for (const char* value : row.values)
            text += (text.empty() ? sum.name + std::string(" = ") : between) + value;
    }
    return text;
}

Result<Ref<Object>> make_class(Attached ts, const char* name, Type& base, std::span<const AstField> fields,
                               const std::string& doc, const bool* attributes) {
    const Ref<Dict> body = TRY(dict_new(ts));
    auto put = [&](const char* key, Object& value) -> Result<void> {
        const Ref<Str> text = TRY(str_intern_utf8(ts, key));
        return dict_set_str(ts, *body, *text, value);
    };
    const Ref<Tuple> names = TRY(names_tuple(ts, fields));
    TRY(put("_fields", *names));
    TRY(put("__match_args__", *names));
    const Ref<Str> module = TRY(str_intern_utf8(ts, "ast"));
    TRY(put("__module__", *module));
    const Ref<Str> text = TRY(str_new_utf8(ts, doc));
    TRY(put("__doc__", *text));
    for (const AstField& f : fields) {
        if (f.quantity == ast::field::Opt) TRY(put(f.name, none()));
    }
    if (attributes != nullptr) {
        Ref<Tuple> places = empty_tuple();
        if (*attributes) {
            places = TRY(tuple_alloc(ts, 4));
            constexpr const char* kPlaces[] = {"lineno", "col_offset", "end_lineno", "end_col_offset"};
            for (size_t i = 0; i < 4; ++i) places->item[i] = TRY(str_intern_utf8(ts, kPlaces[i])).release();
            places = tuple_finish(ts, std::move(places));
        }
        TRY(put("_attributes", *places));
        // Patterns are new enough to know their end always.
        if (*attributes && std::string_view(name) != "pattern") {
            TRY(put("end_lineno", none()));
            TRY(put("end_col_offset", none()));
        }
    }
    const Ref<Str> title = TRY(str_intern_utf8(ts, name));
    const Ref<Tuple> bases = TRY(tuple_of(ts, {&base}));
    return call(ts, PyType_Type, {title.get(), bases.get(), body.get()});
}

Result<Ref<Tuple>> make_classes(Attached ts) {
    const Ref<List> all = TRY(list_new(ts, 0));
    auto class_at = [&](size_t i) -> Type& { return static_cast<Type&>(*all->item[i]); };
    auto sum_named = [&](std::string_view name) -> Type& {
        for (size_t i = 0; i < ast_sums().size(); ++i) {
            if (name == ast_sums()[i].name) return class_at(sums_at() + i);
        }
        return baton_ast_base_type;
    };
    for (const AstSum& sum : ast_sums()) {
        Ref<Object> made =
            TRY(make_class(ts, sum.name, baton_ast_base_type, {}, grammar(sum), &sum.attributes));
        TRY(list_append_owned(ts, *all, std::move(made)));
    }
    for (const AstNode& node : ast_nodes()) {
        Type& base = sum_named(node.sum);
        const bool product = &base == &baton_ast_base_type;
        Ref<Object> made = TRY(make_class(ts, node.name, base, node.fields, grammar(node),
                                          product ? &node.attributes : nullptr));
        TRY(list_append_owned(ts, *all, std::move(made)));
    }
    for (const AstEnum& row : ast_enums()) {
        for (const char* value : row.values) {
            Ref<Object> made = TRY(make_class(ts, value, sum_named(row.name), {}, value, nullptr));
            TRY(list_append_owned(ts, *all, std::move(made)));
        }
    }
    for (size_t i = enum_at(0), end = instances_at(); i < end; ++i) {
        Ref<Object> made = TRY(allocate_instance(ts, class_at(i)));
        TRY(list_append_owned(ts, *all, std::move(made)));
    }
    return list_to_tuple(ts, *all);
}

Result<void> ast_exec(Attached ts, Module& module) {
    TRY(ast_prepare(ts));
    TRY(module_add_type(ts, module, baton_ast_base_type));
    for (size_t i = 0; i < instances_at(); ++i)
        TRY(module_add_type(ts, module, static_cast<Type&>(kept(ts, i))));
    TRY(module_add_int(ts, module, "PyCF_ALLOW_TOP_LEVEL_AWAIT", 0x2000));
    TRY(module_add_int(ts, module, "PyCF_ONLY_AST", 0x400));
    return module_add_int(ts, module, "PyCF_TYPE_COMMENTS", 0x1000);
}

}  // namespace

Result<void> ast_prepare(Attached ts) {
    Object*& slot = vm_interp(ts).ast_nodes;
    if (slot != nullptr) return {};
    Ref<Tuple> made = TRY(make_classes(ts));
    CHECK(made->size == static_cast<Index>(all_count()));
    // Making classes may run Python code: somebody may have been faster.
    if (slot == nullptr) slot = made.release();
    return {};
}
Type& ast_node_class(Attached ts, size_t node) {
    return static_cast<Type&>(kept(ts, nodes_at() + node));
}
Type& ast_enum_class(Attached ts, size_t which, size_t value) {
    return static_cast<Type&>(kept(ts, enum_at(which) + value));
}
Object& ast_enum_instance(Attached ts, size_t which, size_t value) {
    return kept(ts, instances_at() + (enum_at(which) - enum_at(0)) + value);
}
bool ast_is_tree(const Object& o) {
    return is_instance_exact(o, baton_ast_base_type);
}

void ast_init_process(Attached ts) {
    Dict& dict = *baton_ast_base_type.dict;
    if (dict_find_str(dict, str_static(ts, "_fields")) != nullptr) return;
    for (const char* name : {"_fields", "_attributes", "__match_args__"})
        CHECK(dict_set_str(ts, dict, str_static(ts, name), *empty_tuple()).ok());
    static_type_extended(baton_ast_base_type);
}

const TypeSpec ast_base_spec = with_gc<AstObject, &AstObject::dict>({
    .name = "ast.AST",
    .flags = kTypeBaseType,
    .dictoffset = offsetof(AstObject, dict),
    .methods = ast_methods,
    .getset = ast_getset,
    .init = slot<ast_init>,
    .tp_new = slot<ast_new>,
});

extern const ModuleSpec ast_module;
const ModuleSpec ast_module = {
    .name = "_ast",
    .doc = "The classes of syntax trees; used through ast.",
    .exec = ast_exec,
};

}  // namespace baton
