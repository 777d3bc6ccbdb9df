// What the object layer asks of the layer that runs Python code: the only calls upward, besides the call slot
// of functions.
//
// Invariant: RuntimeInterp::vm_hooks is null, or points to a table that lives as long as the process. Every
// entry may be null: then there is no Python code running. Callers: attached threads.
#pragma once
#include <initializer_list>

#include "runtime/result.h"
#include "runtime/thread_data.h"

namespace baton {

struct VmHooks {
    // globals() of the innermost Python frame; borrowed, null = none.
    Dict* (*current_globals)(Attached ts) = nullptr;
    // What the interpreter loop does when its count has run out: signals, pending calls, other threads'
    // turns, the collector. False: an exception is set.
    bool (*poll)(Attached ts) = nullptr;
    // What super() without arguments means in the innermost frame: its __class__ cell and first argument,
    // borrowed. RuntimeError "super(): no arguments" and friends.
    Result<void> (*super_arguments)(Attached ts, Type** type, Object** self) = nullptr;
    // Gives the exception a traceback of the innermost frame.
    void (*add_traceback)(Attached ts, BaseException& e) = nullptr;
    // -X dev: arguments are checked that otherwise matter only when something goes wrong.
    bool (*dev_mode)(Attached ts) = nullptr;
    // Tells the audit hooks of an event, when there are any (vm/audit.h).
    Result<void> (*audit)(Attached ts, const char* event, std::initializer_list<Object*> args) = nullptr;
};
inline Result<void> tell_audit(Attached ts, const char* event, std::initializer_list<Object*> args) {
    const VmHooks* vm = interp(ts).vm_hooks;
    return vm && vm->audit ? vm->audit(ts, event, args) : Result<void>();
}

}  // namespace baton
