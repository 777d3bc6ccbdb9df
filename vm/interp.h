// What the interpreter loop and its slow paths share. Internal to vm/.
//
// Slow paths have one shape: bool f(ts, pc, R): do the whole instruction; false = raised, with the operands
// as the opcode's row says. Registers are reached by number; `frame_of(R)->pc` has been saved. Callers:
// eval.cpp, slow_*.cpp, calls.cpp.
#pragma once
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "vm/frame.h"
#include "vm/opcode.h"

namespace baton {

#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) \
    bool name##_slow(Attached ts, const Instr* pc, Value* R);
#include "vm/opcodes.def"

// ---- inline caches ----
// Two look-ups remembered per site. version[i] is the type's version (of o.type), word[i] = payload << 3 |
// kind; pointers are payloads whose low four bits are the kind (objects are aligned to 16). A word that is 0,
// as in a new cache, has no kind, so that a type without version, which is 0 too, needs no test.
struct AttrCache {
    uint32_t version[2];
    uint64_t word[2];
};
static_assert(sizeof(AttrCache) == 3 * sizeof(Instr));
enum AttrKind : uint64_t {
    kAttrNone = 0,
    kAttrInline = 1,    // payload: offset of the inline header << 16 | slot
    kAttrValue = 2,     // class value: owner << 16 | entry index << 3; instances may shadow it
    kAttrMember = 3,    // payload: offset of a __slots__ member
    kAttrModule = 4,    // payload: keys version << 16 | entry index
    kAttrType = 5,      // class value of o itself; the other word is o's own version; o.type is exactly type
    kAttrDict = 6,      // payload: entry index to try in the instance's dict
    kAttrFunction = 7,  // pointer: Python function to be called with o first (methods only)
    kAttrGetter = 7,    // pointer: a property whose getter is a Python function (not for methods)
    kAttrSetter = 7,    // pointer: a property whose setter is a Python function (for stores)
    kAttrNative = 15,   // pointer: method descriptor of a native method (methods only)
};
inline AttrKind attr_kind(uint64_t word) {
    return static_cast<AttrKind>(word & 7);
}
inline bool is_method_word(uint64_t word) {
    return (word & 7) == kAttrFunction;
}  // of either kind
inline bool is_function_word(uint64_t word) {
    return (word & 15) == kAttrFunction;
}
inline bool is_native_word(uint64_t word) {
    return (word & 15) == kAttrNative;
}
inline AttrCache& attr_cache(const Instr* pc) {
    return *reinterpret_cast<AttrCache*>(const_cast<Instr*>(pc) + 1);
}
// A class's plain value may be replaced without a new version: so it is read from the dict of the class that
// has it.
inline Object* class_value(uint64_t word) {
    return dict_entries(*reinterpret_cast<Type*>(word >> 16)->dict)[(word & 0xFFFF) >> 3].value;
}
inline Object* cached_object(uint64_t word) {
    return reinterpret_cast<Object*>(word & ~uint64_t{15});
}

struct GlobalCache {
    uint32_t globals_version, builtins_version;  // builtins_version 0: found in globals
    uint64_t offset;                             // of the entry's value in the table of that version
};
inline Object* value_at(const Dict& d, uint64_t offset) {
    return *reinterpret_cast<Object**>(reinterpret_cast<char*>(d.keys) + offset);
}
inline GlobalCache& global_cache(const Instr* pc) {
    return *reinterpret_cast<GlobalCache*>(const_cast<Instr*>(pc) + 1);
}

// What a call of a class needs: its version, and the Python __init__ to run (borrowed from the class; null =
// none to run).
struct CallCache {
    uint32_t version;
    uint32_t plain;  // instances are made as object.__new__ does, else by the class's own tp_new
    Function* init;
};
inline CallCache& call_cache(const Instr* pc) {
    return *reinterpret_cast<CallCache*>(const_cast<Instr*>(pc) + 1);
}
void remember_class(Attached ts, Type& cls, size_t nargs, CallCache& cache);
// The class's tp_new has made something else than an instance of exactly this class, or has changed the
// class: what the call gives. All borrowed but `made`.
Value other_instance(Attached ts, Type& cls, Object* made, Value* args, size_t nargs);

// Behind the sites' own caches: one table per thread, by type version and name, for sites that see many
// types.
struct AttrMemo {
    struct Entry {
        uint32_t version;
        Str* name;
        uint64_t word;
    };
    static constexpr size_t kEntries = 512;
    Entry get[kEntries], method[kEntries], set[kEntries];

