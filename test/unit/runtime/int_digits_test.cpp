#include <catch2/catch.hpp>

#include <cmath>
#include <string>
#include <vector>

#include "runtime/types/int_digits.h"
#include "runtime/types/int_text.h"

namespace baton::digits {
namespace {

struct Number {
    bool negative = false;
    std::vector<Digit> digits;
    operator In() const { return digits; }
};

Number parse(std::string_view text, int base = 16) {
    const IntScan s = scan(text, base, 0);
    REQUIRE(s.status == IntScan::Status::Ok);
    Number n{s.negative, std::vector<Digit>(read_capacity(s))};
    size_t count = 0;
    REQUIRE(read(n.digits, count, s));
    n.digits.resize(count);
    return n;
}

std::string show(In a, bool negative = false, int base = 16) {
    TextBuffer text;
    REQUIRE(write(text, a, base, 0) == WriteStatus::Ok);
    return (negative && !a.empty() ? "-" : "") + std::string(text.view());
}

struct BinaryRow {
    const char *a, *b, *sum, *product, *quotient, *remainder, *both, *either, *one;
};
// clang-format off
constexpr BinaryRow kBinary[] = {
    {"3fffffff", "40000000", "7fffffff", "fffffffc0000000", "0", "3fffffff", "0", "7fffffff", "7fffffff"},
    {"-1000000000000001", "1d6329f1c35ca4bfabb9f5610000000000", "1d6329f1c35ca4bfabc9f5610000000001", "1d6329f1c35ca4c181ec947d35ca4bfabb9f5610000000000", "0", "1000000000000001", "1d6329f1c35ca4bfaba9f5610000000000", "-1", "-1d6329f1c35ca4bfaba9f5610000000001"},
    {"1d6329f1c35ca4bfabb9f5610000000000", "-35f9dea3e1f6bdfef70cdd17b25efa418ca63a22764cec0fffffffffffffffffff9", "35f9dea3e1f6bdfef70cdd17b25efa418e7c6cc19282b65bfabb9f560fffffffff9", "63236b1a80d0a88ed940f0feaa0a80dc5fe05d4bb23606479fa956af8ea417bb893e6ada63a8777ec24dea4a590000000000", "0", "1d6329f1c35ca4bfabb9f5610000000000", "150009d083102400000000000000000000", "-35f9dea3e1f6bdfef70cdd17b25efa418c20082062482404054460a9efffffffff9", "-35f9dea3e1f6bdfef70cdd17b25efa418d7008bd6a792644054460a9efffffffff9"},
    {"1000000000000000", "-1000000000000000", "2000000000000000", "1000000000000000000000000000000", "1", "0", "1000000000000000", "-1000000000000000", "-2000000000000000"},
    {"-35f9dea3e1f6bdfef70cdd17b25efa418ca63a22764cec0fffffffffffffffffff9", "-1000000000000001", "35f9dea3e1f6bdfef70cdd17b25efa418ca63a22764cec100000ffffffffffffffa", "35f9dea3e1f6be0256aac755d1cada30fd740b9d9c3c9028ca63a22764cec0ffff8ffffffffffffff9", "35f9dea3e1f6bdfb976ef2d992f31a8815b70c89471b438ea48f", "376b8e4bc715b6a", "-35f9dea3e1f6bdfef70cdd17b25efa418ca63a22764cec0fffffffffffffffffff9", "-1000000000000001", "35f9dea3e1f6bdfef70cdd17b25efa418ca63a22764cec0ffffeffffffffffffff8"},
    {"-4000000000000000", "3fffffffffffffff", "7fffffffffffffff", "fffffffffffffffc000000000000000", "1", "1", "0", "-1", "-1"},
    {"29d42b64e76714244cb", "-3ade68b1", "29d42b64e76ac20ad7c", "99e68ed9b4104b98f4e0ce085b", "b5e620d8fef", "2c26a88c", "29d42b64e764100044b", "-a9c2831", "-29d42b64e764b9c2c7c"},
};
// clang-format on

std::string bits(BitOp op, const Number& a, const Number& b) {
    std::vector<Digit> out(std::max(a.digits.size(), b.digits.size()) + 1);
    bool negative;
    const size_t n = bit_op(op, out, negative, a, a.negative, b, b.negative);
    return show(In(out).first(n), negative);
}

TEST_CASE("magnitudes add, multiply and divide, and signed ones combine bit by bit") {
    for (const BinaryRow& row : kBinary) {
        CAPTURE(row.a, row.b);
        const Number a = parse(row.a), b = parse(row.b);
        std::vector<Digit> out(a.digits.size() + b.digits.size() + 2), rest(b.digits.size());
        size_t n, nr;
        CHECK(show(In(out).first(add(out, a, b))) == row.sum);
        REQUIRE(mul(out, n, a, b));
        CHECK(show(In(out).first(n)) == row.product);
        REQUIRE(divmod(out, n, rest, nr, a, b));
        CHECK(show(In(out).first(n)) == row.quotient);
        CHECK(show(In(rest).first(nr)) == row.remainder);
        CHECK(bits(BitOp::And, a, b) == row.both);
        CHECK(bits(BitOp::Or, a, b) == row.either);
        CHECK(bits(BitOp::Xor, a, b) == row.one);
    }
}

TEST_CASE("a large product and its division agree across the change of algorithm") {
    for (size_t digits_count : {1u, 5u, 19u, 20u, 21u, 40u, 200u}) {
        std::vector<Digit> a(digits_count), b(digits_count + 3);
        Digit seed = 12345;
        for (auto* v : {&a, &b}) {
            for (Digit& d : *v) d = (seed = seed * 1103515245u + 12345u) & kDigitMask;
            v->back() |= 1;
        }
        std::vector<Digit> product(a.size() + b.size()), quotient(product.size()), rest(b.size());
        size_t n, nq, nr;
        REQUIRE(mul(product, n, a, b));
        REQUIRE(divmod(quotient, nq, rest, nr, In(product).first(n), b));
        CHECK(nr == 0);
        CHECK(compare(In(quotient).first(nq), a) == 0);
    }
}

TEST_CASE("shifting right rounds towards minus infinity for negative numbers") {
    const Number a = parse("80000000000000001");
    std::vector<Digit> out(a.digits.size() + 1);
    CHECK(show(In(out).first(shift_right(out, a, 4, false))) == "8000000000000000");
    CHECK(show(In(out).first(shift_right(out, a, 4, true))) == "8000000000000001");
    CHECK(shift_right(out, a, 500, false) == 0);
    CHECK(show(In(out).first(shift_right(out, a, 500, true))) == "1");
}

TEST_CASE("powers know their size before they are computed") {
    CHECK(pow_capacity(parse("2"), 1000) == 67);
    CHECK(pow_capacity(parse("2"), uint64_t{1} << 35) > 0);
    CHECK(pow_capacity(parse("3"), uint64_t{1} << 40) == 0);
    std::vector<Digit> out(pow_capacity(parse("a"), 40));
    size_t n;
    REQUIRE(pow(out, n, parse("a"), 40));
    CHECK(show(In(out).first(n), false, 10) == "1" + std::string(40, '0'));
}

TEST_CASE("modular powers and inverses") {
    const Number m = parse("1000000000000000000000000000000000000007", 10);
    std::vector<Digit> out(m.digits.size()), inverse(m.digits.size()), product(2 * m.digits.size() + 2);
    size_t n;
    REQUIRE(pow_mod(out, n, parse("3"), parse("123456789abcdef"), m));
    CHECK(show(In(out).first(n), false, 10) == "74859496301320123787615503861494367096");
    REQUIRE(inverse_mod(inverse, n, parse("3"), m) == Inverse::Ok);
    CHECK(show(In(inverse).first(n), false, 10) == "333333333333333333333333333333333333336");
    CHECK(inverse_mod(inverse, n, parse("6"), parse("9")) == Inverse::None);
}

TEST_CASE("an int becomes the nearest double, ties to even") {
    bool overflow;
    CHECK(to_double(parse("9007199254740993", 10), overflow) == 9007199254740992.0);
    CHECK(to_double(parse("9007199254740995", 10), overflow) == 9007199254740996.0);
    // Just past a tie, far below the mantissa.
    CHECK(to_double(parse("200000000000010000000000000001"), overflow) == std::ldexp(9007199254740994.0, 64));
    CHECK_FALSE(overflow);
    std::vector<Digit> huge(35, 0);
    huge.push_back(1);
    to_double(huge, overflow);
    CHECK(overflow);
}

TEST_CASE("an int and a double compare exactly") {
    const Number n = parse("9007199254740993", 10);
    CHECK(compare_double(n, false, 9007199254740992.0) == 1);
    CHECK(compare_double(n, false, 9007199254740994.0) == -1);
    CHECK(compare_double(n, true, -9007199254740992.0) == -1);
    CHECK(compare_double(parse("2"), false, 2.5) == -1);
    CHECK(compare_double(parse("2"), true, -2.5) == 1);
    CHECK(compare_double(n, false, HUGE_VAL) == -1);
    CHECK(compare_double(Number(), false, -0.0) == 0);
}

TEST_CASE("true division is correctly rounded even for subnormal results") {
    double q;
    std::vector<Digit> shifted(40);
    const Digit one = 1;
    const size_t n = shift_left(shifted, In(&one, 1), 1074);
    REQUIRE(true_divide(q, parse("1"), In(shifted).first(n)) == Quotient::Ok);
    CHECK(q == 5e-324);
    REQUIRE(true_divide(q, parse("3"), In(shifted).first(shift_left(shifted, In(&one, 1), 1075))) ==
            Quotient::Ok);
    CHECK(q == 1e-323);
    CHECK(true_divide(q, In(shifted).first(n), parse("1")) == Quotient::Overflow);
}

TEST_CASE("bytes in either order, signed and unsigned, read back") {
    struct Row {
        const char* value;
        size_t count;
        bool little, is_signed, fits;
        std::vector<uint8_t> bytes;
    };
    const Row rows[] = {
        {"-80", 1, false, true, true, {0x80}},
        {"-81", 1, false, true, false, {}},
        {"80", 1, false, true, false, {}},
        {"80", 1, false, false, true, {0x80}},
        {"-1", 1, false, false, false, {}},
        {"1234567", 5, true, false, true, {0x67, 0x45, 0x23, 1, 0}},
        {"-100", 2, false, true, true, {0xff, 0}},
        {"0", 0, false, false, true, {}},
        {"-8000000000000000", 8, true, true, true, {0, 0, 0, 0, 0, 0, 0, 0x80}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value, row.count);
        const Number n = parse(row.value);
        std::vector<uint8_t> bytes(row.count);
        REQUIRE(to_bytes(bytes, n, n.negative, row.little, row.is_signed) == row.fits);
        if (!row.fits) continue;
        CHECK(bytes == row.bytes);
        std::vector<Digit> back(bytes_capacity(bytes.size()));
        bool negative;
        const size_t count = from_bytes(back, negative, bytes, row.little, row.is_signed);
        CHECK(show(In(back).first(count), negative) == row.value);
    }
}

TEST_CASE("hashing is modulo 2**61 - 1 and never gives -1") {
    CHECK(hash(parse("1fffffffffffffff"), false) == 0);
    CHECK(hash(parse("2000000000000000"), false) == 1);
    CHECK(hash(parse("1"), true) == -2);
    CHECK(hash(parse("123456789012345678901234567890", 10), false) == 248789772095949448);
}

TEST_CASE("int texts follow the rules of literals and of the digit limit") {
    const auto status = [](std::string_view text, int base) { return scan(text, base, 4300).status; };
    using Status = IntScan::Status;
    for (const char* good : {"0x_f", "0_0", " 12 ", "-1_000", "0b1", "\t+7\n", "00"})
        CHECK(status(good, 0) == Status::Ok);
    for (const char* bad : {"", "0x", "1__0", "1_", "_1", "0_7", "012", "+ 1", "0b2", "1 2"}) {
        CAPTURE(bad);
        CHECK(status(bad, 0) == Status::Invalid);
    }
    CHECK(status(std::string(4301, '0'), 10) == Status::OverLimit);
    CHECK(status(std::string(4300, '9'), 10) == Status::Ok);
    CHECK(status(std::string(9000, 'f'), 16) == Status::Ok);
    CHECK(show(parse("zz", 36), false, 10) == "1295");
    const std::string long_text = "7" + std::string(5000, '3');
    CHECK(show(parse(long_text, 10), false, 10) == long_text);
    TextBuffer text;
    CHECK(write(text, parse(long_text, 10), 10, 4300) == WriteStatus::OverLimit);
    CHECK(text.empty());
    CHECK(write(text, parse(long_text, 10), 16, 640) == WriteStatus::Ok);
}

}  // namespace
}  // namespace baton::digits
