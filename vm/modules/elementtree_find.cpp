// _elementtree: finding elements below an element, and walking over them.
#include "runtime/allocate_instance.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "vm/modules/elementtree.h"

namespace baton {

namespace {

// Whether a text is more than the tag of a child: xml.etree.ElementPath has to read it.
template <class C>
bool reads_as_path(const C* text, Index length) {
    if (length >= 3 && text[0] == '{' && (text[1] == '}' || (text[1] == '*' && text[2] == '}'))) return true;
    bool outside_braces = true;  // a namespace may have anything in it
    for (Index i = 0; i < length; ++i) {
        const auto c = static_cast<uint32_t>(text[i]);
        if (c == '{')
            outside_braces = false;
        else if (c == '}')
            outside_braces = true;
        else if (outside_braces && (c == '/' || c == '*' || c == '[' || c == '@' || c == '.'))
            return true;
    }
    return false;
}
bool is_path(Object& o) {
    if (is_str(o)) {
        auto& s = static_cast<Str&>(o);
        return with_text(s, [&](const auto* text) { return reads_as_path(text, s.length); });
    }
    if (is_bytes(o)) return reads_as_path(static_cast<Bytes&>(o).data, static_cast<Bytes&>(o).size);
    return true;
}
bool needs_path(Object& path, Object* namespaces) {
    return is_path(path) || (namespaces && !is_none(*namespaces));
}
Result<Ref<Object>> call_path(Attached ts, const char* function, std::initializer_list<Object*> args) {
    const Ref<Str> name = TRY(str_intern_utf8(ts, function));
    return call_method(ts, elementtree_part(ts, TreePart::element_path), *name, args);
}
Object* or_none(Object* o) {
    return o ? o : &none();
}
Result<bool> tag_is(Attached ts, Element& e, Object& tag) {
    if (!e.tag) return compare_bool(ts, none(), tag, CompareOp::eq);
    if (e.tag == &tag) return true;
    if (is_exact_str(*e.tag) && is_exact_str(tag))
        return str_eq(static_cast<Str&>(*e.tag), static_cast<Str&>(tag));
    const Ref<Object> held = Ref<Object>::share(*e.tag);
    return compare_bool(ts, *held, tag, CompareOp::eq);
}
// Calls f(child) for the children with a tag, until it answers false.
template <class F>
Result<void> each_child(Attached ts, Element& e, Object& tag, F&& f) {
    for (Index i = 0; i < child_count(e); ++i) {
        const Ref<Element> child = Ref<Element>::share(child_at(e, i));
        if (TRY(tag_is(ts, *child, tag)) && !TRY(f(*child))) return {};
    }
    return {};
}
Result<OptRef<Element>> first_child(Attached ts, Element& e, Object& tag) {
    OptRef<Element> found;
    TRY(each_child(ts, e, tag, [&](Element& child) -> Result<bool> {
        found = OptRef<Element>::share(&child);
        return false;
    }));
    return found;
}

// ---- the iterator: over elements, or the texts in them ----
struct Place {
    Element* parent;  // owned
    Index next;       // of its children
};
struct ElementIterator : Object {
    Element* root;  // owned; null: begun
    Object* tag;    // None: any
    std::vector<Place>* stack;
    bool texts;
};
int iterator_traverse(Object* o, VisitProc visit, void* arg) {
    const auto& it = *static_cast<ElementIterator*>(o);
    if (const int r = visit_fields<Object>(visit, arg, it.root, it.tag)) return r;
    for (const Place& p : *it.stack) {
        if (const int r = visit(p.parent, arg)) return r;
    }
    return 0;
}
void forget(Attached ts, ElementIterator& it) {
    replace_field<Element>(ts, it.root, nullptr);
    replace_field<Object>(ts, it.tag, nullptr);
    const std::vector<Place> stack = std::exchange(*it.stack, {});
    for (const Place& p : stack) decref(ts, p.parent);
}
int iterator_clear(Object* o) {
    forget(current_attached(), *static_cast<ElementIterator*>(o));
    return 0;
}
void iterator_dealloc(Attached ts, ElementIterator& it) {
    gc_untrack(&it);
    forget(ts, it);
    delete it.stack;
    free_instance(ts, it);
}
Result<Ref<Object>> iterator_self(Attached, Object& o) {
    return Ref<Object>::share(o);
}
Result<Ref<Object>> make_iterator(Attached ts, Element& e, Object& tag, bool texts) {
    Ref<ElementIterator> it = TRY(new_gc_object<ElementIterator>(ts, baton_element_iterator_type));
    it->stack = new std::vector<Place>;
    it->root = Ref<Element>::share(e).release();
    it->tag = Ref<Object>::share(tag).release();
    it->texts = texts;
    gc_track(ts, it.get());
    return it;
}
Next iterator_next(Attached ts, ElementIterator& it) {
    std::vector<Place>& stack = *it.stack;
    for (;;) {
        OptRef<Element> e;
        bool entered = true;
        if (stack.empty()) {
            if (!it.root) return Next::done();
            e = OptRef<Element>::steal(std::exchange(it.root, nullptr));
        } else if (Place& top = stack.back(); top.next < child_count(*top.parent)) {
            e = OptRef<Element>::share(&child_at(*top.parent, top.next++));
        } else {
            e = OptRef<Element>::steal(top.parent);
            stack.pop_back();
            // The tail of the element that the walk began with is not inside it.
            if (!it.texts || stack.empty()) continue;
            entered = false;
        }
        if (entered) stack.push_back({OptRef<Element>::share(e.get()).release(), 0});
        if (it.texts) {
            Ref<Object> text = TRY(element_text_of(ts, *e, entered ? &Element::text : &Element::tail));
            if (!is_none(*text) && TRY(is_true(ts, *text))) return text;
            continue;
        }
        if (!it.tag || is_none(*it.tag)) return std::move(e).take();
        const Ref<Object> tag = Ref<Object>::share(*it.tag);
        if (TRY(tag_is(ts, *e, *tag))) return std::move(e).take();
    }
}

}  // namespace

Result<Ref<Object>> element_find(Attached ts, Element& e, Object& path, Object* namespaces) {
    if (needs_path(path, namespaces)) return call_path(ts, "find", {&e, &path, or_none(namespaces)});
    OptRef<Element> found = TRY(first_child(ts, e, path));
    if (!found) return Ref<Object>::share(none());
    return std::move(found).take();
}
Result<Ref<Object>> element_findtext(Attached ts, Element& e, Object& path, Object* otherwise,
                                     Object* namespaces) {
    if (needs_path(path, namespaces))
        return call_path(ts, "findtext", {&e, &path, or_none(otherwise), or_none(namespaces)});
    const OptRef<Element> found = TRY(first_child(ts, e, path));
    if (!found) return Ref<Object>::share(*or_none(otherwise));
    Ref<Object> text = TRY(element_text_of(ts, *found, &Element::text));
    if (is_none(*text)) return str_empty();
    return text;
}
Result<Ref<Object>> element_findall(Attached ts, Element& e, Object& path, Object* namespaces) {
    if (needs_path(path, namespaces)) return call_path(ts, "findall", {&e, &path, or_none(namespaces)});
    Ref<List> all = TRY(list_new(ts));
    TRY(each_child(ts, e, path, [&](Element& child) -> Result<bool> {
        TRY(list_append(ts, *all, child));
        return true;
    }));
    return all;
}
Result<Ref<Object>> element_iterfind(Attached ts, Element& e, Object& path, Object* namespaces) {
    return call_path(ts, "iterfind", {&e, &path, or_none(namespaces)});
}
Result<Ref<Object>> element_iter(Attached ts, Element& e, Object* tag) {
    Object* sought = or_none(tag);
    const bool any = (is_str(*sought) && str_eq_ascii(static_cast<Str&>(*sought), "*")) ||
                     (is_bytes(*sought) && static_cast<Bytes&>(*sought).size == 1 &&
                      static_cast<Bytes&>(*sought).data[0] == '*');
    return make_iterator(ts, e, any ? none() : *sought, false);
}
Result<Ref<Object>> element_itertext(Attached ts, Element& e) {
    return make_iterator(ts, e, none(), true);
}

extern const TypeSpec element_iterator_spec;
const TypeSpec element_iterator_spec = {
    .name = "_elementtree._element_iterator",
    .doc = "A walk over an element and what is below it.",
    .basicsize = sizeof(ElementIterator),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = iterator_traverse,
    .clear = iterator_clear,
    .dealloc = typed_slot<iterator_dealloc>,
    .iter = slot<iterator_self>,
    .iternext = typed_slot<iterator_next>,
};

}  // namespace baton
