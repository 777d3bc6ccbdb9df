// dict: the hash table. See dict.h; methods are in dict_methods.cpp, views in dict_views.cpp.
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_parts.h"
#include "runtime/types/list.h"
#include "runtime/types/table_key.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

constexpr int kMinLog2 = 3;
constexpr Index kEmpty = -1, kDeleted = -2;

// Two thirds of the index may be filled.
constexpr Index usable_for(int log2_size) {
    return static_cast<Index>(((size_t{1} << log2_size) << 1) / 3);
}

// The table of every empty dict: never written, so it can be shared by all interpreters. Its index says
// "empty" everywhere.
struct EmptyKeys {
    DictKeys keys;
    int8_t index[1];
};
constexpr EmptyKeys empty_table = {{0, true, 0, 0, 0}, {-1}};

DictKeys* empty_keys() {
    return const_cast<DictKeys*>(&empty_table.keys);
}
bool is_empty_table(const DictKeys* k) {
    return k == &empty_table.keys;
}

Index index_at(DictKeys* k, size_t i) {
    int lg = k->log2_size;
    if (lg < 8) return static_cast<int8_t*>(k->index())[i];
    if (lg < 16) return static_cast<int16_t*>(k->index())[i];
    if (lg < 32) return static_cast<int32_t*>(k->index())[i];
    return static_cast<int64_t*>(k->index())[i];
}
void set_index_at(DictKeys* k, size_t i, Index v) {
    int lg = k->log2_size;
    if (lg < 8)
        static_cast<int8_t*>(k->index())[i] = static_cast<int8_t>(v);
    else if (lg < 16)
        static_cast<int16_t*>(k->index())[i] = static_cast<int16_t>(v);
    else if (lg < 32)
        static_cast<int32_t*>(k->index())[i] = static_cast<int32_t>(v);
    else
        static_cast<int64_t*>(k->index())[i] = v;
}

// The probe sequence: every slot is visited once the perturbation has run out.
struct Probe {
    size_t mask, i, perturb;
    Probe(DictKeys* k, Hash h)
        : mask((size_t{1} << k->log2_size) - 1),
          i(static_cast<size_t>(h) & mask),
          perturb(static_cast<size_t>(h)) {}
    void next() {
        perturb >>= 5;
        i = (i * 5 + perturb + 1) & mask;
    }
};

size_t table_bytes(int log2_size, Index entries) {
    DictKeys shape{static_cast<uint8_t>(log2_size), true, 0, 0, 0};
    return sizeof(DictKeys) + shape.index_bytes() + static_cast<size_t>(entries) * sizeof(DictEntry);
}

DictKeys* new_table(Attached ts, int log2_size, bool all_str) {
    if (log2_size > 58) return nullptr;
    Index entries = usable_for(log2_size);
    auto* k = static_cast<DictKeys*>(allocate(ts, table_bytes(log2_size, entries)));
    if (!k) return nullptr;
    *k = {static_cast<uint8_t>(log2_size), all_str, 0, entries, 0};
    std::memset(k->index(), 0xff, k->index_bytes());
    return k;
}
void free_table(Attached ts, DictKeys* k) {
    if (!is_empty_table(k)) free_block(ts, k);
}

int log2_for(Index entries) {
    int lg = kMinLog2;
    while (usable_for(lg) < entries) ++lg;
    return lg;
}

template <class Width>
void fill_index_width(DictKeys* k) {
    auto* index = static_cast<Width*>(k->index());
    DictEntry* e = k->entries();
    for (Index i = 0; i < k->count; ++i) {
        Probe p(k, e[i].hash);
        while (index[p.i] != kEmpty) p.next();
        index[p.i] = static_cast<Width>(i);
    }
}
// Enters all entries into an index that is empty.
void fill_index(DictKeys* k) {
    if (k->log2_size < 8)
        fill_index_width<int8_t>(k);
    else if (k->log2_size < 16)
        fill_index_width<int16_t>(k);
    else if (k->log2_size < 32)
        fill_index_width<int32_t>(k);
    else
        fill_index_width<int64_t>(k);
}
void put_index(DictKeys* k, Hash h, Index entry) {
    Probe p(k, h);
    while (index_at(k, p.i) >= 0) p.next();
    set_index_at(k, p.i, entry);
}

