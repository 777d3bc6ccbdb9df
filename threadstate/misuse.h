// Errors of the program that uses us: one table row each, one way to report them.
//
// A report names the function, what it found, the calling thread, who holds the lock, and what to do about
// it:
//     Fatal Python error: PyEval_RestoreThread: ...
//     GILCHECK CK10 in PyEval_RestoreThread: ...
//       thread : "worker-2" tid 8123 (foreign), attached to none
//       GIL #0 : held by "MainThread" tid 8119, interpreter 0, for 12.4 ms, app.py:41
//       fix    : ...
//
// Callers: any thread in any state. Never returns; takes no mutex, so it also works when a mutex is held.
#pragma once

#include <cstdint>

namespace baton {

struct ThreadState;

enum class Misuse : uint8_t {
#define MISUSE(id, ck, text, headline, fix) id,
#include "threadstate/misuse.def"
#undef MISUSE
};

// `subject` and `other` are the states the headline speaks of; each may be null.
[[noreturn, gnu::cold]] void misuse(Misuse what, const char* function, const ThreadState* subject = nullptr,
                                    const ThreadState* other = nullptr);

// One row, for tests and documentation.
struct MisuseRow {
    const char* id;
    const char* ck;
    const char* text;
    const char* headline;
    const char* fix;
};
const MisuseRow& misuse_row(Misuse what);
inline constexpr int kMisuseCount = 0
#define MISUSE(id, ck, text, headline, fix) +1
#include "threadstate/misuse.def"
#undef MISUSE
    ;

// The context lines alone: the calling thread, and every lock with its holder.
void report_threads(int fd);
// What follows the message of a fatal error: the state of the runtime and the threads as CPython words it,
// then the context lines.
void report_fatal(int fd);
// Every lock with its holder. Takes no lock and no memory: a signal handler may call it.
void report_locks(int fd);

}  // namespace baton