    static Entry& at(Entry* table, uint32_t version, const Str& name) {
        return table[(version * 31u + (reinterpret_cast<uintptr_t>(&name) >> 4)) % kEntries];
    }
};
AttrMemo* attr_memo(Attached ts);  // null = out of memory
void attr_memo_free(RuntimeThread& t);
// The remembered word for o's type and a name, or kNotRecalled.
inline constexpr uint64_t kNotRecalled = ~uint64_t{0};
uint64_t recall(Attached ts, Object& o, Str& name, AttrCache& site,
                AttrMemo::Entry (AttrMemo::*table)[AttrMemo::kEntries]);

// Remembers how `name` was found on o; nothing when it is not of a simple kind.
void remember_attr(Attached ts, Object& o, Str& name, AttrCache& cache, bool method);
void remember_set_attr(Attached ts, Object& o, Str& name, AttrCache& cache);

// ---- operands ----
inline Str& name_at(Value* R, int index) {
    return static_cast<Str&>(*frame_of(R)->code->names->item[index]);
}
// Releases what an instruction takes, after success.
inline void take_b(Attached ts, const Instr* pc, Value* R) {
    if (pc->flags & kTakeB) drop(ts, R[pc->b]);
}
inline void take_c(Attached ts, const Instr* pc, Value* R) {
    if (pc->flags & kTakeC) drop(ts, R[pc->c]);
}
inline void take_a(Attached ts, const Instr* pc, Value* R) {
    if (pc->flags & kTakeA) drop(ts, R[pc->a]);
}
inline void set_local(Attached ts, Value& slot, Value v) {
    drop(ts, std::exchange(slot, v));
}
template <bool Local>
void set_result(Attached ts, Value& slot, Value v) {
    if (Local)
        set_local(ts, slot, v);
    else
        slot = v;
}
// An object for a Value, for the length of a call: boxes ints.
class Boxed {
  public:
    Boxed(Attached ts, Value v) : ts_(ts), owned_(v.is_int()) {
        o_ = owned_ ? box_int(ts, v.as_int()).release() : v.object();
    }
    ~Boxed() {
        if (owned_ && o_) decref(ts_, o_);
    }
    Boxed(const Boxed&) = delete;
    bool ok() const { return o_ != nullptr; }
    Object& operator*() const { return *o_; }
    Object* operator->() const { return o_; }

  private:
    Attached ts_;
    Object* o_;
    bool owned_;
};

// An owned canonical Value for an argument from outside: whoever had it before may have boxed it in place.
inline Value from_outside(Value v) {
    return v.is_int() ? v : unbox_borrowed(v.object());
}

// ---- calls (calls.cpp) ----
// A frame for a call whose arguments need more than moving: owned arguments, consumed whatever happens;
// `function` is owned too. Not yet linked. Null = raised.
Frame* make_frame(Attached ts, Function* function, Value* args, size_t nargs, Tuple* kwnames);
// All parameters are plain positional ones, and the last `omitted` of them have defaults.
inline bool may_omit(const Function& f, int omitted) {
    return omitted > 0 && f.code->exact_args >= 0 && f.defaults && f.defaults->size >= omitted;
}
// The fields of a new frame that do not depend on who calls; `function` is owned by it from now on.
inline void frame_open(Frame& f, Function& function, Code& code) {
    f.function = &function;
    f.code = &code;
    f.object = nullptr;
    f.locals = nullptr;
    f.generator = nullptr;
}
// Any call that is not simply a Python function: consumes callee and arguments; result or nothing.
Value call_consuming(Attached ts, Object* callee, Value* args, size_t nargs, Tuple* kwnames);
// The callee is one Value (an int is not callable).
Value call_found(Attached ts, Value callee, Value* args, size_t nargs);
// A frame for __init__ of the new instance `self` (borrowed); function and args consumed. Null = raised.
Frame* enter_init(Attached ts, Function* function, Value self, Value* args, size_t nargs);
// CALL_METHOD without a cache entry: looks the method up and remembers it. A Python function comes back,
// owned, with the arguments for it; otherwise the call has been made and there is a result (nothing =
// raised).
struct FoundMethod {
    Function* function;
    Value* args;
    size_t nargs;
    Value result;
};
FoundMethod find_method(Attached ts, const Instr* pc, Value* R);
// CALL_EX: a Python function gets its frame made; otherwise there is a result (nothing = raised).
struct SpreadCall {
    Frame* frame;
    Value result;
};
SpreadCall call_spread(Attached ts, const Instr* pc, Value* R);
void raise_init_result(Attached ts, Value owned);  // "__init__() should return None, not 'int'"
Raised raise_recursion(Attached ts, const char* where);

// ---- truth: 1, 0, -1 = raised; operands borrowed ----
int truth_of(Attached ts, Value v);
int compare_truth(Attached ts, Value x, Value y, CompareOp op);
int contains_truth(Attached ts, Value container, Value item);
int exception_matches_checked(Attached ts, Value exception, Value type_or_tuple);

// ---- loops ----
// One step of an iterator over pairs (dict items, enumerate, zip) without making the tuple: pair[1] and
// pair[0] get what unpacking would put there, first item topmost. ask: nothing done, its __next__ knows.
enum class PairStep { pair, done, raised, ask };
PairStep step_pair(Attached ts, Object& it, Value* pair);

// ---- exceptions, generators ----
void reraise(Attached ts, Value owned_exception);  // makes it pending as it is
Value wrap_async_item(Attached ts, Value owned);   // nothing = raised
// The generator's frame has returned: unlinks and empties it.
void generator_leave(Attached ts, RuntimeThread& t, Generator& g);

// ---- polls, tracing (poll.cpp, trace.cpp) ----
bool vm_poll(Attached ts);  // ticks ran out; false = raised
// Before each instruction while tracing. False = raised.
bool trace_instruction(Attached ts, const Instr* pc, Value* R);
void trace_exception(Attached ts, Frame& f);
// The generator that the frame's loop or `yield from` drives has returned a value. False = raised.
bool trace_delegate_end(Attached ts, Value* R, Value value);
// The frame passes on what its delegate has yielded. False = raised.
bool trace_delegated_yield(Attached ts, Value* R, Value value);
// An exception of this frame is going to be handled at the word `handler`.
void trace_handler(Frame& f, uint32_t handler);
// The frame is being left by an exception.
void trace_unwind(Attached ts, Frame& f);

// ---- unwinding (unwind.cpp) ----
enum class Unwound { handler, left_entry };
// An exception is pending at frame_of(R)->pc. Handler: *pc and *R say where to go on. left_entry: the frame
// that run_frame was entered with has been left.
Unwound unwind(Attached ts, const Instr** pc, Value** R);

}  // namespace baton
