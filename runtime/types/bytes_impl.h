// What bytes and bytearray share among their own files: making results of either type, and reading arguments.
#pragma once
#include "runtime/box.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str_methods.h"

namespace baton {

inline std::string_view view_of(const Bytes& b) {
    return bytes_view(b);
}
inline std::string_view view_of(const ByteArray& b) {
    return bytearray_view(b);
}
inline const uint8_t* unsigned_of(std::string_view s) {
    return reinterpret_cast<const uint8_t*>(s.data());
}
inline Index size_of(std::string_view s) {
    return static_cast<Index>(s.size());
}

template <class T>
Result<Ref<T>> make_like(Attached ts, std::string_view data) {
    if constexpr (std::is_same_v<T, Bytes>) {
        return bytes_new(ts, data);
    } else {
        return bytearray_new(ts, data);
    }
}
// A fresh object of `size` undefined bytes, at *out. size 0 gives the empty one.
template <class T>
Result<Ref<T>> make_room(Attached ts, Index size, char** out) {
    if constexpr (std::is_same_v<T, Bytes>) {
        auto b = TRY(bytes_new_uninitialised(ts, size));
        *out = bytes_data(*b);
        return b;
    } else {
        auto b = TRY(bytearray_new(ts, {}));
        TRY(bytearray_resize(ts, *b, size));
        *out = b->start;
        return b;
    }
}
// self unchanged: itself when it is an immutable exact bytes, otherwise a copy.
template <class T>
Result<Ref<T>> unchanged(Attached ts, T& self) {
    if constexpr (std::is_same_v<T, Bytes>) {
        if (self.type == &PyBytes_Type) return Ref<Bytes>::share(self);
    }
    return make_like<T>(ts, view_of(self));
}
template <class T>
inline constexpr const char* kBytesName = std::is_same_v<T, Bytes> ? "bytes" : "bytearray";

// An int in range(0, 256): TypeError without __index__, ValueError with the given text outside.
Result<uint8_t> byte_value(Attached ts, Object& o, const char* message = "byte must be in range(0, 256)");

// The argument of find, count and `in`: bytes or one byte.
class SubArgument {
  public:
    Result<void> get(Attached ts, Object& o, bool for_contains = false);
    std::string_view view() const { return is_byte_ ? std::string_view(&byte_, 1) : held_.view(); }

  private:
    BytesLike held_;
    char byte_ = 0;
    bool is_byte_ = false;
};

// The contents that bytes(source) and bytearray(source) take: buffer, iterable of ints. Appended to `out`.
class BytesBuilder;
Result<void> append_bytes_of_iterable(Attached ts, BytesBuilder& out, Object& iterable, const char* message);

// bytes_new.cpp: the text and count forms of the constructors; what is left for the type to do.
enum class SourceKind { nothing, count, bytes, buffer, other };
struct Source {
    SourceKind kind = SourceKind::nothing;
    Index count = 0;
    OptRef<Object> object;  // bytes, or the object to take from
};
// `ask_bytes_method`: bytes() takes what __bytes__ gives, bytearray() does not.
Result<Source> bytes_source(Attached ts, const char* type, bool ask_bytes_method, Value* source,
                            Value* encoding, Value* errors);

}  // namespace baton
