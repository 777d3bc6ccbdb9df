// select: waiting for several descriptors at once.
//
// All three ways (select, poll, epoll) wait detached; an interruption runs signal handlers and the wait goes
// on for what is left of the time. Callers: attached threads.
#pragma once
#include <ctime>

#include "runtime/native.h"

namespace baton {

// How long a call may wait, and when that is over.
class WaitLimit {
  public:
    // Nanoseconds; negative: for ever.
    explicit WaitLimit(int64_t timeout);
    bool is_forever() const { return end_ < 0; }
    // What is left, never negative; null: for ever. The time is as of the last refresh().
    const timespec* left() const { return is_forever() ? nullptr : &left_; }
    void refresh();

  private:
    int64_t end_ = -1;
    timespec left_{};
};

// A number or None; `unit` is its length in nanoseconds. None and null: -1. TypeError with this message for
// other objects.
Result<int64_t> wait_argument(Attached ts, Object* o, int64_t unit, const char* type_error);

extern const TypeSpec select_poll_spec, select_epoll_spec;
Result<Ref<Object>> select_poll(Attached ts, Module& module);

}  // namespace baton
