// Small inline pieces of the opcode bodies. Internal to eval.cpp.
#pragma once
#include "runtime/memory.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "vm/interp.h"

namespace baton {

// The last reference is gone. The pc is saved for a destructor that looks.
[[gnu::noinline, gnu::cold]] inline void destroy_at(Attached ts, const Instr* pc, Value* R, Object* o) {
    frame_of(R)->pc = pc;
    destroy(ts, o);
}
[[gnu::always_inline]] inline void release_known(Attached ts, const Instr* pc, Value* R, Object* o) {
    if (is_immortal(*o)) return;
    if (--o->refcnt != 0) [[likely]]
        return;
    if (o->type == &PyFloat_Type) {
        free_small(ts, o, sizeof(Float));
    } else {
        destroy_at(ts, pc, R, o);
    }
}
// A Value that may be nothing.
[[gnu::always_inline]] inline void release(Attached ts, const Instr* pc, Value* R, Value v) {
    if (v.is_object() && v) release_known(ts, pc, R, v.object());
}
// A Value that is something.
[[gnu::always_inline]] inline void release_object(Attached ts, const Instr* pc, Value* R, Value v) {
    if (v.is_object()) release_known(ts, pc, R, v.object());
}
[[gnu::always_inline]] inline Value own(Value v) {
    if (v.is_object()) incref(v.object());
    return v;
}

[[gnu::always_inline]] inline bool both_ints(Value x, Value y) {
    return x.w & y.w & 1;
}
[[gnu::always_inline]] inline bool is_exact_float(Value v) {
    return v.is_object() && v.object()->type == &PyFloat_Type;
}
[[gnu::always_inline]] inline double float_of(Value v) {
    return static_cast<Float*>(v.object())->value;
}

[[gnu::always_inline]] inline bool is_exact_strs(Value x, Value y) {
    return x.is_object() && y.is_object() && x.object()->type == &PyUnicode_Type &&
           y.object()->type == &PyUnicode_Type;
}
[[gnu::always_inline]] inline Str& str_of(Value v) {
    return *static_cast<Str*>(v.object());
}
constexpr bool is_equality(CompareOp op) {
    return op == CompareOp::eq || op == CompareOp::ne;
}

// Tagged arithmetic: false = does not fit.
[[gnu::always_inline]] inline bool tagged_add(Value x, Value y, Value* out) {
    return !__builtin_add_overflow(static_cast<int64_t>(x.w - 1), static_cast<int64_t>(y.w),
                                   reinterpret_cast<int64_t*>(&out->w));
}
[[gnu::always_inline]] inline bool tagged_subtract(Value x, Value y, Value* out) {
    return !__builtin_sub_overflow(static_cast<int64_t>(x.w), static_cast<int64_t>(y.w - 1),
                                   reinterpret_cast<int64_t*>(&out->w));
}
[[gnu::always_inline]] inline bool tagged_multiply(Value x, Value y, Value* out) {
    int64_t r;
    if (__builtin_mul_overflow(static_cast<int64_t>(x.w - 1), y.as_int(), &r)) return false;
    out->w = static_cast<uintptr_t>(r) | 1;
    return true;
}
[[gnu::always_inline]] inline bool tagged_floor_divide(Value x, Value y, Value* out) {
    int64_t a = x.as_int(), b = y.as_int();
    if (b == 0 || b == -1) return false;
    int64_t q = a / b;
    if (a % b != 0 && (a < 0) != (b < 0)) --q;
    *out = Value::of_int(q);
    return true;
}
[[gnu::always_inline]] inline bool tagged_remainder(Value x, Value y, Value* out) {
    int64_t a = x.as_int(), b = y.as_int();
    if (b == 0 || b == -1) return false;
    int64_t r = a % b;
    if (r != 0 && (r < 0) != (b < 0)) r += b;
    *out = Value::of_int(r);
    return true;
}
[[gnu::always_inline]] inline bool tagged_lshift(Value x, Value y, Value* out) {
    int64_t a = x.as_int(), n = y.as_int();
    if (n < 0 || n > 60) return false;
    auto shifted = static_cast<int64_t>(static_cast<uint64_t>(a) << n);
    if (shifted >> n != a || !fits_tag(shifted)) return false;
    *out = Value::of_int(shifted);
    return true;
}
[[gnu::always_inline]] inline bool tagged_rshift(Value x, Value y, Value* out) {
    int64_t n = y.as_int();
    if (n < 0) return false;
    *out = Value::of_int(x.as_int() >> (n > 63 ? 63 : n));
    return true;
}

[[gnu::always_inline]] inline bool tagged_and(Value x, Value y, Value* out) {
    out->w = x.w & y.w;
    return true;
}
[[gnu::always_inline]] inline bool tagged_or(Value x, Value y, Value* out) {
    out->w = x.w | y.w;
    return true;
}
[[gnu::always_inline]] inline bool tagged_xor(Value x, Value y, Value* out) {
    out->w = (x.w ^ y.w) | 1;
    return true;
}
[[gnu::always_inline]] inline bool exact_in_double(int64_t i) {
    return i >= -(int64_t{1} << 53) && i <= (int64_t{1} << 53);
}

[[gnu::always_inline]] inline void release_float(Attached ts, Object* o) {
    if (is_immortal(*o)) return;
    if (--o->refcnt == 0) free_small(ts, o, sizeof(Float));
}
// The result of a float operation; whichever of the floats x and y the flags give up is a temp that ends
// here, and its memory is used again. Null = out of memory, raised, operands untouched.
[[gnu::always_inline]] inline Value float_result(Attached ts, double d, Value x, Value y, uint8_t flags) {
    if (flags & kTakeB) {
        if (x.object()->refcnt == 1) [[likely]] {
            static_cast<Float*>(x.object())->value = d;
            if (flags & kTakeC) release_float(ts, y.object());
            return x;
        }
    }
    if ((flags & kTakeC) && y.object()->refcnt == 1) {
        static_cast<Float*>(y.object())->value = d;
        if (flags & kTakeB) release_float(ts, x.object());
        return y;
    }
    auto* f = static_cast<Float*>(allocate(ts, sizeof(Float)));
    if (!f) [[unlikely]] {
        (void)raise_no_memory(ts);
        return Value();
    }
    f->refcnt = 1;
    f->type = &PyFloat_Type;
    f->value = d;
    if (flags & kTakeB) release_float(ts, x.object());
    if (flags & kTakeC) release_float(ts, y.object());
    return Value(f);
}
// Puts the result of a float operation into a local whose old value is a float that nobody else holds; false
// = it is not.
[[gnu::always_inline]] inline bool float_overwrites(Value& local, double d) {
    if (!local || !is_exact_float(local) || local.object()->refcnt != 1) return false;
    static_cast<Float*>(local.object())->value = d;
    return true;
}

// The truth of a Value without running code: 1, 0, or -1 = ask its type.
[[gnu::always_inline]] inline int quick_truth(Value v) {
    if (v.is_int()) return v.as_int() != 0;
    Object* o = v.object();
    if (o == &_Py_TrueStruct) return 1;
    if (o == &_Py_FalseStruct || o == &_Py_NoneStruct) return 0;
    return -1;
}

// A value or method of the class is not hidden by an attribute of the instance.
[[gnu::always_inline]] inline bool not_shadowed(Object& o, Str& name) {
    Index offset = o.type->dictoffset;
    if (offset == 0) return true;
    if (offset < 0) return false;
    auto* d = *reinterpret_cast<Dict**>(reinterpret_cast<char*>(&o) + offset);
    return d == nullptr || !dict_find_str(*d, name);
}

// The same, with the name by its number: most classes need no look at it.
[[gnu::always_inline]] inline bool not_shadowed(Object& o, Value* R, int name) {
    return o.type->dictoffset == 0 || not_shadowed(o, name_at(R, name));
}

// The attribute that is stored inline in o, owned; nothing = it is elsewhere.
[[gnu::always_inline]] inline Value inline_attr(Object& o, uint64_t word) {
    auto offset = static_cast<uint32_t>(word >> 19);
    auto slot = static_cast<uint16_t>(word >> 3);
    if (slot >= inline_header(o, offset).filled) [[unlikely]]
        return Value();
    return share(inline_slots(o, offset)[slot]);
}
// The attribute of o as one look-up's word says, owned; nothing = look it up. `cache` is the site's, for
// kAttrType.
[[gnu::always_inline]] inline Value attr_by_word(Object& o, uint64_t word, const AttrCache& cache,
                                                 Str& name) {
    AttrKind kind = attr_kind(word);
    if (kind == kAttrInline) [[likely]] {
        return inline_attr(o, word);
    }
    if (kind == kAttrMember) {
        Object* v = *reinterpret_cast<Object**>(reinterpret_cast<char*>(&o) + (word >> 3));
        return v ? unbox_borrowed(v) : Value();
    }
    if (kind == kAttrModule) {
        Dict& d = *static_cast<Module&>(o).dict;
        if (dict_keys_version_now(d) != static_cast<uint32_t>(word >> 19)) return Value();
        Object* v = dict_entries(d)[static_cast<uint16_t>(word >> 3)].value;
        return v ? unbox_borrowed(v) : Value();
    }
    if (kind == kAttrType) {
        if (static_cast<Type&>(o).version_tag != static_cast<uint32_t>(cache.word[1])) return Value();
        return unbox_borrowed(class_value(word));
    }
    if (kind == kAttrValue) {
        if (!not_shadowed(o, name)) return Value();
        return unbox_borrowed(class_value(word));
    }
    if (kind == kAttrDict) {
        auto* d = *reinterpret_cast<Dict**>(reinterpret_cast<char*>(&o) + o.type->dictoffset);
        if (!d) return Value();
        auto i = static_cast<Index>(word >> 3);
        if (i >= d->keys->count) return Value();
        DictEntry& e = dict_entries(*d)[i];
        return e.key == &name && e.value ? unbox_borrowed(e.value) : Value();
    }
    return Value();
}
// The word that the cache has for o's class, or one of no kind.
[[gnu::always_inline]] inline uint64_t cached_word(const Object& o, const AttrCache& cache) {
    uint32_t version = o.type->version_tag;
    return cache.version[0] == version   ? cache.word[0]
           : cache.version[1] == version ? cache.word[1]
                                         : uint64_t{kAttrNone};
}
// The getter of the property that a load's cache remembers, or null.
[[gnu::always_inline]] inline Function* cached_getter(uint64_t word) {
    Object* getter = property_getter(*cached_object(word));
    return getter && getter->type == &PyFunction_Type ? static_cast<Function*>(getter) : nullptr;
}
// The setter of the property that a store's cache remembers, or null.
[[gnu::always_inline]] inline Function* cached_setter(uint64_t word) {
    Object* setter = property_setter(*cached_object(word));
    return setter && setter->type == &PyFunction_Type ? static_cast<Function*>(setter) : nullptr;
}

// Stores to the inline slot that `word` names: true = done, the old value (or nothing) in *old.
[[gnu::always_inline]] inline bool store_inline(Object& o, uint64_t word, Value v, Value* old) {
    auto offset = static_cast<uint32_t>(word >> 19);
    auto slot = static_cast<uint16_t>(word >> 3);
    InlineHeader& head = inline_header(o, offset);
    Value* p = inline_slots(o, offset) + slot;
    if (slot < head.filled) {
        if (!*p) return false;
        *old = *p;
    } else {
        if (slot != head.filled || slot >= head.capacity) return false;
        head.filled = static_cast<uint16_t>(slot + 1);
        *old = Value();
    }
    *p = v;
    return true;
}

}  // namespace baton
