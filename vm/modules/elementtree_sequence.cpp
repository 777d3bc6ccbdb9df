// _elementtree: the children of an element, as a sequence.
#include <algorithm>
#include <cstring>

#include "runtime/object_ops.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_common.h"
#include "runtime/types/slice.h"
#include "runtime/types/tuple.h"
#include "vm/modules/elementtree.h"

namespace baton {

namespace {

Result<Index> index_of(Attached ts, Element& e, Object& key) {
    const Index i = TRY(as_index(ts, key, Exc::IndexError));
    return i < 0 ? i + child_count(e) : i;
}
void move_children(ElementExtra& x, Index from, Index to) {
    std::memmove(x.children + to, x.children + from, static_cast<size_t>(x.length - from) * sizeof(Object*));
}
Raised raise_not_sequence(Attached ts, Object& o) {
    return raise(ts, Exc::TypeError, "expected sequence, not \"{}\"", type_name(o));
}
// The items of a sequence: a list that nobody else has, so that what runs meanwhile cannot change it.
Result<Ref<List>> items_of(Attached ts, Object& o) {
    auto items = to_list(ts, o);
    if (items.ok() || !pending_is(ts, Exc::TypeError)) return items;
    clear_pending(ts);
    return raise_not_sequence(ts, o);
}

Result<void> delete_slice(Attached ts, Element& e, SliceBounds bounds) {
    if (bounds.length == 0) return {};
    // The same places from the lowest up.
    const Index step = std::abs(bounds.step);
    const Index first = bounds.step > 0 ? bounds.start : bounds.start + (bounds.length - 1) * bounds.step;
    const Ref<List> gone = TRY(list_new(ts));
    TRY(list_reserve(ts, *gone, bounds.length));
    ElementExtra& x = *e.extra;
    Index kept = first;
    for (Index i = first; i < x.length; ++i) {
        const Index off = i - first;
        if (off % step == 0 && off / step < bounds.length)
            gone->item[gone->size++] = x.children[i];
        else
            x.children[kept++] = x.children[i];
    }
    x.length = kept;
    return {};
}
Result<void> set_slice(Attached ts, Element& e, Slice& slice, Object* value) {
    if (!value) return delete_slice(ts, e, TRY(slice_bounds(ts, slice, child_count(e))));
    const SliceBounds unpacked = TRY(slice_unpack(ts, slice));
    const Ref<List> items = TRY(items_of(ts, *value));
    SliceBounds bounds = unpacked;
    slice_adjust(bounds, child_count(e));
    if (bounds.step != 1 && items->size != bounds.length) {
        return raise(ts, Exc::ValueError,
                     "attempt to assign sequence of size {} to extended slice of size {}", items->size,
                     bounds.length);
    }
    for (Index i = 0; i < items->size; ++i) TRY(element_check(ts, *items->item[i]));
    const Index count = items->size;
    const Ref<List> gone = TRY(list_new(ts));
    TRY(list_reserve(ts, *gone, bounds.length));
    TRY(element_reserve(ts, e, std::max<Index>(count - bounds.length, 0)));
    ElementExtra& x = *e.extra;
    for (Index i = 0; i < bounds.length; ++i)
        gone->item[gone->size++] = x.children[bounds.start + i * bounds.step];
    if (bounds.step == 1) {
        move_children(x, bounds.start + bounds.length, bounds.start + count);
        x.length += count - bounds.length;
    }
    for (Index i = 0; i < count; ++i)
        x.children[bounds.start + i * bounds.step] = Ref<Object>::share(*items->item[i]).release();
    return {};
}

}  // namespace

Result<Index> element_length(Attached, Element& e) {
    return child_count(e);
}
Result<Ref<Object>> element_item(Attached ts, Element& e, Index i) {
    if (i < 0 || i >= child_count(e)) return raise(ts, Exc::IndexError, "child index out of range");
    return Ref<Object>::share(child_at(e, i));
}
Result<void> element_set_item(Attached ts, Element& e, Index i, Object* child) {
    if (i < 0 || i >= child_count(e))
        return raise(ts, Exc::IndexError, "child assignment index out of range");
    ElementExtra& x = *e.extra;
    if (child) {
        TRY(element_check(ts, *child));
        replace_field<Object>(ts, x.children[i], Ref<Object>::share(*child).release());
        return {};
    }
    const Ref<Object> gone = Ref<Object>::steal(x.children[i]);
    move_children(x, i + 1, i);
    --x.length;
    return {};
}
Result<Ref<Object>> element_subscript(Attached ts, Element& e, Object& key) {
    if (has_index(key)) return element_item(ts, e, TRY(index_of(ts, e, key)));
    if (!is_exact(key, PySlice_Type)) return raise(ts, Exc::TypeError, "element indices must be integers");
    SliceBounds bounds = TRY(slice_unpack(ts, static_cast<Slice&>(key)));
    const Ref<List> out = TRY(list_new(ts));
    slice_adjust(bounds, child_count(e));
    TRY(list_reserve(ts, *out, bounds.length));
    for (Index i = 0; i < bounds.length; ++i)
        out->item[out->size++] = Ref<Object>::share(child_at(e, bounds.start + i * bounds.step)).release();
    return out.copy();
}
Result<void> element_set_subscript(Attached ts, Element& e, Object& key, Object* value) {
    if (has_index(key)) return element_set_item(ts, e, TRY(index_of(ts, e, key)), value);
    if (!is_exact(key, PySlice_Type)) return raise(ts, Exc::TypeError, "element indices must be integers");
    return set_slice(ts, e, static_cast<Slice&>(key), value);
}

Result<void> element_add(Attached ts, Element& e, Element& child) {
    TRY(element_reserve(ts, e, 1));
    e.extra->children[e.extra->length++] = Ref<Element>::share(child).release();
    return {};
}
Result<void> element_append(Attached ts, Element& e, Object& child) {
    TRY(element_check(ts, child));
    return element_add(ts, e, static_cast<Element&>(child));
}
Result<void> element_extend(Attached ts, Element& e, Object& elements) {
    const Ref<List> items = TRY(items_of(ts, elements));
    for (Index i = 0; i < items->size; ++i) TRY(element_append(ts, e, *items->item[i]));
    return {};
}
Result<void> element_insert(Attached ts, Element& e, Index index, Element& child) {
    TRY(element_reserve(ts, e, 1));
    ElementExtra& x = *e.extra;
    const Index at = clamp_bound(index, x.length);
    move_children(x, at, at + 1);
    x.children[at] = Ref<Element>::share(child).release();
    ++x.length;
    return {};
}
Result<void> element_remove(Attached ts, Element& e, Element& child) {
    for (Index i = 0; i < child_count(e); ++i) {
        const Ref<Object> held = Ref<Object>::share(child_at(e, i));
        if (!TRY(compare_bool(ts, *held, child, CompareOp::eq))) continue;
        // The comparison can have changed the children: what is at this place now goes, as list.remove() has
        // it.
        if (i < child_count(e)) return element_set_item(ts, e, i, nullptr);
    }
    return raise(ts, Exc::ValueError, "list.remove(x): x not in list");
}

}  // namespace baton
