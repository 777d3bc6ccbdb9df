// What a character is, by Unicode's data.
#include "capi/impl.h"
#include "runtime/unicode_data.h"

namespace baton::api {

using namespace unicode;

int _PyUnicode_IsLowercase(uint32_t c) {
    return is_lower(c);
}
int _PyUnicode_IsUppercase(uint32_t c) {
    return is_upper(c);
}
int _PyUnicode_IsTitlecase(uint32_t c) {
    return is_title(c);
}
int _PyUnicode_IsXidStart(uint32_t c) {
    return c != '_' && is_xid_start(c);
}
int _PyUnicode_IsXidContinue(uint32_t c) {
    return is_xid_continue(c);
}
int _PyUnicode_IsWhitespace(uint32_t c) {
    return is_space(c);
}
int _PyUnicode_IsLinebreak(uint32_t c) {
    return is_line_break(c);
}
uint32_t _PyUnicode_ToLowercase(uint32_t c) {
    return simple_case(Case::Lower, c);
}
uint32_t _PyUnicode_ToUppercase(uint32_t c) {
    return simple_case(Case::Upper, c);
}
uint32_t _PyUnicode_ToTitlecase(uint32_t c) {
    return simple_case(Case::Title, c);
}
int _PyUnicode_ToLowerFull(uint32_t c, uint32_t* out) {
    return static_cast<int>(full_case(Case::Lower, c, out));
}
int _PyUnicode_ToTitleFull(uint32_t c, uint32_t* out) {
    return static_cast<int>(full_case(Case::Title, c, out));
}
int _PyUnicode_ToUpperFull(uint32_t c, uint32_t* out) {
    return static_cast<int>(full_case(Case::Upper, c, out));
}
int _PyUnicode_ToFoldedFull(uint32_t c, uint32_t* out) {
    return static_cast<int>(full_case(Case::Fold, c, out));
}
int _PyUnicode_IsCaseIgnorable(uint32_t c) {
    return has(c, kCaseIgnorable);
}
int _PyUnicode_IsCased(uint32_t c) {
    return has(c, kCased);
}
int _PyUnicode_ToDecimalDigit(uint32_t c) {
    return decimal_value(c);
}
int _PyUnicode_ToDigit(uint32_t c) {
    return digit_value(c);
}
double _PyUnicode_ToNumeric(uint32_t c) {
    return numeric_value(c);
}
int _PyUnicode_IsDecimalDigit(uint32_t c) {
    return is_decimal(c);
}
int _PyUnicode_IsDigit(uint32_t c) {
    return is_digit(c);
}
int _PyUnicode_IsNumeric(uint32_t c) {
    return is_numeric(c);
}
int _PyUnicode_IsPrintable(uint32_t c) {
    return is_printable(c);
}
int _PyUnicode_IsAlpha(uint32_t c) {
    return is_alpha(c);
}

}  // namespace baton::api
