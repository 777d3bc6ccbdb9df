// dict: insertion-ordered hash table. The counted fields of Dict are public layout (object.h); DictKeys is
// ours.
//
// Structure: compact index (int8/16/32/64 by size) + entries {key, value, hash} in insertion order. A table
// whose keys are all exact str says so, and its look-ups run no Python. DictKeys::version is a number unique
// per interpreter that is taken away when a KEY is added or removed (not when a value changes): the VM guards
// global and builtin look-ups with it and reads the entry's value directly; 0 = not yet given.
// Dict::version_tag is for compiled programs, which remember what they found by it (Cython): never 0, and new
// for each dict and each change. Invariants: an entry's key and value are both set or both null. Lookups may
// run Python (__eq__, __hash__): a table that changed under a look-up restarts it. Callers: attached threads.
#pragma once
#include "runtime/box.h"
#include "runtime/type.h"

namespace baton {

struct DictEntry {
    Object* key;
    Object* value;
    Hash hash;
};

struct DictKeys {
    uint8_t log2_size;  // of the index
    bool all_str;       // every key is an exact str
    uint32_t version;
    Index usable;  // entries that may still be appended
    Index count;   // entries in use, deleted ones included
    void* index() { return this + 1; }
    DictEntry* entries() {
        return reinterpret_cast<DictEntry*>(reinterpret_cast<char*>(this + 1) + index_bytes());
    }
    size_t index_bytes() const {
        return (size_t{1} << log2_size) * (log2_size < 8 ? 1 : log2_size < 16 ? 2 : log2_size < 32 ? 4 : 8);
    }
};

Result<Ref<Dict>> dict_new(Attached ts);
Result<Ref<Dict>> dict_new_sized(Attached ts, Index expected);
// Borrowed look-ups: null word inside means absent.
struct Found {
    Object* value;  // borrowed, null = absent
};
Result<Found> dict_find(Attached ts, Dict& d, Object& key);
Result<Found> dict_find_hash(Attached ts, Dict& d, Object& key, Hash h);
// With a key that is an int and not boxed. Where the key is there already, none is made.
Result<Found> dict_find_tagged(Attached ts, Dict& d, int64_t key);
Result<void> dict_set_tagged(Attached ts, Dict& d, int64_t key, Ref<Object> value);
Object* dict_find_str(
    Dict& d,
    Str& key);  // exact str key: runs no Python when all keys are exact str; never raises; borrowed or null
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

// For inline caches: the entry index of an exact-str key in d's table (-1 absent), and the table's version
// (0: cannot be cached).
Index dict_entry_index(Dict& d, Str& key);
uint32_t dict_keys_version(Attached ts, Dict& d);
inline DictEntry* dict_entries(Dict& d) {
    return d.keys->entries();
}  // valid until the table changes
inline uint32_t dict_keys_version_now(const Dict& d) {
    return d.keys->version;
}  // 0 = none given

// The iterators over dicts, public to the VM, which steps the one over items inline.
struct DictCursor : Object {
    Dict* dict;  // null once exhausted
    Index used;  // of the dict when the loop began
    Index pos;
    Index left;
};

void dict_init_empty(Attached ts, Dict& d);  // for __new__ of subclasses
// Iteration order backwards; pos starts at -1.
bool dict_previous(Dict& d, Index* pos, Object** key, Object** value);
Result<Ref<Tuple>> dict_popitem(Attached ts, Dict& d);  // KeyError when empty

extern const TypeSpec dict_spec, dict_keys_spec, dict_values_spec, dict_items_spec, dict_key_iterator_spec,
    dict_value_iterator_spec, dict_item_iterator_spec, dict_reverse_key_iterator_spec,
    dict_reverse_value_iterator_spec, dict_reverse_item_iterator_spec;

}  // namespace baton
