// explore: searches the schedules of the thread-state layer for one that breaks a promise.
//
//   explore                     the small budget: what the test suite runs
//   explore --full [SCENARIO [SECONDS]]      the large one, with the figures of each search
//   explore --mutants           puts each fault of mutants.def into the layer and shows that it is found
//   explore --replay CASE:SCHEDULE | FILE    one schedule again, step by step
//   explore --regressions FILE...            the schedules that once failed; silent if they pass
//   explore --self-test         the search against a plain search of small programs
//   explore --one CASE [dpor|bound N|random SEED] [seconds]      one search
//   explore --list
//   --failures DIR              where failing schedules are written (default: test/model/failures)
//
// 0: nothing found. 1: something was found (or a mutant survived, or a replay failed). 2: bad arguments.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sys/stat.h>

#include "test/model/explore.h"

using namespace baton;
using namespace baton::model;

namespace {

std::string g_failure_directory = "test/model/failures";

void write_failure(const Case& c, const Result& r) {
    ::mkdir(g_failure_directory.c_str(), 0777);
    std::string name = case_name(c);
    for (char& ch : name) {
        if (ch == '/') ch = '-';
    }
    std::string path = g_failure_directory + "/" + name + ".schedule";
    std::ofstream out(path);
    out << "# " << r.message << "\n" << case_name(c) << ":" << r.schedule << "\n";
    out.close();
    std::printf("    written to %s\n", out ? path.c_str() : "nowhere: the directory cannot be written");
}

void print_result(const Case& c, const Strategy& s, const Result& r) {
    std::printf("%-34s %-8s %9ld executions %9ld pruned %4d steps %8.2f s  %s\n", case_name(c).c_str(),
                s.name(), r.executions, r.pruned, r.longest, r.seconds,
                r.failed ? "FAILED" : (r.complete ? "complete" : "budget used"));
    std::fflush(stdout);
}

}  // namespace

void baton::model::report_failure(const Case& c, const Strategy& s, const Result& r) {
    std::printf("%s failed (%s, execution %ld): %s\n", case_name(c).c_str(), s.name(), r.executions,
                r.message.c_str());
    if (!r.printed.empty()) std::printf("%s", r.printed.c_str());
    std::printf("    replay: tools/dev replay '%s:%s'\n", case_name(c).c_str(), r.schedule.c_str());
    write_failure(c, r);
}

namespace {

// One schedule. True: it ran as recorded and nothing failed.
bool replay_one(const std::string& text, bool print) {
    size_t colon = text.find(':');
    Case c;
    std::string error;
    if (colon == std::string::npos || !parse_case(text.substr(0, colon), &c, &error)) {
        std::printf("explore: %s\n",
                    colon == std::string::npos ? "a replay is CASE:SCHEDULE" : error.c_str());
        std::exit(2);
    }
    auto replay = Replay::parse(text.c_str() + colon + 1, &error);
    if (replay == nullptr) {
        std::printf("explore: %s\n", error.c_str());
        std::exit(2);
    }
    g_mutant = c.mutant;
    Outcome o = run(*c.scenario, c.config, *replay);
    g_mutant = Mutant::kNone;
    if (print) {
        for (int i = 0; i < o.steps; ++i) {
            char line[200];
            describe_step(last_steps()[i], line, sizeof line);
            if (i == replay->diverged_at())
                std::printf("----- from here on it is not the recorded schedule\n");
            std::printf("%4d  %s\n", i, line);
        }
    }
    if (replay->diverged_at() >= 0) {
        std::printf("diverged at step %d: %s\n", replay->diverged_at(), replay->why().c_str());
    }
    if (o.verdict == Verdict::kFailed) std::printf("%s: %s\n%s", case_name(c).c_str(), failure(), printed());
    if (print && o.verdict != Verdict::kFailed) std::printf("nothing failed\n");
    return o.verdict != Verdict::kFailed;
}

bool replay(const char* what, bool print) {
    std::ifstream in(what);
    if (!in) return replay_one(what, print);
    bool ok = true;
    for (std::string line; std::getline(in, line);) {
        if (!line.empty() && line[0] != '#') ok = replay_one(line, print) && ok;
    }
    return ok;
}

int run_one(int argc, char** argv) {
    Case c;
    std::string error;
    if (argc < 1 || !parse_case(argv[0], &c, &error)) {
        std::printf("explore: %s\n", argc < 1 ? "--one needs a case" : error.c_str());
        return 2;
    }
    std::string how = argc > 1 ? argv[1] : "dpor";
    Limit limit;
    std::unique_ptr<Strategy> s;
    int used = 2;
    if (how == "bound" || how == "random") {
        long n = argc > 2 ? std::atol(argv[2]) : 2;
        used = 3;
        if (how == "bound") s = std::make_unique<Bounded>(static_cast<int>(n));
        if (how == "random") s = std::make_unique<Random>(static_cast<uint64_t>(n), limit.executions);
    } else {
        s = std::make_unique<Dpor>();
    }
    if (argc > used) limit.seconds = std::atof(argv[used]);
    Result r = explore(c, *s, limit);
    print_result(c, *s, r);
    if (r.failed) report_failure(c, *s, r);
    return r.failed ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
    int i = 1;
    if (i + 1 < argc && std::strcmp(argv[i], "--failures") == 0) {
        g_failure_directory = argv[i + 1];
        i += 2;
    }
    const std::string what = i < argc ? argv[i] : "";
    if (what == "--one") return run_one(argc - i - 1, argv + i + 1);
    if (what == "--replay" && i + 1 < argc) return replay(argv[i + 1], true) ? 0 : 1;
    if (what.empty()) return run_small_budget() == 0 ? 0 : 1;
    if (what == "--full") {
        const char* scenario = i + 1 < argc ? argv[i + 1] : nullptr;
        return run_large_budget(scenario, i + 2 < argc ? std::atof(argv[i + 2]) : 1) == 0 ? 0 : 1;
    }
    if (what == "--regressions") {
        bool ok = i + 1 < argc;
        for (int k = i + 1; k < argc; ++k) ok = replay(argv[k], false) && ok;
        return ok ? 0 : 1;
    }
    if (what == "--mutants") return run_mutants() == 0 ? 0 : 1;
    if (what == "--self-test") return run_self_test(true) == 0 ? 0 : 1;
    if (what == "--list") {
        for (const Scenario* const* s = kScenarios; *s != nullptr; ++s) {
            std::printf("%-16s %s\n", (*s)->name, (*s)->what);
        }
        for (int m = 1; m <= kMutantCount; ++m) {
            const MutantRow& row = mutant_row(static_cast<Mutant>(m));
            std::printf("%-24s %s\n", row.name, row.what);
        }
        return 0;
    }
    std::printf("explore: see the head of test/model/explore.cpp\n");
    return 2;
}
