// _elementtree: the module, and what it keeps for the interpreter.
#include "vm/modules/elementtree.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/interp_data.h"

namespace baton {

namespace {

List* parts(Attached ts) {
    return static_cast<List*>(vm_interp(ts).elementtree);
}

Result<Ref<Object>> make_parse_error(Attached ts) {
    const Ref<Dict> names = TRY(dict_new(ts));
    const Ref<Str> home = TRY(str_intern_utf8(ts, "xml.etree.ElementTree"));
    TRY(dict_set_str(ts, *names, id(Name::__module__), *home));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "ParseError"));
    const Ref<Tuple> bases = TRY(tuple_of(ts, {&exc_type(Exc::SyntaxError)}));
    return call(ts, PyType_Type, {name.get(), bases.get(), names.get()});
}
Result<void> make_parts(Attached ts) {
    const Ref<List> made = TRY(list_new(ts));
    const Ref<Object> error = TRY(make_parse_error(ts));
    const Ref<Object> copy = TRY(import_module(ts, "copy"));
    const Ref<Object> deepcopy = TRY(get_attr(ts, *copy, *TRY(str_intern_utf8(ts, "deepcopy"))));
    const Ref<Object> path = TRY(import_module(ts, "xml.etree.ElementPath"));
    // In the order of TreePart.
    for (Object* part : {error.get(), deepcopy.get(), path.get(), &none(), &none()})
        TRY(list_append(ts, *made, *part));
    replace_field<Object>(ts, vm_interp(ts).elementtree, made.copy().release());
    return {};
}

// ---- functions ----
Result<Ref<Object>> sub_element(Attached ts, Module&, Args args, Kwargs extra) {
    if (args.n < 2 || args.n > 3) {
        return raise(ts, Exc::TypeError, "SubElement() takes {} arguments ({} given)",
                     args.n < 2 ? "at least 2" : "at most 3", args.n);
    }
    TRY(box_all(ts, args.v, args.n));
    Object& parent = *args.v[0].object();
    if (!is_element(parent)) {
        return raise(ts, Exc::TypeError, "SubElement() argument 1 must be {}, not {}",
                     TypeFlagOf<Element>::expected, type_name(parent));
    }
    Object* given = args.n > 2 ? args.v[2].object() : nullptr;
    if (given && !is_dict(*given))
        return raise(ts, Exc::TypeError, "SubElement() argument 3 must be dict, not {}", type_name(*given));
    const OptRef<Object> attrib = TRY(element_attributes(ts, given, extra));
    Ref<Element> made = TRY(element_new(ts, *args.v[1].object(), attrib.get()));
    TRY(element_append(ts, static_cast<Element&>(parent), *made));
    return made;
}
Result<Ref<Object>> set_factories(Attached ts, Module&, Object& comment_factory, Object& pi_factory) {
    if (!is_none(comment_factory) && !is_callable(comment_factory))
        return raise(ts, Exc::TypeError, "Comment factory must be callable, not {}",
                     type_name(comment_factory));
    if (!is_none(pi_factory) && !is_callable(pi_factory))
        return raise(ts, Exc::TypeError, "PI factory must be callable, not {}", type_name(pi_factory));
    if (!parts(ts)) return raise(ts, Exc::RuntimeError, "the interpreter is ending");
    Ref<Object> before = TRY(tuple_of(
        ts, {&elementtree_part(ts, TreePart::comment_factory), &elementtree_part(ts, TreePart::pi_factory)}));
    for (const auto& [part, factory] :
         {std::pair{TreePart::comment_factory, &comment_factory}, {TreePart::pi_factory, &pi_factory}})
        list_store(ts, *parts(ts), static_cast<Index>(part), Ref<Object>::share(*factory).release());
    return before;
}

constexpr Method functions[] = {
    method<sub_element>(
        "SubElement($module, *args, **extra)",
        "Makes an element and appends it to its parent: SubElement(parent, tag, attrib={}, **extra)."),
    method<set_factories>(
        "_set_factories($module, comment_factory, pi_factory, /)",
        "Chooses what builders make comments and processing instructions with, where they are not "
        "told; answers what it was before."),
    {},
};

Result<void> elementtree_exec(Attached ts, Module& module) {
    if (!parts(ts)) TRY(make_parts(ts));
    for (Type* type : {&baton_element_type, &baton_tree_builder_type, &baton_tree_parser_type})
        TRY(module_add_type(ts, module, *type));
    return module_add(ts, module, "ParseError", elementtree_part(ts, TreePart::parse_error));
}

}  // namespace

Object& elementtree_part(Attached ts, TreePart part) {
    const List* all = parts(ts);
    return all ? *all->item[static_cast<int>(part)] : none();
}

Type& parse_error_type(Attached ts) {
    // When the interpreter ends, destructors may parse still and find nothing kept.
    Object& type = elementtree_part(ts, TreePart::parse_error);
    return is_type(type) ? static_cast<Type&>(type) : exc_type(Exc::SyntaxError);
}

extern const ModuleSpec elementtree_module;
const ModuleSpec elementtree_module = {
    .name = "_elementtree",
    .doc = "Trees of XML elements; used through xml.etree.ElementTree.",
    .methods = functions,
    .exec = elementtree_exec,
};

}  // namespace baton