// Moves the entries to a table with room for `room` of them, closing the gaps.
Result<void> resize(Attached ts, Dict& d, Index room) {
    DictKeys* old = d.keys;
    DictKeys* k = new_table(ts, log2_for(room), old->all_str);
    if (!k) return raise_no_memory(ts);
    DictEntry* to = k->entries();
    DictEntry* from = old->entries();
    if (d.used == old->count) {
        std::memcpy(to, from, static_cast<size_t>(d.used) * sizeof(DictEntry));
    } else {
        for (Index i = 0; i < old->count; ++i) {
            if (from[i].value) *to++ = from[i];
        }
    }
    k->count = d.used;
    k->usable -= k->count;
    fill_index(k);
    d.keys = k;
    free_table(ts, old);
    return {};
}

// Where a key is. slot: index position of the entry (valid when entry >= 0).
struct Place {
    Index entry;
    size_t slot;
};

constexpr Index kAsk = -3;

// Compiled for each width of the index, so that the loop does not choose one at each step.
template <class Width, class Key>
[[gnu::always_inline]] inline Place scan_width(DictKeys* k, Hash h, const Key& same) {
    const auto* index = static_cast<const Width*>(k->index());
    DictEntry* e = k->entries();
    for (Probe p(k, h);; p.next()) {
        Index at = index[p.i];
        if (at >= 0) {
            if (e[at].hash != h) continue;
            Same answer = same(*e[at].key);
            if (answer == Same::yes) return {at, p.i};
            if (answer == Same::ask) return {kAsk, p.i};
        } else if (at == kEmpty) {
            return {kEmpty, p.i};
        }
    }
}
// Where a key is, kEmpty, or kAsk: a candidate must be asked, which may run Python.
template <class Key>
[[gnu::always_inline]] inline Place scan(DictKeys* k, Hash h, const Key& same) {
    if (k->log2_size < 8) return scan_width<int8_t>(k, h, same);
    if (k->log2_size < 16) return scan_width<int16_t>(k, h, same);
    if (k->log2_size < 32) return scan_width<int32_t>(k, h, same);
    return scan_width<int64_t>(k, h, same);
}

// All keys of the table are exact strs: their types need not be looked at.
struct StrAmongStrs {
    Str& key;
    Same operator()(Object& o) const { return str_eq(static_cast<Str&>(o), key) ? Same::yes : Same::no; }
};
Place find_str(DictKeys* k, Str& key, Hash h) {
    return scan(k, h, StrAmongStrs{key});
}

// May run __eq__, which may change the dict: then it starts over. The caller holds the key. Another table may
// lie where this one lay, with its old entries still to be read in what is not in use yet: the index alone
// tells which entries are alive.
[[gnu::noinline]] Result<Place> find_asking(Attached ts, Dict& d, Object& key, Hash h) {
restart:
    DictKeys* k = d.keys;
    DictEntry* e = k->entries();
    const auto log2_size = k->log2_size;
    for (Probe p(k, h);; p.next()) {
        Index at = index_at(k, p.i);
        if (at == kEmpty) return Place{-1, p.i};
        if (at < 0) continue;
        if (e[at].key == &key) return Place{at, p.i};
        if (e[at].hash != h) continue;
        Ref<Object> candidate = Ref<Object>::share(*e[at].key);
        bool same = TRY(compare_bool(ts, *candidate, key, CompareOp::eq));
        const bool stands = d.keys == k && k->log2_size == log2_size && index_at(k, p.i) == at;
        if (!stands || e[at].key != candidate.get()) goto restart;
        if (same) return Place{at, p.i};
    }
}

Place find_quick(DictKeys* k, Object& key, Hash h) {
    if (is_exact_str(key))
        return k->all_str ? find_str(k, static_cast<Str&>(key), h)
                          : scan(k, h, StrKey{static_cast<Str&>(key)});
    if (is_exact_int_object(key)) return scan(k, h, IntKey{key});
    if (key.type == &PyTuple_Type) return scan(k, h, TupleKey{static_cast<Tuple&>(key)});
    return scan(k, h, OtherKey{key});
}
[[gnu::always_inline]] inline Result<Place> find(Attached ts, Dict& d, Object& key, Hash h) {
    Place at = find_quick(d.keys, key, h);
    if (at.entry == kAsk) [[unlikely]]
        return find_asking(ts, d, key, h);
    return at;
}

