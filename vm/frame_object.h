// Frame objects: what Python sees of a frame, made when somebody asks.
//
// What: while the frame runs (or sleeps in a generator) `frame` points at it. When the frame is left and the
// object is still wanted, it takes the registers over into memory of its own, and holds the caller's frame
// object in `back`. Invariants: `frame` is never null until clear() or dealloc; owned == (frame is in our own
// block). A frame points at its object as long as the object points at it. Callers: attached threads.
#pragma once
#include "vm/frame.h"

namespace baton {

struct FrameObject : Object {
    FrameObject* back;  // owned; only when the frame has been left
    Frame* frame;
    Object* trace;                 // owned; f_trace
    int32_t lineno;                // the line, unless 0: compiled extensions write it, at cp311's place
    int32_t last_line, last_word;  // of the last traced instruction
    int32_t jump_to;               // word at which a generator goes on that a tracer moved at its yield; -1
    Object* callee;                // owned; the builtin function that a profiler has seen called from here
    int32_t room;                  // registers that the frame can bring along
    bool owned, trace_lines, trace_opcodes;
    bool on_no_line;  // lineno counts though it is 0: a module is being entered
    bool in_event;    // a trace or profile function is being called for this frame
};
static_assert(offsetof(FrameObject, lineno) == 40);

// Behind the object there is room for the frame itself, which moves there when it is left: that must not
// fail.
inline size_t frame_object_bytes(int room) {
    return sizeof(FrameObject) + sizeof(Frame) + static_cast<size_t>(room) * sizeof(Value);
}

inline bool is_frame(const Object& o) {
    return o.type == &PyFrame_Type;
}
// The object of a frame; made when needed.
Result<Ref<FrameObject>> frame_object(Attached ts, Frame& f);
// The frame is being left: unlinks its object, which takes the registers over if somebody else has it, else
// drops both. Temporaries must be gone.
void frame_object_leave(Attached ts, Frame& f);
int frame_object_line(const FrameObject& f);
// The mapping locals() gives for a frame: a function's snapshot (kept in Frame::locals), brought up to date,
// or the namespace.
Result<Ref<Object>> frame_locals(Attached ts, Frame& f);
// Writes the snapshot's values back into the variables (PyFrame_LocalsToFast). clear: names missing in it
// become unbound.
Result<void> frame_locals_to_fast(Attached ts, FrameObject& f, bool clear);
Result<OptRef<FrameObject>> frame_object_back(Attached ts, FrameObject& f);
extern const TypeSpec frame_spec;

}  // namespace baton
