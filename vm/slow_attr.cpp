// Attributes and items beyond the inline caches, and the filling of those caches.
#include <cstdlib>

#include "runtime/attr.h"
#include "runtime/native.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/eval_fast.h"
#include "vm/interp.h"

namespace baton {

namespace {

constexpr int kMemberObjectEx = 16;  // T_OBJECT_EX: what __slots__ makes
constexpr int kMemberReadOnly = 1;
constexpr uint32_t kNoVersion = ~uint32_t{0};  // of no type: word[1] is not a word of a look-up

void insert(AttrCache& cache, uint32_t version, uint64_t word) {
    if (cache.version[0] && cache.version[0] != version && attr_kind(cache.word[0]) != kAttrType) {
        cache.version[1] = cache.version[0];
        cache.word[1] = cache.word[0];
    } else if (attr_kind(cache.word[0]) == kAttrType) {
        cache.version[1] = 0;
        cache.word[1] = kAttrNone;
    }
    cache.version[0] = version;
    cache.word[0] = word;
}

// Where along the MRO a class value is: the owner's dict and the entry. 0 = not to be remembered.
uint64_t class_word(const Type& t, Str& name, AttrKind kind) {
    if (!t.mro) return 0;
    for (Index i = 0; i < t.mro->size; ++i) {
        auto& owner = static_cast<Type&>(*t.mro->item[i]);
        Index at = owner.dict ? dict_entry_index(*owner.dict, name) : -1;
        if (at < 0) continue;
        if (at >= 1 << 13) return 0;
        return reinterpret_cast<uint64_t>(&owner) << 16 | static_cast<uint64_t>(at) << 3 | kind;
    }
    return 0;
}

uint64_t pointer_word(Object* o, AttrKind kind) {
    return reinterpret_cast<uint64_t>(o) | kind;
}

bool has_data_setter(Object& descr) {
    return info(descr).descr_set != nullptr;
}

void remember_module(Attached ts, Module& m, Str& name, AttrCache& cache, uint32_t version) {
    if (!m.dict || !is_exact_str(name)) return;
    Index i = dict_entry_index(*m.dict, name);
    uint32_t keys = i >= 0 ? dict_keys_version(ts, *m.dict) : 0;
    if (keys == 0 || i > 0xFFFF) return;
    insert(cache, version, (uint64_t{keys} << 16 | static_cast<uint64_t>(i)) << 3 | kAttrModule);
}

void remember_type_attr(Attached ts, Type& t, Str& name, AttrCache& cache, uint32_t version) {
    Object* meta = type_lookup(PyType_Type, name);
    if (meta && has_data_setter(*meta)) return;
    Object* found = type_lookup(t, name);
    // Only what __get__(None, t) leaves as it is.
    if (!found || (info(*found).descr_get && found->type != &PyFunction_Type)) return;
    uint64_t word = class_word(t, name, kAttrType);
    uint32_t own = type_version(ts, t);
    if (!word || !own) return;
    cache.version[0] = version;
    cache.word[0] = word;
    cache.version[1] = kNoVersion;
    cache.word[1] = own;
}

}  // namespace

void remember_attr(Attached ts, Object& o, Str& name, AttrCache& site, bool method) {
    Type& t = *o.type;
    // Looks as if it were a site's cache, and writes to the thread's table too.
    struct Both {
        Attached ts;
        AttrCache& site;
        Str& name;
        bool method;
        void put(uint32_t version, uint64_t word) {
            insert(site, version, word);
            if (AttrMemo* m = attr_memo(ts))
                AttrMemo::at(method ? m->method : m->get, version, name) = {version, &name, word};
        }
    } cache{ts, site, name, method};
    if (!str_is_interned(name)) return;
    uint32_t version = type_version(ts, t);
    if (version == 0) return;
    if (&t == &PyModule_Type) return remember_module(ts, static_cast<Module&>(o), name, site, version);
    if (&t == &PyType_Type) return remember_type_attr(ts, static_cast<Type&>(o), name, site, version);
    if (!has_default_getattr(t)) return;
    Object* found = type_lookup(t, name);
    if (found && has_data_setter(*found)) {
        if (found->type == &PyMemberDescr_Type) {
            MemberDef* m = static_cast<MemberDescr*>(found)->member;
            if (m->type == kMemberObjectEx && m->offset > 0) {
                cache.put(version, static_cast<uint64_t>(m->offset) << 3 | kAttrMember);
            }
        } else if (!method && found->type == &PyProperty_Type) {
            Object* getter = property_getter(*found);
            if (getter && getter->type == &PyFunction_Type)
                cache.put(version, pointer_word(found, kAttrGetter));
        }
        return;
    }
    TypeInfo& i = info(t);
    bool shadowable = false;  // an instance may get it inline under the same version
    if (i.inline_offset && i.shared_keys) {
        int slot = shared_keys_find(*i.shared_keys, name);
        shadowable = slot >= 0;
        if (slot >= 0 && has_no_dict(o)) {
            if (static_cast<unsigned>(slot) < inline_header(o, i.inline_offset).filled &&
                inline_slots(o, i.inline_offset)[slot]) {
                cache.put(version,
                          (uint64_t{i.inline_offset} << 16 | static_cast<uint64_t>(slot)) << 3 | kAttrInline);
                return;
            }
        }
    }
    if (t.dictoffset > 0) {
        auto* d = *reinterpret_cast<Dict**>(reinterpret_cast<char*>(&o) + t.dictoffset);
        if (d) {
            Index at = dict_entry_index(*d, name);
            if (at >= 0) {
                cache.put(version, static_cast<uint64_t>(at) << 3 | kAttrDict);
                return;
            }
        }
    }
    if (!found || shadowable) return;
    if (method) {
        if (found->type == &PyFunction_Type) {
            cache.put(version, pointer_word(found, kAttrFunction));
            return;
        }
        if (found->type == &PyMethodDescr_Type && native_row(*static_cast<MethodDescr*>(found)->method)) {
            cache.put(version, pointer_word(found, kAttrNative));
            return;
        }
    }
    if (info(*found).descr_get) return;
    if (uint64_t word = class_word(t, name, kAttrValue)) cache.put(version, word);
}

namespace {

// How a store to o.name is done; 0 = by asking each time.
uint64_t store_word(Object& o, Str& name) {
    Type& t = *o.type;
    TypeInfo& i = info(t);
    Object* found = type_lookup(t, name);
    if (found && has_data_setter(*found)) {
        if (found->type == &PyMemberDescr_Type) {
            MemberDef* m = static_cast<MemberDescr*>(found)->member;
            bool plain = m->type == kMemberObjectEx && m->offset > 0 && !(m->flags & kMemberReadOnly);
            return plain ? static_cast<uint64_t>(m->offset) << 3 | kAttrMember : 0;
        }
        if (found->type == &PyProperty_Type) {
            Object* setter = property_setter(*found);
            if (setter && setter->type == &PyFunction_Type) return pointer_word(found, kAttrSetter);
        }
        return 0;
    }
    if (i.inline_offset && i.shared_keys) {
        int slot = shared_keys_find(*i.shared_keys, name);
        if (slot < 0 || !has_no_dict(o)) return 0;
        return (uint64_t{i.inline_offset} << 16 | static_cast<uint64_t>(slot)) << 3 | kAttrInline;
    }
    return t.dictoffset > 0 ? uint64_t{kAttrDict}
                            : 0;  // an instance with a dict of its own, as exceptions have
}

}  // namespace

void remember_set_attr(Attached ts, Object& o, Str& name, AttrCache& cache) {
    Type& t = *o.type;
    if (!str_is_interned(name) || !has_default_setattr(t)) return;
    uint32_t version = type_version(ts, t);
    uint64_t word = version ? store_word(o, name) : 0;
    if (!word) return;
    insert(cache, version, word);
    if (AttrMemo* m = attr_memo(ts)) AttrMemo::at(m->set, version, name) = {version, &name, word};
}

AttrMemo* attr_memo(Attached ts) {
    RuntimeThread& t = rt(ts);
    if (!t.vm) t.vm = static_cast<VmThread*>(std::calloc(1, sizeof(AttrMemo)));
    return reinterpret_cast<AttrMemo*>(t.vm);
}
void attr_memo_free(RuntimeThread& t) {
    std::free(t.vm);
    t.vm = nullptr;
}

uint64_t recall(Attached ts, Object& o, Str& name, AttrCache& site,
                AttrMemo::Entry (AttrMemo::*table)[AttrMemo::kEntries]) {
    uint32_t version = o.type->version_tag;
    auto* m = reinterpret_cast<AttrMemo*>(rt(ts).vm);
    if (version == 0 || !m) return kNotRecalled;
    AttrMemo::Entry& e = AttrMemo::at(m->*table, version, name);
    if (e.version != version || e.name != &name) return kNotRecalled;
    // The site keeps what it has, but for now and then: its types may be of the past.
    if (site.version[1] == 0 || (ts->ticks & 31) == 0) insert(site, version, e.word);
    return e.word;
}

namespace {

template <bool Local>
bool get_attr_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return false;
    Str& name = name_at(R, pc->c);
    AttrCache& site = attr_cache(pc);
    if (uint64_t word = recall(ts, *o, name, site, &AttrMemo::get); word != kNotRecalled) {
        if (Value v = attr_by_word(*o, word, site, name)) {
            take_b(ts, pc, R);
            set_result<Local>(ts, R[pc->a], v);
            return true;
        }
    }
    Object* r = get_attr(ts, *o, name).release();
    if (!r) return false;
    if (!R[pc->b].is_int()) remember_attr(ts, *o, name, attr_cache(pc), false);
    Value v = unbox(ts, r);
    take_b(ts, pc, R);
    set_result<Local>(ts, R[pc->a], v);
    return true;
}

// The item of a str or dict, owned, for an int key that need not be boxed. Nothing = not found, or another
// container.
Value get_item_tagged(Attached ts, Object& o, int64_t key) {
    if (is_exact_str(o)) {
        auto& s = static_cast<Str&>(o);
        Index i = key < 0 ? key + s.length : key;
        if (static_cast<size_t>(i) >= static_cast<size_t>(s.length)) return Value();
        uint32_t c = str_char_unchecked(s, i);
        return Value(c < 256 ? str_latin1_char(static_cast<uint8_t>(c)).release()
                             : str_from_char(ts, c).release());
    }
    if (is_exact(o, PyDict_Type)) {
        auto found = dict_find_tagged(ts, static_cast<Dict&>(o), key);
        if (!found.ok()) return Value();
        if (Object* v = found.take().value) return unbox_borrowed(v);
    }
    return Value();
}

// R[b][key], owned; nothing = raised.
Value get_item_value(Attached ts, Value container, Value key) {
    if (key.is_int() && container.is_object()) {
        Value v = get_item_tagged(ts, *container.object(), key.as_int());
        if (v) return v;
        if (rt(ts).pending) return Value();
    }
    Boxed o(ts, container), k(ts, key);
    if (!o.ok() || !k.ok()) return Value();
    if (is_exact(*o, PyDict_Type)) {
        auto& d = static_cast<Dict&>(*o);
        if (d.keys->all_str && is_exact_str(*k)) {
            if (Object* v = dict_find_str(d, static_cast<Str&>(*k))) return unbox_borrowed(v);
        }
        auto found = dict_find(ts, static_cast<Dict&>(*o), *k);
        if (!found.ok()) return Value();
        if (Object* v = found.take().value) return unbox_borrowed(v);
        return raise_with(ts, Exc::KeyError, Ref<Object>::share(*k));
    }
    Object* r = get_item(ts, *o, *k).release();
    return r ? unbox(ts, r) : Value();
}

template <bool Local, bool Immediate>
bool get_item_slow(Attached ts, const Instr* pc, Value* R) {
    Value v = get_item_value(ts, R[pc->b], Immediate ? Value::of_int(pc->sc()) : R[pc->c]);
    if (!v) return false;
    take_b(ts, pc, R);
    if (!Immediate) take_c(ts, pc, R);
    set_result<Local>(ts, R[pc->a], v);
    return true;
}

}  // namespace

