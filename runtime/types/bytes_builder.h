// BytesBuilder: bytes put together piece by piece. What the encoders and escapers write into.
//
// As StrBuilder: appending never fails visibly, finish() raises the MemoryError. Callers: appending needs no
// thread state, finish() an attached one.
#pragma once
#include <algorithm>
#include <cstring>

#include "runtime/types/bytes.h"

namespace baton {

class BytesBuilder {
  public:
    BytesBuilder() = default;
    explicit BytesBuilder(Index expected) { reserve(expected); }
    ~BytesBuilder();
    BytesBuilder(const BytesBuilder&) = delete;
    BytesBuilder& operator=(const BytesBuilder&) = delete;

    void append(char c) {
        if (size_ < capacity_) [[likely]] {
            data_[size_++] = c;
        } else if (char* at = extend(1)) {
            *at = c;
        }
    }
    void append(std::string_view bytes) {
        if (char* at = extend(static_cast<Index>(bytes.size()))) std::copy_n(bytes.data(), bytes.size(), at);
    }
    void append_repeated(char c, Index count) {
        if (count <= 0) return;
        if (char* at = extend(count)) std::memset(at, c, static_cast<size_t>(count));
    }
    // Room for so many more bytes, which the caller fills at once; null when out of memory.
    char* extend(Index more) {
        if (more > capacity_ - size_ && !grow(more)) return nullptr;
        char* at = data_ + size_;
        size_ += more;
        return at;
    }
    void reserve(Index more) {
        if (more > capacity_ - size_) grow(more);
    }
    void truncate(Index size) {
        if (size < size_) size_ = size;
    }
    Index size() const { return size_; }
    std::string_view view() const { return {data_, static_cast<size_t>(size_)}; }
    bool failed() const { return failed_; }

    Result<Ref<Bytes>> finish(Attached ts);

  private:
    bool grow(Index more);

    static constexpr Index kInline = 256;
    Index size_ = 0;
    Index capacity_ = kInline;
    char* data_ = inline_;
    bool failed_ = false;
    char inline_[kInline];
};

}  // namespace baton
