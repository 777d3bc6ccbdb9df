#include "runtime/types/bytes_kernels.h"

#include "runtime/object_ops.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

const uint8_t* bytes_of(std::string_view s) {
    return reinterpret_cast<const uint8_t*>(s.data());
}
Index size_of(std::string_view s) {
    return static_cast<Index>(s.size());
}

}  // namespace

Index bytes_find(std::string_view s, std::string_view sub, Index start, Index end) {
    if (end - start < size_of(sub)) return -1;
    Index at = text::find(bytes_of(s) + start, end - start, bytes_of(sub), size_of(sub));
    return at < 0 ? -1 : start + at;
}

Index bytes_rfind(std::string_view s, std::string_view sub, Index start, Index end) {
    if (end - start < size_of(sub)) return -1;
    Index at = text::rfind(bytes_of(s) + start, end - start, bytes_of(sub), size_of(sub));
    return at < 0 ? -1 : start + at;
}

Index bytes_count(std::string_view s, std::string_view sub, Index start, Index end) {
    if (end - start < size_of(sub)) return 0;
    if (sub.empty()) return end - start + 1;
    return text::count(bytes_of(s) + start, end - start, bytes_of(sub), size_of(sub));
}

bool bytes_replace(std::string_view s, std::string_view from, std::string_view to, Index max_count,
                   BytesBuilder& out) {
    if (max_count < 0) max_count = PTRDIFF_MAX;
    if (max_count == 0 || from.size() > s.size()) return false;
    Index size = size_of(s);
    if (from.empty()) {
        if (to.empty()) return false;
        Index count = max_count < size + 1 ? max_count : size + 1;
        if (size_of(to) <= (PTRDIFF_MAX - size) / count) out.reserve(size + size_of(to) * count);
        for (Index i = 0; i < count && !out.failed(); ++i) {
            out.append(to);
            if (i < size) out.append(s[static_cast<size_t>(i)]);
        }
        if (count < size) out.append(s.substr(static_cast<size_t>(count)));
        return true;
    }
    Index count = text::count(bytes_of(s), size, bytes_of(from), size_of(from), max_count);
    if (count == 0) return false;
    Index growth = size_of(to) - size_of(from);
    if (growth <= 0 || growth <= (PTRDIFF_MAX - size) / count) out.reserve(size + growth * count);
    size_t at = 0;
    for (; count > 0 && !out.failed(); --count) {
        std::string_view rest = s.substr(at);
        auto step =
            static_cast<size_t>(text::find(bytes_of(rest), size_of(rest), bytes_of(from), size_of(from)));
        out.append(rest.substr(0, step));
        out.append(to);
        at += step + from.size();
    }
    out.append(s.substr(at));
    return true;
}

std::string_view strip_view(std::string_view s, std::string_view remove, bool left, bool right) {
    bool member[256] = {};
    for (char c : remove) member[static_cast<uint8_t>(c)] = true;
    size_t start = 0, end = s.size();
    while (left && start < end && member[static_cast<uint8_t>(s[start])]) ++start;
    while (right && end > start && member[static_cast<uint8_t>(s[end - 1])]) --end;
    return s.substr(start, end - start);
}

void expand_tabs(std::string_view s, Index tabsize, BytesBuilder& out) {
    Index column = 0;
    for (char c : s) {
        if (c == '\t') {
            Index more = tabsize > 0 ? tabsize - column % tabsize : 0;
            out.append_repeated(' ', more);
            column += more;
        } else {
            out.append(c);
            column = c == '\n' || c == '\r' ? 0 : column + 1;
        }
        if (out.failed()) return;
    }
}

void repeat_into(std::string_view s, Index count, char* out) {
    size_t total = s.size() * static_cast<size_t>(count);
    if (total == 0) return;
    std::memcpy(out, s.data(), s.size());
    for (size_t done = s.size(); done < total;) {
        size_t more = done < total - done ? done : total - done;
        std::memcpy(out + done, out, more);
        done += more;
    }
}

bool is_titled(std::string_view s) {
    bool cased = false, after_cased = false;
    for (char c : s) {
        auto byte = static_cast<uint8_t>(c);
        if (is_ascii_upper(byte)) {
            if (after_cased) return false;
            after_cased = cased = true;
        } else if (is_ascii_lower(byte)) {
            if (!after_cased) return false;
            cased = true;
        } else {
            after_cased = false;
        }
    }
    return cased;
}

Result<Ref<Str>> bytes_hex(Attached ts, std::string_view data, Object* separator, Index group) {
    constexpr char kHex[] = "0123456789abcdef";
    char between = 0;
    if (separator != nullptr) {
        if (TRY(length(ts, *separator)) != 1) return raise(ts, Exc::ValueError, "sep must be length 1.");
        if (is_str(*separator)) {
            uint32_t c = str_char_unchecked(static_cast<Str&>(*separator), 0);
            if (c > 127) return raise(ts, Exc::ValueError, "sep must be ASCII.");
            between = static_cast<char>(c);
        } else if (is_bytes(*separator)) {
            between = static_cast<Bytes&>(*separator).data[0];
            if (static_cast<uint8_t>(between) > 127) return raise(ts, Exc::ValueError, "sep must be ASCII.");
        } else {
            return raise(ts, Exc::TypeError, "sep must be str or bytes.");
        }
    } else {
        group = 0;
    }
    auto count = static_cast<Index>(data.size());
    if (count == 0) return str_empty();
    Index width = group < 0 ? -group : group;
    Index separators = width > 0 ? (count - 1) / width : 0;
    if (count > (PTRDIFF_MAX - separators) / 2) return raise_no_memory(ts);
    auto result = TRY(str_new(ts, 2 * count + separators, 0x7F));
    char* out = static_cast<char*>(str_data(*result));
    // Counted from the end, the first group is the one that may be short.
    Index until = width == 0 ? count : group < 0 || count % width == 0 ? width : count % width;
    for (Index i = 0; i < count; ++i) {
        if (width != 0 && until == 0) {
            *out++ = between;
            until = width;
        }
        --until;
        auto byte = static_cast<uint8_t>(data[static_cast<size_t>(i)]);
        *out++ = kHex[byte >> 4];
        *out++ = kHex[byte & 15];
    }
    return result;
}

Result<void> parse_hex_bytes(Attached ts, Str& text, BytesBuilder& out) {
    auto digit = [&](Index i) -> int {
        uint32_t c = i < text.length ? str_char_unchecked(text, i) : 0;
        if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
        c |= 0x20;
        return c >= 'a' && c <= 'f' ? static_cast<int>(c - 'a' + 10) : -1;
    };
    auto fail = [&](Index at) {
        return raise(ts, Exc::ValueError, "non-hexadecimal number found in fromhex() arg at position {}", at);
    };
    if (!text.state.ascii) {
        Index at = 0;
        while (str_char_unchecked(text, at) < 128) ++at;
        return fail(at);
    }
    for (Index i = 0; i < text.length;) {
        if (text::ByteRules::is_space(str_char_unchecked(text, i))) {
            ++i;
            continue;
        }
        int high = digit(i);
        if (high < 0) return fail(i);
        int low = digit(i + 1);
        if (low < 0) return fail(i + 1);
        out.append(static_cast<char>(high << 4 | low));
        i += 2;
    }
    return {};
}

}  // namespace baton
