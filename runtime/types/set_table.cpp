// set and frozenset: the hash table. Layout in object.h; methods in set_methods.cpp.
//
// Open addressing over {key, hash}: short linear runs, then a perturbed jump. A deleted entry keeps a dummy
// key. `fill` counts keys and dummies, `used` keys; the table is at most three fifths full. Probe order,
// growth and the place of a new key are CPython's, so that sets show their items in the same order.
#include <cstring>

#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/set.h"
#include "runtime/types/set_table.h"
#include "runtime/types/table_key.h"

namespace baton {
namespace {

constexpr Index kSmall = 8;
constexpr size_t kLinearProbes = 9;

// Visits the slots of a hash in probe order; f(SetEntry&) -> true stops.
template <class F>
[[gnu::always_inline]] inline void probe(SetEntry* table, size_t mask, Hash h, F&& f) {
    auto perturb = static_cast<size_t>(h);
    size_t i = perturb & mask;
    for (;;) {
        SetEntry* e = &table[i];
        if (f(*e)) return;
        if (i + kLinearProbes <= mask) {
            for (SetEntry* last = e + kLinearProbes; ++e <= last;) {
                if (f(*e)) return;
            }
        }
        perturb >>= 5;
        i = (i * 5 + 1 + perturb) & mask;
    }
}

// The entry of a key, or else a free one. For adding that is the last deleted one on the way, if there was
// any: CPython's choice, which decides the order of the items. Null: an entry has to be asked for equality,
// which may run Python. A deleted entry's hash is -1, which no key has.
template <bool Adding, class Key>
[[gnu::always_inline]] inline SetEntry* scan(Set& s, Hash h, const Key& same) {
    SetEntry *found = nullptr, *deleted = nullptr;
    probe(s.table, static_cast<size_t>(s.mask), h, [&](SetEntry& e) {
        if (!e.key) {
            found = Adding && deleted ? deleted : &e;
            return true;
        }
        if (e.hash != h) {
            if (Adding && e.hash == -1) deleted = &e;
            return false;
        }
        Same answer = same(*e.key);
        if (answer == Same::yes) found = &e;
        return answer != Same::no;
    });
    return found;
}
template <bool Adding>
[[gnu::always_inline]] inline SetEntry* find_quick(Set& s, Object& key, Hash h) {
    if (is_exact_int_object(key)) return scan<Adding>(s, h, IntKey{key});
    if (is_exact_str(key)) return scan<Adding>(s, h, StrKey{static_cast<Str&>(key)});
    if (key.type == &PyTuple_Type) return scan<Adding>(s, h, TupleKey{static_cast<Tuple&>(key)});
    return scan<Adding>(s, h, OtherKey{key});
}

// The same, asking. Precondition: the caller holds the key.
template <bool Adding>
[[gnu::noinline]] Result<SetEntry*> find_asking(Attached ts, Set& s, Object& key, Hash h) {
    for (;;) {  // again when a comparison changed the table
        SetEntry* table = s.table;
        const auto mask = s.mask;
        SetEntry *place = nullptr, *deleted = nullptr;
        bool restart = false, raised = false;
        probe(table, static_cast<size_t>(mask), h, [&](SetEntry& e) {
            if (!e.key) {
                place = Adding && deleted ? deleted : &e;
                return true;
            }
            if (e.hash != h) {
                if (Adding && e.hash == -1) deleted = &e;
                return false;
            }
            if (e.key != &key) {
                auto candidate = Ref<Object>::share(*e.key);
                auto same = compare_bool(ts, *candidate, key, CompareOp::eq);
                if (!same.ok()) return raised = true;
                if (s.table != table || s.mask != mask || e.key != candidate.get()) return restart = true;
                if (!same.take()) return false;
            }
            place = &e;
            return true;
        });
        if (raised) return already_raised();
        if (!restart) return place;
    }
}

template <bool Adding>
[[gnu::always_inline]] inline Result<SetEntry*> find(Attached ts, Set& s, Object& key, Hash h) {
    if (SetEntry* at = find_quick<Adding>(s, key, h)) [[likely]]
        return at;
    auto keep = Ref<Object>::share(key);
    return find_asking<Adding>(ts, s, key, h);
}

Index usual_room(const Set& s) {
    return s.used > 50000 ? s.used * 2 : s.used * 4;
}

void put_clean(SetEntry* table, size_t mask, Object* key, Hash h) {
    probe(table, mask, h, [&](SetEntry& e) {
        if (e.key) return false;
        e = {key, h};
        return true;
    });
}

Index table_size(Index room) {
    Index size = kSmall;
    while (size <= room) size <<= 1;
    return size;
}

Result<void> resize(Attached ts, Set& s, Index room) {
    Index size = table_size(room);
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
        if (set_entry_is_key(old[i]))
            put_clean(fresh, static_cast<size_t>(size - 1), old[i].key, old[i].hash);
    }
    s.table = fresh;
    s.mask = size - 1;
    s.fill = s.used;
    if (old != copy && old != s.smalltable) free_block(ts, old);
    return {};
}

}  // namespace

Object set_dummy = {kImmortalRefcnt, &PyBaseObject_Type};

