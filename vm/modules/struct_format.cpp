#include "vm/modules/struct_format.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

using Field = StructFormat::Field;

// The size of one item, 0 for an unknown code. Native sizes are those of x86-64 Linux, and their own
// alignment.
Index item_size_of(char code, bool standard) {
    switch (code) {
        case 'x':
        case 'b':
        case 'B':
        case 'c':
        case 's':
        case 'p':
        case '?':
            return 1;
        case 'h':
        case 'H':
        case 'e':
            return 2;
        case 'i':
        case 'I':
        case 'f':
            return 4;
        case 'l':
        case 'L':
            return standard ? 4 : 8;
        case 'q':
        case 'Q':
        case 'd':
            return 8;
        case 'n':
        case 'N':
        case 'P':
            return standard ? 0 : 8;
        default:
            return 0;
    }
}

void store(const Field& field, char* at, uint64_t value) {
    const auto size = static_cast<int>(field.item_size);
    for (int i = 0; i < size; ++i) {
        at[field.big_endian ? size - 1 - i : i] = static_cast<char>(value >> (8 * i));
    }
}
uint64_t load(const Field& field, const char* at) {
    const auto size = static_cast<int>(field.item_size);
    uint64_t value = 0;
    for (int i = 0; i < size; ++i) {
        value |= uint64_t{static_cast<unsigned char>(at[field.big_endian ? size - 1 - i : i])} << (8 * i);
    }
    return value;
}

bool is_unsigned(char code) {
    return code == '?' || code == 'P' || (code >= 'A' && code <= 'Z');
}

// IEEE binary16, rounded half to even. False when the number is too large.
bool to_half(double x, uint16_t& out) {
    const uint16_t sign = std::signbit(x) ? 0x8000 : 0;
    if (std::isnan(x)) {
        out = sign | 0x7e00;
        return true;
    }
    if (std::isinf(x)) {
        out = sign | 0x7c00;
        return true;
    }
    if (x == 0) {  // frexp() gives zero an exponent that would make it a quarter
        out = sign;
        return true;
    }
    const double magnitude = std::fabs(x);
    int exponent;
    std::frexp(magnitude, &exponent);
    // The unit of the last of eleven significant bits; subnormals share that of 2**-14.
    const int unit = (exponent < -13 ? -13 : exponent) - 11;
    const double scaled = std::nearbyint(std::ldexp(magnitude, -unit));
    const auto bits = static_cast<unsigned>(scaled);
    // A carry out of the significand lands in the exponent, as it should.
    const unsigned encoded = exponent < -13 ? bits : bits + (static_cast<unsigned>(exponent + 13) << 10);
    if (encoded >= 0x7c00) return false;
    out = static_cast<uint16_t>(sign | encoded);
    return true;
}
double from_half(uint16_t bits) {
    const int exponent = bits >> 10 & 0x1f;
    const int fraction = bits & 0x3ff;
    double magnitude;
    if (exponent == 0x1f) {
        magnitude = fraction != 0 ? __builtin_nan("") : HUGE_VAL;
    } else if (exponent == 0) {
        magnitude = std::ldexp(fraction, -24);
    } else {
        magnitude = std::ldexp(fraction + 0x400, exponent - 25);
    }
    return (bits & 0x8000) != 0 ? -magnitude : magnitude;
}

