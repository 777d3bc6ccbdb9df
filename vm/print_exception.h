// Showing exceptions: what the interpreter prints when nobody catches them, in CPython's form (carets
// included).
//
// Callers: attached threads. Nothing here raises: a second error while printing is dropped or shown plainly.
#pragma once
#include "runtime/raise.h"
#include "vm/traceback.h"

namespace baton {

// The default sys.excepthook: traceback, chained exceptions, notes, groups, to sys.stderr.
void display_exception(Attached ts, Object& value, Object* traceback);
// The text that it prints. May raise.
Result<Ref<Str>> exception_text(Attached ts, Object& value, Object* traceback);
// The pending exception through sys.excepthook (PyErr_PrintEx); SystemExit ends the process. Sets sys.last_*.
void print_pending(Attached ts, bool set_last = true);
// If the pending exception is SystemExit: flushes, prints its message where it has one, and gives the exit
// status.
bool system_exit_status(Attached ts, int* status);
// The default sys.unraisablehook.
void display_unraisable(Attached ts, Tuple& args);
// "File..., line..., in ..." lines of a traceback with their source lines, as text. limit < 0: all.
Result<Ref<Str>> traceback_text(Attached ts, Traceback& first);

}  // namespace baton
