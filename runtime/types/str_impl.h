// What the files of str share among themselves; not for the rest of the runtime.
#pragma once
#include "runtime/codec_utf8.h"
#include "runtime/types/str.h"

namespace baton {

Str& empty_static();
Str& latin1_static(uint8_t c);
void hash_statics();
size_t str_block_size(const Str& s);  // bytes of a compact str's block

// str.__new__ of a subclass: `blank` is a fresh zero-filled instance of cls.
Result<Ref<Str>> str_subclass_new(Attached ts, Type& cls, Str& value, Ref<Object> blank);
void str_dealloc(Attached ts, Str& s);
// The str of UTF-8 text that a scan has found wholly valid.
Result<Ref<Str>> str_new_scanned(Attached ts, std::string_view text, const text::Utf8Scan& scan);

Raised raise_utf8_decode_error(Attached ts, std::string_view bytes, size_t at);
Raised raise_encode_error(Attached ts, const char* encoding, Str& text, Index start, Index end,
                          const char* reason);
Raised raise_decode_error(Attached ts, const char* encoding, std::string_view bytes, Index start, Index end,
                          const char* reason);

// A needle in the haystack's kind: its own text, or a widened copy. Precondition: the needle's kind is not
// wider.
class Needle {
  public:
    Needle(const Str& needle, int kind);
    ~Needle();
    Needle(const Needle&) = delete;
    Needle& operator=(const Needle&) = delete;
    bool ok() const { return data_ != nullptr; }  // false: out of memory
    template <class C>
    const C* as() const {
        return static_cast<const C*>(data_);
    }

  private:
    const void* data_;
    void* copy_ = nullptr;
    char inline_[256];
};

// Start and end of a search as methods take them: negative counts from the end, both clamped to the length.
inline void adjust_range(Index length, Index& start, Index& end) {
    if (end > length) end = length;
    if (end < 0) end = end + length < 0 ? 0 : end + length;
    if (start < 0) start = start + length < 0 ? 0 : start + length;
}

}  // namespace baton
