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
Result<void> set_update(Attached ts, Set& s, Object& iterable);
bool set_next(Set& s, Index* pos, Object** key, Hash* hash);

Result<Ref<Set>> set_copy(Attached ts, Set& s, Type& type);  // an exact set or frozenset with the same items
Result<OptRef<Object>> set_pop(Attached ts, Set& s);         // empty: nothing left
void set_clear(Attached ts, Set& s);

extern const TypeSpec set_spec, frozenset_spec, set_iterator_spec;

}  // namespace baton
