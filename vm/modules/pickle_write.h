// One dump: everything an object is made of goes through PickleWriter::save. Callers: attached threads.
#pragma once
#include "vm/modules/pickle.h"

namespace baton {

class PickleWriter {
  public:
    PickleWriter(Attached ts, PicklerState& state, Object* pickler) : ts_(ts), s_(state), pickler_(pickler) {}
    Result<void> dump(Object& o);
    const std::string& output() const { return out_; }

  private:
    static constexpr Index kNoFrame = -1;
    // pickle_dump.cpp
    Result<void> save(Object& o, bool as_itself = false);
    Result<void> save_persistent(Object& o, bool* saved);
    Result<bool> save_atom(Object& o);
    Result<bool> save_builtin(Object& o);
    void save_bool(bool b);
    Result<void> save_int(Int& i);
    Result<void> save_float(double d);
    Result<void> save_bytes(Bytes& b);
    Result<void> save_bytes_data(Object* o, std::string_view data);
    Result<void> save_bytearray(ByteArray& b);
    Result<void> save_bytearray_data(Object* o, std::string_view data);
    Result<void> save_buffer(PickleBuffer& b);
    Result<void> save_str(Str& s);

    // pickle_containers.cpp
    Result<void> save_list(List& l);
    Result<void> save_dict(Dict& d);
    Result<void> save_set(Set& s);
    Result<void> save_frozenset(Set& s);
    Result<void> save_tuple(Tuple& t);
    Result<void> append_items(Object& iterator, Index size = -1);
    Result<void> set_items(Object& iterator, Index size = -1);
    template <class F>
    Result<void> in_batches(Object& iterator, Index size, Op one, Op many, F&& put);
    Result<void> enter_fast(Object& o, bool* entered);
    void leave_fast(Object& o);

    // pickle_reduce.cpp
    Result<void> save_type(Type& type);
    Result<void> save_global(Object& o, Str* name);
    Result<void> save_extension(Object& code, Object& o);
    Result<void> save_global_text(Object& o, Object& module_name, Str& name);
    Result<void> save_reduced(Object& o);
    Result<OptRef<Object>> reduce_of(Object& o);  // empty: saved already
    Result<void> save_reduce(Tuple& parts, Object* o);
    Result<void> save_call(Object& callable, std::initializer_list<Object*> args, Object* o = nullptr);
    Result<void> save_new_object(Object& args, Object* o);
    Result<void> save_new_object_ex(Object& args);

    // The output (pickle_dump.cpp).
    void put(Op op) {
        open_frame();
        out_ += static_cast<char>(op);
    }
    void put(std::string_view bytes) {
        open_frame();
        out_ += bytes;
    }
    // An opcode and a number, the low byte first.
    void put(Op op, uint64_t number, int bytes) {
        put(op);
        for (int i = 0; i < bytes; ++i) out_ += static_cast<char>(number >> (8 * i));
    }
    void open_frame();
    void close_frame();
    Result<void> end_of_opcode();
    Result<void> put_large(std::string_view header, std::string_view data);
    Result<void> flush();
    Result<void> memoize(Object& o);
    Result<void> recall(Index number);

    Attached ts_;
    PicklerState& s_;
    Object* pickler_;
    OptRef<Object> persistent_id_, reducer_override_;
    std::string out_;
    bool framing_ = false;
    Index frame_ = kNoFrame;  // where its header stands
    int fast_depth_ = 0;
    OptRef<Dict> fast_seen_;
};

}  // namespace baton
