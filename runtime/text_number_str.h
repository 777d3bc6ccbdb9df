// Between str objects and the number algorithms, which read and write ASCII.
//
// Callers: attached threads. Views returned are valid as long as both the str and the scratch buffer are.
#pragma once
#include "runtime/text_number_buffer.h"
#include "runtime/types/str_builder.h"

namespace baton {

// The text of a number as the parsers want it: decimal digits of any script become ASCII digits and any white
// space a blank; a character that can be neither ends the text as '?', which no parser accepts.
Result<std::string_view> number_text(Attached ts, Str& s, TextBuffer& scratch);

// The str of finished ASCII text; MemoryError when the buffer ran out.
Result<Ref<Str>> str_from_buffer(Attached ts, const TextBuffer& text);

// Where number layouts (format_spec.h) write.
struct StrSink {
    StrBuilder& out;
    void repeat(char32_t c, size_t n) {
        out.append_repeated(static_cast<uint32_t>(c), static_cast<Index>(n));
    }
    void ascii(std::string_view text) { out.append_ascii(text); }
};

}  // namespace baton
