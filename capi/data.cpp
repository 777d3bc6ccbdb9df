// Data that compiled programs import besides types and exceptions.
#include "capi/c_types.h"

namespace baton {
namespace {

constexpr unsigned char kLower = 1, kUpper = 2, kDigit = 4, kHex = 8, kSpace = 16;  // Py_CTF_*

constexpr bool between(int c, char a, char b) {
    return c >= a && c <= b;
}
struct CharTables {
    unsigned kind[256];
    unsigned char lower[256], upper[256];
};
constexpr CharTables make_tables() {
    CharTables t{};
    for (int c = 0; c < 256; ++c) {
        const bool lower = between(c, 'a', 'z'), upper = between(c, 'A', 'Z'), digit = between(c, '0', '9');
        t.kind[c] = (lower ? kLower : 0u) | (upper ? kUpper : 0u) | (digit ? kDigit : 0u) |
                    (digit || between(c, 'a', 'f') || between(c, 'A', 'F') ? kHex : 0u) |
                    (c == ' ' || between(c, '\t', '\r') ? kSpace : 0u);
        t.lower[c] = static_cast<unsigned char>(upper ? c + 32 : c);
        t.upper[c] = static_cast<unsigned char>(lower ? c - 32 : c);
    }
    return t;
}
constexpr CharTables tables = make_tables();
template <class T>
struct Table256 {
    T item[256];
};
constexpr Table256<unsigned> kinds() {
    Table256<unsigned> t{};
    for (int c = 0; c < 256; ++c) t.item[c] = tables.kind[c];
    return t;
}
constexpr Table256<unsigned char> lowers() {
    Table256<unsigned char> t{};
    for (int c = 0; c < 256; ++c) t.item[c] = tables.lower[c];
    return t;
}
constexpr Table256<unsigned char> uppers() {
    Table256<unsigned char> t{};
    for (int c = 0; c < 256; ++c) t.item[c] = tables.upper[c];
    return t;
}
struct AsciiWhitespace {
    unsigned char item[128];
};
constexpr AsciiWhitespace whitespace() {
    AsciiWhitespace t{};
    for (int c = 0; c < 128; ++c) t.item[c] = c == ' ' || between(c, '\t', '\r') || between(c, 0x1c, 0x1f);
    return t;
}
constexpr Table256<unsigned char> digit_values() {
    Table256<unsigned char> t{};
    for (int c = 0; c < 256; ++c)
        t.item[c] = static_cast<unsigned char>(between(c, '0', '9')   ? c - '0'
                                               : between(c, 'a', 'z') ? c - 'a' + 10
                                               : between(c, 'A', 'Z') ? c - 'A' + 10
                                                                      : 37);
    return t;
}

}  // namespace

BATON_DATA const Table256<unsigned> _Py_ctype_table;
const Table256<unsigned> _Py_ctype_table = kinds();
BATON_DATA const Table256<unsigned char> _Py_ctype_tolower, _Py_ctype_toupper;
const Table256<unsigned char> _Py_ctype_tolower = lowers(), _Py_ctype_toupper = uppers();
BATON_DATA const AsciiWhitespace _Py_ascii_whitespace;
const AsciiWhitespace _Py_ascii_whitespace = whitespace();
BATON_DATA const Table256<unsigned char> _PyLong_DigitValue;
const Table256<unsigned char> _PyLong_DigitValue = digit_values();
BATON_DATA const char* const Py_hexdigits;
const char* const Py_hexdigits = "0123456789abcdef";
BATON_DATA const unsigned long Py_Version;
const unsigned long Py_Version = 0x030b02f0;
BATON_DATA const int _Py_SwappedOp[6];
const int _Py_SwappedOp[6] = {4, 5, 2, 3, 0, 1};

// The file system's encoding and what becomes of bytes that are not text in it.
BATON_DATA const char *const Py_FileSystemDefaultEncoding, *const Py_FileSystemDefaultEncodeErrors;
const char *const Py_FileSystemDefaultEncoding = "utf-8", *const Py_FileSystemDefaultEncodeErrors =
                                                              "surrogateescape";
BATON_DATA const int Py_HasFileSystemDefaultEncoding, _Py_HasFileSystemDefaultEncodeErrors;
const int Py_HasFileSystemDefaultEncoding = 1, _Py_HasFileSystemDefaultEncodeErrors = 1;

// What readline sets and programs with an event loop set, called while input is awaited.
BATON_DATA int (*PyOS_InputHook)();
int (*PyOS_InputHook)() = nullptr;
BATON_DATA char* (*PyOS_ReadlineFunctionPointer)(FILE*, FILE*, const char*);
char* (*PyOS_ReadlineFunctionPointer)(FILE*, FILE*, const char*) = nullptr;
BATON_DATA ThreadState* _PyOS_ReadlineTState;
ThreadState* _PyOS_ReadlineTState = nullptr;

// What the command line's flags are; an embedder sets them before Py_Initialize, which takes them over.
#define FLAG(name, value) \
    BATON_DATA int name;  \
    int name = value;
FLAG(Py_DebugFlag, 0)
FLAG(Py_VerboseFlag, 0)
FLAG(Py_QuietFlag, 0)
FLAG(Py_InteractiveFlag, 0)
FLAG(Py_InspectFlag, 0)
FLAG(Py_OptimizeFlag, 0)
FLAG(Py_NoSiteFlag, 0)
FLAG(Py_BytesWarningFlag, 0)
FLAG(Py_FrozenFlag, 0)
FLAG(Py_IgnoreEnvironmentFlag, 0)
FLAG(Py_DontWriteBytecodeFlag, 0)
FLAG(Py_NoUserSiteDirectory, 0)
FLAG(Py_UnbufferedStdioFlag, 0)
FLAG(Py_HashRandomizationFlag, 0)
FLAG(Py_IsolatedFlag, 0)
FLAG(Py_UTF8Mode, 0)
#undef FLAG

}  // namespace baton