// Containers are tracked once they hold something that can be part of a cycle.
bool may_be_in_cycle(const Object& o) {
    if (!has_flag(*o.type, kTypeHasGc)) return false;
    if (o.type == &PyTuple_Type) return gc_is_tracked(const_cast<Object*>(&o));
    return true;
}
void track_for(Attached ts, Dict& d, Object& key, Object& value) {
    if (!gc_is_tracked(&d) && (may_be_in_cycle(value) || may_be_in_cycle(key))) gc_track(ts, &d);
}

void new_version(Attached ts, Dict& d) {
    d.version_tag = ++interp(ts).next_dict_version;
}

Result<void> append_entry(Attached ts, Dict& d, Ref<Object> key, Hash h, Ref<Object> value) {
    if (d.keys->usable <= 0) TRY(resize(ts, d, d.used * 3 > 5 ? d.used * 2 : 5));
    DictKeys* k = d.keys;
    if (!is_exact_str(*key)) k->all_str = false;
    k->version = 0;
    track_for(ts, d, *key, *value);
    put_index(k, h, k->count);
    k->entries()[k->count] = {key.release(), value.release(), h};
    ++k->count;
    --k->usable;
    ++d.used;
    new_version(ts, d);
    return {};
}

Result<void> replace_value(Attached ts, Dict& d, Index entry, Ref<Object> value) {
    if (!gc_is_tracked(&d) && may_be_in_cycle(*value)) gc_track(ts, &d);
    Object* old = std::exchange(d.keys->entries()[entry].value, value.release());
    new_version(ts, d);
    decref(ts, old);
    return {};
}

Result<void> insert(Attached ts, Dict& d, Ref<Object> key, Hash h, Ref<Object> value) {
    Place at = TRY(find(ts, d, *key, h));
    if (at.entry < 0) return append_entry(ts, d, std::move(key), h, std::move(value));
    return replace_value(ts, d, at.entry, std::move(value));
}

// Takes an entry out; gives its value. The key is dropped.
Ref<Object> take_entry(Attached ts, Dict& d, Place at) {
    DictKeys* k = d.keys;
    DictEntry& e = k->entries()[at.entry];
    set_index_at(k, at.slot, kDeleted);
    Object* key = std::exchange(e.key, nullptr);
    auto value = Ref<Object>::steal(std::exchange(e.value, nullptr));
    k->version = 0;
    --d.used;
    new_version(ts, d);
    decref(ts, key);
    return value;
}

}  // namespace

Result<Ref<Dict>> dict_new(Attached ts) {
    auto d = TRY(new_gc_object<Dict>(ts, PyDict_Type));
    d->used = 0;
    new_version(ts, *d);
    d->keys = empty_keys();
    d->values = nullptr;
    return d;
}

Result<Ref<Dict>> dict_new_sized(Attached ts, Index expected) {
    auto d = TRY(dict_new(ts));
    if (expected > 0) TRY(resize(ts, *d, expected));
    return d;
}

// For __new__ of subclasses: the fields of a fresh, zero-filled instance.
void dict_init_empty(Attached ts, Dict& d) {
    d.used = 0;
    new_version(ts, d);
    d.keys = empty_keys();
    d.values = nullptr;
}

Result<Found> dict_find_hash(Attached ts, Dict& d, Object& key, Hash h) {
    Place at = TRY(find(ts, d, key, h));
    return Found{at.entry < 0 ? nullptr : d.keys->entries()[at.entry].value};
}
Result<Found> dict_find(Attached ts, Dict& d, Object& key) {
    return dict_find_hash(ts, d, key, TRY(key_hash(ts, key)));
}

