#include <charconv>

#include "runtime/object_ops.h"
#include "runtime/text_number_str.h"
#include "runtime/thread_data.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/int_text.h"

namespace baton {

namespace {

Raised raise_invalid_literal(Attached ts, Object& text, int base) {
    Ref<Str> shown = TRY(repr(ts, text));
    if (shown->length > 200) shown = TRY(str_substring(ts, *shown, 0, 200));
    const std::string_view utf8 = TRY(str_as_utf8(ts, *shown));
    return raise(ts, Exc::ValueError, "invalid literal for int() with base {}: {}", base, utf8);
}

Result<Value> value_of_scan(Attached ts, const digits::IntScan& scan) {
    const size_t count = digits::read_capacity(scan);
    if (count <= 3) {
        digits::Digit own[3];
        size_t n;
        if (!digits::read({own, count}, n, scan)) return raise_no_memory(ts);
        return int_from_magnitude(ts, {own, n}, scan.negative);
    }
    Ref<Int> fresh = TRY(int_alloc(ts, count));
    size_t n;
    if (!digits::read({fresh->digit, count}, n, scan)) return raise_no_memory(ts);
    return int_finish(ts, std::move(fresh), n, scan.negative);
}

}  // namespace

Raised raise_int_digit_limit(Attached ts, size_t digits) {
    const int limit = interp(ts).int_max_str_digits;
    if (digits == 0) {
        return raise(ts, Exc::ValueError,
                     "Exceeds the limit ({} digits) for integer string conversion; use "
                     "sys.set_int_max_str_digits() to "
                     "increase the limit",
                     limit);
    }
    return raise(ts, Exc::ValueError,
                 "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use "
                 "sys.set_int_max_str_digits() to increase the limit",
                 limit, digits);
}

Result<Ref<Str>> int_to_text(Attached ts, Value i, int base, bool prefix) {
    const IntView view(i);
    if (view.is_small() && base == 10) {
        if (view.value() >= 0 && view.value() <= 9)
            return str_latin1_char(static_cast<uint8_t>('0' + view.value()));
        char text[24];
        return str_new_ascii(
            ts, std::string_view(text, std::to_chars(text, text + sizeof text, view.value()).ptr));
    }
    TextBuffer text;
    if (view.negative()) text.append('-');
    if (prefix && base != 10) text.append(base == 16 ? "0x" : base == 8 ? "0o" : "0b");
    switch (digits::write(text, view.magnitude(), base, interp(ts).int_max_str_digits)) {
        case digits::WriteStatus::Ok:
            break;
        case digits::WriteStatus::OverLimit:
            return raise_int_digit_limit(ts, 0);
        case digits::WriteStatus::NoMemory:
            return raise_no_memory(ts);
    }
    return str_from_buffer(ts, text);
}

// Plain decimal digits, perhaps with a sign, that surely fit a machine word: most of what is ever read.
static bool read_plain(const Str& s, int64_t* out) {
    if (!s.state.ascii) return false;
    const std::string_view text = str_ascii_view(s);
    const bool signed_text = !text.empty() && (text[0] == '-' || text[0] == '+');
    const std::string_view digits = text.substr(signed_text);
    if (digits.empty() || digits.size() > 18) return false;
    int64_t value = 0;
    for (char c : digits) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    *out = text[0] == '-' ? -value : value;
    return true;
}

Result<Value> int_from_text(Attached ts, Object& text, int base) {
    int64_t plain;
    if (base == 10 && is_str(text) && read_plain(static_cast<Str&>(text), &plain))
        return Value::of_int(plain);
    TextBuffer scratch;
    BytesLike buffer;
    std::string_view ascii;
    if (is_str(text)) {
        ascii = TRY(number_text(ts, static_cast<Str&>(text), scratch));
    } else {
        TRY(buffer.get(ts, text));
        ascii = buffer.view();
    }
    const digits::IntScan scan = digits::scan(ascii, base, interp(ts).int_max_str_digits);
    switch (scan.status) {
        case digits::IntScan::Status::Ok:
            return value_of_scan(ts, scan);
        case digits::IntScan::Status::OverLimit:
            return raise_int_digit_limit(ts, scan.written_count);
        case digits::IntScan::Status::Invalid:
            break;
    }
    if (is_str(text) || is_bytes(text)) return raise_invalid_literal(ts, text, base);
    const Ref<Bytes> shown = TRY(bytes_new(ts, ascii));
    return raise_invalid_literal(ts, *shown, base);
}

Result<Value> int_from_literal(Attached ts, std::string_view text) {
    const digits::IntScan scan = digits::scan(text, 0, interp(ts).int_max_str_digits);
    switch (scan.status) {
        case digits::IntScan::Status::Ok:
            break;
        case digits::IntScan::Status::OverLimit:
            return raise_int_digit_limit(ts, scan.written_count);
        case digits::IntScan::Status::Invalid:
            return raise(ts, Exc::ValueError, "invalid literal for int() with base 0: '{}'", text);
    }
    return value_of_scan(ts, scan);
}

}  // namespace baton
