// dict: insertion-ordered hash table. The counted fields of Dict are public layout (object.h); DictKeys is ours.
//
// Structure: compact index (int8/16/32/64 by size) + entries {hash, key, value}; tables whose keys are all exact str
// have a variant without stored hash (the str has it). DictKeys::version is a number unique per interpreter that changes when a
// KEY is added or removed (not when a value changes): the VM guards global and builtin look-ups with it and reads
// the entry's value directly; 0 = not yet given.
// Invariants: an entry's key and value are both set or both null. Lookups may run Python (__eq__, __hash__): a table that
// changed under a look-up restarts it. Callers: attached threads.
#pragma once
#include "runtime/box.h"

namespace baton {

struct DictEntry {
    Object* key;
    Object* value;
    Hash hash;  // valid in general tables; str-only tables read the key's
};

Result<Ref<Dict>> dict_new(Attached ts);
Result<Ref<Dict>> dict_new_sized(Attached ts, Index expected);
// Borrowed look-ups: null word inside means absent.
struct Found {
    Object* value;  // borrowed, null = absent
};
Result<Found> dict_find(Attached ts, Dict& d, Object& key);
Result<Found> dict_find_hash(Attached ts, Dict& d, Object& key, Hash h);
Object* dict_find_str(Dict& d, Str& key);  // exact str key: runs no Python when all keys are exact str; never raises; borrowed or null
Result<void> dict_set(Attached ts, Dict& d, Object& key, Object& value);
Result<void> dict_set_owned(Attached ts, Dict& d, Ref<Object> key, Ref<Object> value);
Result<void> dict_set_hash(Attached ts, Dict& d, Object& key, Hash h, Object& value);
Result<void> dict_set_str(Attached ts, Dict& d, Str& key, Object& value);
Result<bool> dict_del(Attached ts, Dict& d, Object& key);  // false = was absent (nothing raised)
Result<OptRef<Object>> dict_pop(Attached ts, Dict& d, Object& key);
Result<Ref<Object>> dict_setdefault(Attached ts, Dict& d, Object& key, Object& value);
void dict_clear(Attached ts, Dict& d);
Result<Ref<Dict>> dict_copy(Attached ts, Dict& d);
Result<void> dict_merge(Attached ts, Dict& d, Object& mapping, bool override_existing);
Result<void> dict_update_pairs(Attached ts, Dict& d, Object& iterable_of_pairs);
Result<Ref<List>> dict_keys_list(Attached ts, Dict& d);
Result<Ref<List>> dict_values_list(Attached ts, Dict& d);
Result<Ref<List>> dict_items_list(Attached ts, Dict& d);
// PyDict_Next: *pos starts at 0; borrowed.
bool dict_next(Dict& d, Index* pos, Object** key, Object** value, Hash* hash = nullptr);

// For inline caches: the entry index of an exact-str key in d's table (-1 absent), and the table's version (never 0).
Index dict_entry_index(Dict& d, Str& key);
uint32_t dict_keys_version(Attached ts, Dict& d);
DictEntry* dict_entries(Dict& d);  // valid until the table changes (keys version changes)
uint32_t dict_keys_version_now(const Dict& d);  // 0 = none given

}  // namespace baton
