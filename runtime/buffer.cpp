// The buffer protocol: asking an object for a view, and giving it back.
#include "runtime/object_ops.h"
#include "runtime/raise.h"

namespace baton {

Result<void> get_buffer(Attached ts, Object& o, BufferView* view, int flags) {
    BufferProcs* procs = o.type->as_buffer;
    if (!procs || !procs->get) {
        return raise(ts, Exc::TypeError, "a bytes-like object is required, not '{}'", type_name(o));
    }
    if (procs->get(&o, view, flags) == 0) return {};
    if (view) view->obj = nullptr;  // whatever a careless exporter has left there, nobody has to release it
    if (!pending(ts)) {
        return raise(ts, Exc::SystemError, "buffer of '{}' failed without setting an exception",
                     type_name(o));
    }
    return already_raised();
}

void release_buffer(BufferView* view) {
    Object* owner = view->obj;
    if (!owner) return;
    BufferProcs* procs = owner->type->as_buffer;
    if (procs && procs->release) procs->release(owner, view);
    view->obj = nullptr;
    decref_unattached(owner);
}

}  // namespace baton
