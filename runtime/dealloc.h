// What every tp_new and tp_dealloc of a builtin type is written with.
//
// A dealloc of a container: gc_untrack(&self); drop the fields; free_instance(ts, self). It works for exact
// instances and for instances of subclasses alike: the subclass's own dealloc has already dealt with
// __dict__,
// __weakref__, __slots__ and __del__ and calls this one for the rest. However long a chain of objects is that
// keep one another alive, deallocs nest only so deep: beyond that destroy() (ref.h) puts the object aside
// until the outermost dealloc ends. Callers: attached threads; a pending exception is kept by destroy(),
// which calls the slot.
#pragma once
#include "runtime/allocate_instance.h"
#include "runtime/gc.h"
#include "runtime/type.h"

namespace baton {

inline constexpr int kMaxDeallocDepth = 50;

// For destroy(): `o` has to wait; those that waited get their dealloc.
void put_aside(Attached ts, Object& o);
void destroy_put_aside(Attached ts);

}  // namespace baton
