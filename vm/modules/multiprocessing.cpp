// _multiprocessing: SemLock, a named POSIX semaphore that processes share; and _posixshmem, shared memory.
//
// Waiting is detached, against the monotonic clock; a signal's handler runs and the wait goes on for what is
// left of the time. Invariants. `count` and `owner` are this process's own books and change only while
// attached: how often its threads hold the semaphore, and which of them took it last. The semaphore itself is
// closed when the object goes; its name is removed by sem_unlink() alone.
#include "vm/modules/multiprocessing.h"

#include <fcntl.h>
#include <semaphore.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "threadstate/signals.h"
#include "threadstate/sync.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr int kRecursiveMutex = 0, kSemaphore = 1;

struct SemLock : Object {
    sem_t* handle;
    unsigned long owner;  // the thread that took it last
    int count;            // how often this process's threads hold it
    int maxvalue;
    int kind;
    char* name;  // owned, or null when the name was removed at once
};

bool is_mine(const SemLock& s) {
    return s.count > 0 && s.owner == sync::current_ident();
}

// Takes the semaphore over, or closes it.
Result<Ref<Object>> wrap(Attached ts, Type& cls, sem_t* handle, int kind, int maxvalue, const char* name) {
    auto made = new_instance<SemLock>(ts, cls);
    char* copy = made.ok() && name != nullptr ? ::strdup(name) : nullptr;
    if (!made.ok() || (name != nullptr && copy == nullptr)) {
        ::sem_close(handle);
        if (!made.ok()) return already_raised();
        return raise_no_memory(ts);
    }
    Ref<SemLock> s = made.take();
    s->handle = handle;
    s->kind = kind;
    s->maxvalue = maxvalue;
    s->name = copy;
    return s;
}

constexpr Signature kNewSignature = parse_signature("SemLock(kind, value, maxvalue, name, unlink)");

Result<Ref<Object>> sem_lock_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[5] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    int number[3];
    for (int i = 0; i < 3; ++i)
        number[i] = static_cast<int>(TRY(convert_int64(ts, *bound[i], INT32_MIN, INT32_MAX, "int")));
    Object& name = *TRY(box_in_place(ts, *bound[3]));
    if (!is_str(name)) return raise_bad_argument(ts, kNewSignature, 3, "str", *bound[3]);
    const bool unlink = TRY(truth(ts, *bound[4]));
    std::string text;
    TRY(fs_encode(ts, name, &text));
    const auto [kind, value, maxvalue] = number;
    if (kind != kRecursiveMutex && kind != kSemaphore) return raise(ts, Exc::ValueError, "unrecognized kind");
    sem_t* handle = ::sem_open(text.c_str(), O_CREAT | O_EXCL, 0600, value);
    if (handle == SEM_FAILED) return raise_oserror(ts, errno);
    if (unlink && ::sem_unlink(text.c_str()) < 0) {
        const int error = errno;
        ::sem_close(handle);
        return raise_oserror(ts, error);
    }
    return wrap(ts, cls, handle, kind, maxvalue, unlink ? nullptr : text.c_str());
}
// The semaphore of another process, by its name; without one, the handle inherited through a fork.
Result<Ref<Object>> sem_lock_rebuild(Attached ts, Type& cls, uint64_t handle, int kind, int maxvalue,
                                     Object& name) {
    auto* semaphore = reinterpret_cast<sem_t*>(static_cast<uintptr_t>(handle));
    if (is_none(name)) return wrap(ts, cls, semaphore, kind, maxvalue, nullptr);
    if (!is_str(name))
        return raise(ts, Exc::TypeError, "_rebuild() argument 4 must be str or None, not {}",
                     type_name(name));
    std::string text;
    TRY(fs_encode(ts, name, &text));
    semaphore = ::sem_open(text.c_str(), 0);
    if (semaphore == SEM_FAILED) return raise_oserror(ts, errno);
    return wrap(ts, cls, semaphore, kind, maxvalue, text.c_str());
}
void sem_lock_dealloc(Attached ts, SemLock& self) {
    if (self.handle != nullptr) ::sem_close(self.handle);
    std::free(self.name);
    free_instance(ts, self);
}

timespec clock_time(sync::Deadline d) {
    return {static_cast<time_t>(d.at_ns / 1'000'000'000), static_cast<long>(d.at_ns % 1'000'000'000)};
}

