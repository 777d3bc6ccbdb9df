// Format strings of the struct module: what they mean, and how single items become bytes and back.
//
// Invariants. A parsed format's fields are in order of their offsets; size() is the length of the packed
// bytes. Items are written into zeroed memory, so padding needs no field. Errors are struct.error in
// CPython's words.
//
// Callers: attached threads.
#pragma once
#include <fmt/format.h>

#include <string_view>

#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

class StructFormat {
  public:
    struct Field {
        char code;
        bool standard;  // '=', '<', '>', '!': fixed sizes, no alignment
        bool big_endian;
        Index item_size;  // the whole length for 's' and 'p'
        Index offset;
        Index count;  // items, each item_size long
    };
    StructFormat() = default;
    ~StructFormat();
    StructFormat(const StructFormat&) = delete;
    StructFormat& operator=(const StructFormat&) = delete;

    Result<void> parse(Attached ts, std::string_view text);
    bool parsed() const { return fields_ != nullptr; }
    Index size() const { return size_; }
    Index items() const { return items_; }
    Index field_count() const { return count_; }

    // bytes: size() long. args: items() many.
    Result<void> pack(Attached ts, char* bytes, const Value* args) const;
    Result<Ref<Tuple>> unpack(Attached ts, const char* bytes) const;

  private:
    Field* fields_ = nullptr;
    Index count_ = 0;
    Index size_ = 0;
    Index items_ = 0;
};

template <class... A>
Raised raise_struct_error(Attached ts, fmt::format_string<A...> format, A&&... args);
Raised raise_struct_error_text(Attached ts, std::string_view message);

extern const TypeSpec struct_error_spec;
extern const TypeSpec struct_object_spec;
extern const TypeSpec struct_iterator_spec;

template <class... A>
Raised raise_struct_error(Attached ts, fmt::format_string<A...> format, A&&... args) {
    fmt::basic_memory_buffer<char, 256> text;
    fmt::format_to(fmt::appender(text), format, std::forward<A>(args)...);
    return raise_struct_error_text(ts, {text.data(), text.size()});
}

}  // namespace baton
