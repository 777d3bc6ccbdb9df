#include "threadstate/py_mutex.h"

#include "threadstate/misuse.h"

namespace baton {

void py_mutex_lock(ByteLock& m) {
    if (m.try_lock()) return;
    ThreadLocals& l = locals();
    if (l.held != nullptr && l.current != nullptr) {
        m.lock(attached_unchecked(*l.current));
    } else {
        m.lock();
    }
}

void py_mutex_unlock(ByteLock& m) {
    if (!m.unlock()) misuse(Misuse::kMutexUnheld, "PyMutex_Unlock");
}

}  // namespace baton
