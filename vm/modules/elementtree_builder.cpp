// _elementtree: the builder, which makes a tree of what a parser tells it.
#include "runtime/allocate_instance.h"
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "vm/modules/elementtree.h"

namespace baton {

namespace {

void set(Attached ts, Object*& field, Object* borrowed) {
    replace_field<Object>(ts, field, OptRef<Object>::share(borrowed).release());
}

// ---- text ----
// Text from the parser becomes an object behind those that are there.
Result<void> fold_raw(Attached ts, TreeBuilder& b) {
    if (b.state->raw.empty()) return {};
    const Ref<Str> text = TRY(str_new_utf8(ts, b.state->raw));
    b.state->raw.clear();
    if (!b.data) {
        set(ts, b.data, text.get());
        return {};
    }
    if (is_exact(*b.data, PyList_Type)) return list_append(ts, static_cast<List&>(*b.data), *text);
    const Ref<List> both = TRY(list_of(ts, {b.data, text.get()}));
    set(ts, b.data, both.get());
    return {};
}
// For elements of other classes, and where there is text already.
Result<void> add_text(Attached ts, Object& element, Str& name, Object& data) {
    const Ref<Object> before = TRY(get_attr(ts, element, name));
    Ref<Object> text = Ref<Object>::share(data);
    if (is_exact(data, PyList_Type)) text = TRY(str_join(ts, *str_empty(), data));
    if (!is_none(*before)) text = TRY(binary(ts, BinaryOp::add, *before, *text));
    return set_attr(ts, element, name, *text);
}
// Gives the text so far to the element that it belongs to.
Result<void> flush(Attached ts, TreeBuilder& b) {
    TRY(fold_raw(ts, b));
    if (!b.data) return {};
    const bool is_tail = b.last_for_tail != nullptr;
    Object* whose = is_tail ? b.last_for_tail : b.last;
    const Ref<Object> element = Ref<Object>::share(whose ? *whose : none());
    Ref<Object> data = Ref<Object>::share(*b.data);
    const bool pieces = is_exact(*data, PyList_Type);
    if (is_exact(*element, baton_element_type)) {
        auto& e = static_cast<Element&>(*element);
        ElementText& field = is_tail ? e.tail : e.text;
        if (!field.object() || is_none(*field.object())) {
            set(ts, b.data, nullptr);
            xdecref(ts, field.set(data.release(), pieces));
            return {};
        }
        if (field.in_pieces()) {
            set(ts, b.data, nullptr);
            auto& there = static_cast<List&>(*field.object());
            return pieces ? list_extend(ts, there, *data) : list_append(ts, there, *data);
        }
    }
    Ref<Str> name = TRY(str_intern_utf8(ts, is_tail ? "tail" : "text"));
    TRY(add_text(ts, *element, *name, *data));
    set(ts, b.data, nullptr);
    return {};
}

Result<void> add_child(Attached ts, Object& parent, Object& child) {
    if (is_exact(parent, baton_element_type)) return element_append(ts, static_cast<Element&>(parent), child);
    (void)TRY(call_method(ts, parent, id(Name::append), {&child}));
    return {};
}
// A comment or a processing instruction that was made: into the tree, if it shall be there.
Result<void> place_single(Attached ts, TreeBuilder& b, Object& made, bool insert) {
    if (!insert || !b.current) return {};
    const Ref<Object> parent = Ref<Object>::share(*b.current);
    TRY(add_child(ts, *parent, made));
    set(ts, b.last_for_tail, &made);
    return {};
}

// ---- life ----
int builder_traverse(Object* o, VisitProc visit, void* arg) {
    const auto& b = *static_cast<TreeBuilder*>(o);
    if (const int r = visit_fields(visit, arg, b.root, b.current, b.last, b.last_for_tail, b.data,
                                   b.element_factory, b.comment_factory, b.pi_factory, b.append_event))
        return r;
    for (Object* event : b.event) {
        if (const int r = visit_field(event, visit, arg)) return r;
    }
    if (!b.state) return 0;
    for (Object* open : b.state->open) {
        if (const int r = visit(open, arg)) return r;
    }
    return 0;
}
int builder_clear(Object* o) {
    const Attached ts = current_attached();
    auto& b = *static_cast<TreeBuilder*>(o);
    for (Object** field : {&b.root, &b.current, &b.last, &b.last_for_tail, &b.data, &b.element_factory,
                           &b.comment_factory, &b.pi_factory, &b.append_event})
        set(ts, *field, nullptr);
    for (Object*& event : b.event) set(ts, event, nullptr);
    if (!b.state) return 0;
    const std::vector<Object*> open = std::exchange(b.state->open, {});
    for (Object* element : open) decref(ts, element);
    return 0;
}
void builder_dealloc(Attached ts, TreeBuilder& b) {
    gc_untrack(&b);
    builder_clear(&b);
    delete b.state;
    free_instance(ts, b);
}
Result<Ref<Object>> make_builder(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<TreeBuilder> b = TRY(new_instance<TreeBuilder>(ts, cls));
    b->state = new (std::nothrow) BuilderState;
    if (!b->state) return raise_no_memory(ts);
    gc_track(ts, b.get());
    return b;
}

// The factory that was given or, for None, the one of the module.
Object* factory_or_default(Attached ts, Object* given, TreePart part) {
    if (given && !is_none(*given)) return given;
    Object& fallback = elementtree_part(ts, part);
    return is_none(fallback) ? nullptr : &fallback;
}
Result<void> builder_init_with(Attached ts, TreeBuilder& b, Object* element_factory, Object* comment_factory,
                               Object* pi_factory, Opt<bool> insert_comments, Opt<bool> insert_pis) {
    set(ts, b.element_factory, element_factory && !is_none(*element_factory) ? element_factory : nullptr);
    set(ts, b.comment_factory, factory_or_default(ts, comment_factory, TreePart::comment_factory));
    b.insert_comments = b.comment_factory && insert_comments.or_else(false);
    set(ts, b.pi_factory, factory_or_default(ts, pi_factory, TreePart::pi_factory));
    b.insert_pis = b.pi_factory && insert_pis.or_else(false);
    return {};
}
constexpr Method init_row = method<builder_init_with>(
    "TreeBuilder($self, element_factory=None, *, comment_factory=None, pi_factory=None, "
    "insert_comments=False, "
    "insert_pis=False)",
    "");
Result<void> builder_init(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs > 1)
        return raise(ts, Exc::TypeError, "TreeBuilder() takes at most 1 positional argument ({} given)",
                     nargs);
    const Value none_value = init_row.fn(ts, init_row, &o, args, nargs, kwnames);
    if (!none_value) return already_raised();
    drop(ts, none_value);
    return {};
}

// ---- methods ----
Result<Ref<Object>> start(Attached ts, TreeBuilder& b, Object& tag, Dict& attrs) {
    return builder_start(ts, b, tag, &attrs);
}
Result<Ref<Object>> pi(Attached ts, TreeBuilder& b, Object& target, Object* text) {
    return builder_pi(ts, b, target, text);
}
Result<Ref<Object>> close(Attached, TreeBuilder& b) {
    return builder_root(b);
}
constexpr Method methods[] = {
    method<builder_data>("data($self, data, /)", "Text, inside the current element or behind the last one."),
    method<start>("start($self, tag, attrs, /)", "Begins an element and returns it."),
    method<builder_end>("end($self, tag, /)", "Ends the current element and returns it."),
    method<builder_comment>("comment($self, text, /)",
                            "A comment, made by the factory; in the tree only if asked for."),
    method<pi>("pi($self, target, text=None, /)",
               "A processing instruction, made by the factory; in the tree only if asked for."),
    method<close>("close($self, /)", "The outermost element."),
    {},
};

}  // namespace