Result<Found> dict_find_tagged(Attached ts, Dict& d, int64_t key) {
    Hash h = hash_of_tagged(key);
    Place at = scan(d.keys, h, TaggedKey{key});
    if (at.entry == kAsk) [[unlikely]]
        return dict_find_hash(ts, d, *TRY(box_int(ts, key)), h);
    return Found{at.entry < 0 ? nullptr : d.keys->entries()[at.entry].value};
}
Result<void> dict_set_tagged(Attached ts, Dict& d, int64_t key, Ref<Object> value) {
    Hash h = hash_of_tagged(key);
    Place at = scan(d.keys, h, TaggedKey{key});
    if (at.entry >= 0) return replace_value(ts, d, at.entry, std::move(value));
    auto boxed = TRY(box_int(ts, key));
    if (at.entry == kAsk) [[unlikely]]
        return insert(ts, d, std::move(boxed), h, std::move(value));
    return append_entry(ts, d, std::move(boxed), h, std::move(value));
}

Index dict_entry_index(Dict& d, Str& key) {
    Hash h = str_hash(key);
    if (d.keys->all_str) return find_str(d.keys, key, h).entry;
    // Other keys stand in the table: compare with the str ones only; an equal key of another type is not
    // found here.
    DictKeys* k = d.keys;
    DictEntry* e = k->entries();
    for (Probe p(k, h);; p.next()) {
        Index at = index_at(k, p.i);
        if (at == kEmpty) return -1;
        if (at >= 0 && e[at].hash == h && is_exact_str(*e[at].key) &&
            str_eq(static_cast<Str&>(*e[at].key), key))
            return at;
    }
}
Object* dict_find_str(Dict& d, Str& key) {
    Index at = dict_entry_index(d, key);
    return at < 0 ? nullptr : d.keys->entries()[at].value;
}

uint32_t dict_keys_version(Attached ts, Dict& d) {
    if (d.keys->version) return d.keys->version;
    if (is_empty_table(d.keys)) {
        DictKeys* k = new_table(ts, kMinLog2, true);
        if (!k) return 0;
        d.keys = k;
    }
    uint32_t& next = interp(ts).next_keys_version;
    if (next == UINT32_MAX) return 0;
    return d.keys->version = ++next;
}

Result<void> dict_set_hash(Attached ts, Dict& d, Object& key, Hash h, Object& value) {
    return insert(ts, d, Ref<Object>::share(key), h, Ref<Object>::share(value));
}
Result<void> dict_set(Attached ts, Dict& d, Object& key, Object& value) {
    return dict_set_hash(ts, d, key, TRY(key_hash(ts, key)), value);
}
Result<void> dict_set_owned(Attached ts, Dict& d, Ref<Object> key, Ref<Object> value) {
    Hash h = TRY(key_hash(ts, *key));
    return insert(ts, d, std::move(key), h, std::move(value));
}
Result<void> dict_set_str(Attached ts, Dict& d, Str& key, Object& value) {
    return dict_set_hash(ts, d, key, str_hash(key), value);
}

Result<bool> dict_del(Attached ts, Dict& d, Object& key) {
    Place at = TRY(find(ts, d, key, TRY(key_hash(ts, key))));
    if (at.entry < 0) return false;
    (void)take_entry(ts, d, at);
    return true;
}

Result<TakenItem> dict_take_item(Attached ts, Dict& d, Object& key, Hash h) {
    Place at = TRY(find(ts, d, key, h));
    if (at.entry < 0) return TakenItem{};
    auto stored = Ref<Object>::share(*d.keys->entries()[at.entry].key);
    auto value = take_entry(ts, d, at);
    return TakenItem{OptRef<Object>(std::move(stored)), OptRef<Object>(std::move(value))};
}
Result<OptRef<Object>> dict_pop(Attached ts, Dict& d, Object& key) {
    if (d.used == 0) return OptRef<Object>();
    Place at = TRY(find(ts, d, key, TRY(key_hash(ts, key))));
    if (at.entry < 0) return OptRef<Object>();
    return OptRef<Object>(take_entry(ts, d, at));
}
Result<Found> dict_stored_key(Attached ts, Dict& d, Object& key, Hash h) {
    Place at = TRY(find(ts, d, key, h));
    return Found{at.entry < 0 ? nullptr : d.keys->entries()[at.entry].key};
}

