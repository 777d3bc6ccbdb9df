// Locked: an object of a module that works detached keeps a lock of its own; this holds it for a scope.
//
// Callers. An attached thread. It waits detached, and only if another thread works on the object; the scope
// may detach and attach again while it holds.
#pragma once

#include "threadstate/lock.h"

namespace baton {

class Locked {
  public:
    Locked(Attached ts, ByteLock& lock) : lock_(lock) { lock_.lock(ts); }
    ~Locked() { lock_.unlock(); }

  private:
    ByteLock& lock_;
};

}  // namespace baton
