// Inside of set and frozenset: the table operations with known hashes. For set_methods.cpp and the VM.
// Callers: attached threads.
#pragma once
#include "runtime/types/set.h"

namespace baton {

void set_init_empty(Set& s);
// A key need not be held by the caller: who runs Python here holds it first.
Result<void> set_add_hash(Attached ts, Set& s, Object& key, Hash h);
Result<bool> set_contains_hash(Attached ts, Set& s, Object& key, Hash h);
Result<bool> set_discard_hash(Attached ts, Set& s, Object& key, Hash h);
Result<void> set_merge(Attached ts, Set& s, Set& other);
// One growth for `more` keys that are about to come.
Result<void> set_make_room(Attached ts, Set& s, Index more);
// After many removals: a table more than a quarter of which is deleted entries is made anew.
Result<void> set_squeeze(Attached ts, Set& s);
void set_swap(Set& a, Set& b);             // exchanges what two sets hold, tables and all
void set_drop_table(Attached ts, Set& s);  // for dealloc: nobody can see the set any more

}  // namespace baton
