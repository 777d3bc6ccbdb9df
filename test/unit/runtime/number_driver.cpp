// Reads one request per line, runs a number algorithm on it and prints one line: the counterpart of
// tools/check_numbers.py, which compares the answers with a reference interpreter on millions of random
// cases. Ints travel as signed hexadecimal, doubles as their 64 bits in hexadecimal, text as hexadecimal code
// points.
#include <bit>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/format_spec.h"
#include "runtime/text_number.h"
#include "runtime/types/int_digits.h"
#include "runtime/types/int_text.h"

using namespace baton;
using namespace baton::digits;

namespace {

struct Number {
    bool negative = false;
    std::vector<Digit> digits;
    In view() const { return digits; }
};

Number parse(const std::string& text) {
    Number n;
    const IntScan s = scan(text, 16, 0);
    n.digits.resize(read_capacity(s));
    std::size_t count = 0;
    if (!read(n.digits, count, s)) std::abort();
    n.digits.resize(count);
    n.negative = s.negative;
    return n;
}

std::string show(In a, bool negative) {
    TextBuffer out;
    if (write(out, a, 16, 0) != WriteStatus::Ok) std::abort();
    return (negative && !a.empty() ? "-" : "") + std::string(out.view());
}

double to_value(const std::string& bits) {
    return std::bit_cast<double>(std::stoull(bits, nullptr, 16));
}
std::string from_value(double v) {
    if (std::isnan(v)) return "nan";
    char text[20];
    std::snprintf(text, sizeof text, "%016llx",
                  static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(v)));
    return text;
}

std::u32string to_text(const std::string& hex) {
    std::u32string text;
    if (hex == "-") return text;
    std::stringstream in(hex);
    for (std::string item; std::getline(in, item, ',');)
        text.push_back(static_cast<char32_t>(std::stoul(item, nullptr, 16)));
    return text;
}
std::string to_ascii(const std::string& hex) {
    std::string text;
    for (char32_t c : to_text(hex)) text.push_back(static_cast<char>(c));
    return text;
}
std::string from_text(std::u32string_view text) {
    std::string hex = "=";
    char item[12];
    for (char32_t c : text) {
        std::snprintf(item, sizeof item, "%x,", static_cast<unsigned>(c));
        hex += item;
    }
    return hex;
}

struct StringSink {
    std::u32string text;
    void repeat(char32_t c, std::size_t n) { text.append(n, c); }
    void ascii(std::string_view s) { text.append(s.begin(), s.end()); }
};

int ascii_decimal(char32_t c) {
    return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
}

std::string show_fault(const SpecFault& fault) {
    const char* kinds[] = {"", "ValueError ", "OverflowError ", "InvalidSpecifier ", "OverLimit", "NoMemory"};
    return "!" + std::string(kinds[static_cast<int>(fault.kind)]) + fault.text;
}

template <class Layout>
std::string finish(const SpecFault& fault, const Layout& layout) {
    if (fault) return show_fault(fault);
    StringSink sink;
    layout.write(sink);
    if (sink.text.size() != layout.length()) return "length mismatch";
    return from_text(sink.text);
}

std::string spec_case(std::istream& in) {
    std::string type, spec_text, value;
    in >> type >> spec_text >> value;
    FormatSpec spec;
    const std::u32string text = to_text(spec_text);
    const char default_type = type == "int" ? 'd' : '\0';
    if (SpecFault bad = parse_spec(spec, text, default_type, '>', ascii_decimal)) return show_fault(bad);
    if (type == "int") {
        const Number n = parse(value);
        if (is_float_type(spec.type)) return "float";
        if (!is_int_type(spec.type)) return show_fault(unknown_format_code(spec.type, "int"));
        NumberLayout layout;
        return finish(layout_int(layout, spec, n.view(), n.negative, 4300), layout);
    }
    if (type == "float") {
        if (spec.type != 0 && spec.type != 'n' && !is_float_type(spec.type)) {
            return show_fault(unknown_format_code(spec.type, "float"));
        }
        NumberLayout layout;
        return finish(layout_float(layout, spec, to_value(value)), layout);
    }
    std::string imaginary;
    in >> imaginary;
    if (spec.type == '%' || (spec.type != 0 && spec.type != 'n' && !is_float_type(spec.type))) {
        return show_fault(unknown_format_code(spec.type, "complex"));
    }
    ComplexLayout layout;
    const SpecFault bad = layout_complex(layout, spec, to_value(value), to_value(imaginary));
    return finish(bad, layout);
}

