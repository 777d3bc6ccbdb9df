// What the two fuzz targets share: the interpreter, started once, and how an input ends.
//
// Invariant: after each input no exception is pending, and every so many inputs the collector runs, so that
// what an input leaves behind shows as growth of the process (libFuzzer's -rss_limit_mb).
#pragma once
#include <cstdio>
#include <cstdlib>
#include <string>

#include "runtime/gc.h"
#include "runtime/raise.h"
#include "threadstate/attached.h"

extern "C" void Py_InitializeEx(int install_signal_handlers);

namespace baton {

inline Attached fuzz_thread() {
    if (!current_or_null()) Py_InitializeEx(0);
    return current_attached();
}

inline void end_of_input(Attached ts) {
    static int inputs = 0;
    if (pending(ts)) clear_pending(ts);
    if (++inputs % 256 == 0) gc_collect(ts, 2);
}

[[noreturn]] inline void found_fault(const std::string& what) {
    std::fprintf(stderr, "fault: %s\n", what.c_str());
    std::abort();
}

}  // namespace baton