bool GET_ATTR_T_slow(Attached ts, const Instr* pc, Value* R) {
    return get_attr_slow<false>(ts, pc, R);
}
bool GET_ATTR_L_slow(Attached ts, const Instr* pc, Value* R) {
    return get_attr_slow<true>(ts, pc, R);
}
bool GET_ITEM_T_slow(Attached ts, const Instr* pc, Value* R) {
    return get_item_slow<false, false>(ts, pc, R);
}
bool GET_ITEM_L_slow(Attached ts, const Instr* pc, Value* R) {
    return get_item_slow<true, false>(ts, pc, R);
}
bool GET_ITEMI_T_slow(Attached ts, const Instr* pc, Value* R) {
    return get_item_slow<false, true>(ts, pc, R);
}
bool GET_ITEMI_L_slow(Attached ts, const Instr* pc, Value* R) {
    return get_item_slow<true, true>(ts, pc, R);
}

namespace {

// The instance's own dict, made when needed.
bool set_in_dict(Attached ts, Object& o, Str& name, Object& value) {
    auto*& d = *reinterpret_cast<Dict**>(reinterpret_cast<char*>(&o) + o.type->dictoffset);
    if (!d) {
        d = dict_new(ts).release();
        if (!d) return false;
    }
    auto keep = Ref<Dict>::share(*d);
    return dict_set_str(ts, *d, name, value).ok();
}

}  // namespace

