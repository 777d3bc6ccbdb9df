#include "runtime/format_percent.h"

#include <charconv>
#include <climits>

#include "runtime/call.h"
#include "runtime/names.h"
#include "runtime/object_ops.h"
#include "runtime/text_number.h"
#include "runtime/text_number_buffer.h"
#include "runtime/thread_data.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_text.h"
#include "runtime/types/str_builder.h"

namespace baton {

namespace {

// One conversion as written: %[(key)][flags][width][.precision][h|l|L]type
struct Conversion {
    bool left = false, plus = false, blank = false, alternate = false, zero = false;
    Index width = -1;
    int precision = -1;
    uint32_t type = 0;
};

// The two things formatted: text into text, bytes into bytes.
struct TextSide {
    static constexpr bool kBytes = false;
    static constexpr const char* kPrecisionTooBig = "precision too big";
    static constexpr const char* kNotAllConverted = "not all arguments converted during string formatting";
    Str& format;
    StrBuilder out{};
    // Nearly every format is ASCII: its characters are read without asking for their kind each time.
    const uint8_t* narrow = str_kind(format) == 1 ? static_cast<const uint8_t*>(str_data(format)) : nullptr;

    Index length() const { return format.length; }
    uint32_t at(Index i) const { return narrow ? narrow[i] : str_char_unchecked(format, i); }
    void literal(Index start, Index end) { out.append_range(format, start, end); }
    void ascii(std::string_view text) { out.append_ascii(text); }
    void fill(char c, Index count) { out.append_repeated(static_cast<unsigned char>(c), count); }
    Result<Ref<Object>> key(Attached ts, Index start, Index end) {
        return str_substring(ts, format, start, end);
    }
};

struct BytesSide {
    static constexpr bool kBytes = true;
    static constexpr const char* kPrecisionTooBig = "prec too big";
    static constexpr const char* kNotAllConverted = "not all arguments converted during bytes formatting";
    std::string_view format;
    BytesBuilder out;

    Index length() const { return static_cast<Index>(format.size()); }
    uint32_t at(Index i) const { return static_cast<unsigned char>(format[static_cast<size_t>(i)]); }
    std::string_view part(Index start, Index end) const {
        return format.substr(static_cast<size_t>(start), static_cast<size_t>(end - start));
    }
    void literal(Index start, Index end) { out.append(part(start, end)); }
    void ascii(std::string_view text) { out.append(text); }
    void fill(char c, Index count) { out.append_repeated(c, count); }
    Result<Ref<Object>> key(Attached ts, Index start, Index end) { return bytes_new(ts, part(start, end)); }
};

bool is_decimal_digit(uint32_t c) {
    return c >= '0' && c <= '9';
}
bool is_flag(uint32_t c) {
    return c == '-' || c == '+' || c == ' ' || c == '#' || c == '0';
}

template <class Side>
class PercentFormatter {
  public:
    PercentFormatter(Attached ts, Side& side, Object& arguments)
        : ts_(ts), side_(side), arguments_(&arguments) {
        if (is_tuple(arguments)) {
            count_ = static_cast<Tuple&>(arguments).size;
        } else if (is_mapping(arguments) && !is_str(arguments) &&
                   !(Side::kBytes && is_byte_string(arguments))) {
            mapping_ = &arguments;
        }
    }

    Result<void> run() {
        const Index length = side_.length();
        while (at_ < length) {
            const Index start = at_;
            while (at_ < length && side_.at(at_) != '%') ++at_;
            if (at_ > start) side_.literal(start, at_);
            if (at_ == length) break;
            ++at_;
            if (at_ < length && side_.at(at_) == '%') {
                side_.ascii("%");
                ++at_;
                continue;
            }
            TRY(convert());
        }
        if (mapping_ == nullptr && used_ < (count_ < 0 ? 1 : count_)) {
            return raise(ts_, Exc::TypeError, "{}", Side::kNotAllConverted);
        }
        return {};
    }

  private:
    static bool is_byte_string(const Object& o) {
        return is_bytes(o) || is_instance_exact(o, bytearray_type());
    }

    Raised incomplete() { return raise(ts_, Exc::ValueError, "incomplete format"); }

    // The next value, borrowed from the arguments.
    Result<Object*> next_argument() {
        if (count_ < 0 ? used_ > 0 : used_ >= count_) {
            return raise(ts_, Exc::TypeError, "not enough arguments for format string");
        }
        Object* value = count_ < 0 ? arguments_ : static_cast<Tuple*>(arguments_)->item[used_];
        ++used_;
        return value;
    }