std::string run(const std::string& line) {
    std::istringstream in(line);
    std::string op, x, y, z;
    in >> op;
    if (op == "spec") return spec_case(in);
    if (op == "float_format") {
        int precision;
        unsigned style;
        in >> x >> y >> precision >> style;
        TextBuffer out;
        format_double(out, to_value(x), y[0], precision, style);
        return std::string(out.view());
    }
    in >> x >> y >> z;
    if (op == "float_parse") {
        double value = 0;
        return parse_double(to_ascii(x), value) == FloatParse::Ok ? from_value(value) : "invalid";
    }
    if (op == "float_hex") {
        TextBuffer out;
        format_hex(out, to_value(x));
        return std::string(out.view());
    }
    if (op == "float_fromhex") {
        double value = 0;
        const HexParse status = parse_hex(to_ascii(x), value);
        return status == HexParse::Ok        ? from_value(value)
               : status == HexParse::Invalid ? "invalid"
                                             : "overflow";
    }
    if (op == "float_round") return from_value(round_to_places(to_value(x), std::stoll(y)));
    if (op == "float_hash") return std::to_string(hash_double(to_value(x)));
    if (op == "float_ratio") {
        std::uint64_t mantissa;
        int exponent;
        split_double(to_value(x), mantissa, exponent);
        return std::to_string(mantissa) + " " + std::to_string(exponent);
    }
    if (op == "from_double") {
        const double value = to_value(x);
        std::vector<Digit> out(double_capacity(value));
        return show(In(out.data(), from_double(out, value)), value < 0);
    }
    if (op == "int_parse") {
        const std::string text = to_ascii(x);
        const IntScan s = scan(text, std::stoi(y), 4300);
        if (s.status == IntScan::Status::Invalid) return "invalid";
        if (s.status == IntScan::Status::OverLimit) return "limit " + std::to_string(s.written_count);
        std::vector<Digit> out(read_capacity(s));
        std::size_t n;
        return read(out, n, s) ? show(In(out.data(), n), s.negative) : "no memory";
    }

    const Number a = parse(x);
    const In av = a.view();
    if (op == "int_text") {
        TextBuffer out;
        return write(out, av, std::stoi(y), 0) == WriteStatus::Ok ? std::string(out.view()) : "failed";
    }
    if (op == "hash") return std::to_string(digits::hash(av, a.negative));
    if (op == "bits") return std::to_string(bit_length(av)) + " " + std::to_string(bit_count(av));
    if (op == "to_double") {
        bool overflow;
        const double value = to_double(av, overflow);
        return overflow ? "overflow" : from_value(value);
    }
    if (op == "isqrt") {
        std::vector<Digit> out(av.size() + 1);
        std::size_t n;
        return digits::isqrt(out, n, av) ? show(In(out.data(), n), false) : "no memory";
    }
    if (op == "shl" || op == "shr") {
        const std::uint64_t by = std::stoull(y);
        std::vector<Digit> out(av.size() + 1 + (op == "shl" ? by / kDigitBits : 0));
        const std::size_t n = op == "shl" ? shift_left(out, av, by) : shift_right(out, av, by, a.negative);
        return show(In(out.data(), n), a.negative);
    }
    if (op == "bytes") {  // value, count, flags: 1 little, 2 signed
        std::vector<std::uint8_t> bytes(std::stoul(y));
        const int flags = std::stoi(z);
        if (!to_bytes(bytes, av, a.negative, flags & 1, flags & 2)) return "overflow";
        std::vector<Digit> back(bytes_capacity(bytes.size()));
        bool negative;
        const std::size_t n = from_bytes(back, negative, bytes, flags & 1, flags & 2);
        std::string hex = show(In(back.data(), n), negative) + " ";
        char item[4];
        for (std::uint8_t b : bytes) {
            std::snprintf(item, sizeof item, "%02x", b);
            hex += item;
        }
        return hex;
    }
    if (op == "compare_double") return std::to_string(compare_double(av, a.negative, to_value(y)));

    const Number b = parse(y);
    const In bv = b.view();
    std::vector<Digit> out(av.size() + bv.size() + 2);
    std::size_t n = 0;
    if (op == "compare") return std::to_string(compare(av, bv));
    if (op == "add") return show(In(out.data(), digits::add(out, av, bv)), false);
    if (op == "sub") return show(In(out.data(), digits::sub(out, av, bv)), false);
    if (op == "mul") return digits::mul(out, n, av, bv) ? show(In(out.data(), n), false) : "no memory";
    if (op == "gcd") return digits::gcd(out, n, av, bv) ? show(In(out.data(), n), false) : "no memory";
    if (op == "divmod") {
        std::vector<Digit> rest(bv.size());
        std::size_t nr;
        if (!digits::divmod(out, n, rest, nr, av, bv)) return "no memory";
        return show(In(out.data(), n), false) + " " + show(In(rest.data(), nr), false);
    }
    if (op == "and" || op == "or" || op == "xor") {
        bool negative;
        const BitOp which = op == "and" ? BitOp::And : op == "or" ? BitOp::Or : BitOp::Xor;
        n = bit_op(which, out, negative, av, a.negative, bv, b.negative);
        return show(In(out.data(), n), negative);
    }
    if (op == "truediv") {
        double value;
        return true_divide(value, av, bv) == Quotient::Ok ? from_value(value) : "overflow";
    }
    if (op == "inverse") {
        const Inverse status = inverse_mod(out, n, av, bv);
        return status == Inverse::Ok ? show(In(out.data(), n), false) : "none";
    }
    if (op == "pow") {
        std::uint64_t exponent;
        to_uint64(bv, exponent);
        out.resize(pow_capacity(av, exponent));
        return digits::pow(out, n, av, exponent) ? show(In(out.data(), n), false) : "no memory";
    }
    if (op == "powmod") {
        const Number c = parse(z);
        out.resize(c.digits.size());
        return pow_mod(out, n, av, bv, c.view()) ? show(In(out.data(), n), false) : "no memory";
    }
    return "unknown request " + op;
}

}  // namespace

int main() {
    std::ios::sync_with_stdio(false);
    for (std::string line; std::getline(std::cin, line);) std::cout << run(line) << '\n';
}
