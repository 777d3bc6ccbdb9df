// Types: PyTypeObject as cp311 has it, and the private TypeInfo that hangs off it.
//
// Layout: struct Type is the exported 408-byte PyTypeObject, the only type object there is; HeapType is
// PyHeapTypeObject. TypeInfo holds the internal slots and what our VM needs; it is found through Type::info
// (the tp_cache word, which CPython reserves and no program reads). Invariants: set_slot is the only writer
// of slots; version_tag is 0 or unique to this state of the type and all its bases: any change to the type or
// a base, and any new shared key that shadows a class attribute, sets it to 0 or a new number. Instances of a
// Python class: [gc head][refcnt][type][C fields and __slots__][dict*][weaklist*][inline Values...]: a
// shared-key table owned by the type maps names to inline slots (0 word = empty; slots may hold tagged ints);
// the dict pointer stays null until somebody asks for __dict__ or the slots overflow (instance.h). Static
// types are immortal, immutable and shared by all interpreters; what differs per interpreter (subclasses,
// weak references, dict additions) is in RuntimeInterp::type_data, indexed by TypeInfo::number.
#pragma once
#include "runtime/slots.h"
#include "runtime/names.h"

namespace baton {

struct NumberMethods {
    void *add, *subtract, *multiply, *remainder, *divmod, *power, *negative, *positive, *absolute, *bool_,
        *invert, *lshift, *rshift, *and_, *xor_, *or_, *int_, *reserved, *float_, *inplace_add,
        *inplace_subtract, *inplace_multiply, *inplace_remainder, *inplace_power, *inplace_lshift,
        *inplace_rshift, *inplace_and, *inplace_xor, *inplace_or, *floor_divide, *true_divide,
        *inplace_floor_divide, *inplace_true_divide, *index, *matrix_multiply, *inplace_matrix_multiply;
};
struct SequenceMethods {
    void *length, *concat, *repeat, *item, *was_slice, *ass_item, *was_ass_slice, *contains, *inplace_concat,
        *inplace_repeat;
};
struct MappingMethods {
    void *length, *subscript, *ass_subscript;
};
struct AsyncMethods {
    void *am_await, *am_aiter, *am_anext, *am_send;
};
struct BufferProcs {
    int (*get)(Object*, BufferView*, int flags);
    void (*release)(Object*, BufferView*);
};
struct TypeInfo;

// Field names are CPython's without the tp_ prefix.
struct Type : VarObject {
    const char* name;
    Index basicsize, itemsize;
    void* dealloc;
    Index vectorcall_offset;
    void *getattr, *setattr;
    AsyncMethods* as_async;
    void* repr;
    NumberMethods* as_number;
    SequenceMethods* as_sequence;
    MappingMethods* as_mapping;
    void *hash, *call, *str, *getattro, *setattro;
    BufferProcs* as_buffer;
    unsigned long flags;
    const char* doc;
    TraverseProc traverse;
    int (*clear)(Object*);
    void* richcompare;
    Index weaklistoffset;
    void *iter, *iternext;
    MethodDef* methods;
    MemberDef* members;
    GetSetDef* getset;
    Type* base;
    Dict* dict;
    void *descr_get, *descr_set;
    Index dictoffset;
    void* init;
    Object* (*alloc)(Type*, Index);
    void* new_;
    void (*free)(void*);
    int (*is_gc)(Object*);
    Tuple* bases;
    Tuple* mro;
    TypeInfo* info;  // tp_cache
    Object* subclasses;
    Object* weaklist;
    void (*del)(Object*);
    unsigned version_tag;
    void* finalize;
    CVectorcall vectorcall;
};
static_assert(sizeof(Type) == 408);

struct HeapType : Type {
    AsyncMethods as_async_;
    NumberMethods as_number_;
    MappingMethods as_mapping_;
    SequenceMethods as_sequence_;
    BufferProcs as_buffer_;
    Str* ht_name;
    Object* ht_slots;
    Str* ht_qualname;
    void* cached_keys;
    Object* ht_module;
    char* ht_tpname;
    void* spec_cache;
};

// Py_TPFLAGS_*.
inline constexpr unsigned long kTypeManagedDict = 1ul << 4, kTypeSequence = 1ul << 5, kTypeMapping = 1ul << 6,
                               kTypeDisallowInstantiation = 1ul << 7, kTypeImmutable = 1ul << 8,
                               kTypeHeap = 1ul << 9, kTypeBaseType = 1ul << 10,
                               kTypeHasVectorcall = 1ul << 11, kTypeReady = 1ul << 12,
                               kTypeReadying = 1ul << 13, kTypeHasGc = 1ul << 14,
                               kTypeMethodDescriptor = 1ul << 17, kTypeValidVersion = 1ul << 19,
                               kTypeIsAbstract = 1ul << 20, kTypeMatchSelf = 1ul << 22, kTypeLong = 1ul << 24,
                               kTypeList = 1ul << 25, kTypeTuple = 1ul << 26, kTypeBytes = 1ul << 27,
                               kTypeUnicode = 1ul << 28, kTypeDict = 1ul << 29, kTypeBaseExc = 1ul << 30,
                               kTypeType = 1ul << 31;

struct SharedKeys;  // instance.h
struct WeakRef;     // weakref.h

// Types derived from a type, borrowed: each takes itself out when it dies.
struct SubclassList {
    Type** item;
    uint32_t count, capacity;
};
// What an interpreter knows about a static type.
struct TypeData {
    SubclassList subclasses;
    WeakRef* weaklist;
};

// Attributes along the MRO, by interned name. Of a static type: all there are, made when it is readied. Of
// any other: those that were asked for since the last change of the type or a base, absent ones included.
struct MethodCache {
    struct Entry {
        Str* name;
        Object* value;  // borrowed from the dict of a type in the MRO
    };
    uint32_t mask;
    uint32_t used;
    bool complete;
    Entry* entry;
};

struct TypeInfo {
#define SLOT(id, kind, group, field, dunder, reflected, doc) kind##Fn id;
#include "runtime/slots.def"
#undef SLOT
    uint32_t number;         // static types: index into RuntimeInterp::type_data; heap types: 0
    uint32_t inline_offset;  // of the first inline Value in an instance; 0 = none
    uint16_t inline_capacity;
    bool python_class;   // made by a class statement or type()
    bool native;         // static type with a TypeSpec: immutable, immortal, shared by all interpreters
    bool c_slots_stale;  // a type written in C: its slots were not looked at yet
    SharedKeys* shared_keys;
    const struct TypeSpec* spec;  // of our own static types
    SubclassList subclasses;      // of types that are not native
    MethodCache cache;
};
inline TypeInfo& info(const Type& t) {
    return *t.info;
}
inline TypeInfo& info(const Object& o) {
    return *o.type->info;
}

#define TYPE(symbol, accessor, layout, spec) \
    BATON_DATA Type symbol;                  \
    inline Type& accessor() {                \
        return symbol;                       \
    }
#include "runtime/types.def"
#undef TYPE

// ---- what a type author writes (see native.h for methods) ----
struct Method;
struct GetSet;

struct TypeSpec {
    const char* name;  // qualified as tp_name: "list", "collections.deque"
    const char* doc = nullptr;
    Index basicsize = sizeof(Object);
    Index itemsize = 0;
    unsigned long flags = 0;  // besides Default
    Type* base = nullptr;     // null: object
    TraverseProc traverse = nullptr;
    int (*clear)(Object*) = nullptr;
    Index weaklistoffset = 0;
    Index dictoffset = 0;
    const Method* methods = nullptr;  // ends with a row without name
    const GetSet* getset = nullptr;   // the same
    MemberDef* members = nullptr;     // the same
    BufferProcs* buffer = nullptr;
    Index vectorcall_offset = 0;
    int (*is_gc)(Object*) = nullptr;
#define SLOT(id, kind, group, field, dunder, reflected, doc) SlotPair<kind##Fn> id = {};
#include "runtime/slots.def"
#undef SLOT
};

// Fills a static type from its spec, once per process, in the first interpreter; bases must be ready.
// type_ready.cpp.
void ready_static_type(Attached ts, Type& type, const TypeSpec& spec);
// After a readied static type got more dict entries (keys by str_static, values made for it), while the
// process starts up and before anybody has looked at it: makes them immortal and visible.
void static_type_extended(Type& type);
// PyType_Ready for types written in C.
Result<void> type_ready(Attached ts, Type& type);
// PyType_Modified: new version for it and all subclasses. C slots that changed under a type written in C are
// taken over.
void type_modified(Type& type);
// The number of this state of the type, never 0; not the same after any change that could change an attribute
// look-up.
uint32_t type_version(Attached ts, Type& type);

// type(name, bases, namespace): the class statement's work, metaclass already chosen. kwargs go to
// __init_subclass__.
Result<Ref<Object>> type_new(Attached ts, Type& metatype, Str& name, Tuple& bases, Dict& ns, Value* kwargs,
                             Tuple* kwnames);
// The most derived metaclass of `metatype` and the types of the bases; TypeError on conflict.
Result<Type*> calculate_metaclass(Attached ts, Type& metatype, Tuple& bases);
// PyType_FromModuleAndSpec and friends (capi); CTypeSpec is PyType_Spec.
struct CTypeSlot {
    int slot;
    void* function;
};
struct CTypeSpec {
    const char* name;
    int basicsize;
    int itemsize;
    unsigned flags;
    CTypeSlot* slots;
};
Result<Ref<Type>> type_from_c_spec(Attached ts, Object* module, const CTypeSpec& spec, Object* bases,
                                   Type* metatype);
void* type_get_c_slot(Type& type, int slot);  // PyType_GetSlot: null = not set or unknown

Result<Ref<Object>> type_get_name(Attached ts, Type& type);      // __name__
Result<Ref<Object>> type_get_qualname(Attached ts, Type& type);  // __qualname__
Result<Ref<Object>> type_get_module(Attached ts, Type& type);    // __module__
Result<Ref<List>> type_subclasses(Attached ts, Type& type);      // __subclasses__()
// Is this the attribute look-up, setting or construction that `object` has? The VM's inline paths ask.
bool has_default_getattr(const Type& t);
bool has_default_setattr(const Type& t);

inline bool has_flag(const Type& t, unsigned long f) {
    return t.flags & f;
}
bool is_subtype(const Type& t, const Type& base);
inline bool is_instance_exact(const Object& o, const Type& t) {
    return o.type == &t || is_subtype(*o.type, t);
}

inline bool is_str(const Object& o) {
    return o.type->flags & kTypeUnicode;
}
inline bool is_int(const Object& o) {
    return o.type->flags & kTypeLong;
}
inline bool is_list(const Object& o) {
    return o.type->flags & kTypeList;
}
inline bool is_tuple(const Object& o) {
    return o.type->flags & kTypeTuple;
}
inline bool is_dict(const Object& o) {
    return o.type->flags & kTypeDict;
}
inline bool is_bytes(const Object& o) {
    return o.type->flags & kTypeBytes;
}
inline bool is_type(const Object& o) {
    return o.type->flags & kTypeType;
}
inline bool is_exception(const Object& o) {
    return o.type->flags & kTypeBaseExc;
}
inline bool is_exact(const Object& o, const Type& t) {
    return o.type == &t;
}
inline bool is_float(const Object& o) {
    return is_instance_exact(o, PyFloat_Type);
}

}  // namespace baton