Result<void> pack_int(Attached ts, const Field& field, char* at, Object& value) {
    if (!is_int(value) && !has_index(value))
        return raise_struct_error(ts, "required argument is not an integer");
    const Ref<Int> number = TRY(number_index(ts, value));
    const bool wide = field.item_size == 8;
    const int bits = static_cast<int>(field.item_size) * 8;
    if (field.code == 'P') {
        uint64_t address;
        int overflow;
        if (int_as_uint64(*number, &address)) {
            store(field, at, address);
            return {};
        }
        const int64_t negative = int_as_int64(*number, &overflow);
        if (overflow != 0) return raise_struct_error(ts, "int too large to convert");
        store(field, at, static_cast<uint64_t>(negative));
        return {};
    }
    const bool small = field.item_size < 4;
    if (is_unsigned(field.code) && !small) {
        uint64_t word;
        if (!int_as_uint64(*number, &word)) return raise_struct_error(ts, "argument out of range");
        if (!wide && word > (uint64_t{1} << bits) - 1) {
            return raise_struct_error(ts, "'{}' format requires 0 <= number <= {}", field.code,
                                      (uint64_t{1} << bits) - 1);
        }
        store(field, at, word);
        return {};
    }
    int overflow;
    const int64_t word = int_as_int64(*number, &overflow);
    if (overflow != 0) return raise_struct_error(ts, "argument out of range");
    if (!wide) {
        const bool positive = is_unsigned(field.code);
        const int64_t low = positive ? 0 : -(int64_t{1} << (bits - 1));
        const int64_t high = positive ? (int64_t{1} << bits) - 1 : (int64_t{1} << (bits - 1)) - 1;
        if (word < low || word > high) {
            if (!small) {
                return raise_struct_error(ts, "'{}' format requires {} <= number <= {}", field.code, low,
                                          high);
            }
            const char* name = field.item_size == 1 ? "byte" : "short";
            return raise_struct_error(ts, "{}{} format requires {} <= number <= {}", positive ? "u" : "",
                                      name, low, high);
        }
    }
    store(field, at, static_cast<uint64_t>(word));
    return {};
}

Result<void> pack_float(Attached ts, const Field& field, char* at, Object& value) {
    auto converted = as_double(ts, value);
    if (!converted.ok()) {
        clear_pending(ts);
        return raise_struct_error(ts, "required argument is not a float");
    }
    const double number = converted.take();
    if (field.code == 'd') {
        store(field, at, std::bit_cast<uint64_t>(number));
    } else if (field.code == 'f') {
        const auto single = static_cast<float>(number);
        if (field.standard && std::isinf(single) && !std::isinf(number)) {
            return raise(ts, Exc::OverflowError, "float too large to pack with f format");
        }
        store(field, at, std::bit_cast<uint32_t>(single));
    } else {
        uint16_t half;
        if (!to_half(number, half))
            return raise(ts, Exc::OverflowError, "float too large to pack with e format");
        store(field, at, half);
    }
    return {};
}

Result<void> pack_bytes(Attached ts, const Field& field, char* at, Object& value) {
    const bool array = is_instance_exact(value, bytearray_type());
    if (field.code == 'c') {
        if (!is_bytes(value) || static_cast<Bytes&>(value).size != 1) {
            return raise_struct_error(ts, "char format requires a bytes object of length 1");
        }
        *at = bytes_view(static_cast<Bytes&>(value))[0];
        return {};
    }
    if (!is_bytes(value) && !array) {
        return raise_struct_error(ts, "argument for '{}' must be a bytes object", field.code);
    }
    std::string_view text =
        array ? bytearray_view(static_cast<ByteArray&>(value)) : bytes_view(static_cast<Bytes&>(value));
    auto room = static_cast<size_t>(field.item_size);
    if (field.code == 'p') {
        // A Pascal string: its length, in one byte, then as much as there is room for.
        if (room == 0) return {};
        --room;
        if (text.size() > room) text = text.substr(0, room);
        *at++ = static_cast<char>(text.size() > 255 ? 255 : text.size());
    }
    std::memcpy(at, text.data(), text.size() < room ? text.size() : room);
    return {};
}

Result<void> pack_item(Attached ts, const Field& field, char* at, Value value) {
    // A tagged argument is boxed for the moment of its conversion.
    const Ref<Object> object = TRY(box(ts, value));
    switch (field.code) {
        case '?':
            *at = TRY(is_true(ts, *object)) ? 1 : 0;
            return {};
        case 'c':
        case 's':
        case 'p':
            return pack_bytes(ts, field, at, *object);
        case 'e':
        case 'f':
        case 'd':
            return pack_float(ts, field, at, *object);
        default:
            return pack_int(ts, field, at, *object);
    }
}

