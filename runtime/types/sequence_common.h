// What list and tuple share: comparison, search, slices' index arithmetic, repetition counts, their
// iterators. Callers: attached threads.
#pragma once
#include "runtime/object_ops.h"
#include "runtime/types/list.h"
#include "runtime/types/slice.h"

namespace baton {

// Item access that sees the sequence as it is now: comparing may run Python, and a list may change under it.
struct ItemsView {
    Object& seq;
    bool list;
    explicit ItemsView(Object& o) : seq(o), list(is_list(o)) {}
    Index size() const { return static_cast<VarObject&>(seq).size; }
    Object& at(Index i) const {
        return list ? *static_cast<List&>(seq).item[i] : *static_cast<Tuple&>(seq).item[i];
    }
};

Result<Ref<Object>> sequence_compare(Attached ts, Object& a, Object& b, CompareOp op);
Result<bool> sequence_contains(Attached ts, Object& seq, Object& item);
Result<Index> sequence_count(Attached ts, Object& seq, Object& item);
// index(): position of item in [start, stop) clamped as slices are; -1 when absent.
Result<Index> sequence_index_of(Attached ts, Object& seq, Object& item, Index start, Index stop);
Index clamp_bound(Index i, Index size);  // negative counts from the end; result in [0, size]
// "[a, b]" with the given brackets; "(a,)" for a tuple of one.
Result<Ref<Object>> sequence_repr(Attached ts, Object& seq, const char* open, const char* close);
// index() and friends take anything with __index__ and clamp it.
Result<Index> bound_argument(Attached ts, Object* o, Index fallback);

}  // namespace baton