    Result<void> convert() {
        Conversion c;
        if (at_ < side_.length() && side_.at(at_) == '(') TRY(read_key());
        TRY(read_conversion(c));
        Object& value = *TRY(next_argument());
        switch (c.type) {
            case 'd':
            case 'i':
            case 'u':
            case 'o':
            case 'x':
            case 'X':
                return put_int(c, value);
            case 'e':
            case 'E':
            case 'f':
            case 'F':
            case 'g':
            case 'G':
                return put_float(c, value);
            case 'c':
                return put_char(c, value);
            case 'a':
            case 'r':
            case 's':
                return put_text(c, value);
            case 'b':
                if (Side::kBytes) return put_text(c, value);
                break;
            default:
                break;
        }
        const Index index = at_ - 1;
        // An unprintable character shows as '?' in a str message; bytes show as the character of that number.
        char shown[2] = {'?', '\0'};
        size_t length = 1;
        if (Side::kBytes && c.type >= 128) {
            shown[0] = static_cast<char>(0xc0 | c.type >> 6);
            shown[1] = static_cast<char>(0x80 | (c.type & 0x3f));
            length = 2;
        } else if (Side::kBytes || (c.type > 31 && c.type < 127)) {
            shown[0] = static_cast<char>(c.type);
        }
        return raise(ts_, Exc::ValueError, "unsupported format character '{}' (0x{:x}) at index {}",
                     std::string_view(shown, length), c.type, index);
    }

    Result<void> read_key() {
        if (mapping_ == nullptr) return raise(ts_, Exc::TypeError, "format requires a mapping");
        const Index start = ++at_;
        int depth = 1;
        for (; at_ < side_.length(); ++at_) {
            if (side_.at(at_) == '(') ++depth;
            if (side_.at(at_) == ')' && --depth == 0) break;
        }
        if (at_ == side_.length()) return raise(ts_, Exc::ValueError, "incomplete format key");
        const Ref<Object> key = TRY(side_.key(ts_, start, at_++));
        held_ = TRY(get_item(ts_, *mapping_, *key));
        arguments_ = held_.get();
        count_ = -1;
        used_ = 0;
        return {};
    }

    Result<void> read_conversion(Conversion& c) {
        const Index length = side_.length();
        for (; at_ < length && is_flag(side_.at(at_)); ++at_) {
            switch (side_.at(at_)) {
                case '-':
                    c.left = true;
                    break;
                case '+':
                    c.plus = true;
                    break;
                case ' ':
                    c.blank = true;
                    break;
                case '#':
                    c.alternate = true;
                    break;
                default:
                    c.zero = true;
                    break;
            }
        }
        if (at_ < length && side_.at(at_) == '*') {
            ++at_;
            c.width = TRY(star_argument<Index>("ssize_t"));
            if (c.width < 0) {
                c.left = true;
                c.width = -c.width;
            }
        } else if (at_ < length && is_decimal_digit(side_.at(at_))) {
            c.width = TRY(read_number<Index>("width too big"));
        }
        if (at_ < length && side_.at(at_) == '.') {
            ++at_;
            c.precision = 0;
            if (at_ < length && side_.at(at_) == '*') {
                ++at_;
                c.precision = TRY(star_argument<int>("int"));
                if (c.precision < 0) c.precision = 0;
            } else if (at_ < length && is_decimal_digit(side_.at(at_))) {
                c.precision = TRY(read_number<int>(Side::kPrecisionTooBig));
            }
        }
        if (at_ < length && (side_.at(at_) == 'h' || side_.at(at_) == 'l' || side_.at(at_) == 'L')) ++at_;
        if (at_ >= length) return incomplete();
        c.type = side_.at(at_++);
        return {};
    }

    template <class N>
    Result<N> read_number(const char* too_big) {
        N number = 0;
        for (; at_ < side_.length() && is_decimal_digit(side_.at(at_)); ++at_) {
            const N digit = static_cast<N>(side_.at(at_) - '0');
            if (number > (std::numeric_limits<N>::max() - digit) / 10)
                return raise(ts_, Exc::ValueError, "{}", too_big);
            number = number * 10 + digit;
        }
        return number;
    }

    template <class N>
    Result<N> star_argument(const char* c_type) {
        Object& value = *TRY(next_argument());
        if (!is_int(value)) return raise(ts_, Exc::TypeError, "* wants int");
        int overflow;
        const int64_t number = int_as_int64(static_cast<Int&>(value), &overflow);
        // The smallest number has no opposite, which a negative width needs.
        if (overflow != 0 || number <= std::numeric_limits<N>::min() ||
            number > std::numeric_limits<N>::max()) {
            return raise(ts_, Exc::OverflowError, "Python int too large to convert to C {}", c_type);
        }
        return static_cast<N>(number);
    }

