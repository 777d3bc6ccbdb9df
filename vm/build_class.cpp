// The class statement: builtins.__build_class__.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/cell.h"
#include "vm/interp.h"
#include "vm/run.h"

namespace baton {

namespace {

// Replaces bases that are not classes by what their __mro_entries__ says.
Result<Ref<Tuple>> resolve_bases(Attached ts, Tuple& bases) {
    OptRef<List> replaced;
    for (Index i = 0; i < bases.size; ++i) {
        Object& base = *bases.item[i];
        OptRef<Object> method;
        if (!is_type(base)) method = TRY(get_attr_opt(ts, base, id(Name::__mro_entries__)));
        if (!method) {
            if (replaced) TRY(list_append(ts, *replaced, base));
            continue;
        }
        auto entries = TRY(call(ts, *method, {&bases}));
        if (!is_tuple(*entries)) return raise(ts, Exc::TypeError, "__mro_entries__ must return a tuple");
        if (!replaced) replaced = TRY(list_from(ts, bases.item, i));
        TRY(list_extend(ts, *replaced, *entries));
    }
    if (!replaced) return Ref<Tuple>::share(bases);
    return list_to_tuple(ts, *replaced);
}

struct ClassStatement {
    Ref<Tuple> original_bases, bases;
    OptRef<Dict> keywords;  // without metaclass
    Ref<Object> metaclass;
    bool metaclass_is_class;
};

Result<void> choose_metaclass(Attached ts, ClassStatement& c, Args args, Kwargs kwargs) {
    OptRef<Object> given;
    for (size_t i = 0; i < kwargs.size(); ++i) {
        auto& name = static_cast<Str&>(*kwargs.names->item[i]);
        auto value = TRY(box(ts, kwargs.v[i]));
        if (str_eq(name, id(Name::metaclass))) {
            given = std::move(value);
        } else {
            if (!c.keywords) c.keywords = TRY(dict_new(ts));
            TRY(dict_set(ts, *c.keywords, name, *value));
        }
    }
    if (given)
        c.metaclass = std::move(given).take();
    else if (c.bases->size)
        c.metaclass = Ref<Object>::share(*c.bases->item[0]->type);
    c.metaclass_is_class = is_type(*c.metaclass);
    if (c.metaclass_is_class) {
        Type* winner = TRY(calculate_metaclass(ts, static_cast<Type&>(*c.metaclass), *c.bases));
        c.metaclass = Ref<Object>::share(*winner);
    }
    return {};
}

Result<Ref<Object>> prepare_namespace(Attached ts, ClassStatement& c, Object& name) {
    auto prepare = TRY(get_attr_opt(ts, *c.metaclass, id(Name::__prepare__)));
    if (!prepare) return dict_new(ts);
    auto args = TRY(tuple_of(ts, {&name, c.bases.get()}));
    auto ns = TRY(call_tuple(ts, *prepare, *args, c.keywords.get()));
    if (!is_mapping(*ns)) {
        return raise(ts, Exc::TypeError, "{}.__prepare__() must return a mapping, not {}",
                     c.metaclass_is_class ? static_cast<Type&>(*c.metaclass).name : "<metaclass>",
                     type_name(*ns));
    }
    return ns;
}

Result<void> check_class_cell(Attached ts, Object& cell_object, Object& cls, Object& name) {
    if (!is_cell(cell_object) || !is_type(cls)) return {};
    auto& cell = static_cast<Cell&>(cell_object);
    if (cell.value == Value(&cls)) return {};
    auto shown_name = TRY(show_repr(ts, name));
    auto shown_class = TRY(show_repr(ts, cls));
    if (!cell.value) {
        return raise(ts, Exc::RuntimeError,
                     "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                     shown_name.view, shown_class.view);
    }
    auto content = TRY(box(ts, cell.value));
    auto shown = TRY(show_repr(ts, *content));
    return raise(ts, Exc::TypeError, "__class__ set to {} defining {} as {}", shown.view, shown_name.view,
                 shown_class.view);
}

// CPython 3.11: builtin___build_class__ (Python/bltinmodule.c).
Result<Ref<Object>> make_class(Attached ts, Args args, Kwargs kwargs) {
    if (args.n < 2) return raise(ts, Exc::TypeError, "__build_class__: not enough arguments");
    if (args[0].is_int() || !is_function(*args[0].object())) {
        return raise(ts, Exc::TypeError, "__build_class__: func must be a function");
    }
    auto& body = static_cast<Function&>(*args[0].object());
    if (args[1].is_int() || !is_str(*args[1].object())) {
        return raise(ts, Exc::TypeError, "__build_class__: name is not a string");
    }
    Object& name = *args[1].object();
    auto original = TRY(tuple_from_values(ts, args.v + 2, static_cast<Index>(args.n) - 2));
    auto bases = TRY(resolve_bases(ts, *original));
    ClassStatement c{std::move(original), std::move(bases), {}, Ref<Object>::share(PyType_Type), true};
    TRY(choose_metaclass(ts, c, args, kwargs));
    auto ns = TRY(prepare_namespace(ts, c, name));
    auto cell = TRY(run_function_in(ts, body, *ns));
    if (c.bases.get() != c.original_bases.get()) {
        auto key = TRY(str_intern_utf8(ts, "__orig_bases__"));
        TRY(set_item(ts, *ns, *key, *c.original_bases));
    }
    auto class_args = TRY(tuple_of(ts, {&name, c.bases.get(), ns.get()}));
    auto cls = TRY(call_tuple(ts, *c.metaclass, *class_args, c.keywords.get()));
    TRY(check_class_cell(ts, *cell, *cls, name));
    return cls;
}

}  // namespace

Value build_class(Attached ts, Value* args, size_t nargs, Tuple* kwnames) {
    Object* cls = make_class(ts, Args{args, nargs}, Kwargs{args + nargs, kwnames}).release();
    return cls ? unbox(ts, cls) : Value();
}

}  // namespace baton
