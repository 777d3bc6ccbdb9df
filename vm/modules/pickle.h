// _pickle: objects as bytes and back. What its files share.
//
// Invariants. A Pickler's memo holds its objects, so that their addresses stay theirs; while pickling,
// output_ collects everything since the last flush. An Unpickler's stack and memo own their items; marks are
// positions in the stack. Callers: attached threads.
#pragma once
#include <string>
#include <unordered_map>
#include <vector>

#include "runtime/native.h"
#include "runtime/types/bytes.h"
#include "vm/vm_types.h"

namespace baton {

inline constexpr int kPickleHighest = 5, kPickleDefault = 4;

// One letter of the format each; the names are pickletools'.
enum class Op : uint8_t {
    MARK = '(',
    STOP = '.',
    POP = '0',
    POP_MARK = '1',
    DUP = '2',
    FLOAT = 'F',
    INT = 'I',
    BININT = 'J',
    BININT1 = 'K',
    LONG = 'L',
    BININT2 = 'M',
    NONE = 'N',
    PERSID = 'P',
    BINPERSID = 'Q',
    REDUCE = 'R',
    STRING = 'S',
    BINSTRING = 'T',
    SHORT_BINSTRING = 'U',
    UNICODE = 'V',
    BINUNICODE = 'X',
    APPEND = 'a',
    BUILD = 'b',
    GLOBAL = 'c',
    DICT = 'd',
    EMPTY_DICT = '}',
    APPENDS = 'e',
    GET = 'g',
    BINGET = 'h',
    INST = 'i',
    LONG_BINGET = 'j',
    LIST = 'l',
    EMPTY_LIST = ']',
    OBJ = 'o',
    PUT = 'p',
    BINPUT = 'q',
    LONG_BINPUT = 'r',
    SETITEM = 's',
    TUPLE = 't',
    EMPTY_TUPLE = ')',
    SETITEMS = 'u',
    BINFLOAT = 'G',
    PROTO = 0x80,
    NEWOBJ = 0x81,
    EXT1 = 0x82,
    EXT2 = 0x83,
    EXT4 = 0x84,
    TUPLE1 = 0x85,
    TUPLE2 = 0x86,
    TUPLE3 = 0x87,
    NEWTRUE = 0x88,
    NEWFALSE = 0x89,
    LONG1 = 0x8a,
    LONG4 = 0x8b,
    BINBYTES = 'B',
    SHORT_BINBYTES = 'C',
    SHORT_BINUNICODE = 0x8c,
    BINUNICODE8 = 0x8d,
    BINBYTES8 = 0x8e,
    EMPTY_SET = 0x8f,
    ADDITEMS = 0x90,
    FROZENSET = 0x91,
    NEWOBJ_EX = 0x92,
    STACK_GLOBAL = 0x93,
    MEMOIZE = 0x94,
    FRAME = 0x95,
    BYTEARRAY8 = 0x96,
    NEXT_BUFFER = 0x97,
    READONLY_BUFFER = 0x98,
};

struct PickleBuffer : Object {
    BufferView view;  // view.obj null: released
    Object* weakreflist;
};
// The view; ValueError when it was released.
Result<BufferView*> pickle_buffer_view(Attached ts, PickleBuffer& self);
void pickle_buffer_release(PickleBuffer& self);

// ---- writing ----
class PickleMemo {
  public:
    // The number an object was given; -1: none.
    Index find(Object& o) const {
        const auto it = at_.find(&o);
        return it == at_.end() ? -1 : it->second;
    }
    void put(Object& o, Index number) {
        if (at_.emplace(&o, number).second) incref(&o);
    }
    Index size() const { return static_cast<Index>(at_.size()); }
    void clear();
    const std::unordered_map<Object*, Index>& all() const { return at_; }
    void swap(PickleMemo& other) { at_.swap(other.at_); }

  private:
    std::unordered_map<Object*, Index> at_;
};

// What a Pickler keeps between two dumps; also what the functions dump() and dumps() set up.
struct PicklerState {
    PickleMemo memo;
    Object* write = nullptr;            // file.write; null: into memory
    Object* buffer_callback = nullptr;  // null: none
    Object* persistent_id = nullptr;    // what was assigned to the attribute
    Object* dispatch_table = nullptr;   // null: copyreg's
    int protocol = kPickleDefault;
    int bin = 1;
    int fast = 0;
    bool fix_imports = true;
    bool ready = false;
};
struct Pickler : Object {
    PicklerState* state;
};

Result<int> pickle_protocol(Attached ts, Object* protocol);
// pickler: whose methods persistent_id and reducer_override count; null: nobody's.
Result<Ref<Bytes>> pickle_dump(Attached ts, PicklerState& state, Object* pickler, Object& o);
// With state.write: there instead.
Result<void> pickle_dump_to_file(Attached ts, PicklerState& state, Object* pickler, Object& o);

// copyreg and _compat_pickle, by attribute.
Result<Ref<Object>> pickle_library(Attached ts, std::string_view module, std::string_view name);
// The object a dotted name means below `o`; *parent: where its last part was found.
Result<Ref<Object>> pickle_dotted(Attached ts, Object& o, Str& name, OptRef<Object>* parent);
Raised raise_pickle(Attached ts, Type& error, std::string_view message);
template <class... A>
Raised raise_pickling(Attached ts, Type& error, fmt::format_string<A...> format, A&&... args) {
    return raise_pickle(ts, error, fmt::vformat(format, fmt::make_format_args(args...)));
}

// ---- reading ----
struct UnpicklerState {
    std::vector<Object*> memo;
    Object *read = nullptr, *readline = nullptr;  // of the file; null: from memory
    Object* buffers = nullptr;                    // an iterator; null: none
    Object* persistent_load = nullptr;            // what was assigned to the attribute
    std::string encoding = "ASCII", errors = "strict";
    int protocol = 0;
    bool fix_imports = true;
    bool ready = false;
};
struct Unpickler : Object {
    UnpicklerState* state;
};
// data: what to read when state.read is null. unpickler: whose find_class and persistent_load count.
Result<Ref<Object>> pickle_load(Attached ts, UnpicklerState& state, Object* unpickler, std::string_view data);
Result<Ref<Object>> pickle_find_class(Attached ts, UnpicklerState& state, Object& module, Object& name);
void pickle_memo_put(Attached ts, UnpicklerState& state, size_t at, Object& o);

Result<Ref<Object>> pickler_memo_proxy(Attached ts, Object& pickler);
Result<Ref<Object>> unpickler_memo_proxy(Attached ts, Object& unpickler);

extern const TypeSpec pickle_buffer_spec, pickler_spec, unpickler_spec, pickler_memo_spec,
    unpickler_memo_spec, pickle_error_spec, pickling_error_spec, unpickling_error_spec;

}  // namespace baton
