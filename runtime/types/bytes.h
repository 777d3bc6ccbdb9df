// bytes and bytearray: what the rest of the runtime needs of them.
//
// Invariants: a bytes object never changes once it is visible, and a zero byte follows its data; the empty
// one and the 256 of length one are immortal statics. A bytearray's data is `start .. start+size`, within an
// owned block of `alloc` bytes at `bytes` (null while empty), zero-terminated; it may not be resized while
// `exports` views of it exist.
//
// Callers: attached threads.
#pragma once
#include <span>
#include <string_view>

#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

inline const char* bytes_data(const Bytes& b) {
    return b.data;
}
inline char* bytes_data(Bytes& b) {
    return b.data;
}
inline std::string_view bytes_view(const Bytes& b) {
    return {b.data, static_cast<size_t>(b.size)};
}
inline std::string_view bytearray_view(const ByteArray& b) {
    return {b.size ? b.start : "", static_cast<size_t>(b.size)};
}

Ref<Bytes> bytes_empty();
Ref<Bytes> bytes_char(uint8_t c);
Result<Ref<Bytes>> bytes_new(Attached ts, std::string_view data);
Result<Ref<Bytes>> bytes_new_uninitialised(Attached ts,
                                           Index size);  // size > 0 gives a fresh, writable object
// Gives a still unshared bytes another size (C's _PyBytes_Resize); on failure it is gone.
Result<Ref<Bytes>> bytes_resize(Attached ts, Ref<Bytes> b, Index size);
Result<Ref<Bytes>> bytes_from_object(Attached ts,
                                     Object& source);  // bytes(source) without encoding: PyBytes_FromObject
Result<Ref<Bytes>> bytes_concat(Attached ts, Object& a, Object& b);  // TypeError "can't concat int to bytes"
// b'...' with the quote that fits; bytearray's form escapes the single quote even between double ones.
Result<Ref<Str>> bytes_repr(Attached ts, std::string_view data, bool escape_single = false);
Hash bytes_hash(Bytes& b);

Result<Ref<ByteArray>> bytearray_new(Attached ts, std::string_view data);
Result<void> bytearray_resize(Attached ts, ByteArray& self,
                              Index size);  // BufferError while exported; new bytes undefined
Result<void> bytearray_append(Attached ts, ByteArray& self, std::string_view data);

// A bytes-like object's contents, held for the life of this object. get() raises TypeError
// "a bytes-like object is required, not 'int'".
class BytesLike {
  public:
    BytesLike() = default;
    ~BytesLike() { release(); }
    BytesLike(const BytesLike&) = delete;
    BytesLike& operator=(const BytesLike&) = delete;
    Result<void> get(Attached ts, Object& o);           // contiguous, for reading
    Result<void> get_writable(Attached ts, Object& o);  // TypeError "read-write bytes-like object expected"
    void release();
    std::string_view view() const { return view_; }
    char* data() const { return const_cast<char*>(view_.data()); }
    Index size() const { return static_cast<Index>(view_.size()); }

  private:
    std::string_view view_;
    BufferView buffer_{};
    bool held_ = false;
};
bool is_bytes_like(const Object& o);  // supports the buffer protocol

void bytes_init_process();

extern const TypeSpec bytes_spec;
extern const TypeSpec bytes_iterator_spec;
extern const TypeSpec bytearray_spec;
extern const TypeSpec bytearray_iterator_spec;

}  // namespace baton