    // ---- numbers: sign, prefix, zeros and digits, all ASCII ----

    void put_number(const Conversion& c, std::string_view text, std::string_view prefix, Index zeros) {
        char sign = 0;
        if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
            sign = text[0];
            text.remove_prefix(1);
        } else if (c.plus) {
            sign = '+';
        } else if (c.blank) {
            sign = ' ';
        }
        const Index length = (sign != 0) + static_cast<Index>(prefix.size() + text.size()) + zeros;
        const Index padding = c.width > length ? c.width - length : 0;
        if (padding == 0 && zeros == 0) {
            if (sign != 0) side_.ascii(std::string_view(&sign, 1));
            if (!prefix.empty()) side_.ascii(prefix);
            side_.ascii(text);
            return;
        }
        const bool zero_fill = c.zero && !c.left;
        if (!c.left && !zero_fill) side_.fill(' ', padding);
        if (sign != 0) side_.ascii(std::string_view(&sign, 1));
        side_.ascii(prefix);
        side_.fill('0', zeros + (zero_fill ? padding : 0));
        side_.ascii(text);
        if (c.left) side_.fill(' ', padding);
    }

    Result<Ref<Object>> integer_for(const Conversion& c, Object& value) {
        if (is_int(value)) return Ref<Object>::share(value);
        const bool exact = c.type == 'o' || c.type == 'x' || c.type == 'X';
        if (is_number(value)) {
            auto number = exact ? Result<Ref<Object>>(number_index(ts_, value)) : number_int(ts_, value);
            if (number.ok() || !pending_is(ts_, Exc::TypeError)) return number;
            clear_pending(ts_);
        }
        // bytes takes %i for %d before it looks at the value.
        const char shown = Side::kBytes && c.type == 'i' ? 'd' : static_cast<char>(c.type);
        return raise(ts_, Exc::TypeError, "%{} format: {} is required, not {}", shown,
                     exact ? "an integer" : "a real number", type_name(value));
    }

    Result<void> put_int(const Conversion& c, Object& value) {
        const Ref<Object> number = TRY(integer_for(c, value));
        const IntView view(static_cast<Int&>(*number));
        const int base = c.type == 'o' ? 8 : c.type == 'x' || c.type == 'X' ? 16 : 10;
        if (view.is_small() && base == 10 && c.precision < 0) {
            char digits[24];
            char* end = std::to_chars(digits, digits + sizeof digits, view.value()).ptr;
            put_number(c, std::string_view(digits, end), {}, 0);
            return {};
        }
        TextBuffer text;
        if (view.negative()) text.append('-');
        switch (digits::write(text, view.magnitude(), base, interp(ts_).int_max_str_digits)) {
            case digits::WriteStatus::Ok:
                break;
            case digits::WriteStatus::OverLimit:
                return raise_int_digit_limit(ts_, 0);
            case digits::WriteStatus::NoMemory:
                return raise_no_memory(ts_);
        }
        if (c.type == 'X') {
            for (size_t i = 0; i < text.size(); ++i) {
                char& d = text.data()[i];
                if (d >= 'a') d = static_cast<char>(d - 32);
            }
        }
        std::string_view prefix;
        if (c.alternate && base != 10) prefix = c.type == 'o' ? "0o" : c.type == 'x' ? "0x" : "0X";
        const auto digit_count = static_cast<Index>(text.size()) - view.negative();
        put_number(c, text.view(), prefix, c.precision > digit_count ? c.precision - digit_count : 0);
        return {};
    }

    Result<void> put_float(const Conversion& c, Object& value) {
        auto converted = as_double(ts_, value);
        if (!converted.ok()) {
            if (Side::kBytes) {
                clear_pending(ts_);
                return raise(ts_, Exc::TypeError, "float argument required, not {}", type_name(value));
            }
            return already_raised();
        }
        TextBuffer text;
        format_double(text, converted.take(), static_cast<char>(c.type), c.precision < 0 ? 6 : c.precision,
                      c.alternate ? kFloatAlternate : kFloatPlain);
        if (!text.ok()) return raise_no_memory(ts_);
        put_number(c, text.view(), {}, 0);
        return {};
    }

    // ---- text ----

    // Calls put(), which appends `length` characters, with blanks around them.
    template <class F>
    void padded(const Conversion& c, Index length, F&& put) {
        const Index padding = c.width > length ? c.width - length : 0;
        if (!c.left) side_.fill(' ', padding);
        put();
        if (c.left) side_.fill(' ', padding);
    }

