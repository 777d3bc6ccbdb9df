#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "test/model/explore.h"

namespace baton::model {
namespace {

constexpr MutantRow kRows[] = {
    {"none", "nothing"},
#define MUTANT(name, what) {#name, what},
#include "test/model/mutants.def"
#undef MUTANT
};

double now_seconds() {
    using Clock = std::chrono::steady_clock;
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

}  // namespace

const MutantRow& mutant_row(Mutant m) {
    return kRows[static_cast<int>(m)];
}

const char* mode_name(const Config& config) {
    if (config.mode == Mode::kTimed) return "timed";
    if (config.mode == Mode::kFair) return "fair";
    return config.unfair ? "unfair" : "ticks";
}

std::string case_name(const Case& c) {
    char text[160];
    std::snprintf(text, sizeof text, "%s/%s/%dx%dx%d", c.scenario->name, mode_name(c.config),
                  c.config.threads, c.config.ops, c.config.timeouts);
    std::string name = text;
    if (c.mutant != Mutant::kNone) name = name + "/" + mutant_row(c.mutant).name;
    return name;
}

bool parse_case(const std::string& text, Case* c, std::string* error) {
    size_t a = text.find('/'), b = a == std::string::npos ? a : text.find('/', a + 1);
    if (b == std::string::npos) {
        *error = "a case is written scenario/mode/threadsxopsxtime-outs";
        return false;
    }
    size_t e = text.find('/', b + 1);
    c->scenario = find_scenario(text.substr(0, a));
    if (c->scenario == nullptr) {
        *error = "no scenario of this name: " + text.substr(0, a);
        return false;
    }
    c->config = Config{};
    std::string mode = text.substr(a + 1, b - a - 1);
    c->config.unfair = mode == "unfair";
    if (mode == "ticks" || mode == "unfair") {
        c->config.mode = Mode::kTicks;
    } else if (mode == "timed") {
        c->config.mode = Mode::kTimed;
    } else if (mode != "fair") {
        *error = "no mode of this name: " + mode;
        return false;
    }
    std::string sizes = text.substr(b + 1, e == std::string::npos ? e : e - b - 1);
    char rest;
    if (std::sscanf(sizes.c_str(), "%dx%dx%d%c", &c->config.threads, &c->config.ops, &c->config.timeouts,
                    &rest) != 3 ||
        c->config.threads < 1 || c->config.threads > kMaxThreads) {
        *error = "not threadsxopsxtime-outs: " + sizes;
        return false;
    }
    c->mutant = Mutant::kNone;
    if (e == std::string::npos) return true;
    for (int i = 1; i <= kMutantCount; ++i) {
        if (text.substr(e + 1) == kRows[i].name) c->mutant = static_cast<Mutant>(i);
    }
    if (c->mutant == Mutant::kNone) *error = "no mutant of this name: " + text.substr(e + 1);
    return c->mutant != Mutant::kNone;
}

Result explore(const Case& c, Strategy& strategy, const Limit& limit) {
    Result r;
    g_mutant = c.mutant;
    const double start = now_seconds();
    for (;;) {
        Outcome o = run(*c.scenario, c.config, strategy);
        r.steps += o.steps;
        if (o.verdict == Verdict::kPruned) {
            ++r.pruned;
        } else {
            ++r.executions;
        }
        if (o.steps > r.longest) r.longest = o.steps;
        if (o.verdict == Verdict::kFailed) {
            r.failed = true;
            r.message = failure();
            r.printed = printed();
        }
        const bool time_over = ((r.executions + r.pruned) & 63) == 0 && now_seconds() - start > limit.seconds;
        const bool more = !r.failed && strategy.next();
        if (more && r.executions < limit.executions && !time_over) continue;
        r.complete = !r.failed && !more && strategy.complete();
        r.schedule = schedule_text(last_steps(), o.steps);
        r.hash = o.hash;
        break;
    }
    r.seconds = now_seconds() - start;
    g_mutant = Mutant::kNone;
    return r;
}

bool goes_the_same_way(const Case& c, const Result& r) {
    std::string error;
    auto replay = Replay::parse(r.schedule.c_str(), &error);
    if (replay == nullptr) return false;
    g_mutant = c.mutant;
    const Outcome o = run(*c.scenario, c.config, *replay);
    g_mutant = Mutant::kNone;
    return replay->diverged_at() < 0 && o.hash == r.hash && o.steps == replay->planned();
}

}  // namespace baton::model
