// C structs of the interface that are not runtime structs, as C++ sees them, and the ways from Result to C.
// Included by the generated declarations; every file in capi/ includes those ("capi/impl.h").
#pragma once
#include <cstdarg>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/type.h"
#include "threadstate/attached.h"
#include "threadstate/gilstate.h"

#define BATON_EXPORT extern "C" __attribute__((visibility("default")))

namespace baton {

struct CTss {
    int is_initialized;
    unsigned key;
};
struct CStatus {
    int type;  // 0 ok, 1 error, 2 exit
    const char* function;
    const char* message;
    int exit_code;
};
struct CCompilerFlags {
    int flags, feature_version;
};
struct CInterpreterConfig {
    int use_main_obmalloc, allow_fork, allow_exec, allow_threads, allow_daemon_threads,
        check_multi_interp_extensions, gil;
};
struct CGilStats {
    uint64_t takes, waits, switches, forced, requests, lazy_releases, lazy_hits;
    int64_t wait_ns, wait_p50_ns, wait_p99_ns, max_wait_ns, hold_ns;
};
struct CGilEvent {
    uint64_t number;
    int64_t time_ns;
    uint64_t subject;
    uint32_t native_thread_id;
    uint16_t lock, event;
};
using CCapsuleDestructor = void (*)(Object*);

// The calling thread's token, or a fatal error that names the function.
inline Attached calling_thread(const char* function) {
    return attached_unchecked(current_or_die(function));
}
// The explicit form: the state is the caller's word; debug builds check it.
inline Attached explicit_thread(ThreadState* ts) {
    return attached_unchecked(*ts);
}

template <class T>
Object* give(Result<Ref<T>>&& r) {
    return r.release();
}
template <class T>
Object* give(Ref<T>&& r) {
    return r.release();
}
inline int status(Result<void>&& r) {
    return r.ok() ? 0 : -1;
}
inline int truth_of(Result<bool>&& r) {
    return r.ok() ? r.take() : -1;
}
inline Index number_of(Result<Index>&& r) {
    return r.ok() ? r.take() : -1;
}
Object* give_value(Attached ts, Value v);  // owned Value to owned object
// A C string as an interned str; null = raised.
inline OptRef<Str> name_of(Attached ts, const char* text);

}  // namespace baton

#include "runtime/types/str.h"
namespace baton {
inline OptRef<Str> name_of(Attached ts, const char* text) {
    auto r = str_intern_utf8(ts, text);
    return r.ok() ? OptRef<Str>(r.take()) : OptRef<Str>();
}
}  // namespace baton

#include "runtime/codec.h"
namespace baton {
// C text as a str: invalid UTF-8 becomes U+FFFD, so that a message is never lost. Empty: out of memory,
// raised.
inline OptRef<Str> decode_or_replace(Attached ts, const char* text) {
    auto r = decode_utf8(ts, text, "replace");
    return r.ok() ? OptRef<Str>(r.take()) : OptRef<Str>();
}
}  // namespace baton
