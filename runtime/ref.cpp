#include "runtime/ref.h"

#include "runtime/gc.h"
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

void destroy(Attached ts, Object* o) {
    // A dealloc may run Python code, which must neither see nor lose the exception on its way up.
    BaseException* saved = std::exchange(rt(ts).pending, nullptr);
    info(*o).dealloc(ts, *o);
    if (BaseException* left = std::exchange(rt(ts).pending, saved)) decref(ts, left);
}

void destroy_last(Object* o) {
    destroy(current_attached(), o);
}

}  // namespace baton
