#include "runtime/text_number_str.h"

#include "runtime/unicode_data.h"

namespace baton {

Result<std::string_view> number_text(Attached ts, Str& s, TextBuffer& scratch) {
    if (str_is_ascii(s)) return str_ascii_view(s);
    with_text(s, [&](const auto* text) {
        for (Index i = 0; i < s.length; ++i) {
            const uint32_t c = text[i];
            if (c < 127) {
                scratch.append(static_cast<char>(c));
            } else if (unicode::is_space(c)) {
                scratch.append(' ');
            } else if (const int digit = unicode::record(c).decimal; digit >= 0) {
                scratch.append(static_cast<char>('0' + digit));
            } else {
                scratch.append('?');
                return;
            }
        }
    });
    if (!scratch.ok()) return raise_no_memory(ts);
    return scratch.view();
}

Result<Ref<Str>> str_from_buffer(Attached ts, const TextBuffer& text) {
    if (!text.ok()) return raise_no_memory(ts);
    return str_new_ascii(ts, text.view());
}

}  // namespace baton
