// What is searched how far: the small budget of the test suite, the large one of tools/dev model.
#include <cstdio>
#include <cstring>
#include <memory>

#include "test/model/explore.h"

namespace baton::model {
namespace {

// Small budget. Modes by letter: k ticks, u unfair ticks, t timed, f fair.
struct Small {
    const char* scenario;
    const char* modes;
    const char* sizes;
};
constexpr Small kSmall[] = {
    {"take-drop", "kutf", "2x1x1"}, {"take-drop", "kutf", "2x2x1"}, {"take-drop", "kutf", "3x2x1"},
    {"mixed", "ktf", "3x2x1"},      {"request", "tf", "2x1x1"},     {"request", "tf", "3x2x1"},
    {"heir", "tf", "3x1x1"},        {"settings", "tf", "3x1x1"},    {"close", "ktf", "2x1x1"},
    {"close", "ktf", "3x2x1"},      {"transfer", "tf", "3x1x1"},    {"relay", "f", "5x8x0"},
    {"crowd", "f", "4x4x1"},        {"ensure", "ktf", "2x1x1"},     {"ensure", "f", "3x2x1"},
    {"shared", "kf", "3x2x1"},      {"pending", "kf", "3x2x1"},     {"async", "kf", "3x1x1"},
    {"signals", "f", "3x1x1"},      {"spawn", "kf", "2x2x1"},       {"finalize", "ktf", "2x1x1"},
    {"finalize", "tf", "3x2x1"},    {"late-ensure", "tf", "2x1x1"}, {"late-ensure", "f", "3x1x1"},
    {"guards", "kf", "3x2x1"},      {"own-lock", "tf", "3x2x1"},    {"again", "kf", "2x1x1"},
    {"fork", "kf", "3x2x1"},        {"fork", "f", "4x2x0"},         {"byte-lock", "f", "2x2x1"},
    {"byte-lock", "f", "3x2x1"},    {"interrupted", "f", "3x2x1"},  {"py-mutex", "f", "3x1x1"},
};

// Large budget: searched to the end by dpor, or the command fails; what may not end is marked.
struct Large {
    const char* name;
    bool must_end = true;
};
constexpr Large kLarge[] = {
    {"take-drop/ticks/2x2x1"},
    {"take-drop/timed/2x2x1"},
    {"take-drop/fair/2x2x1"},
    {"take-drop/ticks/3x1x1"},
    {"take-drop/timed/3x1x1"},
    {"take-drop/fair/3x1x1"},
    {"take-drop/unfair/2x1x1"},
    {"take-drop/unfair/2x2x0", false},
    {"take-drop/timed/2x3x1", false},
    {"request/timed/2x1x1"},
    {"request/fair/2x1x1"},
    {"request/timed/3x1x0"},
    {"request/fair/3x1x0"},
    {"transfer/timed/2x1x1"},
    {"transfer/fair/2x1x1"},
    {"heir/timed/3x1x0"},
    {"heir/fair/3x1x0"},
    {"settings/timed/3x1x0"},
    {"settings/fair/3x1x0"},
    {"close/ticks/2x1x1"},
    {"close/timed/2x1x1"},
    {"close/fair/2x1x1"},
    {"byte-lock/fair/2x2x1"},
    {"byte-lock/fair/3x1x1"},
    {"interrupted/fair/3x1x1"},
    {"py-mutex/fair/2x1x0"},
    {"signals/fair/3x1x0"},
    {"pending/fair/3x1x0"},
    {"async/fair/2x1x1"},
    {"ensure/fair/2x1x1"},
    {"shared/fair/2x1x1"},
    {"spawn/fair/1x1x0"},
    {"late-ensure/fair/2x1x1"},
    {"finalize/ticks/2x1x1"},
    {"finalize/fair/2x1x1"},
    {"guards/fair/2x1x0"},
    {"own-lock/fair/2x1x0"},
    {"again/fair/2x1x0"},
    {"fork/fair/3x1x0"},
    {"late-ensure/fair/3x1x0", false},
    {"guards/fair/3x1x0", false},
    {"finalize/fair/3x1x0", false},
};

const char* mode_of(char letter) {
    switch (letter) {
        case 'k':
            return "ticks";
        case 'u':
            return "unfair";
        case 't':
            return "timed";
        default:
            return "fair";
    }
}

}  // namespace

int run_small_budget() {
    int found = 0;
    long executions = 0;
    double seconds = 0;
    for (const Small& s : kSmall) {
        for (const char* m = s.modes; *m != '\0'; ++m) {
            Case c;
            std::string error;
            if (!parse_case(std::string(s.scenario) + "/" + mode_of(*m) + "/" + s.sizes, &c, &error)) {
                std::printf("explore: %s\n", error.c_str());
                return 1;
            }
            Random random(11, 1500);
            Bounded bounded(2);
            Dpor dpor;
            Strategy* const ways[] = {&random, &bounded, &dpor};
            Result sum;
            for (Strategy* way : ways) {
                Result r = explore(c, *way, {5, 3000});
                sum.executions += r.executions + r.pruned;
                sum.seconds += r.seconds;
                sum.complete |= r.complete && way == &dpor;
                if (r.longest > sum.longest) sum.longest = r.longest;
                if (way == &random && !goes_the_same_way(c, r)) {
                    ++found;
                    std::printf(
                        "%s does not go the same way twice: something reaches it that is not a choice\n",
                        case_name(c).c_str());
                }
                if (!r.failed) continue;
                ++found;
                report_failure(c, *way, r);
                break;
            }
            std::printf("%-28s %7ld schedules %5d steps %6.2f s%s\n", case_name(c).c_str(), sum.executions,
                        sum.longest, sum.seconds, sum.complete ? "  complete" : "");
            std::fflush(stdout);
            executions += sum.executions;
            seconds += sum.seconds;
        }
    }
    std::printf("%ld schedules in %.1f s, %d failures\n", executions, seconds, found);
    return found;
}

int run_large_budget(const char* only_scenario, double seconds) {
    int faults = 0;
    auto wanted = [&](const Case& c) {
        return only_scenario == nullptr || std::strcmp(only_scenario, c.scenario->name) == 0;
    };
    std::printf(
        "| case | search | executions | pruned | longest | seconds | complete "
        "|\n|---|---|---|---|---|---|---|\n");
    auto row = [&](const Case& c, Strategy& s, double limit, bool must_end) {
        Result r = explore(c, s, {limit, 1'000'000'000});
        std::printf("| `%s` | %s | %ld | %ld | %d | %.1f | %s |\n", case_name(c).c_str(), s.name(),
                    r.executions, r.pruned, r.longest, r.seconds,
                    r.failed ? "**failed**" : (r.complete ? "yes" : "no"));
        std::fflush(stdout);
        if (r.failed) report_failure(c, s, r);
        if (r.failed || (must_end && !r.complete)) ++faults;
        return r.complete;
    };
    for (const Large& l : kLarge) {
        Case c;
        std::string error;
        if (!parse_case(l.name, &c, &error)) {
            std::printf("explore: %s\n", error.c_str());
            return 1;
        }
        if (!wanted(c)) continue;
        Dpor dpor;
        row(c, dpor, l.must_end ? 1800 : seconds, l.must_end);
    }
    for (const Small& s : kSmall) {
        for (const char* m = s.modes; *m != '\0'; ++m) {
            Case c;
            std::string error;
            if (!parse_case(std::string(s.scenario) + "/" + mode_of(*m) + "/" + s.sizes, &c, &error))
                return 1;
            if (!wanted(c)) continue;
            for (int bound = 0; bound <= 4; ++bound) {
                Bounded bounded(bound);
                if (!row(c, bounded, seconds, false)) break;
            }
            Random random(23, 1'000'000'000);
            row(c, random, seconds, false);
        }
    }
    return faults;
}

}  // namespace baton::model
