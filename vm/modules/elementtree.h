// _elementtree: elements, the builder of trees, and the parser that feeds it; shared by the files of the
// module.
//
// An element has its attributes and children in a part of its own, which is made when there are any: most are
// leaves. Children are always elements; whoever compares or calls while walking over them looks at the length
// anew at each step, and holds the child. Text that came in pieces is joined when somebody asks. What is kept
// per interpreter (the factories, the exception) is a list in VmInterp::elementtree, so that it is one
// however often the module is made. Callers: attached threads.
#pragma once
#include <string>
#include <vector>

#include "runtime/native.h"
#include "runtime/raise.h"
#include "runtime/types/str.h"
#include "vm/vm_types.h"

namespace baton {

// What stands before the first child, or behind the end: any object, or a list of pieces yet to be joined
// (the bit).
class ElementText {
  public:
    Object* object() const { return reinterpret_cast<Object*>(word_ & ~uintptr_t{1}); }  // null: None
    bool in_pieces() const { return word_ & 1; }
    // Takes over the reference; gives back the one that was there, for the caller to drop.
    [[nodiscard]] Object* set(Object* owned, bool in_pieces = false) {
        return reinterpret_cast<Object*>(
            std::exchange(word_, reinterpret_cast<uintptr_t>(owned) | uintptr_t{in_pieces}) & ~uintptr_t{1});
    }

  private:
    uintptr_t word_;
};

inline constexpr Index kFewChildren = 4;
struct ElementExtra {
    Object* attrib;  // null: none yet; a dict unless __setstate__() was given something else
    Index length, allocated;
    Object** children;  // `few` up to kFewChildren
    Object* few[kFewChildren];
};
struct Element : Object {
    Object* tag;  // null: None
    ElementText text, tail;
    ElementExtra* extra;  // null: no attributes and no children
    Object* weakreflist;
};
inline bool is_element(const Object& o) {
    return is_instance_exact(o, baton_element_type);
}
inline Index child_count(const Element& e) {
    return e.extra ? e.extra->length : 0;
}
inline Element& child_at(const Element& e, Index i) {
    return static_cast<Element&>(*e.extra->children[i]);
}
template <>
struct TypeFlagOf<Element> {
    static bool is(const Object& o) { return is_element(o); }
    static constexpr const char* expected = "xml.etree.ElementTree.Element";
};

// elementtree_element.cpp. The attributes are taken as they are, not copied; null or empty: none.
Result<Ref<Element>> element_new(Attached ts, Object& tag, Object* attrib);
Result<void> element_make_extra(Attached ts, Element& e);
Result<void> element_reserve(Attached ts, Element& e, Index more);  // room for more children
Result<void> element_add(Attached ts, Element& e, Element& child);
Result<void> element_append(Attached ts, Element& e, Object& child);  // TypeError unless it is an element
Result<void> element_check(Attached ts, Object& child);               // the same
Result<Ref<Object>> element_text_of(Attached ts, Element& e, ElementText Element::*field);  // joined
Raised raise_not_element(Attached ts, Object& o);
// attrib={}, **extra of the constructors: a dict of its own, or nothing.
Result<OptRef<Object>> element_attributes(Attached ts, Object* given, Kwargs extra);

// elementtree_sequence.cpp
Result<Index> element_length(Attached ts, Element& e);
Result<Ref<Object>> element_item(Attached ts, Element& e, Index i);
Result<void> element_set_item(Attached ts, Element& e, Index i, Object* child);
Result<Ref<Object>> element_subscript(Attached ts, Element& e, Object& key);
Result<void> element_set_subscript(Attached ts, Element& e, Object& key, Object* value);
Result<void> element_extend(Attached ts, Element& e, Object& elements);
Result<void> element_insert(Attached ts, Element& e, Index index, Element& child);
Result<void> element_remove(Attached ts, Element& e, Element& child);

// elementtree_find.cpp
Result<Ref<Object>> element_find(Attached ts, Element& e, Object& path, Object* namespaces);
Result<Ref<Object>> element_findtext(Attached ts, Element& e, Object& path, Object* otherwise,
                                     Object* namespaces);
Result<Ref<Object>> element_findall(Attached ts, Element& e, Object& path, Object* namespaces);
Result<Ref<Object>> element_iterfind(Attached ts, Element& e, Object& path, Object* namespaces);
Result<Ref<Object>> element_iter(Attached ts, Element& e, Object* tag);
Result<Ref<Object>> element_itertext(Attached ts, Element& e);

// ---- the builder ----
enum class TreeEvent { start, end, start_ns, end_ns, comment, pi, count };
inline constexpr int kTreeEvents = static_cast<int>(TreeEvent::count);
inline constexpr const char* kTreeEventNames[kTreeEvents] = {"start",  "end",     "start-ns",
                                                             "end-ns", "comment", "pi"};
struct BuilderState {
    std::vector<Object*> open;  // owned: the elements around the current one, outermost first
    std::string raw;            // text from the parser that is not an object yet, behind what `data` has
};
struct TreeBuilder : Object {
    Object *root, *current;        // null: none
    Object *last, *last_for_tail;  // whom text belongs to: as tail of the latter, if there is one
    Object* data;                  // one piece of text, or a list of them
    Object *element_factory, *comment_factory, *pi_factory;
    Object* append_event;
    Object* event[kTreeEvents];  // what events are told as; null: not asked for
    bool insert_comments, insert_pis;
    BuilderState* state;
};
// elementtree_builder.cpp
Result<Ref<Object>> builder_start(Attached ts, TreeBuilder& b, Object& tag, Object* attrib);
Result<Ref<Object>> builder_end(Attached ts, TreeBuilder& b, Object& tag);
Result<void> builder_data(Attached ts, TreeBuilder& b, Object& data);
void builder_text(TreeBuilder& b, std::string_view utf8);
Result<Ref<Object>> builder_comment(Attached ts, TreeBuilder& b, Object& text);
Result<Ref<Object>> builder_pi(Attached ts, TreeBuilder& b, Object& target, Object* text);
Result<void> builder_event(Attached ts, TreeBuilder& b, TreeEvent which, Object& what);
Ref<Object> builder_root(TreeBuilder& b);  // or None

// ---- what is kept per interpreter (elementtree.cpp) ----
enum class TreePart { parse_error, deepcopy, element_path, comment_factory, pi_factory, count };
Type& parse_error_type(Attached ts);
Object& elementtree_part(Attached ts, TreePart part);  // None: not set

}  // namespace baton