void set_init_empty(Set& s) {
    s.fill = s.used = 0;
    s.mask = kSmall - 1;
    s.table = s.smalltable;
    s.hash = -1;
    s.finger = 0;
    s.weakreflist = nullptr;
    std::memset(static_cast<void*>(s.smalltable), 0, sizeof s.smalltable);
}

Result<void> set_add_hash(Attached ts, Set& s, Object& key, Hash h) {
    SetEntry* at = find_quick<true>(s, key, h);
    OptRef<Object> keep;
    if (!at) [[unlikely]] {
        keep = Ref<Object>::share(key);
        at = TRY(find_asking<true>(ts, s, key, h));
    }
    if (set_entry_is_key(*at)) return {};
    bool was_empty = !at->key;
    incref(&key);
    *at = {&key, h};
    ++s.used;
    if (!was_empty) return {};
    ++s.fill;
    if (s.fill * 5 < s.mask * 3) return {};
    return resize(ts, s, usual_room(s));
}
Result<void> set_add(Attached ts, Set& s, Object& key) {
    return set_add_hash(ts, s, key, TRY(key_hash(ts, key)));
}

Result<bool> set_contains_hash(Attached ts, Set& s, Object& key, Hash h) {
    return TRY(find<false>(ts, s, key, h))->key != nullptr;
}
Result<bool> set_contains_tagged(Attached ts, Set& s, int64_t key) {
    Hash h = hash_of_tagged(key);
    if (SetEntry* at = scan<false>(s, h, TaggedKey{key})) [[likely]]
        return at->key != nullptr;
    auto boxed = TRY(box_int(ts, key));
    return set_contains_hash(ts, s, *boxed, h);
}
Result<bool> set_contains(Attached ts, Set& s, Object& key) {
    return set_contains_hash(ts, s, key, TRY(key_hash(ts, key)));
}

Result<bool> set_discard_hash(Attached ts, Set& s, Object& key, Hash h) {
    SetEntry& at = *TRY(find<false>(ts, s, key, h));
    if (!at.key) return false;
    Object* old = std::exchange(at.key, &set_dummy);
    at.hash = -1;
    --s.used;
    decref(ts, old);
    return true;
}
Result<bool> set_discard(Attached ts, Set& s, Object& key) {
    return set_discard_hash(ts, s, key, TRY(key_hash(ts, key)));
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

void set_drop_table(Attached ts, Set& s) {
    Index left = s.used;
    for (SetEntry* e = s.table; left > 0; ++e) {
        if (!set_entry_is_key(*e)) continue;
        --left;
        decref(ts, e->key);
    }
    if (s.table != s.smalltable) free_block(ts, s.table);
}

Result<OptRef<Object>> set_pop(Attached, Set& s) {
    if (s.used == 0) return OptRef<Object>();
    // The finger remembers where the last search ended, so emptying a set by pop() is linear.
    Index i = s.finger & s.mask;
    while (!set_entry_is_key(s.table[i])) i = (i + 1) & s.mask;
    Object* key = std::exchange(s.table[i].key, &set_dummy);
    s.table[i].hash = -1;
    --s.used;
    s.finger = i + 1;
    return OptRef<Object>::steal(key);
}

void set_swap(Set& a, Set& b) {
    const bool a_small = a.table == a.smalltable, b_small = b.table == b.smalltable;
    std::swap(a.fill, b.fill);
    std::swap(a.used, b.used);
    std::swap(a.mask, b.mask);
    std::swap(a.table, b.table);
    std::swap(a.finger, b.finger);
    std::swap(a.smalltable, b.smalltable);
    if (b_small) a.table = a.smalltable;
    if (a_small) b.table = b.smalltable;
}

Result<void> set_make_room(Attached ts, Set& s, Index more) {
    if ((s.fill + more) * 5 < s.mask * 3) return {};
    return resize(ts, s, (s.used + more) * 2);
}
Result<void> set_squeeze(Attached ts, Set& s) {
    if (s.fill - s.used <= s.mask / 4) return {};
    return resize(ts, s, usual_room(s));
}

// A table like other's, which has no dummies, for a set that is empty and small.
static Result<void> clone_table(Attached ts, Set& s, Set& other) {
    if (other.mask >= kSmall) {
        auto* fresh =
            static_cast<SetEntry*>(allocate(ts, static_cast<size_t>(other.mask + 1) * sizeof(SetEntry)));
        if (!fresh) return raise_no_memory(ts);
        s.table = fresh;
    }
    s.mask = other.mask;
    for (Index i = 0; i <= other.mask; ++i) {
        s.table[i] = other.table[i];
        xincref(s.table[i].key);
    }
    s.fill = s.used = other.used;
    return {};
}

// Everything in `other`, with the hashes it has: no key is hashed or, into an empty set, compared.
Result<void> set_merge(Attached ts, Set& s, Set& other) {
    if (&s == &other || other.used == 0) return {};
    Index room = (s.used + other.used) * 2;
    bool grow = (s.fill + other.used) * 5 >= s.mask * 3;
    if (s.fill == 0 && s.table == s.smalltable && other.fill == other.used &&
        (grow ? table_size(room) - 1 : s.mask) == other.mask) {
        return clone_table(ts, s, other);
    }
    TRY(set_make_room(ts, s, other.used));
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
    while (set_next(other, &pos, &key, &h)) TRY(set_add_hash(ts, s, *key, h));
    return {};
}

}  // namespace baton