Result<void> builder_event(Attached ts, TreeBuilder& b, TreeEvent which, Object& what) {
    Object* event = b.event[static_cast<int>(which)];
    if (!event || !b.append_event) return {};
    const Ref<Object> append = Ref<Object>::share(*b.append_event);
    const Ref<Tuple> pair = TRY(tuple_of(ts, {event, &what}));
    (void)TRY(call(ts, *append, {pair.get()}));
    return {};
}
Ref<Object> builder_root(TreeBuilder& b) {
    return Ref<Object>::share(b.root ? *b.root : none());
}
Result<void> builder_data(Attached ts, TreeBuilder& b, Object& data) {
    TRY(fold_raw(ts, b));
    if (!b.data) {
        if (b.last) set(ts, b.data, &data);  // before the first element it is nobody's
        return {};
    }
    if (is_exact(*b.data, PyList_Type)) return list_append(ts, static_cast<List&>(*b.data), data);
    const Ref<List> both = TRY(list_of(ts, {b.data, &data}));
    set(ts, b.data, both.get());
    return {};
}
void builder_text(TreeBuilder& b, std::string_view utf8) {
    if (b.last) b.state->raw.append(utf8);
}
Result<Ref<Object>> builder_start(Attached ts, TreeBuilder& b, Object& tag, Object* attrib) {
    TRY(flush(ts, b));
    auto make = [&]() -> Result<Ref<Object>> {
        if (!b.element_factory) return element_new(ts, tag, attrib);
        const Ref<Object> factory = Ref<Object>::share(*b.element_factory);
        OptRef<Object> given = OptRef<Object>::share(attrib);
        if (!given) given = TRY(dict_new(ts));
        return call(ts, *factory, {&tag, given.get()});
    };
    Ref<Object> node = TRY(make());
    set(ts, b.last_for_tail, nullptr);
    const OptRef<Object> parent = OptRef<Object>::share(b.current);
    if (parent) {
        TRY(add_child(ts, *parent, *node));
    } else if (b.root) {
        const Ref<Str> text = TRY(str_new_ascii(ts, "multiple elements on top level"));
        return raise_type(ts, parse_error_type(ts), text.get());
    } else {
        set(ts, b.root, node.get());
    }
    b.state->open.push_back(Ref<Object>::share(parent ? *parent : none()).release());
    set(ts, b.current, node.get());
    set(ts, b.last, node.get());
    TRY(builder_event(ts, b, TreeEvent::start, *node));
    return node;
}
Result<Ref<Object>> builder_end(Attached ts, TreeBuilder& b, Object&) {
    TRY(flush(ts, b));
    if (b.state->open.empty()) return raise(ts, Exc::IndexError, "pop from empty stack");
    Ref<Object> node = Ref<Object>::share(b.current ? *b.current : none());
    const Ref<Object> parent = Ref<Object>::steal(b.state->open.back());
    b.state->open.pop_back();
    set(ts, b.current, is_none(*parent) ? nullptr : parent.get());
    set(ts, b.last, node.get());
    set(ts, b.last_for_tail, node.get());
    TRY(builder_event(ts, b, TreeEvent::end, *node));
    return node;
}
Result<Ref<Object>> builder_comment(Attached ts, TreeBuilder& b, Object& text) {
    TRY(flush(ts, b));
    Ref<Object> made = Ref<Object>::share(text);
    if (b.comment_factory) {
        const Ref<Object> factory = Ref<Object>::share(*b.comment_factory);
        made = TRY(call(ts, *factory, {&text}));
        TRY(place_single(ts, b, *made, b.insert_comments));
    }
    TRY(builder_event(ts, b, TreeEvent::comment, *made));
    return made;
}
Result<Ref<Object>> builder_pi(Attached ts, TreeBuilder& b, Object& target, Object* text) {
    TRY(flush(ts, b));
    Object& data = text ? *text : none();
    auto make = [&]() -> Result<Ref<Object>> {
        if (!b.pi_factory) return tuple_of(ts, {&target, &data});
        const Ref<Object> factory = Ref<Object>::share(*b.pi_factory);
        Ref<Object> made = TRY(call(ts, *factory, {&target, &data}));
        TRY(place_single(ts, b, *made, b.insert_pis));
        return made;
    };
    Ref<Object> made = TRY(make());
    TRY(builder_event(ts, b, TreeEvent::pi, *made));
    return made;
}

extern const TypeSpec tree_builder_spec;
const TypeSpec tree_builder_spec = {
    .name = "xml.etree.ElementTree.TreeBuilder",
    .doc = "Makes a tree of elements from calls of start(), data() and end().",
    .basicsize = sizeof(TreeBuilder),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = builder_traverse,
    .clear = builder_clear,
    .methods = methods,
    .dealloc = typed_slot<builder_dealloc>,
    .init = slot<builder_init>,
    .tp_new = slot<make_builder>,
};

}  // namespace baton
