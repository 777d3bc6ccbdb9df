#include "runtime/ref.h"

#include "runtime/dealloc.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

void destroy(Attached ts, Object* o) {
    // Numbers and text are most of what dies, and nothing can watch them do it.
    // An int of the common size; where it is not, free_small() finds that its page is another class's.
    if (o->type == &PyLong_Type) return free_small(ts, o, sizeof(Int));
    if (o->type == &PyFloat_Type) return free_small(ts, o, sizeof(Float));
    if (o->type == &PyUnicode_Type) {
        auto& s = static_cast<Str&>(*o);
        const size_t bytes = sizeof(Str) + static_cast<size_t>(s.length) + 1;
        if (s.state.ascii && !s.state.interned && bytes <= kSmallLimit) return free_small(ts, o, bytes);
    }
    RuntimeThread& t = rt(ts);
    if (t.dealloc_depth >= kMaxDeallocDepth) [[unlikely]]
        return put_aside(ts, *o);
    // A dealloc may run Python code, which must neither see nor lose the exception on its way up.
    BaseException* saved = std::exchange(t.pending, nullptr);
    ++t.dealloc_depth;
    info(*o).dealloc(ts, *o);
    if (--t.dealloc_depth == 0 && t.dealloc_later) [[unlikely]]
        destroy_put_aside(ts);
    if (BaseException* left = std::exchange(t.pending, saved)) decref(ts, left);
}

void destroy_last(Object* o) {
    destroy(current_attached(), o);
}

}  // namespace baton
