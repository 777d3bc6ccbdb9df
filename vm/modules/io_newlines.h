// Newline translation: the incremental decoder and the search for line ends.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "runtime/types/str.h"

namespace baton {

struct NewlineDecoder : Object {
    Object* decoder;  // owned; None: the input is str already
    Object* errors;
    bool translate, pending_cr;
    int seen;  // kSeen* bits
};
inline constexpr int kSeenCr = 1, kSeenLf = 2, kSeenCrLf = 4;

// Translates or only takes note of line ends in decoded text.
Result<Ref<Str>> newline_decode(Attached ts, NewlineDecoder& d, Str& text, bool final);
Result<Ref<Object>> newlines_seen(Attached ts, int seen);
Result<Ref<NewlineDecoder>> newline_decoder_new(Attached ts, Object& decoder, bool translate);

// How a text stream ends its lines.
struct LineEnds {
    bool translated = false;  // only \n is there
    bool universal = false;   // \n, \r and \r\n all end a line
    uint32_t ending[2] = {'\n', 0};
    int length = 1;
};
// The end of the line that starts at `start`: position behind it; -1: there is none yet. For universal ends a
// \r at the very end of the text counts as a line end.
Index find_line_end(const Str& text, Index start, const LineEnds& ends);
// The newline argument of open() and StringIO: TypeError, ValueError "illegal newline value: ...".
Result<void> check_newline_argument(Attached ts, Object* newline);

}  // namespace baton
