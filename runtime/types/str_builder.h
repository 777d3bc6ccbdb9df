// StrBuilder: text put together piece by piece. What every repr, join and formatter writes into.
//
// Appending never fails visibly: running out of memory is remembered and raised by finish(). The builder
// widens itself as larger code points come, so its result is canonical without another look at the text.
// Short texts need no heap.
//
// Invariants: max_ is at least every code point appended and at most what kind_ holds; size_ <= capacity_.
// Callers: appending needs no thread state; finish() an attached one. A builder belongs to one thread and one
// call.
#pragma once
#include <algorithm>
#include <cstring>

#include "runtime/types/str.h"

namespace baton {

class StrBuilder {
  public:
    StrBuilder() = default;
    explicit StrBuilder(Index expected) { reserve(expected); }
    ~StrBuilder();
    StrBuilder(const StrBuilder&) = delete;
    StrBuilder& operator=(const StrBuilder&) = delete;

    void append(char c) {
        append(static_cast<uint32_t>(static_cast<unsigned char>(c)));
    }  // a Latin-1 character
    void append(uint32_t c) {
        if (kind_ == 1 && c < 256 && size_ < capacity_) [[likely]] {
            static_cast<uint8_t*>(data_)[size_++] = static_cast<uint8_t>(c);
            if (c > max_) max_ = c;
        } else {
            append_slow(c);
        }
    }
    void append_ascii(std::string_view text) {
        if (kind_ == 1 && static_cast<Index>(text.size()) <= capacity_ - size_) [[likely]] {
            std::copy_n(text.data(), text.size(),
                        static_cast<char*>(data_) + size_);  // an empty view may be null
            size_ += static_cast<Index>(text.size());
        } else {
            append_ascii_slow(text);
        }
    }
    void append_latin1(std::string_view text);
    void append_utf8(std::string_view text);  // invalid sequences become U+FFFD
    void append(const Str& s) { append_range(s, 0, s.length); }
    void append_range(const Str& s, Index start, Index end);
    void append_kind(int kind, const void* text, Index length);
    void append_repeated(uint32_t c, Index count);
    void append_int(int64_t value);
    template <class... A>
    void append_format(fmt::format_string<A...> format, A&&... args) {
        append_vformat(format, fmt::make_format_args(args...));
    }
    void append_vformat(fmt::string_view format, fmt::format_args args);

    Index size() const { return size_; }
    uint32_t at(Index i) const;
    // Drops what came after `size`. The kind stays, so finish() looks at the text again.
    void truncate(Index size);
    void reserve(Index more);
    // Room for `length` code points up to max_char at the end, as uninitialised memory of kind() bytes each
    // that the caller fills at once; null when out of memory.
    void* extend(Index length, uint32_t max_char);
    int kind() const { return kind_; }
    const void* data() const { return data_; }

    // The text so far; the builder is empty afterwards.
    Result<Ref<Str>> finish(Attached ts);

  private:
    void append_slow(uint32_t c);
    void append_ascii_slow(std::string_view text);
    bool prepare(Index more, uint32_t max_char);  // room and kind; false: out of memory, failed_ set

    Index size_ = 0;
    Index capacity_ = kInline;
    uint32_t max_ = 0;
    uint8_t kind_ = 1;
    bool failed_ = false;
    bool truncated_ = false;
    static constexpr Index kInline = 256;
    void* data_ = inline_;
    alignas(uint32_t) char inline_[kInline];
};

}  // namespace baton
