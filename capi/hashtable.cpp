// _Py_hashtable: pointers to pointers, chained. Not for Python objects; compiled modules keep small tables in
// it.
#include <cstdlib>

#include "capi/impl.h"

namespace baton {

namespace {
struct Entry {
    Entry* next;
    size_t hash;
    void *key, *value;
};
}  // namespace

struct CHashTable {
    using Hash = size_t (*)(const void*);
    using Compare = int (*)(const void*, const void*);
    using Destroy = void (*)(void*);
    using Foreach = int (*)(CHashTable*, const void*, const void*, void*);
    struct Allocator {
        void* (*malloc)(size_t);
        void (*free)(void*);
    };
    size_t count, buckets;
    Entry** bucket;
    Hash hash;
    Compare compare;
    Destroy key_destroy, value_destroy;
    Allocator allocator;
};

namespace {

constexpr size_t kFewest = 16;

Entry** place_of(CHashTable& t, const void* key, size_t hash) {
    Entry** at = &t.bucket[hash & (t.buckets - 1)];
    while (*at && !((*at)->hash == hash && t.compare(key, (*at)->key))) at = &(*at)->next;
    return at;
}
// At most half full. Without memory it stays as it is: slower, not wrong.
void grow(CHashTable& t) {
    const size_t n = t.buckets * 2;
    auto** fresh = static_cast<Entry**>(t.allocator.malloc(n * sizeof(Entry*)));
    if (!fresh) return;
    for (size_t i = 0; i < n; ++i) fresh[i] = nullptr;
    for (size_t i = 0; i < t.buckets; ++i) {
        for (Entry* e = t.bucket[i]; e;) {
            Entry* next = e->next;
            e->next = fresh[e->hash & (n - 1)];
            fresh[e->hash & (n - 1)] = e;
            e = next;
        }
    }
    t.allocator.free(t.bucket);
    t.bucket = fresh;
    t.buckets = n;
}
void free_entry(CHashTable& t, Entry* e) {
    if (t.key_destroy) t.key_destroy(e->key);
    if (t.value_destroy) t.value_destroy(e->value);
    t.allocator.free(e);
}

}  // namespace

BATON_EXPORT size_t _Py_hashtable_hash_ptr(const void* key) {
    return static_cast<size_t>(api::_Py_HashPointerRaw(key));
}
BATON_EXPORT int _Py_hashtable_compare_direct(const void* a, const void* b) {
    return a == b;
}
BATON_EXPORT CHashTable* _Py_hashtable_new_full(CHashTable::Hash hash, CHashTable::Compare compare,
                                                CHashTable::Destroy key_destroy,
                                                CHashTable::Destroy value_destroy,
                                                const CHashTable::Allocator* allocator) {
    const CHashTable::Allocator a = allocator ? *allocator : CHashTable::Allocator{std::malloc, std::free};
    auto* t = static_cast<CHashTable*>(a.malloc(sizeof(CHashTable)));
    if (!t) return nullptr;
    *t = {0,
          kFewest,
          static_cast<Entry**>(a.malloc(kFewest * sizeof(Entry*))),
          hash,
          compare,
          key_destroy,
          value_destroy,
          a};
    if (!t->bucket) {
        a.free(t);
        return nullptr;
    }
    for (size_t i = 0; i < kFewest; ++i) t->bucket[i] = nullptr;
    return t;
}
BATON_EXPORT CHashTable* _Py_hashtable_new(CHashTable::Hash hash, CHashTable::Compare compare) {
    return _Py_hashtable_new_full(hash, compare, nullptr, nullptr, nullptr);
}
BATON_EXPORT void _Py_hashtable_clear(CHashTable* t) {
    for (size_t i = 0; i < t->buckets; ++i) {
        while (Entry* e = t->bucket[i]) {
            t->bucket[i] = e->next;
            free_entry(*t, e);
        }
    }
    t->count = 0;
}
BATON_EXPORT void _Py_hashtable_destroy(CHashTable* t) {
    _Py_hashtable_clear(t);
    t->allocator.free(t->bucket);
    t->allocator.free(t);
}
BATON_EXPORT void* _Py_hashtable_get(CHashTable* t, const void* key) {
    Entry* e = *place_of(*t, key, t->hash(key));
    return e ? e->value : nullptr;
}
// The key must not be there yet. -1: out of memory.
BATON_EXPORT int _Py_hashtable_set(CHashTable* t, const void* key, void* value) {
    auto* e = static_cast<Entry*>(t->allocator.malloc(sizeof(Entry)));
    if (!e) return -1;
    if (++t->count > t->buckets / 2) grow(*t);
    const size_t hash = t->hash(key);
    Entry** at = &t->bucket[hash & (t->buckets - 1)];
    *e = {*at, hash, const_cast<void*>(key), value};
    *at = e;
    return 0;
}
BATON_EXPORT void* _Py_hashtable_steal(CHashTable* t, const void* key) {
    Entry** at = place_of(*t, key, t->hash(key));
    Entry* e = *at;
    if (!e) return nullptr;
    *at = e->next;
    --t->count;
    void* value = e->value;
    if (t->key_destroy) t->key_destroy(e->key);
    t->allocator.free(e);
    return value;
}
BATON_EXPORT int _Py_hashtable_foreach(CHashTable* t, CHashTable::Foreach function, void* data) {
    for (size_t i = 0; i < t->buckets; ++i) {
        for (Entry* e = t->bucket[i]; e;) {
            Entry* next = e->next;
            if (int r = function(t, e->key, e->value, data)) return r;
            e = next;
        }
    }
    return 0;
}
BATON_EXPORT size_t _Py_hashtable_size(const CHashTable* t) {
    return sizeof(CHashTable) + t->buckets * sizeof(Entry*) + t->count * sizeof(Entry);
}

}  // namespace baton
