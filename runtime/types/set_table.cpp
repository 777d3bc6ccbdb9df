// set and frozenset: the hash table. Layout in object.h; methods in set_methods.cpp.
//
// Open addressing over {key, hash}: short linear runs, then a perturbed jump. A deleted entry keeps a dummy key.
// `fill` counts keys and dummies, `used` keys; the table is at most three fifths full. Probe order and growth are CPython's,
// so that sets show their items in the same order.
#include <cstring>

#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/int_same.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/set_table.h"

namespace baton {
namespace {

constexpr Index kSmall = 8;
constexpr size_t kLinearProbes = 9;

Object dummy_storage = {kImmortalRefcnt, &PyBaseObject_Type};
Object* const kDummy = &dummy_storage;

// The place of a key, or the first place where it can be put.
struct Place {
    SetEntry* entry;
    bool found;
};

// Visits the slots of a hash in probe order; f(SetEntry&) -> true stops.
template <class F>
void probe(SetEntry* table, size_t mask, Hash h, F&& f) {
    auto perturb = static_cast<size_t>(h);
    size_t i = perturb & mask;
    for (;;) {
        size_t run = i + kLinearProbes <= mask ? kLinearProbes : 0;
        for (size_t k = 0; k <= run; ++k) {
            if (f(table[i + k])) return;
        }
        perturb >>= 5;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

Result<Place> find(Attached ts, Set& s, Object& key, Hash h) {
    bool plain_key = is_exact_str(key), plain_int = is_exact_int_object(key);
    for (;;) {  // again when a comparison changed the table
        SetEntry* table = s.table;
        Place place{nullptr, false};
        bool restart = false, raised = false;
        probe(table, static_cast<size_t>(s.mask), h, [&](SetEntry& e) {
            if (!e.key) {
                place = {&e, false};
                return true;
            }
            if (e.hash != h || e.key == kDummy) return false;
            if (e.key == &key) {
                place = {&e, true};
                return true;
            }
            if (plain_key && is_exact_str(*e.key)) {
                if (!str_eq(static_cast<Str&>(*e.key), static_cast<Str&>(key))) return false;
                place = {&e, true};
                return true;
            }
            if (plain_int && is_exact_int_object(*e.key)) {
                if (!same_int(*e.key, key)) return false;
                place = {&e, true};
                return true;
            }
            auto candidate = Ref<Object>::share(*e.key);
            auto same = compare_bool(ts, *candidate, key, CompareOp::eq);
            if (!same.ok()) return raised = true;
            if (s.table != table || e.key != candidate.get()) return restart = true;
            if (!same.take()) return false;
            place = {&e, true};
            return true;
        });
        if (raised) return already_raised();
        if (!restart) return place;
    }
}

void put_clean(SetEntry* table, size_t mask, Object* key, Hash h) {
    probe(table, mask, h, [&](SetEntry& e) {
        if (e.key) return false;
        e = {key, h};
        return true;
    });
}

Result<void> resize(Attached ts, Set& s, Index room) {
    Index size = kSmall;
    while (size <= room) size <<= 1;
    SetEntry* old = s.table;
    Index old_mask = s.mask;
    SetEntry copy[kSmall];
    SetEntry* fresh;
    if (size == kSmall) {
        if (old == s.smalltable) {
            std::memcpy(copy, old, sizeof copy);
            old = copy;
        }
        fresh = s.smalltable;
    } else {
        fresh = static_cast<SetEntry*>(allocate(ts, static_cast<size_t>(size) * sizeof(SetEntry)));
        if (!fresh) return raise_no_memory(ts);
    }
    std::memset(static_cast<void*>(fresh), 0, static_cast<size_t>(size) * sizeof(SetEntry));
    for (Index i = 0; i <= old_mask; ++i) {
        if (old[i].key && old[i].key != kDummy) put_clean(fresh, static_cast<size_t>(size - 1), old[i].key, old[i].hash);
    }
    s.table = fresh;
    s.mask = size - 1;
    s.fill = s.used;
    if (old != copy && old != s.smalltable) free_block(ts, old);
    return {};
}

}  // namespace

bool set_entry_is_key(const SetEntry& e) { return e.key && e.key != kDummy; }

void set_init_empty(Set& s) {
    s.fill = s.used = 0;
    s.mask = kSmall - 1;
    s.table = s.smalltable;
    s.hash = -1;
    s.finger = 0;
    s.weakreflist = nullptr;
    std::memset(static_cast<void*>(s.smalltable), 0, sizeof s.smalltable);
}

Result<Hash> set_key_hash(Attached ts, Object& key) {
    if (is_exact_str(key)) return str_hash(static_cast<Str&>(key));
    return hash(ts, key);
}

Result<void> set_add_hash(Attached ts, Set& s, Object& key, Hash h) {
    Place at = TRY(find(ts, s, key, h));
    if (at.found) return {};
    incref(&key);
    *at.entry = {&key, h};
    ++s.used;
    ++s.fill;
    if (s.fill * 5 < s.mask * 3) return {};
    return resize(ts, s, s.used > 50000 ? s.used * 2 : s.used * 4);
}
Result<void> set_add(Attached ts, Set& s, Object& key) { return set_add_hash(ts, s, key, TRY(set_key_hash(ts, key))); }

Result<bool> set_contains_hash(Attached ts, Set& s, Object& key, Hash h) { return TRY(find(ts, s, key, h)).found; }
Result<bool> set_contains(Attached ts, Set& s, Object& key) { return set_contains_hash(ts, s, key, TRY(set_key_hash(ts, key))); }

Result<bool> set_discard_hash(Attached ts, Set& s, Object& key, Hash h) {
    Place at = TRY(find(ts, s, key, h));
    if (!at.found) return false;
    Object* old = std::exchange(at.entry->key, kDummy);
    at.entry->hash = -1;
    --s.used;
    decref(ts, old);
    return true;
}
Result<bool> set_discard(Attached ts, Set& s, Object& key) { return set_discard_hash(ts, s, key, TRY(set_key_hash(ts, key))); }

bool set_next(Set& s, Index* pos, Object** key, Hash* h) {
    for (Index i = *pos; i <= s.mask; ++i) {
        SetEntry& e = s.table[i];
        if (!set_entry_is_key(e)) continue;
        *pos = i + 1;
        if (key) *key = e.key;
        if (h) *h = e.hash;
        return true;
    }
    *pos = s.mask + 1;
    return false;
}

void set_clear(Attached ts, Set& s) {
    SetEntry* table = s.table;
    Index mask = s.mask;
    SetEntry copy[kSmall];
    if (table == s.smalltable) {
        std::memcpy(copy, table, sizeof copy);
        table = copy;
    }
    s.fill = s.used = 0;
    s.mask = kSmall - 1;
    s.table = s.smalltable;
    s.finger = 0;
    std::memset(static_cast<void*>(s.smalltable), 0, sizeof s.smalltable);
    for (Index i = 0; i <= mask; ++i) {
        if (set_entry_is_key(table[i])) decref(ts, table[i].key);
    }
    if (table != copy) free_block(ts, table);
}

Result<OptRef<Object>> set_pop(Attached, Set& s) {
    if (s.used == 0) return OptRef<Object>();
    // The finger remembers where the last search ended, so emptying a set by pop() is linear.
    Index i = s.finger & s.mask;
    while (!set_entry_is_key(s.table[i])) i = (i + 1) & s.mask;
    Object* key = std::exchange(s.table[i].key, kDummy);
    s.table[i].hash = -1;
    --s.used;
    s.finger = i + 1;
    return OptRef<Object>::steal(key);
}

// Everything in `other`, with the hashes it has: no key is hashed or, into an empty set, compared.
Result<void> set_merge(Attached ts, Set& s, Set& other) {
    if (&s == &other || other.used == 0) return {};
    if ((s.fill + other.used) * 5 >= s.mask * 3) TRY(resize(ts, s, (s.used + other.used) * 2));
    if (s.fill == 0 && s.mask == other.mask && other.fill == other.used) {
        for (Index i = 0; i <= other.mask; ++i) {
            s.table[i] = other.table[i];
            xincref(s.table[i].key);
        }
        s.fill = s.used = other.used;
        return {};
    }
    if (s.fill == 0) {
        for (Index i = 0; i <= other.mask; ++i) {
            SetEntry& e = other.table[i];
            if (!set_entry_is_key(e)) continue;
            incref(e.key);
            put_clean(s.table, static_cast<size_t>(s.mask), e.key, e.hash);
            ++s.fill;
            ++s.used;
        }
        return {};
    }
    Index pos = 0;
    Object* key;
    Hash h;
    while (set_next(other, &pos, &key, &h)) {
        auto keep = Ref<Object>::share(*key);
        TRY(set_add_hash(ts, s, *keep, h));
    }
    return {};
}

}  // namespace baton
