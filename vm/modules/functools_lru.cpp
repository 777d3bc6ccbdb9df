// functools.lru_cache's wrapper.
//
// Invariants: the dict owns the links; the ring of links (most recent before `root`, oldest after it) owns
// nothing. A link is in the ring exactly while the dict holds it. Hashing, comparing keys and the wrapped
// function run Python code, so everything is looked at again after them.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/dict_parts.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/modules/functools_types.h"

namespace baton {

namespace {

struct Ring {
    Ring* before;
    Ring* after;
};
struct LruLink : Object {
    Ring ring;
    Object* key;
    Object* result;
    Hash hash;  // of the key
};
struct LruCache : Object {
    Ring root;
    Object* function;
    Dict* cache;
    Object* mark;       // separates positional from keyword arguments in a key
    Object* info_type;  // CacheInfo
    Dict* dict;
    Object* weakreflist;
    Index maxsize;  // -1: no bound
    Index hits, misses;
    bool typed;
};

LruLink& link_of(Ring* r) {
    return *reinterpret_cast<LruLink*>(reinterpret_cast<char*>(r) - offsetof(LruLink, ring));
}
void ring_remove(Ring& r) {
    r.before->after = r.after;
    r.after->before = r.before;
    r.before = r.after = &r;
}
void ring_append(Ring& root, Ring& r) {  // as the most recent
    r.before = root.before;
    r.after = &root;
    root.before->after = &r;
    root.before = &r;
}
bool ring_empty(const Ring& root) {
    return root.after == &root;
}

void link_dealloc(Attached ts, LruLink& self) {
    gc_untrack(&self);
    ring_remove(self.ring);
    xdecref(ts, self.key);
    xdecref(ts, self.result);
    free_instance(ts, self);
}

constexpr Signature kNewSignature =
    parse_signature("lru_cache(user_function, maxsize, typed, cache_info_type)");

Result<Ref<Object>> lru_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[4] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    Object* given[4];
    for (int i = 0; i < 4; ++i) given[i] = TRY(box_in_place(ts, *bound[i]));
    if (!is_callable(*given[0])) return raise(ts, Exc::TypeError, "the first argument must be callable");
    Index maxsize = -1;
    if (!is_none(*given[1])) {
        if (!has_index(*given[1])) return raise(ts, Exc::TypeError, "maxsize should be integer or None");
        maxsize = TRY(as_index(ts, *given[1], Exc::OverflowError));
        if (maxsize < 0) maxsize = 0;
    }
    bool typed = TRY(is_true(ts, *given[2]));
    auto cache = TRY(dict_new(ts));
    auto mark = TRY(call(ts, PyBaseObject_Type));
    auto self = TRY(new_instance<LruCache>(ts, cls));
    self->root.before = self->root.after = &self->root;
    self->function = Ref<Object>::share(*given[0]).release();
    self->cache = cache.release();
    self->mark = mark.release();
    self->info_type = Ref<Object>::share(*given[3]).release();
    self->maxsize = maxsize;
    self->typed = typed;
    gc_track(ts, self.get());
    return self;
}

// Takes all links out of the ring, so that the dict can drop them.
void forget_order(LruCache& self) {
    while (!ring_empty(self.root)) ring_remove(*self.root.after);
}

void lru_dealloc(Attached ts, LruCache& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    if (self.root.after) forget_order(self);
    for (Object* o : {self.function, static_cast<Object*>(self.cache), self.mark, self.info_type,
                      static_cast<Object*>(self.dict)}) {
        xdecref(ts, o);
    }
    free_instance(ts, self);
}
int lru_clear(Object* o) {
    auto& self = *static_cast<LruCache*>(o);
    forget_order(self);
    return GcFields<LruCache, &LruCache::function, &LruCache::cache, &LruCache::info_type,
                    &LruCache::dict>::clear(o);
}

bool is_simple_key(const Object& o) {
    return is_exact(o, PyLong_Type) || is_exact(o, PyUnicode_Type);
}

// The arguments as one hashable object. Args are boxed.
Result<Ref<Object>> key_of(Attached ts, LruCache& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto n = static_cast<Index>(nargs);
    Index keywords = kwnames ? kwnames->size : 0;
    if (!self.typed && !keywords && n == 1 && is_simple_key(*args[0].object())) {
        return Ref<Object>::share(*args[0].object());
    }
    Index size = n + (keywords ? 1 + 2 * keywords : 0) + (self.typed ? n + keywords : 0);
    auto key = TRY(tuple_alloc(ts, size));
    Index at = 0;
    auto put = [&](Object* o) {
        incref(o);
        key->item[at++] = o;
    };
    for (Index i = 0; i < n; ++i) put(args[i].object());
    if (keywords) put(self.mark);
    for (Index i = 0; i < keywords; ++i) {
        put(kwnames->item[i]);
        put(args[n + i].object());
    }
    if (self.typed) {
        for (Index i = 0; i < n + keywords; ++i) put(args[i].object()->type);
    }
    return tuple_finish(ts, std::move(key));
}

Result<Ref<Object>> call_through(Attached ts, LruCache& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto function = Ref<Object>::share(*self.function);
    return boxed_result(ts, call_value(ts, *function, args, nargs, kwnames));
}

Result<Ref<Object>> call_unbounded(Attached ts, LruCache& self, Object& key, Value* args, size_t nargs,
                                   Tuple* kwnames) {
    Hash h = TRY(hash(ts, key));
    Found found = TRY(dict_find_hash(ts, *self.cache, key, h));
    if (found.value) {
        ++self.hits;
        return Ref<Object>::share(*found.value);
    }
    ++self.misses;
    auto result = TRY(call_through(ts, self, args, nargs, kwnames));
    TRY(dict_set_hash(ts, *self.cache, key, h, *result));
    return result;
}

// Makes room: the oldest entry goes.
Result<void> drop_oldest(Attached ts, LruCache& self) {
    auto link = Ref<LruLink>::share(link_of(self.root.after));
    ring_remove(link->ring);
    auto removed = dict_take_item(ts, *self.cache, *link->key, link->hash);
    if (removed.ok()) return {};
    ring_append(self.root, link->ring);  // its key cannot be compared: keep it, as the newest
    return already_raised();
}

Result<Ref<Object>> call_bounded(Attached ts, LruCache& self, Object& key, Value* args, size_t nargs,
                                 Tuple* kwnames) {
    Hash h = TRY(hash(ts, key));
    Found found = TRY(dict_find_hash(ts, *self.cache, key, h));
    if (found.value) {
        auto& link = static_cast<LruLink&>(*found.value);
        ring_remove(link.ring);
        ring_append(self.root, link.ring);
        ++self.hits;
        return Ref<Object>::share(*link.result);
    }
    ++self.misses;
    auto result = TRY(call_through(ts, self, args, nargs, kwnames));
    Found meanwhile = TRY(dict_find_hash(ts, *self.cache, key, h));
    if (meanwhile.value) return result;  // a call inside the call has stored it
    if (self.cache->used >= self.maxsize && !ring_empty(self.root)) TRY(drop_oldest(ts, self));
    auto link = TRY(new_gc_object<LruLink>(ts, lru_link_type()));
    link->ring.before = link->ring.after = &link->ring;
    link->key = Ref<Object>::share(key).release();
    link->hash = h;
    link->result = result.copy().release();
    gc_track(ts, link.get());
    // In the dict first: what its comparisons run sees no half-made entry.
    TRY(dict_set_hash(ts, *self.cache, key, h, *link));
    ring_append(self.root, link->ring);
    return result;
}

Result<Ref<Object>> lru_call_object(Attached ts, LruCache& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (self.maxsize == 0) {
        ++self.misses;
        return call_through(ts, self, args, nargs, kwnames);
    }
    TRY(box_all(ts, args, nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0)));
    auto key = TRY(key_of(ts, self, args, nargs, kwnames));
    if (self.maxsize < 0) return call_unbounded(ts, self, *key, args, nargs, kwnames);
    return call_bounded(ts, self, *key, args, nargs, kwnames);
}

