// The object header and the layout of every struct that compiled cp311 programs reach into.
//
// What: plain structs, byte for byte those of CPython 3.11 on x86-64 Linux (facts: data members and offsets,
// checked by numbers in layout_check.cpp). The C names (PyObject, PyListObject...) are capi's view of the
// same memory. Invariants: `type` is never null; a live object has refcnt > 0; immortal objects have the low
// word of refcnt negative and are never written by our code. No field of these structs ever holds a tagged
// Value, except where it says so. Callers: reading a field needs an attached thread state, as for everything
// in runtime/.
#pragma once
#include <cstddef>
#include <cstdint>

// Data symbols that C programs link against keep C names and default visibility: programs may copy-relocate
// them.
#define BATON_DATA extern "C" __attribute__((visibility("default")))

namespace baton {

using Index = std::ptrdiff_t;  // Py_ssize_t
using Hash = std::ptrdiff_t;   // Py_hash_t

struct Type;
struct Dict;
struct Str;
struct Tuple;

struct Object {
    Index refcnt;
    Type* type;
};

struct VarObject : Object {
    Index size;
};

// Count of immortal objects: big enough that blind increments of old binaries never reach zero, and with the
// sign bit of the low word set, which is the test our own code makes.
inline constexpr Index kImmortalRefcnt = (Index{1} << 60) | 0xC0000000;

inline bool is_immortal(const Object& o) {
    return static_cast<int32_t>(o.refcnt) < 0;
}

// int: size = sign x number of 30-bit digits, little endian.
struct Int : VarObject {
    uint32_t digit[1];
};
inline constexpr int kDigitBits = 30;

struct Float : Object {
    double value;
};
struct Complex : Object {
    double real, imag;
};

// tuple: items follow the header.
struct Tuple : VarObject {
    Object* item[1];
};

struct List : VarObject {
    Object** item;
    Index allocated;
};

struct Bytes : VarObject {
    Hash hash;  // -1 = not yet computed
    char data[1];
};

struct ByteArray : VarObject {
    Index alloc;
    char* bytes;
    char* start;
    Index exports;
};

// str, always compact and ready: ASCII text follows this header, other text follows the Utf8Str header below.
struct Str : Object {
    Index length;  // code points
    Hash hash;     // -1 = not yet computed
    struct State {
        unsigned interned : 2;  // 0 no, 1 mortal, 2 immortal
        unsigned kind : 3;      // bytes per code point: 1, 2, 4
        unsigned compact : 1;
        unsigned ascii : 1;
        unsigned ready : 1;
        unsigned : 24;
    } state;
    void* wstr;  // the text as wchar_t, once PyUnicode_AsUnicode was asked for it (malloc); else null
};
// Header of compact non-ASCII text.
struct WideStr : Str {
    Index utf8_length;
    char* utf8;  // cached UTF-8 form, owned (malloc)
    Index wstr_length;
};
// Header of a str whose text lives elsewhere: instances of str subclasses.
struct SubclassStr : WideStr {
    void* data;
};

struct Slice : Object {
    Object *start, *stop, *step;
};

struct SetEntry {
    Object* key;
    Hash hash;
};
struct Set : Object {
    Index fill;
    Index used;
    Index mask;
    SetEntry* table;
    Hash hash;
    Index finger;
    SetEntry smalltable[8];
    Object* weakreflist;
};

// dict: the counted fields are public layout; keys is ours inside (types/dict.h).
struct DictKeys;
struct Dict : Object {
    Index used;
    uint64_t version_tag;
    DictKeys* keys;
    void* values;
};

// PyMethodDef, PyMemberDef and PyGetSetDef as C programs write them.
using CFunctionPtr = Object* (*)(Object*, Object*);
struct MethodDef {
    const char* name;
    CFunctionPtr meth;
    int flags;
    const char* doc;
};
struct MemberDef {
    const char* name;
    int type;
    Index offset;
    int flags;
    const char* doc;
};
struct GetSetDef {
    const char* name;
    Object* (*get)(Object*, void*);
    int (*set)(Object*, Object*, void*);
    const char* doc;
    void* closure;
};

using CVectorcall = Object* (*)(Object* callable, Object* const* args, size_t nargsf, Object* kwnames);

// PyCFunctionObject / PyCMethodObject.
struct CFunction : Object {
    MethodDef* ml;
    Object* self;
    Object* module;
    Object* weakreflist;
    CVectorcall vectorcall;
};
struct CMethod : CFunction {
    Type* cls;
};
// PyMethodObject: a function bound to self.
struct BoundMethod : Object {
    Object* func;
    Object* self;
    Object* weakreflist;
    CVectorcall vectorcall;
};

// Descriptors.
struct Descr : Object {
    Type* owner;
    Object* name;
    Object* qualname;
};
struct MethodDescr : Descr {
    MethodDef* method;
    CVectorcall vectorcall;
};
struct MemberDescr : Descr {
    MemberDef* member;
};
struct GetSetDescr : Descr {
    GetSetDef* getset;
};
struct SlotRow;  // slots.h
struct WrapperDescr : Descr {
    const SlotRow* base;
    void* wrapped;
};

struct BaseException : Object {
    Dict* dict;  // may be null
    Tuple* args;
    Object* notes;
    Object* traceback;
    Object* context;
    Object* cause;
    char suppress_context;
};

struct ModuleDefBase : Object {
    Object* (*init)();
    Index index;
    Object* copy;
};
struct ModuleDefSlot {
    int slot;
    void* value;
};
using VisitProc = int (*)(Object*, void*);
using TraverseProc = int (*)(Object*, VisitProc, void*);
struct ModuleDef {
    ModuleDefBase base;
    const char* name;
    const char* doc;
    Index size;
    MethodDef* methods;
    ModuleDefSlot* slots;
    TraverseProc traverse;
    int (*clear)(Object*);
    void (*free)(void*);
};
struct Module : Object {
    Dict* dict;
    ModuleDef* def;
    void* state;
    Object* weaklist;
    Object* name;
};

// Py_buffer.
struct BufferView {
    void* buf;
    Object* obj;
    Index len;
    Index itemsize;
    int readonly;
    int ndim;
    char* format;
    Index* shape;
    Index* strides;
    Index* suboffsets;
    void* internal;
};

BATON_DATA Object _Py_NoneStruct;
BATON_DATA Object _Py_NotImplementedStruct;
BATON_DATA Object _Py_EllipsisObject;
BATON_DATA Int _Py_TrueStruct;
BATON_DATA Int _Py_FalseStruct;

inline Object& none() {
    return _Py_NoneStruct;
}
inline Object& not_implemented() {
    return _Py_NotImplementedStruct;
}
inline Object& ellipsis() {
    return _Py_EllipsisObject;
}
inline Object& bool_object(bool b) {
    return b ? _Py_TrueStruct : _Py_FalseStruct;
}
inline bool is_none(const Object& o) {
    return &o == &_Py_NoneStruct;
}

}  // namespace baton