// Waits until it is taken, 0, or the deadline is over, ETIMEDOUT.
Result<int> wait_for(Attached ts, SemLock& self, sync::Deadline deadline) {
    const Ref<Object> keep = Ref<Object>::share(self);
    const timespec until = clock_time(deadline);
    sem_t* handle = self.handle;
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        int error = 0;
        const int r = ts.detached_long([&] {
            const int result =
                deadline.is_never() ? ::sem_wait(handle) : ::sem_clockwait(handle, CLOCK_MONOTONIC, &until);
            error = errno;
            return result;
        });
        if (r == 0) return 0;
        if (error == ETIMEDOUT) return error;
        if (error != EINTR) return raise_oserror(ts, error);
    }
}

Result<bool> sem_lock_acquire(Attached ts, SemLock& self, Opt<bool> block, Object* timeout) {
    if (self.kind == kRecursiveMutex && is_mine(self)) {
        ++self.count;
        return true;
    }
    sync::Deadline deadline = sync::Deadline::never();
    if (timeout != nullptr && !is_none(*timeout)) {
        constexpr double kLongest = 9e9;  // seconds; what is longer is clipped
        const double seconds = TRY(convert_double(ts, Value(timeout)));
        deadline = sync::Deadline::after(
            seconds > 0 ? static_cast<int64_t>((seconds < kLongest ? seconds : kLongest) * 1e9) : 0);
    }
    if (::sem_trywait(self.handle) != 0) {
        const int error = errno;
        if (error != EAGAIN && error != EINTR) return raise_oserror(ts, error);
        if (!block.or_else(true)) return false;
        if (TRY(wait_for(ts, self, deadline)) != 0) return false;
    }
    ++self.count;
    self.owner = sync::current_ident();
    return true;
}
Result<bool> sem_lock_enter(Attached ts, SemLock& self) {
    return sem_lock_acquire(ts, self, {true, true}, nullptr);
}

Result<void> sem_lock_release(Attached ts, SemLock& self) {
    if (self.kind == kRecursiveMutex) {
        if (!is_mine(self)) {
            return raise(ts, Exc::AssertionError, "attempt to release recursive lock not owned by thread");
        }
        if (self.count > 1) {
            --self.count;
            return {};
        }
    } else {
        int value = 0;
        if (::sem_getvalue(self.handle, &value) < 0) return raise_oserror(ts, errno);
        if (value >= self.maxvalue)
            return raise(ts, Exc::ValueError, "semaphore or lock released too many times");
    }
    if (::sem_post(self.handle) < 0) return raise_oserror(ts, errno);
    --self.count;
    return {};
}
Result<void> sem_lock_exit(Attached ts, SemLock& self, Object*, Object*, Object*) {
    return sem_lock_release(ts, self);
}
Result<int> sem_lock_count(Attached, SemLock& self) {
    return self.count;
}
Result<bool> sem_lock_is_mine(Attached, SemLock& self) {
    return is_mine(self);
}
Result<int> sem_lock_get_value(Attached ts, SemLock& self) {
    int value = 0;
    if (::sem_getvalue(self.handle, &value) < 0) return raise_oserror(ts, errno);
    return value < 0 ? 0 : value;
}
Result<bool> sem_lock_is_zero(Attached ts, SemLock& self) {
    return TRY(sem_lock_get_value(ts, self)) == 0;
}
Result<void> sem_lock_after_fork(Attached, SemLock& self) {
    self.count = 0;
    return {};
}