Result<Ref<Tuple>> dict_popitem(Attached ts, Dict& d) {
    if (d.used == 0) return raise(ts, Exc::KeyError, "popitem(): dictionary is empty");
    auto pair = TRY(tuple_alloc(ts, 2));
    DictKeys* k = d.keys;
    Index i = k->count - 1;
    while (!k->entries()[i].value) --i;
    DictEntry& e = k->entries()[i];
    Probe p(k, e.hash);
    while (index_at(k, p.i) != i) p.next();
    set_index_at(k, p.i, kDeleted);
    pair->item[0] = std::exchange(e.key, nullptr);
    pair->item[1] = std::exchange(e.value, nullptr);
    k->count =
        i;  // the entry's room is not reused: usable stays, so the index cannot fill up with deleted marks
    k->version = 0;
    --d.used;
    new_version(ts, d);
    return tuple_finish(ts, std::move(pair));
}

Result<Ref<Object>> dict_setdefault(Attached ts, Dict& d, Object& key, Object& value) {
    Hash h = TRY(key_hash(ts, key));
    Place at = TRY(find(ts, d, key, h));
    if (at.entry >= 0) return Ref<Object>::share(*d.keys->entries()[at.entry].value);
    TRY(append_entry(ts, d, Ref<Object>::share(key), h, Ref<Object>::share(value)));
    return Ref<Object>::share(value);
}

void dict_clear(Attached ts, Dict& d) {
    DictKeys* k = d.keys;
    Index n = k->count;
    d.keys = empty_keys();
    d.used = 0;
    new_version(ts, d);
    DictEntry* e = k->entries();
    for (Index i = 0; i < n; ++i) {
        if (!e[i].value) continue;
        decref(ts, e[i].key);
        decref(ts, e[i].value);
    }
    free_table(ts, k);
}

Result<Ref<Dict>> dict_copy(Attached ts, Dict& d) {
    auto copy = TRY(dict_new(ts));
    if (d.used == 0) return copy;
    DictKeys* from = d.keys;
    // Few gaps: the table is copied as it stands.
    if (from->count - d.used <= d.used / 8) {
        size_t bytes = table_bytes(from->log2_size, usable_for(from->log2_size));
        auto* k = static_cast<DictKeys*>(allocate(ts, bytes));
        if (!k) return raise_no_memory(ts);
        std::memcpy(k, from, table_bytes(from->log2_size, from->count));
        k->version = 0;
        for (Index i = 0; i < k->count; ++i) {
            xincref(k->entries()[i].key);
            xincref(k->entries()[i].value);
        }
        copy->keys = k;
        copy->used = d.used;
    } else {
        TRY(resize(ts, *copy, d.used));
        for (Index i = 0; i < from->count; ++i) {
            DictEntry& e = from->entries()[i];
            if (!e.value) continue;
            TRY(append_entry(ts, *copy, Ref<Object>::share(*e.key), e.hash, Ref<Object>::share(*e.value)));
        }
    }
    if (gc_is_tracked(&d) && !gc_is_tracked(copy.get())) gc_track(ts, copy.get());
    return copy;
}

bool dict_next(Dict& d, Index* pos, Object** key, Object** value, Hash* hash) {
    DictKeys* k = d.keys;
    for (Index i = *pos; i < k->count; ++i) {
        DictEntry& e = k->entries()[i];
        if (!e.value) continue;
        *pos = i + 1;
        if (key) *key = e.key;
        if (value) *value = e.value;
        if (hash) *hash = e.hash;
        return true;
    }
    *pos = k->count;
    return false;
}

bool dict_previous(Dict& d, Index* pos, Object** key, Object** value) {
    DictKeys* k = d.keys;
    Index i = *pos < 0 || *pos > k->count ? k->count : *pos;
    while (i > 0) {
        DictEntry& e = k->entries()[--i];
        if (!e.value) continue;
        *pos = i;
        if (key) *key = e.key;
        if (value) *value = e.value;
        return true;
    }
    *pos = 0;
    return false;
}

