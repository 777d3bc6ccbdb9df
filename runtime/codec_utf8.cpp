#include "runtime/codec_utf8.h"

namespace baton::text {

constexpr uint8_t kSpaceBit = 1, kBreakBit = 2;
extern const uint8_t kAsciiKinds[128] = {0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         kSpaceBit,
                                         kSpaceBit | kBreakBit,
                                         kSpaceBit | kBreakBit,
                                         kSpaceBit | kBreakBit,
                                         kSpaceBit | kBreakBit,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         0,
                                         kSpaceBit | kBreakBit,
                                         kSpaceBit | kBreakBit,
                                         kSpaceBit | kBreakBit,
                                         kSpaceBit,
                                         kSpaceBit};

Utf8Scan utf8_scan(const uint8_t* s, size_t n) {
    Utf8Scan scan;
    size_t i = 0;
    while (i < n) {
        if (s[i] < 0x80) {
            size_t run = ascii_run(s + i, n - i);
            i += run;
            scan.chars += run;
            scan.bits |= 0x7F;
            continue;
        }
        unsigned length = utf8_sequence(s + i, n - i);
        if (length == 0) break;
        scan.bits |= utf8_value(s + i, length);
        i += length;
        ++scan.chars;
    }
    scan.bytes = i;
    return scan;
}

Utf8Error utf8_error(const uint8_t* s, size_t n) {
    uint8_t lead = s[0];
    if (lead < 0xC2 || lead > 0xF4) return {1, "invalid start byte", false};
    unsigned wanted = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    for (unsigned i = 1; i < wanted; ++i) {
        if (i == n) return {i, "unexpected end of data", true};
        bool good = (s[i] & 0xC0) == 0x80;
        if (i == 1) {
            if (lead == 0xE0) good = good && s[1] >= 0xA0;
            if (lead == 0xED) good = good && s[1] < 0xA0;
            if (lead == 0xF0) good = good && s[1] >= 0x90;
            if (lead == 0xF4) good = good && s[1] < 0x90;
        }
        if (!good) return {i, "invalid continuation byte", false};
    }
    return {1, "invalid start byte", false};
}

}  // namespace baton::text
