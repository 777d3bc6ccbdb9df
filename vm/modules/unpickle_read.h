// One load: a machine with a stack, a memo and marks that the bytes of a pickle drive. Callers: attached
// threads.
#pragma once
#include "vm/modules/pickle.h"

namespace baton {

class PickleReader {
  public:
    PickleReader(Attached ts, UnpicklerState& state, Object* unpickler)
        : ts_(ts), s_(state), unpickler_(unpickler) {}
    PickleReader(const PickleReader&) = delete;
    PickleReader& operator=(const PickleReader&) = delete;
    ~PickleReader();
    Result<Ref<Object>> load(std::string_view data);

  private:
    Raised fail(std::string_view message);
    Raised truncated();
    // Views hold until the next read.
    Result<std::string_view> read(uint64_t size);
    Result<std::string_view> read_line();
    Result<uint64_t> read_number(int bytes);
    void keep(std::string data);

    Result<void> push(Ref<Object> o) {
        stack_.push_back(o.release());
        return {};
    }
    size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
    Raised underflow();
    Result<Ref<Object>> pop();
    Result<Object*> top();
    Result<size_t> pop_mark();
    void drop_from(size_t at);
    Result<Ref<Tuple>> take_tuple(size_t at);
    Result<Ref<List>> take_list(size_t at);

    // True: go on.
    Result<bool> step(Op op);
    static Result<bool> done(Result<void> r) {
        if (!r.ok()) return already_raised();
        return true;
    }
    Result<void> load_int();
    Result<void> load_long();
    Result<void> load_counted_long(int count_bytes);
    Result<void> load_float();
    Result<void> load_binfloat();
    Result<void> push_python2_string(std::string_view data);
    Result<void> load_string();
    Result<void> load_text(uint64_t size, const char* op);
    Result<void> load_bytes(uint64_t size, const char* op);
    Result<void> load_bytearray();
    Result<void> load_next_buffer();
    Result<void> load_readonly_buffer();
    Result<void> load_dict();
    Result<void> append_from(size_t at);
    Result<void> set_items_from(size_t at);
    Result<void> add_items();
    Result<Ref<Object>> find_class(Object& module, Object& name);
    Result<Ref<Object>> read_global();
    Result<void> load_stack_global();
    Result<void> load_extension(int bytes);
    Result<Ref<Object>> instantiate(Object& cls, Tuple& args);
    Result<void> load_inst();
    Result<void> load_obj();
    Result<void> load_newobj(bool with_keywords);
    Result<void> load_reduce();
    Result<void> load_build();
    Result<void> get(uint64_t number);
    Result<void> put(uint64_t number);
    Result<uint64_t> line_number(const char* negative);
    Result<Ref<Object>> persistent_finder();
    Result<void> load_persistent();
    Result<void> load_persistent_text();
    Result<void> load_protocol();
    Result<void> load_frame();

    Attached ts_;
    UnpicklerState& s_;
    Object* unpickler_;
    std::string_view input_;  // what is at hand, and how much of it is used
    size_t at_ = 0;
    std::string owned_;  // what was read from the file, if input_ is that
    std::vector<Object*> stack_;
    std::vector<size_t> marks_;  // positions in the stack
};

}  // namespace baton
