// _PyRuntime: CPython's process record, as far as its own compiled modules have places in it built in
// (_ctypes, _curses, _lsprof, _zoneinfo): the current thread state and the small ints.
//
// Invariants: the places are those of 3.11; all else is zero and never read here. The ints are whole immortal
// objects: what a program takes from here becomes a Value on the way in, as any int of its own does.
// Who holds the lock has no one answer in a process whose interpreters run side by side. So the place for it
// names a stand-in that means "the caller": those modules only hand it on to functions that know the calling
// thread anyway (means_caller), and count nested calls in it. That count has no bound: what they call back is
// counted by the evaluator.
#include "capi/shared.h"
#include "runtime/box.h"

namespace baton {
namespace {

constexpr int kSmallInts = kSmallIntMax - kSmallIntMin + 1;
struct RuntimeAbi {
    char before_current[0x240];
    ThreadStateAbi* current;
    char before_ints[0x2a8 - 0x240 - sizeof(void*)];
    Int ints[kSmallInts];
    char rest[0x28b20 - 0x2a8 - kSmallInts * sizeof(Int)];
};
static_assert(offsetof(RuntimeAbi, current) == 0x240 && offsetof(RuntimeAbi, ints) == 0x2a8);
static_assert(sizeof(Int) == 32 && sizeof(RuntimeAbi) == 0x28b20);

constexpr int kUnboundedDepth = 1 << 30;
constexpr ThreadStateAbi make_caller_state() {
    ThreadStateAbi s{};
    s.recursion_remaining = s.recursion_limit = kUnboundedDepth;
    return s;
}
constinit ThreadStateAbi caller_state = make_caller_state();

constexpr RuntimeAbi make_runtime() {
    RuntimeAbi r{};
    r.current = &caller_state;
    for (int i = 0; i < kSmallInts; ++i) {
        const int value = i + kSmallIntMin;
        r.ints[i].refcnt = kImmortalRefcnt;
        r.ints[i].type = &PyLong_Type;
        r.ints[i].size = value < 0 ? -1 : value > 0;
        r.ints[i].digit[0] = static_cast<uint32_t>(value < 0 ? -value : value);
    }
    return r;
}

}  // namespace

BATON_DATA RuntimeAbi _PyRuntime;
constinit RuntimeAbi _PyRuntime = make_runtime();

namespace api {

bool means_caller(const ThreadState* given) {
    return static_cast<const ThreadStateAbi*>(given) == &caller_state;
}

}  // namespace api
}  // namespace baton
