#include "runtime/types/str_builder.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <limits>

#include "runtime/codec_utf8.h"

namespace baton {

StrBuilder::~StrBuilder() {
    if (data_ != inline_) std::free(data_);
}

bool StrBuilder::prepare(Index more, uint32_t max_char) {
    if (failed_) return false;
    int kind = text::kind_of(max_char);
    if (kind < kind_) kind = kind_;
    if (max_char > max_) max_ = max_char;
    if (kind == kind_ && more <= capacity_ - size_) return true;
    constexpr Index kMost = std::numeric_limits<Index>::max() / 8;
    if (more > kMost - size_) {
        failed_ = true;
        return false;
    }
    Index wanted = size_ + more;
    if (kind != kind_ && data_ == inline_ && wanted * kind <= kInline) {
        char copy[kInline];
        std::memcpy(copy, inline_, static_cast<size_t>(size_ * kind_));
        text::convert(kind_, copy, size_, kind, inline_);
        kind_ = static_cast<uint8_t>(kind);
        capacity_ = kInline / kind;
        return true;
    }
    Index capacity = wanted + wanted / 2;
    if (capacity < 512) capacity = 512;
    if (kind == kind_ && data_ != inline_) {
        void* grown = std::realloc(data_, static_cast<size_t>(capacity * kind));
        if (grown == nullptr) {
            failed_ = true;
            return false;
        }
        data_ = grown;
    } else {
        void* grown = std::malloc(static_cast<size_t>(capacity * kind));
        if (grown == nullptr) {
            failed_ = true;
            return false;
        }
        text::convert(kind_, data_, size_, kind, grown);
        if (data_ != inline_) std::free(data_);
        data_ = grown;
    }
    kind_ = static_cast<uint8_t>(kind);
    capacity_ = capacity;
    return true;
}

void StrBuilder::reserve(Index more) {
    if (more > capacity_ - size_) prepare(more, 0);
}

void* StrBuilder::extend(Index length, uint32_t max_char) {
    if (!prepare(length, max_char)) return nullptr;
    void* at = static_cast<char*>(data_) + size_ * kind_;
    size_ += length;
    return at;
}

void StrBuilder::append_slow(uint32_t c) {
    if (kind_ == 2 && c < 0x10000 && size_ < capacity_) {
        if (c > max_) max_ = c;
        static_cast<uint16_t*>(data_)[size_++] = static_cast<uint16_t>(c);
        return;
    }
    if (void* at = extend(1, c)) {
        switch (kind_) {
            case 1:
                *static_cast<uint8_t*>(at) = static_cast<uint8_t>(c);
                break;
            case 2:
                *static_cast<uint16_t*>(at) = static_cast<uint16_t>(c);
                break;
            default:
                *static_cast<uint32_t*>(at) = c;
                break;
        }
    }
}

void StrBuilder::append_kind(int kind, const void* source, Index length) {
    if (length == 0) return;
    uint32_t bits = with_kind(kind, source, [&](auto* s) { return text::combined_bits(s, length); });
    if (void* at = extend(length, bits)) text::convert(kind, source, length, kind_, at);
}

void StrBuilder::append_ascii_slow(std::string_view ascii) {
    if (ascii.empty()) return;
    auto length = static_cast<Index>(ascii.size());
    if (void* at = extend(length, 0x7F)) text::convert(1, ascii.data(), length, kind_, at);
}

void StrBuilder::append_latin1(std::string_view latin1) {
    append_kind(1, latin1.data(), static_cast<Index>(latin1.size()));
}

void StrBuilder::append_range(const Str& s, Index start, Index end) {
    if (end <= start) return;
    int kind = str_kind(s);
    const char* from = static_cast<const char*>(str_data(s)) + start * kind;
    if (s.state.ascii) {
        append_ascii({from, static_cast<size_t>(end - start)});
    } else {
        append_kind(kind, from, end - start);
    }
}

void StrBuilder::append_utf8(std::string_view utf8) {
    auto* s = reinterpret_cast<const uint8_t*>(utf8.data());
    size_t left = utf8.size();
    while (left > 0) {
        text::Utf8Scan scan = text::utf8_scan(s, left);
        if (scan.chars > 0) {
            void* at = extend(static_cast<Index>(scan.chars), scan.bits);
            if (at == nullptr) return;
            with_kind(kind_, at,
                      [&]<class C>(const C* to) { text::utf8_decode(s, scan.bytes, const_cast<C*>(to)); });
        }
        s += scan.bytes;
        left -= scan.bytes;
        if (left > 0) {
            append(uint32_t{0xFFFD});
            unsigned bad = text::utf8_error(s, left).length;
            s += bad;
            left -= bad;
        }
    }
}

void StrBuilder::append_repeated(uint32_t c, Index count) {
    if (count <= 0) return;
    if (void* at = extend(count, c)) {
        with_kind(kind_, at, [&]<class C>(const C* to) { text::fill(const_cast<C*>(to), count, c); });
    }
}

void StrBuilder::append_int(int64_t value) {
    char digits[24];
    auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    append_ascii({digits, static_cast<size_t>(end - digits)});
}

void StrBuilder::append_vformat(fmt::string_view format, fmt::format_args args) {
    fmt::basic_memory_buffer<char, 240> buffer;
    fmt::vformat_to(std::back_inserter(buffer), format, args);
    append_utf8({buffer.data(), buffer.size()});
}

uint32_t StrBuilder::at(Index i) const {
    return with_kind(kind_, data_, [&](auto* s) -> uint32_t { return s[i]; });
}

void StrBuilder::truncate(Index size) {
    if (size >= size_) return;
    size_ = size;
    truncated_ = true;
}

Result<Ref<Str>> StrBuilder::finish(Attached ts) {
    if (failed_) return raise_no_memory(ts);
    if (truncated_ || size_ <= 1) {
        truncated_ = false;
        Index size = std::exchange(size_, 0);
        return str_new_kind(ts, kind_, data_, size);
    }
    // max_ has the bits of the kind, or is below 128 exactly when all of the text is.
    auto s = TRY(str_new(ts, size_, max_));
    std::memcpy(str_data(*s), data_, static_cast<size_t>(size_ * kind_));
    size_ = 0;
    return s;
}

}  // namespace baton
