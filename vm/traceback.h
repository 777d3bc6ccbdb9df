// Traceback objects and their text.
//
// Invariants: `next` runs from the outermost frame to the place that raised. lasti counts bytes, as dis and
// co_positions do. Callers: attached threads.
#pragma once
#include "vm/frame_object.h"

namespace baton {

struct Traceback : Object {
    Traceback* next;     // owned; null at the end
    FrameObject* frame;  // owned
    int32_t lasti;
    int32_t lineno;  // -1 = not yet looked up
};

inline bool is_traceback(const Object& o) {
    return o.type == &PyTraceBack_Type;
}
// Puts an entry for this frame, at its saved instruction, in front of the pending exception's traceback.
void traceback_here(Attached ts, Frame& f);
int traceback_line(const Traceback& t);

extern const TypeSpec traceback_spec;

}  // namespace baton
