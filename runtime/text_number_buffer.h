// A growing run of ASCII text, the output of every number-to-text function.
//
// Invariants. Allocation failure is remembered, not thrown: later appends do nothing and ok() is false, so a
// producer appends freely and its caller checks once. Short texts never touch the heap.
//
// Callers. Anyone, attached or not; it touches no Python object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace baton {

class TextBuffer {
  public:
    TextBuffer() = default;
    ~TextBuffer() {
        if (data_ != inline_) std::free(data_);
    }
    TextBuffer(const TextBuffer&) = delete;
    TextBuffer& operator=(const TextBuffer&) = delete;

    bool ok() const { return ok_; }
    std::size_t size() const { return size_; }
    bool empty() const { return size_ == 0; }
    char* data() { return data_; }
    const char* data() const { return data_; }
    std::string_view view() const { return {data_, size_}; }
    void clear() { size_ = 0; }
    // Shortens to `size`, which must not be longer than the text.
    void truncate(std::size_t size) { size_ = size; }

    // Room for `count` more characters, counted as written; null after an allocation failure.
    char* extend(std::size_t count) {
        if (!reserve(count)) return nullptr;
        char* at = data_ + size_;
        size_ += count;
        return at;
    }
    void append(char c) {
        if (char* at = extend(1)) *at = c;
    }
    void append(std::string_view text) {
        if (char* at = extend(text.size())) std::memcpy(at, text.data(), text.size());
    }
    void append(std::size_t count, char c) {
        if (char* at = extend(count)) std::memset(at, c, count);
    }

  private:
    bool reserve(std::size_t count) {
        if (!ok_) return false;
        if (count <= capacity_ - size_) return true;
        if (count > PTRDIFF_MAX - size_) return ok_ = false;
        std::size_t wanted = size_ + count;
        if (wanted < capacity_ + capacity_ / 2) wanted = capacity_ + capacity_ / 2;
        char* grown = static_cast<char*>(std::realloc(data_ == inline_ ? nullptr : data_, wanted));
        if (grown == nullptr) return ok_ = false;
        if (data_ == inline_) std::memcpy(grown, inline_, size_);
        data_ = grown;
        capacity_ = wanted;
        return true;
    }

    char* data_ = inline_;
    std::size_t size_ = 0;
    std::size_t capacity_ = sizeof inline_;
    bool ok_ = true;
    char inline_[160];
};

}  // namespace baton
