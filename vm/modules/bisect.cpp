// _bisect: finding a place in a sorted sequence by halving.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

// Right: behind items that are equal to x. A key is asked of the items, never of x.
template <bool Right>
Result<Index> place(Attached ts, Object& a, Object& x, Index low, Object* high_or_none, Object* key) {
    if (low < 0) return raise(ts, Exc::ValueError, "lo must be non-negative");
    Index high = -1;
    if (high_or_none != nullptr && !is_none(*high_or_none))
        high = TRY(as_index(ts, *high_or_none, Exc::OverflowError));
    if (high == -1) high = TRY(length(ts, a));
    while (low < high) {
        const Index middle = low + (high - low) / 2;
        Ref<Object> item = TRY(sequence_item(ts, a, middle));
        if (key != nullptr && !is_none(*key)) item = TRY(call(ts, *key, {item.get()}));
        const bool before = Right ? TRY(compare_bool(ts, x, *item, CompareOp::lt))
                                  : !TRY(compare_bool(ts, *item, x, CompareOp::lt));
        if (before)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}
template <bool Right>
Result<Index> bisect(Attached ts, Module&, Object& a, Object& x, Opt<Index> lo, Object* hi, Object* key) {
    return place<Right>(ts, a, x, lo.or_else(0), hi, key);
}
template <bool Right>
Result<void> insort(Attached ts, Module&, Object& a, Object& x, Opt<Index> lo, Object* hi, Object* key) {
    Ref<Object> sought = Ref<Object>::share(x);
    if (key != nullptr && !is_none(*key)) sought = TRY(call(ts, *key, {&x}));
    const Index at = TRY(place<Right>(ts, a, *sought, lo.or_else(0), hi, key));
    if (is_exact(a, PyList_Type)) return list_insert(ts, static_cast<List&>(a), at, x);
    const Ref<Str> insert = TRY(str_intern_utf8(ts, "insert"));
    const Ref<Int> index = TRY(box_int(ts, at));
    TRY(call_method(ts, a, *insert, {index.get(), &x}));
    return {};
}

constexpr Method functions[] = {
    method<bisect<true>>(
        "bisect_right($module, /, a, x, lo=0, hi=None, *, key=None)",
        "Where to insert x in sorted a so that it stays sorted: behind all items equal to x."),
    method<insort<true>>("insort_right($module, /, a, x, lo=0, hi=None, *, key=None)",
                         "Insert x in sorted a, behind all items equal to it."),
    method<bisect<false>>(
        "bisect_left($module, /, a, x, lo=0, hi=None, *, key=None)",
        "Where to insert x in sorted a so that it stays sorted: before all items equal to x."),
    method<insort<false>>("insort_left($module, /, a, x, lo=0, hi=None, *, key=None)",
                          "Insert x in sorted a, before all items equal to it."),
    {},
};

}  // namespace

extern const ModuleSpec bisect_module;
const ModuleSpec bisect_module = {
    .name = "_bisect",
    .doc = "Finding the place of an item in a sorted sequence.",
    .methods = functions,
};

}  // namespace baton
