// _queue: SimpleQueue, a queue without bound between threads.
//
// put() wakes one waiter. Waiting is detached; a signal's handler runs and the wait goes on for what is left
// of the time. Invariants. Waiters and items change only while attached. A waiter takes an item only when it
// is attached again: one that was woken may find that another thread was faster, and waits once more.
#include <deque>

#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/module.h"
#include "runtime/weakref.h"
#include "threadstate/signals.h"
#include "threadstate/sync.h"
#include "vm/modules/duration.h"
#include "vm/modules/queue.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

struct Waiter {
    sync::Parker parker;
    Waiter* next = nullptr;
};
struct SimpleQueue : Object {
    std::deque<Object*>* items;  // owned references
    Waiter *first, *last;        // threads in get(), longest wait first; each lives on its thread's stack
    Object* weakreflist;
};

void enqueue(SimpleQueue& q, Waiter& w) {
    w.next = nullptr;
    if (q.last != nullptr)
        q.last->next = &w;
    else
        q.first = &w;
    q.last = &w;
}
// True if it was still there: nobody has woken it.
bool withdraw(SimpleQueue& q, Waiter& w) {
    for (Waiter *at = q.first, *before = nullptr; at != nullptr; before = at, at = at->next) {
        if (at != &w) continue;
        (before != nullptr ? before->next : q.first) = w.next;
        if (q.last == &w) q.last = before;
        return true;
    }
    return false;
}
void wake_one(SimpleQueue& q) {
    Waiter* w = q.first;
    if (w == nullptr) return;
    q.first = w->next;
    if (q.first == nullptr) q.last = nullptr;
    w->parker.unpark();
}

Result<Ref<Object>> queue_new(Attached ts, Type& cls, Value*, size_t nargs, Tuple* kwnames) {
    if (&cls == &baton_simple_queue_type && kwnames != nullptr && kwnames->size != 0)
        return raise(ts, Exc::TypeError, "SimpleQueue() takes no keyword arguments");
    if (&cls == &baton_simple_queue_type && nargs != 0)
        return raise(ts, Exc::TypeError, "SimpleQueue() takes no positional arguments");
    Ref<SimpleQueue> q = TRY(new_instance<SimpleQueue>(ts, cls));
    q->items = new std::deque<Object*>();
    return q;
}
void drop_items(Attached ts, SimpleQueue& q) {
    // Dropping an item may run Python code that uses the queue.
    while (q.items != nullptr && !q.items->empty()) {
        Object* item = q.items->front();
        q.items->pop_front();
        decref(ts, item);
    }
}
int queue_traverse(Object* o, VisitProc visit, void* arg) {
    auto* items = static_cast<SimpleQueue*>(o)->items;
    if (items == nullptr) return 0;
    for (Object* item : *items) {
        if (const int r = visit(item, arg)) return r;
    }
    return 0;
}
int queue_clear(Object* o) {
    drop_items(current_attached(), *static_cast<SimpleQueue*>(o));
    return 0;
}
void queue_dealloc(Attached ts, SimpleQueue& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    drop_items(ts, self);
    delete self.items;
    free_instance(ts, self);
}

Result<void> queue_put(Attached ts, SimpleQueue& self, Object& item, Opt<bool>, Object*) {
    incref(&item);
    self.items->push_back(&item);
    wake_one(self);
    return {};
}
Result<void> queue_put_nowait(Attached ts, SimpleQueue& self, Object& item) {
    return queue_put(ts, self, item, {}, nullptr);
}

Ref<Object> take(SimpleQueue& q) {
    Object* item = q.items->front();
    q.items->pop_front();
    return Ref<Object>::steal(item);
}
Raised raise_empty(Attached ts) {
    return raise_type(ts, baton_queue_empty_type, nullptr);
}

// Waits until there is an item; `deadline` may be never.
Result<Ref<Object>> wait_and_take(Attached ts, SimpleQueue& self, sync::Deadline deadline) {
    const Ref<Object> keep = Ref<Object>::share(self);
    Waiter me;
    while (self.items->empty()) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        me.parker.reset();
        enqueue(self, me);
        const sync::Wake why = ts.detached_long([&] { return me.parker.park_interruptibly_until(deadline); });
        const bool unnoticed = withdraw(self, me);
        switch (why) {
            case sync::Wake::kUnparked:
                break;
            case sync::Wake::kTimedOut:
                if (self.items->empty()) return raise_empty(ts);
                break;
            case sync::Wake::kInterrupted:
                if (handle_signals(ts) >= 0) break;
                // The item that woke this thread as well is for somebody else now.
                if (!unnoticed && !self.items->empty()) wake_one(self);
                return already_raised();
        }
    }
    return take(self);
}

Result<Ref<Object>> queue_get(Attached ts, SimpleQueue& self, Opt<bool> block, Object* timeout) {
    if (!block.or_else(true)) {
        if (self.items->empty()) return raise_empty(ts);
        return take(self);
    }
    sync::Deadline deadline = sync::Deadline::never();
    if (timeout != nullptr && !is_none(*timeout)) {
        const int64_t ns = TRY(nanoseconds_of(ts, *timeout));
        if (ns < 0) return raise(ts, Exc::ValueError, "'timeout' must be a non-negative number");
        if (self.items->empty()) deadline = sync::Deadline::after(ns);
    }
    return wait_and_take(ts, self, deadline);
}
Result<Ref<Object>> queue_get_nowait(Attached ts, SimpleQueue& self) {
    return queue_get(ts, self, {true, false}, nullptr);
}
Result<bool> queue_empty(Attached, SimpleQueue& self) {
    return self.items->empty();
}
Result<Index> queue_qsize(Attached, SimpleQueue& self) {
    return static_cast<Index>(self.items->size());
}

constexpr Method queue_methods[] = {
    method<queue_empty>("empty($self, /)", "True if there is no item, at this moment."),
    method<queue_get>("get($self, /, block=True, timeout=None)",
                      "Take out the oldest item, and wait for one while there is none.\n\nEmpty is raised "
                      "when the time-out, in "
                      "seconds, is over, or at once with block=False."),
    method<queue_get_nowait>("get_nowait($self, /)", "get(block=False)."),
    method<queue_put>(
        "put($self, /, item, block=True, timeout=None)",
        "Add an item. This never waits; block and timeout are those of Queue.put and mean nothing."),
    method<queue_put_nowait>("put_nowait($self, /, item)", "put(item)."),
    method<queue_qsize>("qsize($self, /)", "How many items there are, at this moment."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

Result<void> queue_exec(Attached ts, Module& module) {
    TRY(module_add_type(ts, module, baton_simple_queue_type));
    return module_add_type(ts, module, baton_queue_empty_type);
}

}  // namespace

const TypeSpec simple_queue_spec = {
    .name = "_queue.SimpleQueue",
    .doc = "A queue without bound: first in, first out. A finalizer or signal handler may use it too.",
    .basicsize = sizeof(SimpleQueue),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = queue_traverse,
    .clear = queue_clear,
    .weaklistoffset = offsetof(SimpleQueue, weakreflist),
    .methods = queue_methods,
    .dealloc = typed_slot<queue_dealloc>,
    .tp_new = slot<queue_new>,
};
const TypeSpec queue_empty_spec = {
    .name = "_queue.Empty",
    .doc = "What get() raises when there is no item.",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::Exception)],
};

extern const ModuleSpec queue_module;
const ModuleSpec queue_module = {
    .name = "_queue",
    .doc = "A simple queue between threads; used through queue.",
    .methods = nullptr,
    .exec = queue_exec,
};

}  // namespace baton
