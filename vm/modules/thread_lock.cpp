// _thread.lock and _thread.RLock.
//
// Waiting happens detached. A signal that arrives on the main thread while it waits runs its handler; if that
// returns, the wait goes on for what is left of the time (PEP 475).
#include "vm/modules/thread_types.h"

#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "threadstate/lock.h"
#include "threadstate/signals.h"
#include "threadstate/sync.h"
#include "vm/vm_types.h"

namespace baton {

struct ThreadLock : Object {
    ByteLock lock;
    Object* weakreflist;
};
struct ThreadRLock : Object {
    ByteLock lock;
    unsigned long owner;  // read and written while attached
    unsigned long count;
    Object* weakreflist;
};

namespace {

constexpr double kTimeoutMax = 9223372036.0;  // seconds that fit in nanoseconds

// The arguments of acquire: how long to wait; -1 ns = for ever, 0 = not at all.
Result<int64_t> wait_time(Attached ts, Opt<bool> blocking, Opt<double> timeout) {
    bool wait = blocking.or_else(true);
    double seconds = timeout.or_else(-1.0);
    if (!wait && seconds != -1.0)
        return raise(ts, Exc::ValueError, "can't specify a timeout for a non-blocking call");
    if (seconds < 0 && seconds != -1.0)
        return raise(ts, Exc::ValueError, "timeout value must be a non-negative number");
    if (!wait) return 0;
    if (seconds == -1.0) return -1;
    if (seconds > kTimeoutMax) return raise(ts, Exc::OverflowError, "timeout value is too large");
    if (seconds != seconds) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
    return static_cast<int64_t>(__builtin_ceil(seconds * 1e9));
}

Result<bool> acquire_until(Attached ts, ByteLock& lock, int64_t nanoseconds) {
    if (lock.try_lock()) return true;
    if (nanoseconds == 0) return false;
    auto deadline = nanoseconds < 0 ? sync::Deadline::never() : sync::Deadline::after(nanoseconds);
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        switch (lock.lock_until(ts, deadline, true)) {
            case sync::Wake::kUnparked:
                return true;
            case sync::Wake::kTimedOut:
                return false;
            case sync::Wake::kInterrupted:
                break;
        }
    }
}

// ---- lock ----
Result<bool> lock_acquire(Attached ts, ThreadLock& self, Opt<bool> blocking, Opt<double> timeout) {
    int64_t ns = TRY(wait_time(ts, blocking, timeout));
    auto keep = Ref<Object>::share(self);
    return acquire_until(ts, self.lock, ns);
}
Result<void> lock_release(Attached ts, ThreadLock& self) {
    if (!self.lock.unlock()) return raise(ts, Exc::RuntimeError, "release unlocked lock");
    return {};
}
Result<void> lock_exit(Attached ts, ThreadLock& self, Args) {
    return lock_release(ts, self);
}
Result<bool> lock_locked(Attached, ThreadLock& self) {
    return self.lock.is_locked();
}
Result<void> lock_at_fork_reinit(Attached, ThreadLock& self) {
    self.lock.reset_after_fork();
    return {};
}
Result<Ref<Object>> lock_repr(Attached ts, ThreadLock& self) {
    return str_format(ts, "<{} {} object at {:#x}>", self.lock.is_locked() ? "locked" : "unlocked",
                      self.type->name, reinterpret_cast<uintptr_t>(&self));
}
void lock_dealloc(Attached ts, ThreadLock& self) {
    if (self.weakreflist) weakref_clear_all(ts, self);
    free_instance(ts, self);
}

constexpr Method lock_methods[] = {
    method<lock_acquire>("acquire($self, blocking=True, timeout=-1)",
                         "Takes the lock and says whether that worked; waits for it unless told otherwise."),
    method<lock_acquire>("acquire_lock($self, blocking=True, timeout=-1)", "The same as acquire()."),
    method<lock_release>("release($self, /)", "Release the lock; any thread may do so."),
    method<lock_release>("release_lock($self, /)", "The same as release()."),
    method<lock_locked>("locked($self, /)", "Whether some thread holds it."),
    method<lock_locked>("locked_lock($self, /)", "The same as locked()."),
    method<lock_acquire>("__enter__($self, blocking=True, timeout=-1)", "Takes the lock, as acquire() does."),
    method<lock_exit>("__exit__($self, *args)", "Release the lock."),
    method<lock_at_fork_reinit>("_at_fork_reinit($self, /)", "In a fork child: make the lock free."),
    {},
};

// ---- RLock ----
unsigned long me() {
    return sync::current_ident();
}

Result<bool> rlock_acquire(Attached ts, ThreadRLock& self, Opt<bool> blocking, Opt<double> timeout) {
    int64_t ns = TRY(wait_time(ts, blocking, timeout));
    if (self.count > 0 && self.owner == me()) {
        if (self.count == ~0ul) return raise(ts, Exc::OverflowError, "Internal lock count overflowed");
        ++self.count;
        return true;
    }
    auto keep = Ref<Object>::share(self);
    if (!TRY(acquire_until(ts, self.lock, ns))) return false;
    self.owner = me();
    self.count = 1;
    return true;
}
Result<void> rlock_release(Attached ts, ThreadRLock& self) {
    if (self.count == 0 || self.owner != me())
        return raise(ts, Exc::RuntimeError, "cannot release un-acquired lock");
    if (--self.count == 0) {
        self.owner = 0;
        self.lock.unlock();
    }
    return {};
}
Result<void> rlock_exit(Attached ts, ThreadRLock& self, Args) {
    return rlock_release(ts, self);
}
Result<bool> rlock_is_owned(Attached, ThreadRLock& self) {
    return self.count > 0 && self.owner == me();
}
Result<Ref<Tuple>> rlock_release_save(Attached ts, ThreadRLock& self) {
    if (self.count == 0) return raise(ts, Exc::RuntimeError, "cannot release un-acquired lock");
    auto count = TRY(box_int(ts, static_cast<int64_t>(self.count)));
    auto owner = TRY(box_int(ts, static_cast<int64_t>(self.owner)));
    auto state = TRY(tuple_of(ts, {count.get(), owner.get()}));
    self.count = 0;
    self.owner = 0;
    self.lock.unlock();
    return state;
}
Result<void> rlock_acquire_restore(Attached ts, ThreadRLock& self, Tuple& state) {
    if (state.size != 2)
        return raise(ts, Exc::TypeError, "_acquire_restore() argument 1 must be sequence of length 2, not {}",
                     state.size);
    auto count = TRY(convert_uint64_mask(ts, borrowed_value(*state.item[0])));
    auto owner = TRY(convert_uint64_mask(ts, borrowed_value(*state.item[1])));
    auto keep = Ref<Object>::share(self);
    self.lock.lock(ts);
    self.count = count;
    self.owner = owner;
    return {};
}
Result<void> rlock_at_fork_reinit(Attached, ThreadRLock& self) {
    self.lock.reset_after_fork();
    self.count = 0;
    self.owner = 0;
    return {};
}
Result<Ref<Object>> rlock_repr(Attached ts, ThreadRLock& self) {
    return str_format(ts, "<{} {} object owner={} count={} at {:#x}>", self.count ? "locked" : "unlocked",
                      self.type->name, self.owner, self.count, reinterpret_cast<uintptr_t>(&self));
}
Result<Ref<Object>> rlock_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto r = TRY(new_instance<ThreadRLock>(ts, cls));
    new (&r->lock) ByteLock();
    return r;
}
void rlock_dealloc(Attached ts, ThreadRLock& self) {
    if (self.weakreflist) weakref_clear_all(ts, self);
    free_instance(ts, self);
}

