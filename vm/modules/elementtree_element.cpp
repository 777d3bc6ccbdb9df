// _elementtree: the type of elements.
#include <algorithm>

#include "runtime/allocate_instance.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/arguments.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/weakref.h"
#include "vm/modules/elementtree.h"

namespace baton {

namespace {

constexpr const char* kTypeName = TypeFlagOf<Element>::expected;

// ---- storage ----
ElementExtra* allocate_extra(Attached ts) {
    auto* extra = static_cast<ElementExtra*>(allocate(ts, sizeof(ElementExtra)));
    if (!extra) return nullptr;
    extra->attrib = nullptr;
    extra->length = 0;
    extra->allocated = kFewChildren;
    extra->children = extra->few;
    return extra;
}
// Lets go of attributes and children. The element has none any more before the first of them can run code.
void drop_extra(Attached ts, Element& e) {
    ElementExtra* extra = std::exchange(e.extra, nullptr);
    if (!extra) return;
    xdecref(ts, extra->attrib);
    for (Index i = 0; i < extra->length; ++i) decref(ts, extra->children[i]);
    if (extra->children != extra->few) free_block(ts, extra->children);
    free_small(ts, extra, sizeof(ElementExtra));
}
void set_text(Attached ts, ElementText& field, Object* owned, bool in_pieces = false) {
    xdecref(ts, field.set(owned, in_pieces));
}
Ref<Object> or_none(Object* o) {
    return Ref<Object>::share(o ? *o : none());
}

int element_traverse(Object* o, VisitProc visit, void* arg) {
    const auto& e = *static_cast<Element*>(o);
    if (const int r = visit_fields(visit, arg, e.tag, e.text.object(), e.tail.object())) return r;
    if (!e.extra) return 0;
    if (const int r = visit_field(e.extra->attrib, visit, arg)) return r;
    for (Index i = 0; i < e.extra->length; ++i) {
        if (const int r = visit(e.extra->children[i], arg)) return r;
    }
    return 0;
}
int element_clear_all(Object* o) {
    const Attached ts = current_attached();
    auto& e = *static_cast<Element*>(o);
    replace_field<Object>(ts, e.tag, nullptr);
    set_text(ts, e.text, nullptr);
    set_text(ts, e.tail, nullptr);
    drop_extra(ts, e);
    return 0;
}
void element_dealloc(Attached ts, Element& e) {
    gc_untrack(&e);
    if (e.weakreflist) weakref_clear_all(ts, e);
    xdecref(ts, e.tag);
    xdecref(ts, e.text.object());
    xdecref(ts, e.tail.object());
    drop_extra(ts, e);
    free_instance(ts, e);
}

// ---- making ----
Result<Ref<Object>> make_empty(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<Element> e = TRY(new_instance<Element>(ts, cls));
    gc_track(ts, e.get());
    return e;
}
bool has_attributes(Object* attrib) {
    return attrib && (!is_dict(*attrib) || static_cast<Dict&>(*attrib).used != 0);
}
Result<void> set_attributes(Attached ts, Element& e, Object& attrib) {
    TRY(element_make_extra(ts, e));
    replace_field<Object>(ts, e.extra->attrib, Ref<Object>::share(attrib).release());
    return {};
}
Result<void> element_init(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    auto& e = static_cast<Element&>(o);
    if (nargs < 1 || nargs > 2) {
        return raise(ts, Exc::TypeError, "Element() takes {} ({} given)",
                     nargs < 1 ? "at least 1 argument" : "at most 2 arguments", nargs);
    }
    TRY(box_all(ts, args, nargs));
    Object* given = nargs > 1 ? args[1].object() : nullptr;
    if (given && !is_dict(*given))
        return raise(ts, Exc::TypeError, "Element() argument 2 must be dict, not {}", type_name(*given));
    const OptRef<Object> attrib = TRY(element_attributes(ts, given, Kwargs{args + nargs, kwnames}));
    const Ref<Object> tag = Ref<Object>::share(*args[0].object());
    if (has_attributes(attrib.get())) {
        // A second call with attributes starts anew, one without them leaves the children.
        drop_extra(ts, e);
        TRY(set_attributes(ts, e, *attrib));
    }
    replace_field<Object>(ts, e.tag, tag.copy().release());
    set_text(ts, e.text, nullptr);
    set_text(ts, e.tail, nullptr);
    return {};
}

// ---- attributes ----
// The dict of attributes, made if need be.
Result<Dict*> attributes(Attached ts, Element& e) {
    TRY(element_make_extra(ts, e));
    if (!e.extra->attrib) e.extra->attrib = TRY(dict_new(ts)).release();
    if (!is_dict(*e.extra->attrib))
        return raise(ts, Exc::TypeError, "attrib must be dict, not {}", type_name(*e.extra->attrib));
    return static_cast<Dict*>(e.extra->attrib);
}
Result<Ref<Object>> get_attribute(Attached ts, Element& e, Object& key, Object* otherwise) {
    if (e.extra && e.extra->attrib) {
        const Ref<Dict> held = Ref<Dict>::share(*TRY(attributes(ts, e)));
        const Found found = TRY(dict_find(ts, *held, key));
        if (found.value) return Ref<Object>::share(*found.value);
    }
    return or_none(otherwise);
}
Result<void> set_attribute(Attached ts, Element& e, Object& key, Object& value) {
    const Ref<Dict> held = Ref<Dict>::share(*TRY(attributes(ts, e)));
    return dict_set(ts, *held, key, value);
}
template <auto ListOf>
Result<Ref<Object>> list_attributes(Attached ts, Element& e) {
    if (!e.extra || !e.extra->attrib) return list_new(ts);
    const Ref<Dict> held = Ref<Dict>::share(*TRY(attributes(ts, e)));
    return ListOf(ts, *held);
}
Result<void> clear(Attached ts, Element& e) {
    drop_extra(ts, e);
    set_text(ts, e.text, nullptr);
    set_text(ts, e.tail, nullptr);
    return {};
}

// ---- fields ----
Raised cannot_delete(Attached ts) {
    return raise(ts, Exc::AttributeError, "can't delete element attribute");
}
Result<Ref<Object>> get_tag(Attached, Element& e) {
    return or_none(e.tag);
}
Result<void> set_tag(Attached ts, Element& e, Object* value) {
    if (!value) return cannot_delete(ts);
    replace_field<Object>(ts, e.tag, Ref<Object>::share(*value).release());
    return {};
}
template <auto Field>
Result<Ref<Object>> get_field(Attached ts, Element& e) {
    return element_text_of(ts, e, Field);
}
template <auto Field>
Result<void> set_field(Attached ts, Element& e, Object* value) {
    if (!value) return cannot_delete(ts);
    set_text(ts, e.*Field, Ref<Object>::share(*value).release());
    return {};
}
Result<Ref<Object>> get_attrib(Attached ts, Element& e) {
    if (e.extra && e.extra->attrib) return Ref<Object>::share(*e.extra->attrib);
    return Ref<Object>::share(*static_cast<Object*>(TRY(attributes(ts, e))));
}
Result<void> set_attrib(Attached ts, Element& e, Object* value) {
    if (!value) return cannot_delete(ts);
    if (!is_dict(*value)) return raise(ts, Exc::TypeError, "attrib must be dict, not {}", type_name(*value));
    return set_attributes(ts, e, *value);
}

// ---- copies ----
Result<Ref<Object>> make_element(Attached ts, Element&, Object& tag, Dict& attrib) {
    const Ref<Dict> copy = TRY(dict_copy(ts, attrib));
    return element_new(ts, tag, copy.get());
}
Result<Ref<Object>> copy_shallow(Attached ts, Element& e) {
    const Ref<Object> tag = or_none(e.tag);
    Ref<Element> made = TRY(element_new(ts, *tag, e.extra ? e.extra->attrib : nullptr));
    (void)made->text.set(OptRef<Object>::share(e.text.object()).release(), e.text.in_pieces());
    (void)made->tail.set(OptRef<Object>::share(e.tail.object()).release(), e.tail.in_pieces());
    TRY(element_reserve(ts, *made, child_count(e)));
    for (Index i = 0; i < child_count(e); ++i) TRY(element_append(ts, *made, child_at(e, i)));
    return made;
}

Result<Ref<Object>> copy_deep(Attached ts, Element& e, Dict& memo);
bool only_text(Dict& d) {
    Index pos = 0;
    Object *key = nullptr, *value = nullptr;
    while (dict_next(d, &pos, &key, &value)) {
        if (!is_exact_str(*key) || !is_exact_str(*value)) return false;
    }
    return true;
}
// copy.deepcopy(o, memo), and without it where that makes no difference: for text, and for what nobody else
// has, which the memo cannot know.
Result<Ref<Object>> deep(Attached ts, Object& o, Dict& memo) {
    if (is_none(o) || is_exact_str(o)) return Ref<Object>::share(o);
    const Ref<Object> held = Ref<Object>::share(o);
    if (o.refcnt == 2) {
        if (is_exact(o, PyDict_Type) && only_text(static_cast<Dict&>(o)))
            return dict_copy(ts, static_cast<Dict&>(o));
        if (is_exact(o, baton_element_type)) return copy_deep(ts, static_cast<Element&>(o), memo);
    }
    return call(ts, elementtree_part(ts, TreePart::deepcopy), {&o, &memo});
}
Result<void> copy_text(Attached ts, Element& from, Element& to, ElementText Element::*field, Dict& memo) {
    Object* text = (from.*field).object();
    if (!text) return {};
    const bool in_pieces = (from.*field).in_pieces();
    Ref<Object> copy = TRY(deep(ts, *text, memo));
    set_text(ts, to.*field, copy.release(), in_pieces);
    return {};
}
Result<Ref<Object>> copy_deep(Attached ts, Element& e, Dict& memo) {
    RecursionScope scope(ts);
    TRY(scope.enter(" while copying an element"));
    const Ref<Object> old_tag = or_none(e.tag), tag = TRY(deep(ts, *old_tag, memo));
    OptRef<Object> attrib;
    if (e.extra && e.extra->attrib) attrib = TRY(deep(ts, *e.extra->attrib, memo));
    Ref<Element> made = TRY(element_new(ts, *tag, attrib.get()));
    TRY(copy_text(ts, e, *made, &Element::text, memo));
    TRY(copy_text(ts, e, *made, &Element::tail, memo));
    TRY(element_reserve(ts, *made, child_count(e)));
    for (Index i = 0; i < child_count(e); ++i) {
        const Ref<Object> child = TRY(deep(ts, child_at(e, i), memo));
        TRY(element_append(ts, *made, *child));
    }
    const Ref<Int> address = TRY(box_int(ts, static_cast<int64_t>(reinterpret_cast<uintptr_t>(&e))));
    TRY(dict_set(ts, memo, *address, *made));
    return made;
}

// ---- pickling: the state is the __dict__ of the class in Python ----
constexpr const char* kStateNames[] = {"tag", "_children", "attrib", "text", "tail"};

Result<Ref<Object>> get_state(Attached ts, Element& e) {
    const Ref<List> children = TRY(list_new(ts));
    for (Index i = 0; i < child_count(e); ++i) TRY(list_append(ts, *children, child_at(e, i)));
    Ref<Object> attrib =
        e.extra && e.extra->attrib ? Ref<Object>::share(*e.extra->attrib) : Ref<Object>(TRY(dict_new(ts)));
    const Ref<Object> tag = or_none(e.tag), text = or_none(e.text.object()), tail = or_none(e.tail.object());
    Ref<Dict> state = TRY(dict_new(ts));
    Object* const values[] = {tag.get(), children.get(), attrib.get(), text.get(), tail.get()};
    for (size_t i = 0; i < std::size(kStateNames); ++i) {
        const Ref<Str> name = TRY(str_intern_utf8(ts, kStateNames[i]));
        TRY(dict_set_str(ts, *state, *name, *values[i]));
    }
    return state;
}
Result<void> check_state_keys(Attached ts, Dict& state) {
    constexpr auto most = static_cast<Index>(std::size(kStateNames));
    if (state.used > most) {
        return raise(ts, Exc::TypeError, "function takes at most {} keyword arguments ({} given)", most,
                     state.used);
    }
    Index pos = 0;
    Object *key = nullptr, *value = nullptr;
    while (dict_next(state, &pos, &key, &value)) {
        if (!is_str(*key)) return raise(ts, Exc::TypeError, "keywords must be strings");
        bool known = false;
        for (const char* name : kStateNames) known = known || str_eq_ascii(static_cast<Str&>(*key), name);
        if (known) continue;
        const Shown shown = TRY(show_str(ts, *key));
        return raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for this function", shown.view);
    }
    return {};
}
Result<void> set_state(Attached ts, Element& e, Object& state) {
    if (!is_exact(state, PyDict_Type)) {
        const Shown shown = TRY(show_repr(ts, state));
        return raise(ts, Exc::TypeError, "Don't know how to unpickle \"{}\" as an Element", shown.view);
    }
    const Ref<Dict> dict = Ref<Dict>::share(static_cast<Dict&>(state));
    TRY(check_state_keys(ts, *dict));
    OptRef<Object> value[std::size(kStateNames)];
    for (size_t i = 0; i < std::size(kStateNames); ++i)
        value[i] = OptRef<Object>::share(dict_find_str(*dict, *TRY(str_intern_utf8(ts, kStateNames[i]))));
    auto& [tag, children, attrib, text, tail] = value;
    if (!tag) return raise(ts, Exc::TypeError, "tag may not be NULL");
    replace_field<Object>(ts, e.tag, OptRef<Object>::share(tag.get()).release());
    for (const auto& [field, given] : {std::pair{&Element::text, &text}, {&Element::tail, &tail}}) {
        const bool in_pieces = *given && is_exact(**given, PyList_Type);
        set_text(ts, e.*field, OptRef<Object>::share(given->get()).release(), in_pieces);
    }
    if (!children && !attrib) return {};
    if (children) {
        if (!is_list(*children)) return raise(ts, Exc::TypeError, "'_children' is not a list");
        const auto& list = static_cast<List&>(*children);
        for (Index i = 0; i < list.size; ++i) TRY(element_check(ts, *list.item[i]));
        // Those that were there go when those that come are in their place.
        const Ref<Element> old = TRY(element_new(ts, none(), nullptr));
        std::swap(old->extra, e.extra);
        TRY(element_reserve(ts, e, list.size));
        for (Index i = 0; i < list.size; ++i) TRY(element_append(ts, e, *list.item[i]));
    }
    TRY(element_make_extra(ts, e));
    replace_field<Object>(ts, e.extra->attrib, OptRef<Object>::share(attrib.get()).release());
    return {};
}
Result<Index> size_of(Attached, Element& e) {
    auto size = static_cast<Index>(sizeof(Element));
    if (!e.extra) return size;
    size += static_cast<Index>(sizeof(ElementExtra));
    if (e.extra->children != e.extra->few) size += static_cast<Index>(sizeof(Object*)) * e.extra->allocated;
    return size;
}
Result<Ref<Object>> element_repr(Attached ts, Element& e) {
    const auto address = reinterpret_cast<uintptr_t>(&e);
    if (!e.tag) return str_format(ts, "<Element at {:#x}>", address);
    if (!TRY(enter_repr(ts, e)))
        return raise(ts, Exc::RuntimeError, "reentrant call inside {}.__repr__", kTypeName);
    auto made = [&]() -> Result<Ref<Object>> {
        const Ref<Object> tag = Ref<Object>::share(*e.tag);
        const Shown shown = TRY(show_repr(ts, *tag));
        return str_format(ts, "<Element {} at {:#x}>", shown.view, address);
    }();
    leave_repr(ts, e);
    return made;
}

constexpr Method methods[] = {
    method<clear>("clear($self, /)", "Takes away attributes, children, text and tail; the tag stays."),
    method<get_attribute>("get($self, /, key, default=None)",
                          "The value of an attribute; default if there is none."),
    method<set_attribute>("set($self, key, value, /)", "Gives an attribute a value."),
    method<element_find>(
        "find($self, /, path, namespaces=None)",
        "The first child, or descendant, that a tag or path leads to; None if there is none."),
    method<element_findtext>(
        "findtext($self, /, path, default=None, namespaces=None)",
        "The text of what find() gives, '' if it has none; default if nothing is found."),
    method<element_findall>("findall($self, /, path, namespaces=None)",
                            "All that a tag or path leads to, as a list."),
    method<element_add>("append($self, subelement, /)", "Adds a child behind the others."),
    method<element_extend>("extend($self, elements, /)", "Adds children behind the others."),
    method<element_insert>("insert($self, index, subelement, /)",
                           "Puts a child in front of the one at index."),
    method<element_remove>(
        "remove($self, subelement, /)",
        "Takes out the first child that is, or equals, this one; ValueError if there is none."),
    method<element_iter>(
        "iter($self, /, tag=None)",
        "Walks over the element and everything below, in the order of the document; with a tag only "
        "over those that have it."),
    method<element_itertext>("itertext($self, /)", "Walks over the pieces of text inside the element."),
    method<element_iterfind>("iterfind($self, /, path, namespaces=None)", "As findall(), one at a time."),
    method<list_attributes<dict_items_list>>("items($self, /)",
                                             "Names and values of the attributes, as pairs."),
    method<list_attributes<dict_keys_list>>("keys($self, /)", "The names of the attributes."),
    method<make_element>("makeelement($self, tag, attrib, /)",
                         "A new element, with a copy of the attributes."),
    method<copy_shallow>("__copy__($self, /)", "A copy that has the same children."),
    method<copy_deep>("__deepcopy__($self, memo, /)", "A copy with copies of everything in it."),
    method<size_of>("__sizeof__($self, /)", "Its size in bytes, with the array of children."),
    method<get_state>("__getstate__($self, /)", "What pickle stores of it."),
    method<set_state>("__setstate__($self, state, /)", "Becomes what pickle stored."),
    {},
};
constexpr GetSet getset[] = {
    property_row<get_tag, set_tag>("tag", "what kind of element it is"),
    property_row<get_field<&Element::text>, set_field<&Element::text>>(
        "text", "the text before the first child, or None"),
    property_row<get_field<&Element::tail>, set_field<&Element::tail>>("tail",
                                                                       "the text behind the end, or None"),
    property_row<get_attrib, set_attrib>("attrib", "the attributes, a dict"),
    {},
};

}  // namespace

Result<Ref<Element>> element_new(Attached ts, Object& tag, Object* attrib) {
    Ref<Element> e = TRY(new_gc_object<Element>(ts, baton_element_type));
    e->tag = Ref<Object>::share(tag).release();
    e->text = e->tail = ElementText{};
    e->extra = nullptr;
    e->weakreflist = nullptr;
    if (has_attributes(attrib)) {
        e->extra = allocate_extra(ts);
        if (!e->extra) return raise_no_memory(ts);
        e->extra->attrib = Ref<Object>::share(*attrib).release();
    }
    gc_track(ts, e.get());
    return e;
}
Result<void> element_make_extra(Attached ts, Element& e) {
    if (e.extra) return {};
    e.extra = allocate_extra(ts);
    if (!e.extra) return raise_no_memory(ts);
    return {};
}
Result<void> element_reserve(Attached ts, Element& e, Index more) {
    TRY(element_make_extra(ts, e));
    ElementExtra& x = *e.extra;
    if (more <= x.allocated - x.length) return {};
    constexpr Index kMost = PTRDIFF_MAX / 16;
    if (more > kMost - x.length) return raise_no_memory(ts);
    // Room to grow: an eighth, and a few.
    Index size = x.length + more;
    size += (size >> 3) + (size < 9 ? 3 : 6);
    const size_t bytes = static_cast<size_t>(size) * sizeof(Object*);
    const bool few = x.children == x.few;
    auto* moved = static_cast<Object**>(few ? allocate(ts, bytes) : reallocate_block(ts, x.children, bytes));
    if (!moved) return raise_no_memory(ts);
    if (few) std::copy_n(x.few, x.length, moved);
    x.children = moved;
    x.allocated = size;
    return {};
}
Raised raise_not_element(Attached ts, Object& o) {
    return raise(ts, Exc::TypeError, "expected an Element, not \"{}\"", type_name(o));
}
Result<void> element_check(Attached ts, Object& child) {
    if (!is_element(child)) return raise_not_element(ts, child);
    return {};
}
Result<Ref<Object>> element_text_of(Attached ts, Element& e, ElementText Element::*field) {
    ElementText& text = e.*field;
    if (!text.in_pieces()) return or_none(text.object());
    const Ref<Object> pieces = Ref<Object>::share(*text.object());
    Ref<Str> joined = TRY(str_join(ts, *str_empty(), *pieces));
    // Joining ran no code: the field has the pieces still.
    set_text(ts, text, joined.copy().release());
    return joined;
}
Result<OptRef<Object>> element_attributes(Attached ts, Object* given, Kwargs extra) {
    if (!given && extra.size() == 0) return OptRef<Object>();
    OptRef<Dict> made;
    size_t taken = extra.size();  // the keyword that is the dict itself
    if (given) {
        made = TRY(dict_copy(ts, static_cast<Dict&>(*given)));
    } else {
        for (size_t i = 0; i < extra.size(); ++i) {
            if (!str_eq_ascii(static_cast<Str&>(*extra.names->item[i]), "attrib")) continue;
            taken = i;
            Object& o = *TRY(box_in_place(ts, extra.v[i]));
            if (!is_dict(o)) return raise(ts, Exc::TypeError, "attrib must be dict, not {}", type_name(o));
            made = TRY(dict_copy(ts, static_cast<Dict&>(o)));
        }
        if (!made) made = TRY(dict_new(ts));
    }
    for (size_t i = 0; i < extra.size(); ++i) {
        if (i == taken) continue;
        Object& value = *TRY(box_in_place(ts, extra.v[i]));
        TRY(dict_set(ts, *made, *extra.names->item[i], value));
    }
    return OptRef<Object>(std::move(made).take());
}

extern const TypeSpec element_spec;
const TypeSpec element_spec = {
    .name = kTypeName,
    .doc = "An element of a document: a tag, attributes, text, and the elements in it, as a sequence.",
    .basicsize = sizeof(Element),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = element_traverse,
    .clear = element_clear_all,
    .weaklistoffset = offsetof(Element, weakreflist),
    .methods = methods,
    .getset = getset,
    .dealloc = typed_slot<element_dealloc>,
    .repr = typed_slot<element_repr>,
    .init = slot<element_init>,
    .tp_new = slot<make_empty>,
    .mp_length = typed_slot<element_length>,
    .mp_subscript = typed_slot<element_subscript>,
    .mp_ass_subscript = typed_slot<element_set_subscript>,
    .sq_length = typed_slot<element_length>,
    .sq_item = typed_slot<element_item>,
    .sq_ass_item = typed_slot<element_set_item>,
};

}  // namespace baton
