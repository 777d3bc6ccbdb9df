// The arena of one syntax tree: bump memory, sequences and interned identifiers.
//
// Invariants. Everything made in an arena lives until the arena goes; nothing in it has a destructor that
// matters. Two identifiers of one arena are the same pointer exactly when their text is equal. Ids of
// identifiers are dense: 0 .. ident_count()-1, in order of first use, so a table by id is a plain vector.
//
// Callers. Any thread, attached or not; one thread at a time per arena. No Python object is involved.
#pragma once

#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace baton::ast {

// Text in the arena: UTF-8, or WTF-8 for str constants (a lone surrogate is its three-byte form), or raw
// bytes for bytes constants. A null `data` is Python's None; the empty text is not null.
struct Text {
    const char* data = nullptr;
    uint32_t size = 0;

    bool is_none() const { return data == nullptr; }
    std::string_view view() const { return {data, size}; }
};

// An interned identifier (already NFKC normalised).
struct Ident {
    const char* data;
    uint32_t size;
    uint32_t id;
    uint32_t hash;

    std::string_view view() const { return {data, size}; }
};

// A fixed sequence in the arena. Trivially copyable; elements are pointers or small values.
template <class T>
struct Seq {
    T* data = nullptr;
    uint32_t count = 0;

    uint32_t size() const { return count; }
    bool empty() const { return count == 0; }
    T& operator[](uint32_t i) const { return data[i]; }
    T* begin() const { return data; }
    T* end() const { return data + count; }
    T& front() const { return data[0]; }
    T& back() const { return data[count - 1]; }
};

class Arena {
  public:
    Arena() = default;
    ~Arena();
    Arena(const Arena&) = delete;
    Arena& operator=(const Arena&) = delete;

    void* allocate(size_t bytes) {
        bytes = (bytes + 7) & ~size_t{7};
        if (bytes > static_cast<size_t>(limit_ - next_)) return allocate_slow(bytes);
        void* result = next_;
        next_ += bytes;
        return result;
    }

    // A node or other plain object: make<BinOp>(pos, left, op, right).
    template <class T, class... Args>
    T* make(Args&&... args) {
        static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
        return ::new (allocate(sizeof(T))) T(std::forward<Args>(args)...);
    }

    template <class T>
    Seq<T> seq(const T* items, size_t count) {
        static_assert(std::is_trivially_copyable_v<T> && alignof(T) <= 8);
        if (count == 0) return {};
        T* data = static_cast<T*>(allocate(count * sizeof(T)));
        std::memcpy(static_cast<void*>(data), items, count * sizeof(T));
        return {data, static_cast<uint32_t>(count)};
    }
    template <class T>
    Seq<T> seq(const std::vector<T>& items) {
        return seq(items.data(), items.size());
    }
    template <class T>
    Seq<T> seq_of(T item) {
        return seq(&item, 1);
    }

    // A copy of `text`, never null.
    Text text(std::string_view text);

    const Ident* intern(std::string_view text);
    uint32_t ident_count() const { return static_cast<uint32_t>(ident_count_); }

  private:
    void* allocate_slow(size_t bytes);
    void grow_table();

    char* next_ = nullptr;
    char* limit_ = nullptr;
    std::vector<char*> blocks_;
    std::vector<Ident*> table_;  // open addressing, size a power of two
    size_t ident_count_ = 0;
};

}  // namespace baton::ast