namespace {
Result<Ref<List>> collect(Attached ts, Dict& d, Result<Ref<Object>> (*pick)(Attached, Object*, Object*)) {
again:
    Index n = d.used;
    auto list = TRY(list_new(ts, n));
    if (n != d.used) goto again;  // a collection ran and changed the dict
    Index pos = 0, i = 0;
    Object *key, *value;
    while (i < n && dict_next(d, &pos, &key, &value)) list->item[i++] = TRY(pick(ts, key, value)).release();
    return list;
}
}  // namespace

Result<Ref<List>> dict_keys_list(Attached ts, Dict& d) {
    return collect(ts, d, [](Attached, Object* key, Object*) -> Result<Ref<Object>> {
        return Ref<Object>::share(*key);
    });
}
Result<Ref<List>> dict_values_list(Attached ts, Dict& d) {
    return collect(ts, d, [](Attached, Object*, Object* value) -> Result<Ref<Object>> {
        return Ref<Object>::share(*value);
    });
}
Result<Ref<List>> dict_items_list(Attached ts, Dict& d) {
    return collect(ts, d, [](Attached a, Object* key, Object* value) -> Result<Ref<Object>> {
        return tuple_of(a, {key, value});
    });
}

// Another dict's entries, in its order. Its table may change while keys are compared: then RuntimeError, as
// for a loop over it.
static Result<void> merge_dict(Attached ts, Dict& d, Dict& other, bool override_existing) {
    if (&d == &other || other.used == 0) return {};
    if (d.used == 0 && d.keys->usable < other.used) TRY(resize(ts, d, other.used));
    DictKeys* k = other.keys;
    Index n = k->count;
    for (Index i = 0; i < n; ++i) {
        DictEntry& e = k->entries()[i];
        if (!e.value) continue;
        auto key = Ref<Object>::share(*e.key);
        auto value = Ref<Object>::share(*e.value);
        Hash h = e.hash;
        if (override_existing) {
            TRY(insert(ts, d, std::move(key), h, std::move(value)));
        } else {
            Place at = TRY(find(ts, d, *key, h));
            if (at.entry < 0) TRY(append_entry(ts, d, std::move(key), h, std::move(value)));
        }
        if (other.keys != k || k->count != n)
            return raise(ts, Exc::RuntimeError, "dict mutated during update");
    }
    return {};
}

Result<void> dict_merge(Attached ts, Dict& d, Object& mapping, bool override_existing) {
    // A subclass with its own __iter__ is asked for keys() like any other mapping.
    if (is_dict(mapping) && mapping.type->iter == PyDict_Type.iter) {
        return merge_dict(ts, d, static_cast<Dict&>(mapping), override_existing);
    }
    auto keys_method = TRY(get_attr(ts, mapping, id(Name::keys)));
    auto keys = TRY(call(ts, *keys_method));
    return for_each(ts, *keys, [&](Ref<Object> key) -> Result<bool> {
        if (!override_existing) {
            Found f = TRY(dict_find(ts, d, *key));
            if (f.value) return true;
        }
        auto value = TRY(get_item(ts, mapping, *key));
        TRY(dict_set(ts, d, *key, *value));
        return true;
    });
}

Result<void> dict_update_pairs(Attached ts, Dict& d, Object& iterable) {
    Index at = 0;
    return for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
        auto pair = sequence_fast(ts, *item, "");
        if (!pair.ok()) {
            if (pending_is(ts, Exc::TypeError)) {
                clear_pending(ts);
                return raise(ts, Exc::TypeError,
                             "cannot convert dictionary update sequence element #{} to a sequence", at);
            }
            return already_raised();
        }
        auto seq = pair.take();
        Index n = is_list(*seq) ? static_cast<List&>(*seq).size : static_cast<Tuple&>(*seq).size;
        if (n != 2) {
            return raise(ts, Exc::ValueError,
                         "dictionary update sequence element #{} has length {}; 2 is required", at, n);
        }
        Object** p = is_list(*seq) ? static_cast<List&>(*seq).item : static_cast<Tuple&>(*seq).item;
        auto key = Ref<Object>::share(*p[0]);  // hashing may empty the list
        auto value = Ref<Object>::share(*p[1]);
        TRY(dict_set(ts, d, *key, *value));
        ++at;
        return true;
    });
}

}  // namespace baton