Value lru_call(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    auto keep = Ref<Object>::share(o);
    // The callee of the wrapped function may use args[-1]; boxes made here belong to the caller's array.
    auto r = lru_call_object(ts, static_cast<LruCache&>(o), args, nargs, kwnames);
    return r.ok() ? unbox(ts, r.release()) : Value();
}

Result<Ref<Object>> lru_descr_get(Attached ts, LruCache& self, Object* instance, Object*) {
    if (!instance || is_none(*instance)) return Ref<Object>::share(self);
    return call(ts, PyMethod_Type, {&self, instance});
}

Result<Ref<Object>> cache_info(Attached ts, LruCache& self) {
    auto hits = TRY(box_int(ts, self.hits));
    auto misses = TRY(box_int(ts, self.misses));
    Ref<Object> maxsize = Ref<Object>::share(none());
    if (self.maxsize >= 0) maxsize = TRY(box_int(ts, self.maxsize));
    auto size = TRY(box_int(ts, self.cache->used));
    return call(ts, *self.info_type, {hits.get(), misses.get(), maxsize.get(), size.get()});
}
Result<void> cache_clear(Attached ts, LruCache& self) {
    forget_order(self);
    self.hits = self.misses = 0;
    dict_clear(ts, *self.cache);
    return {};
}
Result<Ref<Object>> lru_reduce(Attached ts, LruCache& self) {
    return get_attr(ts, self, id(Name::__qualname__));
}
Result<Ref<Object>> lru_copy(Attached, LruCache& self) {
    return Ref<Object>::share(self);
}
Result<Ref<Object>> lru_deepcopy(Attached, LruCache& self, Object&) {
    return Ref<Object>::share(self);
}

