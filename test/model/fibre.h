// Fibres: stacks that a single OS thread switches between.
//
// Invariants. A context that was left by switch_context() is entered again exactly once, or never (an
// execution that failed abandons its fibres; their stacks are simply used afresh). Stacks lie at fixed
// addresses with a guard page below, so that two runs of one schedule see equal addresses.
//
// Callers: engine.cpp only.
#pragma once

#include <cstddef>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif

namespace baton::model {

struct Context {
#if defined(__x86_64__)
    void* stack_pointer = nullptr;
#else
    ucontext_t saved;
#endif
};

inline constexpr size_t kStackSize = 192 * 1024;

// The stack of fibre `index`, lowest address. Mapped at the first call.
char* fibre_stack(int index);
// Entering `c` for the first time calls entry() on that stack; entry never returns.
void prepare_context(Context& c, char* stack, void (*entry)());
void switch_context(Context& from, Context& to);

}  // namespace baton::model