    Result<void> put_char(const Conversion& c, Object& value) {
        uint32_t character = 0;
        bool found = false;
        if constexpr (Side::kBytes) {
            const bool single =
                (is_bytes(value) || is_byte_string(value)) && static_cast<VarObject&>(value).size == 1;
            if (single) {
                character = static_cast<unsigned char>(
                    is_bytes(value) ? bytes_view(static_cast<Bytes&>(value))[0]
                                    : bytearray_view(static_cast<ByteArray&>(value))[0]);
                found = true;
            }
        } else if (is_str(value)) {
            if (static_cast<Str&>(value).length != 1)
                return raise(ts_, Exc::TypeError, "%c requires int or char");
            character = str_char_unchecked(static_cast<Str&>(value), 0);
            found = true;
        }
        if (!found) character = TRY(character_of_number(value));
        padded(c, 1, [&] {
            if constexpr (Side::kBytes) {
                side_.out.append(static_cast<char>(character));
            } else {
                side_.out.append(character);
            }
        });
        return {};
    }

    Result<uint32_t> character_of_number(Object& value) {
        constexpr int64_t kMost = Side::kBytes ? 0xff : kMaxCodePoint;
        auto number = number_index(ts_, value);
        if (!number.ok()) {
            clear_pending(ts_);
            if (Side::kBytes) {
                return raise(ts_, Exc::TypeError, "%c requires an integer in range(256) or a single byte");
            }
            return raise(ts_, Exc::TypeError, "%c requires int or char");
        }
        int overflow;
        const int64_t code = int_as_int64(*number, &overflow);
        if (overflow != 0 || code < 0 || code > kMost) {
            return raise(ts_, Exc::OverflowError, "%c arg not in range({})",
                         Side::kBytes ? "256" : "0x110000");
        }
        return static_cast<uint32_t>(code);
    }

    Result<void> put_text(const Conversion& c, Object& value) {
        if (c.type == 's' || c.type == 'b') {
            if constexpr (Side::kBytes) return put_bytes(c, value);
        }
        auto made = c.type == 's'                    ? str(ts_, value)
                    : c.type == 'r' && !Side::kBytes ? repr(ts_, value)
                                                     : baton::ascii(ts_, value);
        const Ref<Str> text = TRY(made);
        const Index shown = c.precision >= 0 && c.precision < text->length ? c.precision : text->length;
        padded(c, shown, [&] {
            if constexpr (Side::kBytes) {
                side_.ascii(str_ascii_view(*text).substr(0, static_cast<size_t>(shown)));
            } else {
                side_.out.append_range(*text, 0, shown);
            }
        });
        return {};
    }

    void put_octets(const Conversion& c, std::string_view octets) {
        if (c.precision >= 0) octets = octets.substr(0, static_cast<size_t>(c.precision));
        padded(c, static_cast<Index>(octets.size()), [&] { side_.ascii(octets); });
    }

    // %b: bytes and bytearray as they are, then __bytes__, then the buffer protocol.
    Result<void> put_bytes(const Conversion& c, Object& value) {
        if (!is_exact(value, bytes_type()) && !is_exact(value, bytearray_type())) {
            const OptRef<Object> made = TRY(call_special(ts_, value, id(Name::__bytes__)));
            if (made) {
                if (!is_bytes(*made)) {
                    return raise(ts_, Exc::TypeError, "__bytes__ returned non-bytes (type {})",
                                 type_name(*made));
                }
                put_octets(c, bytes_view(static_cast<Bytes&>(*made)));
                return {};
            }
            if (!is_bytes_like(value)) {
                return raise(
                    ts_, Exc::TypeError,
                    "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
                    type_name(value));
            }
        }
        BytesLike buffer;
        TRY(buffer.get(ts_, value));
        put_octets(c, buffer.view());
        return {};
    }

    Attached ts_;
    Side& side_;
    Object* arguments_;
    Object* mapping_ = nullptr;
    OptRef<Object> held_;  // the value that a key named
    Index count_ = -1;     // of a tuple; -1: one value
    Index used_ = 0;
    Index at_ = 0;
};

}  // namespace

Result<Ref<Str>> str_percent(Attached ts, Str& format, Object& arguments) {
    TextSide side{format};
    PercentFormatter<TextSide> formatter(ts, side, arguments);
    TRY(formatter.run());
    return side.out.finish(ts);
}

Result<Ref<Bytes>> bytes_percent(Attached ts, std::string_view format, Object& arguments) {
    BytesSide side{format, {}};
    PercentFormatter<BytesSide> formatter(ts, side, arguments);
    TRY(formatter.run());
    return side.out.finish(ts);
}

}  // namespace baton
