// Iterators written in C++ that may give items for ever: count, repeat, cycle, iter(int, 1), long ranges.
// Whatever drains one (sum, any, set, deque, ...) can be interrupted because the iterator itself polls.
//
// Invariants. The first kStepsBetweenPolls items of an iterator come without a poll, so that a finite use,
// such as zip(keys, repeat(0)), is not torn apart by another thread where CPython's would not be. A poll may
// hand the lock over and run any Python code: it comes before the step touches the iterator.
//
// Callers: attached threads, in a tp_iternext; other long work for poll_in_long_loop().
#pragma once
#include "runtime/thread_data.h"
#include "runtime/vm_hooks.h"

namespace baton {

inline constexpr uint32_t kStepsBetweenPolls = 1024;

inline Result<void> poll_in_long_loop(Attached ts) {
    const VmHooks* vm = interp(ts).vm_hooks;
    if (vm && vm->poll && !vm->poll(ts)) return already_raised();
    return {};
}

// Counts one step in `steps`, a field of the iterator.
inline Result<void> step_of_long_loop(Attached ts, uint32_t& steps) {
    if (++steps % kStepsBetweenPolls != 0) [[likely]]
        return {};
    return poll_in_long_loop(ts);
}

}  // namespace baton