bool SET_ATTR_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->a]);
    if (!o.ok()) return false;
    Str& name = name_at(R, pc->c);
    uint64_t word = recall(ts, *o, name, attr_cache(pc), &AttrMemo::set);
    if (word != kNotRecalled && attr_kind(word) == kAttrInline) {
        Value old;
        if (store_inline(*o, word, R[pc->b], &old)) {
            if (!(pc->flags & kTakeB)) (void)share(R[pc->b]);
            drop(ts, old);
            take_a(ts, pc, R);
            return true;
        }
    }
    Boxed v(ts, R[pc->b]);
    if (!v.ok()) return false;
    if (word != kNotRecalled && attr_kind(word) == kAttrDict) {
        if (!set_in_dict(ts, *o, name, *v)) return false;
        take_b(ts, pc, R);
        take_a(ts, pc, R);
        return true;
    }
    if (!set_attr(ts, *o, name, *v).ok()) return false;
    if (!R[pc->a].is_int()) remember_set_attr(ts, *o, name, attr_cache(pc));
    take_b(ts, pc, R);
    take_a(ts, pc, R);
    return true;
}

bool DEL_ATTR_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->a]);
    if (!o.ok() || !del_attr(ts, *o, name_at(R, pc->c)).ok()) return false;
    take_a(ts, pc, R);
    return true;
}

