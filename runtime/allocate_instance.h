// Making and freeing instances of a class that may be a subclass: what tp_alloc and tp_free do.
//
// allocate_instance gives zero-filled memory of the class's size (inline attributes included) with refcnt 1
// and the type set; heap types are counted. Tracked by the collector when the class has kTypeHasGc, as C's
// generic tp_alloc does: traverse must cope with zero fields. free_instance gives the memory back; the type's
// reference is dropped by whoever deallocates instances of heap types (instance.cpp), not here. Callers:
// attached threads.
#pragma once
#include "runtime/gc.h"
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> allocate_instance(Attached ts, Type& cls, Index items = 0);
template <class T>
Result<Ref<T>> new_instance(Attached ts, Type& cls, Index items = 0) {
    return Result<Ref<T>>::from_c(static_cast<T*>(allocate_instance(ts, cls, items).release()));
}
inline void free_instance(Attached ts, Object& o) {
    if (has_flag(*o.type, kTypeHasGc)) {
        gc_free(ts, &o, 0);
    } else {
        free_block(ts, &o);
    }
}

}  // namespace baton
