// set and frozenset: operations for the rest of the runtime. Layout in object.h. Callers: attached threads.
#pragma once
#include "runtime/box.h"
#include "runtime/type.h"

namespace baton {

Result<Ref<Set>> set_new(Attached ts, Object* iterable_or_null);
Result<Ref<Set>> frozenset_new(Attached ts, Object* iterable_or_null);
Result<void> set_add(Attached ts, Set& s, Object& key);
Result<bool> set_discard(Attached ts, Set& s, Object& key);
Result<bool> set_contains(Attached ts, Set& s, Object& key);
Result<bool> set_contains_tagged(Attached ts, Set& s, int64_t key);  // an int that is not boxed
Result<void> set_update(Attached ts, Set& s, Object& iterable);

// The key of a deleted entry. Never given out.
extern Object set_dummy;
inline bool set_entry_is_key(const SetEntry& e) {
    return e.key && e.key != &set_dummy;
}
// The next key from *pos on, borrowed. Looks at the table anew each time: it may change between two calls.
inline bool set_next(Set& s, Index* pos, Object** key, Hash* hash) {
    for (Index i = *pos; i <= s.mask; ++i) {
        SetEntry& e = s.table[i];
        if (!set_entry_is_key(e)) continue;
        *pos = i + 1;
        if (key) *key = e.key;
        if (hash) *hash = e.hash;
        return true;
    }
    *pos = s.mask + 1;
    return false;
}

Result<Ref<Set>> set_copy(Attached ts, Set& s, Type& type);  // an exact set or frozenset with the same items
Result<OptRef<Object>> set_pop(Attached ts, Set& s);         // empty: nothing left
void set_clear(Attached ts, Set& s);

extern const TypeSpec set_spec, frozenset_spec, set_iterator_spec;

}  // namespace baton
