// Characters as regular expressions see them: categories, sets, case; and the numbers of the engine's
// operations.
//
// Everything is a pure function of the character, save what depends on the C library's locale. Anybody may
// call.
#pragma once
#include <cstdint>

namespace baton::sre {

enum Op : uint32_t {
    kFailure,
    kSuccess,
    kAny,
    kAnyAll,
    kAssert,
    kAssertNot,
    kAt,
    kBranch,
    kCategory,
    kCharset,
    kBigCharset,
    kGroupRef,
    kGroupRefExists,
    kIn,
    kInfo,
    kJump,
    kLiteral,
    kMark,
    kMaxUntil,
    kMinUntil,
    kNotLiteral,
    kNegate,
    kRange,
    kRepeat,
    kRepeatOne,
    kSubpattern,
    kMinRepeatOne,
    kAtomicGroup,
    kPossessiveRepeat,
    kPossessiveRepeatOne,
    kGroupRefIgnore,
    kInIgnore,
    kLiteralIgnore,
    kNotLiteralIgnore,
    kGroupRefLocIgnore,
    kInLocIgnore,
    kLiteralLocIgnore,
    kNotLiteralLocIgnore,
    kGroupRefUniIgnore,
    kInUniIgnore,
    kLiteralUniIgnore,
    kNotLiteralUniIgnore,
    kRangeUniIgnore
};
enum At : uint32_t {
    kBeginning,
    kBeginningLine,
    kBeginningString,
    kBoundary,
    kNonBoundary,
    kEnd,
    kEndLine,
    kEndString,
    kLocBoundary,
    kLocNonBoundary,
    kUniBoundary,
    kUniNonBoundary
};

bool is_ascii_word(uint32_t c);
bool is_locale_word(uint32_t c);
bool is_unicode_word(uint32_t c);
inline bool is_newline(uint32_t c) {
    return c == '\n';
}
bool in_category(uint32_t category, uint32_t c);
uint32_t lower_locale(uint32_t c);
uint32_t upper_locale(uint32_t c);
// A set as the compiler of patterns lays it out, up to its closing FAILURE.
bool in_set(const uint32_t* set, uint32_t c);
bool in_set_locale(const uint32_t* set, uint32_t c);
bool equal_locale(uint32_t pattern, uint32_t c);

}  // namespace baton::sre