constexpr GetSet lru_getset[] = {
    kDictRow,
    {},
};
constexpr Method lru_methods[] = {
    method<cache_info>("cache_info($self, /)", "Hits, misses, maxsize and the number of results kept."),
    method<cache_clear>("cache_clear($self, /)", "Forgets the results and the counts."),
    method<lru_reduce>("__reduce__($self, /)", nullptr),
    method<lru_copy>("__copy__($self, /)", nullptr),
    method<lru_deepcopy>("__deepcopy__($self, memo, /)", nullptr),
    {},
};

constexpr TypeSpec make_lru_spec() {
    TypeSpec s =
        with_gc<LruCache, &LruCache::function, &LruCache::cache, &LruCache::info_type, &LruCache::dict>({
            .name = "functools._lru_cache_wrapper",
            .doc = "A callable that remembers results of user_function: none for maxsize 0, all for None, "
                   "else the maxsize last used.\ntyped tells arguments of different types apart.",
            .flags = kTypeBaseType | kTypeMethodDescriptor,
            .weaklistoffset = offsetof(LruCache, weakreflist),
            .dictoffset = offsetof(LruCache, dict),
            .methods = lru_methods,
            .getset = lru_getset,
            .call = slot<lru_call>,
            .descr_get = typed_slot<lru_descr_get>,
            .tp_new = slot<lru_new>,
        });
    s.clear = lru_clear;
    s.dealloc = typed_slot<lru_dealloc>;
    return s;
}
constexpr TypeSpec make_link_spec() {
    TypeSpec s = with_gc<LruLink, &LruLink::key, &LruLink::result>({
        .name = "functools._lru_list_elem",
        .flags = kTypeDisallowInstantiation,
    });
    s.dealloc = typed_slot<link_dealloc>;
    return s;
}

}  // namespace

constexpr TypeSpec lru_cache_spec = make_lru_spec();
constexpr TypeSpec lru_link_spec = make_link_spec();

}  // namespace baton
