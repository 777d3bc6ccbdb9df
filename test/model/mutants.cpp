// Shows that the explorer can see: each fault of mutants.def is put into the layer and must be found.
#include <cstdio>
#include <cstring>

#include "test/model/explore.h"

namespace baton::model {
namespace {

// Where to look first. If nothing is found there the fault has survived: a fault is to be found by the
// scenario that is about it.
struct Hunt {
    Mutant mutant;
    const char* where;
};
constexpr Hunt kHunts[] = {
    {Mutant::kLostSignal, "take-drop/timed/2x1x1"},
    {Mutant::kReleaseOutsideMutex, "take-drop/timed/2x1x0"},
    {Mutant::kNoForcedSwitch, "request/timed/2x1x1"},
    {Mutant::kWrongHolder, "request/fair/2x1x0"},
    {Mutant::kLateReset, "request/timed/2x2x1"},
    {Mutant::kLostPermit, "take-drop/ticks/2x1x0"},
    {Mutant::kTimeoutEatsGrant, "take-drop/timed/2x2x2"},
    {Mutant::kNoNewMonitor, "heir/fair/3x1x0"},
    {Mutant::kLazyUnnoticed, "take-drop/fair/2x1x0"},
    {Mutant::kSettingsUnnoticed, "settings/timed/3x1x0"},
    {Mutant::kAgeIgnored, "relay/fair/6x30x0"},
    {Mutant::kRequestStaysBehind, "transfer/timed/2x1x1"},
    {Mutant::kDyingRequester, "close/timed/2x1x1"},
    {Mutant::kLateComer, "close/fair/2x1x0"},
    {Mutant::kFreedBeforeDrop, "ensure/fair/2x1x0"},
    {Mutant::kRetiredFreed, "finalize/fair/2x1x0"},
    {Mutant::kEndTakesThreads, "late-ensure/fair/2x1x0"},
    {Mutant::kCountsOutsideMutex, "pending/fair/2x2x0"},
    {Mutant::kFlagAfterAny, "signals/fair/2x1x0"},
    {Mutant::kLateRegistration, "guards/fair/2x1x0"},
    {Mutant::kLooksBeforeQueueing, "byte-lock/fair/2x1x0"},
    {Mutant::kTimeoutEatsWakeup, "byte-lock/fair/3x1x1"},
    {Mutant::kForgetsOthers, "byte-lock/fair/3x1x0"},
    {Mutant::kForkKeepsWaiters, "fork/fair/3x1x0"},
    {Mutant::kForkKeepsMutex, "fork/fair/4x2x0"},
};
static_assert(sizeof kHunts / sizeof kHunts[0] == kMutantCount);

constexpr double kSeconds = 10;

}  // namespace

int run_mutants() {
    int survivors = 0;
    std::printf("| fault | what | killed in | by | executions | seconds |\n|---|---|---|---|---|---|\n");
    for (const Hunt& h : kHunts) {
        Case c;
        std::string error;
        if (!parse_case(h.where, &c, &error)) {
            std::printf("explore: %s\n", error.c_str());
            return kMutantCount;
        }
        // The scenario must pass without the fault, or its failing shows nothing.
        Random control(7, 300);
        if (explore(c, control, {2, 300}).failed) {
            std::printf("explore: %s fails without any fault\n", h.where);
            ++survivors;
            continue;
        }
        c.mutant = h.mutant;
        // A search in order of preemptions finds the simplest schedule; random ones find what lies deep.
        long executions = 0;
        double seconds = 0;
        Result r;
        const char* how = "";
        char name[16] = "";
        auto try_with = [&](Strategy& s, double limit, long most) {
            r = explore(c, s, {limit, most});
            executions += r.executions + r.pruned;
            seconds += r.seconds;
            std::snprintf(name, sizeof name, "%s", s.name());
            how = name;
            return r.failed;
        };
        auto hunt = [&] {
            Random quick(1, 2000);
            if (try_with(quick, 1, 2000)) return true;
            for (int bound = 0; bound <= 2; ++bound) {
                Bounded some(bound);
                if (try_with(some, 0.5, 1'000'000)) return true;
            }
            Dpor dpor;
            if (try_with(dpor, 2, 100'000'000)) return true;
            Random longer(2, 1'000'000'000);
            return try_with(longer, kSeconds - seconds, 1'000'000'000);
        };
        if (!hunt()) {
            std::printf("| `%s` | %s | **survived** in `%s` | | %ld | %.2f |\n", mutant_row(h.mutant).name,
                        mutant_row(h.mutant).what, h.where, executions, seconds);
            ++survivors;
            continue;
        }
        // The first clause of the message is what the oracle found.
        std::string oracle = r.message.substr(0, r.message.find_first_of("(;"));
        std::printf("| `%s` | %s | `%s` (%s) | %s | %ld | %.2f |\n", mutant_row(h.mutant).name,
                    mutant_row(h.mutant).what, h.where, how, oracle.c_str(), executions, seconds);
        std::fflush(stdout);
    }
    std::printf("\n%d of %d faults found\n", kMutantCount - survivors, kMutantCount);
    return survivors;
}

}  // namespace baton::model
