// Working memory of the number code: a small inline array that falls back to the heap.
//
// Invariants. Allocation never throws and never aborts: a Scratch that got no memory tests false and must not
// be used. The contents start uninitialised. A size whose byte count would overflow counts as "no memory".
//
// Callers. Anyone, attached or not; it touches no Python object.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

namespace baton {

template <class T, std::size_t InlineCount = 64>
class Scratch {
  public:
    explicit Scratch(std::size_t count) : size_(count) {
        if (count <= InlineCount) {
            data_ = inline_;
        } else if (count <= PTRDIFF_MAX / sizeof(T)) {
            data_ = static_cast<T*>(std::malloc(count * sizeof(T)));
        }
    }
    ~Scratch() {
        if (data_ != inline_) std::free(data_);
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    explicit operator bool() const { return data_ != nullptr; }
    T* data() { return data_; }
    const T* data() const { return data_; }
    std::size_t size() const { return size_; }
    T& operator[](std::size_t i) { return data_[i]; }
    const T& operator[](std::size_t i) const { return data_[i]; }

  private:
    T* data_ = nullptr;
    std::size_t size_;
    T inline_[InlineCount];
};

}  // namespace baton