bool SET_ITEM_slow(Attached ts, const Instr* pc, Value* R) {
    Value key = R[pc->b];
    Boxed o(ts, R[pc->a]), v(ts, R[pc->c]);
    if (!o.ok() || !v.ok()) return false;
    if (key.is_int() && is_exact(*o, PyDict_Type)) {
        if (!dict_set_tagged(ts, static_cast<Dict&>(*o), key.as_int(), Ref<Object>::share(*v)).ok())
            return false;
        take_c(ts, pc, R);
        take_a(ts, pc, R);
        return true;
    }
    Boxed k(ts, key);
    if (!k.ok()) return false;
    bool ok = is_exact(*o, PyDict_Type) ? dict_set(ts, static_cast<Dict&>(*o), *k, *v).ok()
                                        : set_item(ts, *o, *k, *v).ok();
    if (!ok) return false;
    take_c(ts, pc, R);
    take_b(ts, pc, R);
    take_a(ts, pc, R);
    return true;
}

bool DEL_ITEM_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->a]), k(ts, R[pc->b]);
    if (!o.ok() || !k.ok() || !del_item(ts, *o, *k).ok()) return false;
    take_b(ts, pc, R);
    take_a(ts, pc, R);
    return true;
}

bool BUILD_SLICE_slow(Attached ts, const Instr* pc, Value* R) {
    Value* part = &R[pc->a];
    if (!box_all(ts, part, 3).ok()) return false;
    auto s = slice_new(ts, part[0].object(), part[1].object(), part[2].object());
    if (!s.ok()) return false;
    for (int i = 2; i >= 0; --i) drop(ts, part[i]);
    part[0] = Value(s.release());
    return true;
}

}  // namespace baton
