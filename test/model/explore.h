// Running a strategy over a scenario until it is done, fails, or its time is up; and names for what was run.
//
// A case is written scenario/mode/threads x ops x time-outs, as in "take-drop/fair/2x2x1"; a fault put into
// the layer is named after it: "take-drop/fair/2x2x1/kLostSignal". A case, a colon and a schedule are one
// command line for --replay.
//
// Callers: explore.cpp, mutants.cpp.
#pragma once

#include <string>

#include "test/model/scenarios.h"
#include "test/model/strategies.h"

namespace baton::model {

struct Case {
    const Scenario* scenario = nullptr;
    Config config;
    Mutant mutant = Mutant::kNone;
};

struct Limit {
    double seconds = 10;
    long executions = 1'000'000'000;
};

struct Result {
    bool failed = false;
    bool complete = false;
    long executions = 0, pruned = 0, steps = 0;
    int longest = 0;
    double seconds = 0;
    std::string message, printed;  // of the failure
    std::string schedule;          // of the last execution
    uint64_t hash = 0;             // of the last execution
};

Result explore(const Case& c, Strategy& strategy, const Limit& limit);

std::string case_name(const Case& c);
// False and a message: not understood.
bool parse_case(const std::string& text, Case* c, std::string* error);
const char* mode_name(const Config& config);

struct MutantRow {
    const char* name;
    const char* what;
};
const MutantRow& mutant_row(Mutant m);
inline constexpr int kMutantCount = 0
#define MUTANT(name, what) +1
#include "test/model/mutants.def"
#undef MUTANT
    ;

// Runs the last execution of `r` again: it must go the same way, step by step.
bool goes_the_same_way(const Case& c, const Result& r);
// Prints the failure with the command that repeats it, and writes its schedule to the directory of failures.
void report_failure(const Case& c, const Strategy& s, const Result& r);
// budgets.cpp. How many cases failed, or did not end although they must.
int run_small_budget();
// `scenario`: only this one; may be null. `seconds`: for each search that need not end.
int run_large_budget(const char* scenario, double seconds);
// mutants.cpp: every mutant against the scenarios; prints the table. How many survived.
int run_mutants();
// self_test.cpp: Dpor against the plain search on small programs. How many disagreed.
int run_self_test(bool print);

}  // namespace baton::model
