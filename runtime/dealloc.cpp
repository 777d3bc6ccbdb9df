// Bounded nesting of deallocs. See dealloc.h.
#include "runtime/dealloc.h"

namespace baton {

// Objects put aside are chained through their refcnt word, as negative numbers: only weak references still
// know them, and they take a count that is not positive for death. The lowest bit tells that the collector
// tracked the object; meanwhile it must not look at such a count.
void put_aside(Attached ts, Object& o) {
    RuntimeThread& t = rt(ts);
    const bool tracked = object_is_gc(&o) && gc_is_tracked(&o);
    if (tracked) gc_untrack(&o);
    o.refcnt = -(reinterpret_cast<Index>(t.dealloc_later) | tracked);
    t.dealloc_later = &o;
}

void destroy_put_aside(Attached ts) {
    RuntimeThread& t = rt(ts);
    while (Object* o = t.dealloc_later) {
        const Index link = -o->refcnt;
        t.dealloc_later = reinterpret_cast<Object*>(link & ~Index{1});
        o->refcnt = 0;
        if (link & 1) gc_track(ts, o);
        ++t.dealloc_depth;  // what this one puts aside waits for the same loop
        destroy(ts, o);
        --t.dealloc_depth;
    }
}

}  // namespace baton
