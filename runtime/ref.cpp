#include "runtime/ref.h"

#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

void destroy(Attached ts, Object* o) {
    // Numbers and text are most of what dies, and nothing can watch them do it.
    if (o->type == &PyLong_Type) return free_block(ts, o);
    if (o->type == &PyFloat_Type) return free_small(ts, o, sizeof(Float));
    if (o->type == &PyUnicode_Type) {
        auto& s = static_cast<Str&>(*o);
        const size_t bytes = sizeof(Str) + static_cast<size_t>(s.length) + 1;
        if (s.state.ascii && !s.state.interned && bytes <= kSmallLimit) return free_small(ts, o, bytes);
    }
    // A dealloc may run Python code, which must neither see nor lose the exception on its way up.
    BaseException* saved = std::exchange(rt(ts).pending, nullptr);
    info(*o).dealloc(ts, *o);
    if (BaseException* left = std::exchange(rt(ts).pending, saved)) decref(ts, left);
}

void destroy_last(Object* o) {
    destroy(current_attached(), o);
}

}  // namespace baton