Result<Ref<Object>> unpack_item(Attached ts, const Field& field, const char* at) {
    switch (field.code) {
        case '?':
            return Ref<Object>::share(bool_object(*at != 0));
        case 'c':
            return bytes_char(static_cast<uint8_t>(*at));
        case 's':
            return bytes_new(ts, {at, static_cast<size_t>(field.item_size)});
        case 'p': {
            if (field.item_size == 0) {
                return raise(ts, Exc::SystemError, "Negative size passed to PyBytes_FromStringAndSize");
            }
            const auto written = static_cast<Index>(static_cast<unsigned char>(*at));
            const Index most = field.item_size - 1;
            return bytes_new(ts, {at + 1, static_cast<size_t>(written < most ? written : most)});
        }
        case 'e':
            return float_from_double(ts, from_half(static_cast<uint16_t>(load(field, at))));
        case 'f':
            return float_from_double(ts, std::bit_cast<float>(static_cast<uint32_t>(load(field, at))));
        case 'd':
            return float_from_double(ts, std::bit_cast<double>(load(field, at)));
        default:
            break;
    }
    const uint64_t word = load(field, at);
    if (is_unsigned(field.code)) return int_from_uint64(ts, word);
    const int unused = 64 - static_cast<int>(field.item_size) * 8;
    return int_from_int64(ts, static_cast<int64_t>(word << unused) >> unused);
}

}  // namespace

Raised raise_struct_error_text(Attached ts, std::string_view message) {
    const Ref<Str> text = TRY(str_new_utf8(ts, message));
    return raise_type(ts, struct_error_type(), text.get());
}

StructFormat::~StructFormat() {
    std::free(fields_);
}

Result<void> StructFormat::parse(Attached ts, std::string_view text) {
    bool standard = false;
    bool big_endian = false;
    if (!text.empty() && std::string_view("@=<>!").find(text[0]) != text.npos) {
        standard = text[0] != '@';
        big_endian = text[0] == '>' || text[0] == '!';
        text.remove_prefix(1);
    }
    // One field per code at most.
    auto* fields = static_cast<Field*>(std::malloc((text.size() + 1) * sizeof(Field)));
    if (fields == nullptr) return raise_no_memory(ts);
    std::free(fields_);
    fields_ = fields;
    count_ = size_ = items_ = 0;
    constexpr Index kMost = std::numeric_limits<Index>::max();
    for (size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        if (c == ' ' || (c >= '\t' && c <= '\r')) continue;
        Index count = 1;
        if (c >= '0' && c <= '9') {
            count = 0;
            for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
                const Index digit = text[at] - '0';
                if (count > (kMost - digit) / 10) return raise_struct_error(ts, "total struct size too long");
                count = count * 10 + digit;
            }
            if (at == text.size())
                return raise_struct_error(ts, "repeat count given without format specifier");
            c = text[at];
        }
        const Index item = item_size_of(c, standard);
        if (item == 0) {
            return c == '\0' ? raise_struct_error(ts, "embedded null character")
                             : raise_struct_error(ts, "bad char in struct format");
        }
        if (!standard) {
            if (size_ > kMost - (item - 1)) return raise_struct_error(ts, "total struct size too long");
            size_ = (size_ + item - 1) / item * item;
        }
        if (count > (kMost - size_) / item) return raise_struct_error(ts, "total struct size too long");
        if (c == 's' || c == 'p') {
            fields_[count_++] = {c, standard, big_endian, count, size_, 1};
            ++items_;
        } else if (c != 'x' && count != 0) {
            fields_[count_++] = {c, standard, big_endian, item, size_, count};
            items_ += count;
        }
        size_ += count * item;
    }
    return {};
}

Result<void> StructFormat::pack(Attached ts, char* bytes, const Value* args) const {
    for (Index f = 0; f < count_; ++f) {
        const Field& field = fields_[f];
        char* at = bytes + field.offset;
        for (Index i = 0; i < field.count; ++i, at += field.item_size) TRY(pack_item(ts, field, at, *args++));
    }
    return {};
}

Result<Ref<Tuple>> StructFormat::unpack(Attached ts, const char* bytes) const {
    if (items_ == 0) return empty_tuple();
    Ref<Tuple> result = TRY(tuple_alloc(ts, items_));
    Index next = 0;
    for (Index f = 0; f < count_; ++f) {
        const Field& field = fields_[f];
        const char* at = bytes + field.offset;
        for (Index i = 0; i < field.count; ++i, at += field.item_size) {
            Ref<Object> item = TRY(unpack_item(ts, field, at));
            result->item[next++] = item.release();
        }
    }
    return tuple_finish(ts, std::move(result));
}

}  // namespace baton
