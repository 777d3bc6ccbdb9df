// Python-level signal handlers of the main interpreter.
//
// Invariants: the C handler only trips a flag (threadstate/signals.h); Python handlers run on the main thread
// at a poll. SIGINT has a default handler that raises KeyboardInterrupt, SIGPIPE and SIGXFSZ are ignored,
// unless the embedder asked for no handlers. Callers: attached threads of the main interpreter;
// run_signal_handlers its main thread.
#pragma once
#include "runtime/result.h"

namespace baton {

Result<void> signal_handlers_start(Attached ts);
void signal_handlers_clear(Attached ts);  // drops the Python functions
void signal_handlers_end(Attached ts);    // finalization: puts back what the process had
int run_signal_handlers(Attached ts);     // -1 = exception pending

// For the _signal module. Borrowed; SIG_DFL and SIG_IGN are ints, None = not installed from Python.
Object* signal_handler(Attached ts, int signum);
Result<Ref<Object>> set_signal_handler(Attached ts, int signum, Object& handler);  // gives the old one
Result<void> raise_keyboard_interrupt(Attached ts);

}  // namespace baton
