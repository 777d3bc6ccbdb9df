// pickle.PickleBuffer: a buffer that may travel outside of the pickle (PEP 574).
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/memoryview.h"
#include "runtime/weakref.h"
#include "vm/modules/pickle.h"

namespace baton {

void pickle_buffer_release(PickleBuffer& self) {
    if (!self.view.obj) return;
    release_buffer(&self.view);
    self.view = {};
}

namespace {

Result<Ref<Object>> buffer_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("PickleBuffer($type, object, /)");
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object& exporter = *TRY(box_in_place(ts, *bound[0]));
    Ref<PickleBuffer> self = TRY(new_instance<PickleBuffer>(ts, cls));
    TRY(get_buffer(ts, exporter, &self->view, kBufferFullReadOnly));
    return self;
}
void buffer_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<PickleBuffer&>(object);
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    pickle_buffer_release(self);
    free_instance(ts, self);
}
int buffer_traverse(Object* o, VisitProc visit, void* arg) {
    Object* exporter = static_cast<PickleBuffer*>(o)->view.obj;
    return exporter ? visit(exporter, arg) : 0;
}
int buffer_clear(Object* o) {
    pickle_buffer_release(*static_cast<PickleBuffer*>(o));
    return 0;
}

int buffer_get(Object* o, BufferView* view, int flags) {
    Attached ts = current_attached();
    auto& self = *static_cast<PickleBuffer*>(o);
    auto own = pickle_buffer_view(ts, self);
    if (!own.ok()) return -1;
    return get_buffer(ts, *self.view.obj, view, flags).to_c();
}
// The view got above belongs to the exporter itself, so nothing is left to be done here.
void buffer_release(Object*, BufferView*) {}
BufferProcs pickle_buffer_procs = {buffer_get, buffer_release};

// The memory as it lies, as bytes in one dimension.
Result<Ref<Object>> buffer_raw(Attached ts, PickleBuffer& self) {
    const BufferView* view = TRY(pickle_buffer_view(ts, self));
    if (!buffer_is_contiguous(*view, 'A'))
        return raise(ts, Exc::BufferError, "cannot extract raw buffer from non-contiguous buffer");
    const Ref<MemoryView> whole = TRY(memoryview_new(ts, self));
    BufferView flat = whole->view;
    Index strides = 1;
    flat.format = const_cast<char*>("B");
    flat.ndim = 1;
    flat.itemsize = 1;
    flat.strides = &strides;
    flat.shape = &flat.len;
    flat.suboffsets = nullptr;
    return memoryview_add(ts, *whole->mbuf, flat);
}
Result<void> buffer_release_method(Attached, PickleBuffer& self) {
    pickle_buffer_release(self);
    return {};
}

constexpr Method buffer_methods[] = {
    method<buffer_raw>("raw($self, /)",
                       "The memory as a memoryview of bytes in one dimension; it must be contiguous."),
    method<buffer_release_method>("release($self, /)", "Lets go of the memory."),
    {},
};

}  // namespace

Result<BufferView*> pickle_buffer_view(Attached ts, PickleBuffer& self) {
    if (!self.view.obj)
        return raise(ts, Exc::ValueError, "operation forbidden on released PickleBuffer object");
    return &self.view;
}

const TypeSpec pickle_buffer_spec = {
    .name = "pickle.PickleBuffer",
    .doc = "An object with a buffer, marked as data that need not go into the pickle itself.",
    .basicsize = sizeof(PickleBuffer),
    .flags = kTypeHasGc,
    .traverse = buffer_traverse,
    .clear = buffer_clear,
    .weaklistoffset = offsetof(PickleBuffer, weakreflist),
    .methods = buffer_methods,
    .buffer = &pickle_buffer_procs,
    .dealloc = slot<buffer_dealloc>,
    .tp_new = slot<buffer_new>,
};

}  // namespace baton
