// _signal: masks of blocked signals, and waiting for signals without a handler.
//
// Whatever waits is detached. Callers: attached threads; signal.cpp has the table of functions.
#pragma once
#include "runtime/native.h"
#include "runtime/types/set.h"

namespace baton {

Result<void> signal_after_sending(Attached ts);  // runs the handlers of what this thread sent itself

Result<Ref<Set>> signal_valid_signals(Attached ts, Module& module);
Result<Ref<Set>> signal_pthread_sigmask(Attached ts, Module& module, int how, Object& mask);
Result<Ref<Set>> signal_sigpending(Attached ts, Module& module);
Result<int> signal_sigwait(Attached ts, Module& module, Object& sigset);
Result<Ref<Object>> signal_sigwaitinfo(Attached ts, Module& module, Object& sigset);
Result<Ref<Object>> signal_sigtimedwait(Attached ts, Module& module, Object& sigset, Object& timeout);
Result<void> signal_pidfd_send_signal(Attached ts, Module& module, int pidfd, int signalnum, Object* siginfo,
                                      Opt<int> flags);
Result<void> signal_wait_exec(Attached ts, Module& module);

extern const TypeSpec struct_siginfo_spec;

}  // namespace baton