constexpr int kMemberInt = 1, kMemberString = 5, kMemberUnsignedLong = 12, kMemberReadOnly = 1;
MemberDef sem_lock_members[] = {
    {"handle", kMemberUnsignedLong, offsetof(SemLock, handle), kMemberReadOnly, "the semaphore's address"},
    {"kind", kMemberInt, offsetof(SemLock, kind), kMemberReadOnly, "0: a recursive mutex, 1: a semaphore"},
    {"maxvalue", kMemberInt, offsetof(SemLock, maxvalue), kMemberReadOnly, "the most that it may count"},
    {"name", kMemberString, offsetof(SemLock, name), kMemberReadOnly, "the name, or None once it is removed"},
    {},
};
constexpr Method sem_lock_methods[] = {
    method<sem_lock_acquire>("acquire($self, /, block=True, timeout=None)",
                             "Takes it and says whether that worked; waits for it unless told otherwise."),
    method<sem_lock_release>("release($self, /)", "Give it back."),
    method<sem_lock_count>("_count($self, /)", "How often the threads of this process hold it."),
    method<sem_lock_is_mine>("_is_mine($self, /)", "Whether this thread was the last that took it."),
    method<sem_lock_get_value>("_get_value($self, /)", "How often it could be taken now."),
    method<sem_lock_is_zero>("_is_zero($self, /)", "Whether who takes it now has to wait."),
    class_method<sem_lock_rebuild>("_rebuild($type, handle, kind, maxvalue, name, /)",
                                   "One for the same semaphore, opened by its name if it has one."),
    method<sem_lock_after_fork>("_after_fork($self, /)", "In a fork child: nobody here holds it."),
    method<sem_lock_enter>("__enter__($self, /)", "Takes it, as acquire() does."),
    method<sem_lock_exit>("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)", "Give it back."),
    {},
};

Result<void> multiprocessing_sem_unlink(Attached ts, Module&, Str& name) {
    std::string text;
    TRY(fs_encode(ts, name, &text));
    if (::sem_unlink(text.c_str()) < 0) return raise_oserror(ts, errno);
    return {};
}

Result<void> multiprocessing_exec(Attached ts, Module& module) {
    TRY(module_add_type(ts, module, baton_sem_lock_type));
    Ref<Dict> flags = TRY(dict_new(ts));
    for (const char* name : {"HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"})
        TRY(dict_set_str(ts, *flags, *TRY(str_intern_utf8(ts, name)), *TRY(box_int(ts, 1))));
    return module_add_owned(ts, module, "flags", std::move(flags));
}
constexpr Method multiprocessing_functions[] = {
    method<multiprocessing_sem_unlink>("sem_unlink($module, name, /)",
                                       "Removes the name; who has the semaphore open keeps it."),
    {},
};

// ---- _posixshmem ----
Result<Index> shm_open(Attached ts, Module&, Str& path, int flags, Opt<int> mode) {
    std::string name;
    TRY(fs_encode(ts, path, &name));
    return static_cast<Index>(TRY(checked_call(ts, &path, [&] {
        return ::shm_open(name.c_str(), flags, static_cast<mode_t>(mode.or_else(0777)));
    })));
}
Result<void> shm_unlink(Attached ts, Module&, Str& path) {
    std::string name;
    TRY(fs_encode(ts, path, &name));
    (void)TRY(checked_call(ts, &path, [&] { return ::shm_unlink(name.c_str()); }));
    return {};
}
constexpr Method shmem_functions[] = {
    method<shm_open>("shm_open($module, /, path, flags, mode=511)",
                     "Opens, or makes, a piece of shared memory; gives a file descriptor."),
    method<shm_unlink>("shm_unlink($module, /, path)",
                       "Removes the name; who has the memory mapped keeps it."),
    {},
};

}  // namespace

const TypeSpec sem_lock_spec = {
    .name = "_multiprocessing.SemLock",
    .doc = "A semaphore or recursive mutex that processes share.",
    .basicsize = sizeof(SemLock),
    .flags = kTypeBaseType,
    .methods = sem_lock_methods,
    .members = sem_lock_members,
    .dealloc = typed_slot<sem_lock_dealloc>,
    .tp_new = slot<sem_lock_new>,
};

void multiprocessing_init_process(Attached ts) {
    Str& name = str_static(ts, "SEM_VALUE_MAX");
    Dict& dict = *baton_sem_lock_type.dict;
    if (dict_find_str(dict, name) != nullptr) return;
    auto most = box_int(ts, SEM_VALUE_MAX);
    CHECK(most.ok() && dict_set_str(ts, dict, name, *most.take()).ok());
    static_type_extended(baton_sem_lock_type);
}

extern const ModuleSpec multiprocessing_module, posixshmem_module;
const ModuleSpec multiprocessing_module = {
    .name = "_multiprocessing",
    .doc = "Semaphores that processes share; used through multiprocessing.",
    .methods = multiprocessing_functions,
    .exec = multiprocessing_exec,
};
const ModuleSpec posixshmem_module = {
    .name = "_posixshmem",
    .doc = "Shared memory by name; used through multiprocessing.shared_memory.",
    .methods = shmem_functions,
};

}  // namespace baton
