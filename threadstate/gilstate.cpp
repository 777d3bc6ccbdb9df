#include "threadstate/gilstate.h"

#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {
namespace {

constexpr uint32_t kRememberedEnsures = 64;

void remember_open(ThreadState& t, GilStateResult returned) {
    ++t.gilstate_counter;
    if (t.ensure_depth < kRememberedEnsures) {
        const uint64_t bit = uint64_t{1} << t.ensure_depth;
        t.ensure_bits = returned == GilStateResult::kUnlocked ? t.ensure_bits | bit : t.ensure_bits & ~bit;
    }
    ++t.ensure_depth;
}

}  // namespace

void bind_gilstate_slot(ThreadState& t) {
    ThreadLocals& l = locals();
    {
        sync::MutexLock lock(process().head);
        if (l.gilstate.load() != nullptr) return;
        l.gilstate.store(&t);
        t.gilstate_owner = &l;
    }
    if (!l.armed) {
        l.armed = true;
        sync::arm_thread_exit();
    }
}

GilStateResult gilstate_ensure(const char* function) {
    ThreadLocals& l = locals();
    if (l.held != nullptr && l.current != nullptr) {
        remember_open(*l.current, GilStateResult::kLocked);
        return GilStateResult::kLocked;
    }
    ThreadState* t = l.gilstate.load();
    if (t == nullptr) t = new_main_thread_state(function);
    (void)attach(*t, function);
    remember_open(*t, GilStateResult::kUnlocked);
    return GilStateResult::kUnlocked;
}

void gilstate_release(GilStateResult state, const char* function) {
    ThreadLocals& l = locals();
    ThreadState* t = l.current;
    if (t == nullptr || l.held == nullptr) {
        ThreadState* slot = l.gilstate.load();
        misuse(slot == nullptr ? Misuse::kReleaseNoState : Misuse::kReleaseNotCurrent, function, slot);
    }
    if (t->ensure_depth == 0) {
        ThreadState* slot = l.gilstate.load();
        bool other_open = slot != nullptr && slot != t && slot->ensure_depth != 0;
        misuse(other_open ? Misuse::kReleaseNotCurrent : Misuse::kReleaseUnbalanced, function,
               other_open ? slot : t);
    }
    --t->ensure_depth;
    if (t->ensure_depth < kRememberedEnsures &&
        static_cast<uint64_t>(state) != (t->ensure_bits >> t->ensure_depth & 1)) {
        misuse(Misuse::kReleaseWrongValue, function, t);
    }
    if (--t->gilstate_counter == 0) {
        clear_thread_state(t, function);
        delete_current_thread_state(function);
    } else if (state == GilStateResult::kUnlocked) {
        detach(*t, function);
    }
}

ThreadState* gilstate_this_thread() {
    return locals().gilstate.load();
}

bool gilstate_check() {
    ProcessState& p = process();
    if (p.stage.load() == Stage::kNever || p.had_subinterpreter.load()) return true;
    ThreadLocals& l = locals();
    return l.held != nullptr && l.current != nullptr && l.current == l.gilstate.load();
}

}  // namespace baton