constexpr Method rlock_methods[] = {
    method<rlock_acquire>("acquire($self, blocking=True, timeout=-1)",
                          "Takes the lock, again if this thread holds it, and says whether that worked; "
                          "waits unless told otherwise."),
    method<rlock_release>("release($self, /)", "Undo one acquire(); the last one frees the lock."),
    method<rlock_is_owned>("_is_owned($self, /)", "What threading.Condition needs."),
    method<rlock_acquire_restore>("_acquire_restore($self, state, /)", "What threading.Condition needs."),
    method<rlock_release_save>("_release_save($self, /)", "What threading.Condition needs."),
    method<rlock_acquire>("__enter__($self, blocking=True, timeout=-1)",
                          "Takes the lock, as acquire() does."),
    method<rlock_exit>("__exit__($self, *args)", "Release the lock."),
    method<rlock_at_fork_reinit>("_at_fork_reinit($self, /)", "In a fork child: make the lock free."),
    {},
};

}  // namespace

Result<Ref<Object>> thread_lock_new(Attached ts) {
    auto l = TRY(new_instance<ThreadLock>(ts, baton_thread_lock_type));
    new (&l->lock) ByteLock();
    return l;
}
void thread_lock_force_release(Object& lock) {
    static_cast<ThreadLock&>(lock).lock.unlock();
}

const TypeSpec thread_lock_spec = {
    .name = "_thread.lock",
    .doc = "Lets one thread in at a time; allocate_lock() makes it.",
    .basicsize = sizeof(ThreadLock),
    .flags = kTypeDisallowInstantiation,
    .weaklistoffset = offsetof(ThreadLock, weakreflist),
    .methods = lock_methods,
    .dealloc = typed_slot<lock_dealloc>,
    .repr = typed_slot<lock_repr>,
};
const TypeSpec thread_rlock_spec = {
    .name = "_thread.RLock",
    .doc = "A lock that the thread which holds it may acquire again.",
    .basicsize = sizeof(ThreadRLock),
    .flags = kTypeBaseType,
    .weaklistoffset = offsetof(ThreadRLock, weakreflist),
    .methods = rlock_methods,
    .dealloc = typed_slot<rlock_dealloc>,
    .repr = typed_slot<rlock_repr>,
    .tp_new = slot<rlock_new>,
};

}  // namespace baton
