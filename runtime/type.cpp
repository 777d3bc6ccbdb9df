// Looking attributes up on types, the method resolution order, versions and the lists of subclasses.
#include "runtime/type.h"

#include <fmt/format.h>

#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/type_impl.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/check.h"

namespace baton {

// The static types themselves; filled by runtime_init_types.
#define TYPE(symbol, accessor, layout, spec) Type symbol;
#include "runtime/types.def"
#undef TYPE

bool is_subtype(const Type& t, const Type& base) {
    if (&t == &base) return true;
    if (t.mro) {
        for (Index i = 0; i < t.mro->size; ++i) {
            if (t.mro->item[i] == static_cast<const Object*>(&base)) return true;
        }
        return false;
    }
    for (const Type* b = t.base; b; b = b->base) {
        if (b == &base) return true;
    }
    return &base == &PyBaseObject_Type;
}

// ---- looking up ----

namespace {

Object* walk(const Type& t, Str& name) {
    if (!t.mro) {
        for (const Type* b = &t; b; b = b->base) {
            if (!b->dict) continue;
            if (Object* o = dict_find_str(*b->dict, name)) return o;
        }
        return nullptr;
    }
    for (Index i = 0; i < t.mro->size; ++i) {
        Object* base = t.mro->item[i];
        Dict* d = is_type(*base) ? static_cast<Type*>(base)->dict : nullptr;
        if (!d) continue;
        if (Object* o = dict_find_str(*d, name)) return o;
    }
    return nullptr;
}

size_t hash_pointer(const Str* name) {
    uintptr_t p = reinterpret_cast<uintptr_t>(name);
    return (p >> 4) ^ (p >> 11);
}
MethodCache::Entry* find_entry(const MethodCache& c, const Str* name) {
    for (size_t i = hash_pointer(name);; ++i) {
        MethodCache::Entry& e = c.entry[i & c.mask];
        if (e.name == name || !e.name) return &e;
    }
}
bool grow(MethodCache& c, uint32_t size) {
    auto* fresh = static_cast<MethodCache::Entry*>(std::calloc(size, sizeof(MethodCache::Entry)));
    if (!fresh) return false;
    MethodCache bigger{size - 1, c.used, c.complete, fresh};
    for (uint32_t i = 0; c.entry && i <= c.mask; ++i) {
        if (c.entry[i].name) *find_entry(bigger, c.entry[i].name) = c.entry[i];
    }
    std::free(c.entry);
    c = bigger;
    return true;
}
void remember(MethodCache& c, Str& name, Object* value) {
    constexpr uint32_t kFirst = 16, kMost = 1024;
    if (!c.entry || (c.used + 1) * 3 > (c.mask + 1) * 2) {
        uint32_t size = c.entry ? (c.mask + 1) * 2 : kFirst;
        if ((size > kMost && !c.complete) || !grow(c, size)) return;
    }
    incref(&name);
    *find_entry(c, &name) = {&name, value};
    ++c.used;
}

}  // namespace

Object* type_lookup(const Type& t, Str& name) {
    if (!str_is_interned(name) || !t.info) return walk(t, name);
    MethodCache& c = t.info->cache;
    if (c.entry) {
        MethodCache::Entry* e = find_entry(c, &name);
        if (e->name) return e->value;
        if (c.complete) return nullptr;
    }
    Object* value = walk(t, name);
    if (!t.info->native && t.mro) remember(c, name, value);
    return value;
}

Object* type_lookup_uncached(const Type& t, Str& name) {
    return walk(t, name);
}

void method_cache_clear(TypeInfo& info) {
    MethodCache c = std::exchange(info.cache, MethodCache{});
    if (!c.entry) return;
    for (uint32_t i = 0; i <= c.mask; ++i) {
        if (c.entry[i].name) decref_unattached(c.entry[i].name);
    }
    std::free(c.entry);
}

void method_cache_complete(Type& t) {
    MethodCache& c = t.info->cache;
    c.complete = true;
    // Outermost base first, so that what derived types say wins.
    for (Index i = t.mro->size; i-- > 0;) {
        Index pos = 0;
        Object *key, *value;
        while (dict_next(*static_cast<Type*>(t.mro->item[i])->dict, &pos, &key, &value)) {
            auto& name = static_cast<Str&>(*key);
            DCHECK(str_is_interned(name));
            if (c.entry) {
                MethodCache::Entry* e = find_entry(c, &name);
                if (e->name) {
                    e->value = value;
                    continue;
                }
            }
            remember(c, name, value);
        }
    }
    if (!c.entry) CHECK(grow(c, 16));
}

bool has_default_getattr(const Type& t) {
    return info(t).getattro == info(PyBaseObject_Type).getattro;
}
bool has_default_setattr(const Type& t) {
    return info(t).setattro == info(PyBaseObject_Type).setattro;
}

// ---- subclasses and versions ----

SubclassList& subclass_list(Attached ts, Type& t) {
    return info(t).native ? type_data(ts, t).subclasses : info(t).subclasses;
}

TypeData& type_data(Attached ts, Type& t) {
    RuntimeInterp& in = interp(ts);
    uint32_t n = info(t).number;
    if (n >= in.type_data_count) {
        uint32_t count = n + 64;
        auto* fresh = static_cast<TypeData*>(std::realloc(in.type_data, count * sizeof(TypeData)));
        CHECK(fresh);
        std::memset(static_cast<void*>(fresh + in.type_data_count), 0,
                    (count - in.type_data_count) * sizeof(TypeData));
        in.type_data = fresh;
        in.type_data_count = count;
    }
    return in.type_data[n];
}

bool add_subclass(Attached ts, Type& base, Type& sub) {
    SubclassList& l = subclass_list(ts, base);
    if (l.count == l.capacity) {
        uint32_t capacity = l.capacity ? l.capacity * 2 : 4;
        auto* item = static_cast<Type**>(std::realloc(l.item, capacity * sizeof(Type*)));
        if (!item) return false;
        l.item = item;
        l.capacity = capacity;
    }
    l.item[l.count++] = &sub;
    return true;
}
void remove_subclass(Attached ts, Type& base, Type& sub) {
    SubclassList& l = subclass_list(ts, base);
    for (uint32_t i = 0; i < l.count; ++i) {
        if (l.item[i] != &sub) continue;
        std::memmove(l.item + i, l.item + i + 1, (l.count - i - 1) * sizeof(Type*));
        --l.count;
        return;
    }
}

Result<Ref<List>> type_subclasses(Attached ts, Type& type) {
    SubclassList& l = subclass_list(ts, type);
    auto out = TRY(list_new(ts));
    for (uint32_t i = 0; i < l.count; ++i) {
        if (l.item[i]->refcnt > 0) TRY(list_append(ts, *out, *l.item[i]));
    }
    return out;
}

uint32_t type_version(Attached ts, Type& type) {
    if (!type.version_tag) {
        uint32_t& next = interp(ts).next_type_version;
        if (next < kFirstHeapVersion) next = kFirstHeapVersion;
        CHECK(next != UINT32_MAX);
        type.version_tag = next++;
        type.flags |= kTypeValidVersion;
    }
    return type.version_tag;
}

void type_modified(Type& type) {
    if (!type.info || type.info->native) return;
    if (type.version_tag) type.flags &= ~kTypeValidVersion;
    type.version_tag = 0;
    method_cache_clear(*type.info);
    if (!type.info->python_class) resync_c_slots(type);
    SubclassList& l = type.info->subclasses;
    for (uint32_t i = 0; i < l.count; ++i) type_modified(*l.item[i]);
}

void type_attribute_changed(Type& type, Str& name, bool value_only) {
    if (!value_only) {
        type.flags &= ~kTypeValidVersion;
        type.version_tag = 0;
    }
    MethodCache& c = type.info->cache;
    if (c.entry) {
        MethodCache::Entry* e = find_entry(c, &name);
        if (e->name) e->value = walk(type, name);
    }
    SubclassList& l = type.info->subclasses;
    for (uint32_t i = 0; i < l.count; ++i) type_attribute_changed(*l.item[i], name, value_only);
}

// ---- method resolution order ----

namespace {

bool in_tail(Tuple& list, Index from, Object* o) {
    for (Index i = from + 1; i < list.size; ++i) {
        if (list.item[i] == o) return true;
    }
    return false;
}

Result<Ref<Object>> raise_mro_conflict(Attached ts, Object** heads, Index n) {
    fmt::basic_memory_buffer<char, 256> names;
    bool first = true;
    for (Index i = 0; i < n; ++i) {
        if (!heads[i]) continue;
        bool seen = false;
        for (Index j = 0; j < i; ++j) seen |= heads[j] == heads[i];
        if (seen) continue;
        const char* name = type_name(*static_cast<Type*>(heads[i]));
        if (!first) names.append(std::string_view(", "));
        names.append(std::string_view(name));
        first = false;
    }
    return raise(ts, Exc::TypeError, "Cannot create a consistent method resolution\norder (MRO) for bases {}",
                 std::string_view(names.data(), names.size()));
}

}  // namespace

// The C3 linearisation: repeatedly the first head that is in no other list's tail.
Result<Ref<Tuple>> compute_mro(Attached ts, Type& type) {
    Tuple& bases = *type.bases;
    const Index n = bases.size;
    for (Index i = 0; i < n; ++i) {
        auto& b = static_cast<Type&>(*bases.item[i]);
        if (!b.mro) return raise(ts, Exc::TypeError, "Cannot extend an incomplete type '{}'", b.name);
    }
    auto out = TRY(list_of(ts, {&type}));
    if (n == 1) {
        Tuple& m = *static_cast<Type*>(bases.item[0])->mro;
        for (Index i = 0; i < m.size; ++i) TRY(list_append(ts, *out, *m.item[i]));
        return list_to_tuple(ts, *out);
    }
    for (Index i = 0; i < n; ++i) {
        for (Index j = 0; j < i; ++j) {
            if (bases.item[i] != bases.item[j]) continue;
            return raise(ts, Exc::TypeError, "duplicate base class {}",
                         type_name(static_cast<Type&>(*bases.item[i])));
        }
    }
    struct Cursor {
        Tuple* list;
        Index at;
    };
    auto* cursor = static_cast<Cursor*>(allocate(ts, static_cast<size_t>(n + 1) * sizeof(Cursor)));
    if (!cursor) return raise_no_memory(ts);
    for (Index i = 0; i < n; ++i) cursor[i] = {static_cast<Type*>(bases.item[i])->mro, 0};
    cursor[n] = {&bases, 0};
    auto merge = [&]() -> Result<void> {
        for (;;) {
            Object* next = nullptr;
            bool left = false;
            for (Index i = 0; i <= n && !next; ++i) {
                if (cursor[i].at == cursor[i].list->size) continue;
                left = true;
                Object* head = cursor[i].list->item[cursor[i].at];
                bool blocked = false;
                for (Index j = 0; j <= n && !blocked; ++j)
                    blocked = in_tail(*cursor[j].list, cursor[j].at, head);
                if (!blocked) next = head;
            }
            if (!left) return {};
            if (!next) {
                auto* heads =
                    static_cast<Object**>(allocate(ts, static_cast<size_t>(n + 1) * sizeof(Object*)));
                if (!heads) return raise_no_memory(ts);
                for (Index i = 0; i <= n; ++i) {
                    bool more = cursor[i].at < cursor[i].list->size;
                    heads[i] = more ? cursor[i].list->item[cursor[i].at] : nullptr;
                }
                auto r = raise_mro_conflict(ts, heads, n + 1);
                free_block(ts, heads);
                return already_raised();
            }
            TRY(list_append(ts, *out, *next));
            for (Index i = 0; i <= n; ++i) {
                if (cursor[i].at < cursor[i].list->size && cursor[i].list->item[cursor[i].at] == next)
                    ++cursor[i].at;
            }
        }
    };
    auto merged = merge();
    free_block(ts, cursor);
    if (!merged.ok()) return already_raised();
    return list_to_tuple(ts, *out);
}

Result<void> assign_mro(Attached ts, Type& type) {
    Type& meta = *type.type;
    Ref<Tuple> mro = empty_tuple();
    Object* custom = &meta == &PyType_Type ? nullptr : type_lookup(meta, id(Name::mro));
    if (custom && custom != type_lookup(PyType_Type, id(Name::mro))) {
        auto r = TRY(call_special(ts, type, id(Name::mro)));
        mro = TRY(to_tuple(ts, *r));
        for (Index i = 0; i < mro->size; ++i) {
            Object& c = *mro->item[i];
            if (!is_type(c))
                return raise(ts, Exc::TypeError, "mro() returned a non-class ('{}')", type_name(c));
            if (!is_subtype(*solid_base(type), *solid_base(static_cast<Type&>(c)))) {
                return raise(ts, Exc::TypeError, "mro() returned base with unsuitable layout ('{}')",
                             type_name(c));
            }
        }
    } else {
        mro = TRY(compute_mro(ts, type));
    }
    replace_field(ts, type.mro, mro.release());
    type_modified(type);
    return {};
}

}  // namespace baton
