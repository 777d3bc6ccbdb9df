// Inside of set and frozenset: the table operations with known hashes. For set_methods.cpp and the VM.
// Callers: attached threads.
#pragma once
#include "runtime/types/set.h"

namespace baton {

void set_init_empty(Set& s);
bool set_entry_is_key(const SetEntry& e);
Result<Hash> set_key_hash(Attached ts, Object& key);
Result<void> set_add_hash(Attached ts, Set& s, Object& key, Hash h);
Result<bool> set_contains_hash(Attached ts, Set& s, Object& key, Hash h);
Result<bool> set_discard_hash(Attached ts, Set& s, Object& key, Hash h);
Result<void> set_merge(Attached ts, Set& s, Set& other);

}  // namespace baton
