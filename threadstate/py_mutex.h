// PyMutex (CPython 3.13): one zero byte is an unlocked mutex. A thread that is attached and has to wait gives
// its interpreter lock away meanwhile, so a PyMutex and the interpreter lock cannot deadlock.
//
// Callers: any thread, any state. The fast paths are one atomic operation.
#pragma once

#include "threadstate/lock.h"

namespace baton {

void py_mutex_lock(ByteLock& m);
void py_mutex_unlock(ByteLock& m);
inline bool py_mutex_is_locked(const ByteLock& m) {
    return m.is_locked();
}

}  // namespace baton
