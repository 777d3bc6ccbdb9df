#include "test/model/fibre.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace baton::model {

char* fibre_stack(int index) {
    static char* area = nullptr;
    constexpr size_t kStride = 1 << 20;
    if (area == nullptr) {
        void* at = reinterpret_cast<void*>(0x200000000000);
        void* p = ::mmap(at, 64 * kStride, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
        if (p == MAP_FAILED) {
            p = ::mmap(nullptr, 64 * kStride, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        }
        if (p == MAP_FAILED) {
            std::perror("explore: no memory for stacks");
            std::exit(2);
        }
        area = static_cast<char*>(p);
    }
    char* stack = area + static_cast<size_t>(index) * kStride + kStride / 2;
    if (::mprotect(stack, kStackSize, PROT_READ | PROT_WRITE) != 0) {
        std::perror("explore: no memory for a stack");
        std::exit(2);
    }
    return stack;
}

#if defined(__x86_64__)

// Saves what the ABI lets a callee keep and swaps stacks. The signal mask is not touched: no fibre changes
// it.
extern "C" void baton_model_switch(void** save, void* to);
__asm__(
    ".text\n"
    ".globl baton_model_switch\n"
    ".type baton_model_switch, @function\n"
    "baton_model_switch:\n"
    "  push %rbp\n  push %rbx\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  mov %rsp, (%rdi)\n"
    "  mov %rsi, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbx\n  pop %rbp\n"
    "  ret\n"
    ".size baton_model_switch, . - baton_model_switch\n"
    ".section .note.GNU-stack,\"\",@progbits\n"
    ".text\n");

void prepare_context(Context& c, char* stack, void (*entry)()) {
    // What the first switch pops: six registers, then entry's address; entry finds the stack as after a call.
    void** top = reinterpret_cast<void**>(stack + kStackSize - 64);
    *--top = nullptr;
    *--top = reinterpret_cast<void*>(entry);
    for (int i = 0; i < 6; ++i) *--top = nullptr;
    c.stack_pointer = top;
}

void switch_context(Context& from, Context& to) {
    baton_model_switch(&from.stack_pointer, to.stack_pointer);
}

#else

void prepare_context(Context& c, char* stack, void (*entry)()) {
    ::getcontext(&c.saved);
    c.saved.uc_stack.ss_sp = stack;
    c.saved.uc_stack.ss_size = kStackSize;
    c.saved.uc_link = nullptr;
    ::makecontext(&c.saved, entry, 0);
}

void switch_context(Context& from, Context& to) {
    ::swapcontext(&from.saved, &to.saved);
}

#endif

}  // namespace baton::model
