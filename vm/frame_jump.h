// Where a traced frame goes on: what setting f_lineno does.
//
// What: a jump is allowed to the beginning of a line at which the same loops, with blocks and handlers are
// open as here, or fewer, which are left then. To know them, the code is run through once with the kinds of
// its temporaries instead of values. Callers: attached threads, for a frame of their own that a trace
// function has been called for.
#pragma once
#include "vm/frame_object.h"

namespace baton {

// f_lineno = value.
Result<void> frame_jump(Attached ts, FrameObject& fo, Object& value);
// Continues at a word that frame_jump has found. Temporaries that are not live there are dropped.
void frame_go_to(Attached ts, Frame& f, uint32_t word);
// Whether no instruction from `word` on relies on this local being bound: the compiler leaves tests out.
bool local_may_be_unbound(const Code& c, uint32_t word, uint16_t local);

}  // namespace baton
