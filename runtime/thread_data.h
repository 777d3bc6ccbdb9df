// What runtime and vm keep per thread state and per interpreter: the blocks that threadstate allocates behind
// its own records (ThreadState::upper, InterpreterState::upper) and fills with zeros.
//
// Invariants: only the attached owner touches RuntimeThread. RuntimeInterp is guarded by its interpreter's
// lock. Pointers to types of vm/ are opaque here; vm owns what they point to.
#pragma once
#include "runtime/object.h"
#include "runtime/value.h"
#include "threadstate/attached.h"
#include "threadstate/thread_state.h"
#include "threadstate/interpreter_state.h"

namespace baton {

struct BaseException;
struct VmThread;  // vm/frame.h
struct VmInterp;  // vm/
struct GcState;   // runtime/gc.h
struct InternTable;

// One entry of the chain of exceptions being handled (except blocks, generators have their own).
struct HandledException {
    BaseException* exception;  // owned; null = none
    HandledException* previous;
};

struct RuntimeThread {
    BaseException* pending;     // owned: the exception on its way up
    HandledException* handled;  // innermost; never null once the thread runs Python
    HandledException handled_base;

    // VM registers and frames (vm/frame.h); opaque words here, at fixed offsets for the interpreter loop.
    struct Frame* frame;  // innermost frame, null outside Python code
    Value* stack_top;     // first free register of the current chunk
    Value* stack_limit;
    void* stack_chunk;
    void* const* dispatch;  // plain, counting or tracing table
    int recursion_depth;
    int c_recursion_depth;
    int trace_active;                           // a trace or profile function is installed and not muted
    bool installing_trace, installing_profile;  // the old one is being dropped

    int dealloc_depth;  // trashcan
    Object* dealloc_later;
    Dict* repr_guard;  // objects whose repr is being computed, by id
    Object* context;   // contextvars, null until used
    VmThread* vm;
    char* c_stack_floor;  // bounds of the C stack this state was last seen on (call.cpp); null: not yet asked
    char* c_stack_top;
};
inline RuntimeThread& rt(Attached ts) {
    return ts->upper<RuntimeThread>();
}

struct RuntimeInterp {
    // Allocator, by size class (memory.h): blocks to give out next, the page that freed ones return here
    // from, the other pages that have free blocks, and all pages of this interpreter.
    void* free_list[33];
    uintptr_t hot_page[33];
    struct MemoryPage *waiting_first[33], *waiting_last[33], *pages;
    Dict* sys_modules;      // owned
    Dict* builtins;         // owned: builtins.__dict__
    Dict* sys_dict;         // owned: sys.__dict__
    InternTable* interned;  // mortal interned strings, weakly (types/str_intern.cpp)
    Object* import_func;    // owned: builtins.__import__ at start-up
    GcState* gc;
    struct TypeData* type_data;  // per static type: subclasses, weak references (type.h), by TypeInfo::number
    uint32_t type_data_count;
    uint32_t next_type_version;
    uint32_t next_keys_version;
    uint64_t next_function_version;
    Object* error_handlers;  // codecs: name -> handler
    Object* codec_search_path;
    Object* codec_cache;
    int int_max_str_digits;
    int gc_due;
    Object* memory_error;  // preallocated
    Object* recursion_error;
    VmInterp* vm;
    const struct VmHooks* vm_hooks;  // runtime/vm_hooks.h
    uint64_t next_dict_version;
    struct MemoryTrace* memory_trace;  // runtime/memory_trace.h; null: allocations are not traced
};
inline RuntimeInterp& interp(Attached ts) {
    return ts->interp->upper<RuntimeInterp>();
}

}  // namespace baton
