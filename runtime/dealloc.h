// What every tp_new and tp_dealloc of a builtin type is written with.
//
// A dealloc of a container: gc_untrack(&self); DeallocScope scope(ts, self); if (!scope.enter()) return; drop
// the fields; free_instance(ts, self). It works for exact instances and for instances of subclasses alike:
// the subclass's own dealloc has already dealt with __dict__, __weakref__, __slots__ and __del__ and calls
// this one for the rest. Callers: attached threads; a pending exception is kept by destroy() (ref.h), which
// calls the slot.
#pragma once
#include "runtime/allocate_instance.h"
#include "runtime/gc.h"
#include "runtime/type.h"

namespace baton {

// Bounds the depth of nested deallocs: beyond it the object is put aside and dropped when the outermost
// dealloc ends.
class DeallocScope {
  public:
    DeallocScope(Attached ts, Object& self) : ts_(ts), self_(self) {}
    bool enter() {  // false: put aside, return at once
        RuntimeThread& t = rt(ts_);
        if (t.dealloc_depth >= kMaxDepth) [[unlikely]]
            return put_aside();
        ++t.dealloc_depth;
        entered_ = true;
        return true;
    }
    ~DeallocScope() {
        RuntimeThread& t = rt(ts_);
        if (entered_ && --t.dealloc_depth == 0 && t.dealloc_later) [[unlikely]]
            drop_put_aside();
    }

  private:
    static constexpr int kMaxDepth = 50;
    bool put_aside();
    void drop_put_aside();
    Attached ts_;
    Object& self_;
    bool entered_ = false;
};

}  // namespace baton
