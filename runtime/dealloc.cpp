// Bounded nesting of deallocs. See dealloc.h.
#include "runtime/dealloc.h"

namespace baton {

// Objects put aside are chained through their refcnt word, as negative numbers: only weak references still
// know them, and they take a count that is not positive for death.
bool DeallocScope::put_aside() {
    RuntimeThread& t = rt(ts_);
    self_.refcnt = -reinterpret_cast<Index>(t.dealloc_later);
    t.dealloc_later = &self_;
    return false;
}

void DeallocScope::drop_put_aside() {
    RuntimeThread& t = rt(ts_);
    while (Object* o = t.dealloc_later) {
        t.dealloc_later = reinterpret_cast<Object*>(-o->refcnt);
        o->refcnt = 0;
        ++t.dealloc_depth;  // what this one puts aside waits for the same loop
        destroy(ts_, o);
        --t.dealloc_depth;
    }
}

}  // namespace baton
