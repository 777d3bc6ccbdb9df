// The search that is checked: small random programs, each searched in two ways.
//
// Dpor leaves schedules out because it takes others for equivalent. Here every schedule is run too, and the
// ends of the program (what each thread read, or who was stuck where) must be the same set. This is what
// makes "complete" of Dpor worth something: it covers the dependence relation, sleeping, waking, time-outs
// and the clock.
#include <cstdio>
#include <set>

#include "test/model/explore.h"

namespace baton::model {
namespace {

enum class Do : uint8_t {
    kLoad,
    kStore,
    kAdd,
    kExchangeIf,
    kGuarded,  // read and write under a mutex
    kNested,   // two mutexes, in one order
    kPark,
    kParkTimed,
    kUnpark,
    kUnparkLate,  // deposit, look at something, wake
    kTime,
    kCompute,
    kCount,
};
struct Act {
    Do what;
    int which;
};
constexpr int kMaxActs = 4;
Act g_program[3][kMaxActs];
int g_acts;

sync::Atomic<uint32_t> g_cells[2];
alignas(64) char g_mutexes[2][sizeof(sync::Mutex)];
sync::Parker g_parkers[3];
uint32_t g_plain[2];  // one for each mutex
uint64_t g_seen[3];

sync::Mutex& mutex(int i) {
    return *reinterpret_cast<sync::Mutex*>(g_mutexes[i]);
}

void fold(int thread, uint64_t what) {
    g_seen[thread] = (g_seen[thread] + what + 1) * 0x9E3779B97F4A7C15u;
    g_seen[thread] ^= g_seen[thread] >> 31;
}

void setup() {
    for (auto& c : g_cells) new (&c) sync::Atomic<uint32_t>;
    new (g_mutexes[0]) sync::Mutex(sync::Rank::kHead);
    new (g_mutexes[1]) sync::Mutex(sync::Rank::kGil);
    for (auto& p : g_parkers) new (&p) sync::Parker;
    g_plain[0] = g_plain[1] = 0;
    for (uint64_t& s : g_seen) s = 0;
}

void body(int thread) {
    for (int i = 0; i < g_acts; ++i) {
        const Act a = g_program[thread][i];
        const uint32_t mine = static_cast<uint32_t>(thread * 16 + i + 1);
        sync::Atomic<uint32_t>& cell = g_cells[a.which % 2];
        const int other = (thread + 1 + a.which % (config().threads - 1)) % config().threads;
        switch (a.what) {
            case Do::kLoad:
                fold(thread, cell.load());
                break;
            case Do::kStore:
                cell.store(mine);
                break;
            case Do::kAdd:
                fold(thread, cell.fetch_add(1));
                break;
            case Do::kExchangeIf: {
                uint32_t none = 0;
                fold(thread, cell.compare_exchange(none, mine) ? 1000 : none);
                break;
            }
            case Do::kGuarded:
                mutex(a.which % 2).lock();
                fold(thread, cell.load());
                fold(thread, g_plain[a.which % 2]);
                if (a.which < 2) g_plain[a.which % 2] = mine;
                mutex(a.which % 2).unlock();
                break;
            case Do::kNested:
                mutex(0).lock();
                mutex(1).lock();
                fold(thread, g_plain[1]++);
                mutex(1).unlock();
                mutex(0).unlock();
                break;
            case Do::kPark:
                g_parkers[thread].park();
                break;
            case Do::kParkTimed:
                fold(thread, g_parkers[thread].park_until(sync::Deadline::after(100 * mine)) ? 1 : 2);
                break;
            case Do::kUnpark:
                g_parkers[other].unpark();
                break;
            case Do::kUnparkLate: {
                auto ticket = g_parkers[other].deposit();
                fold(thread, cell.load());
                sync::Parker::wake(ticket);
                break;
            }
            case Do::kTime:
                fold(thread, static_cast<uint64_t>(sync::now_ns()));
                break;
            case Do::kCompute:
                compute(1000);
                break;
            case Do::kCount:
                break;
        }
    }
    fold(thread, 99);
}

void check() {}

const Scenario kProgram{"program", "a random program", setup, body, check};

uint64_t end_of_program(const Outcome& o) {
    uint64_t h = o.verdict == Verdict::kFailed ? 7 : 3;
    for (uint64_t s : g_seen) h = (h ^ s) * 0x9E3779B97F4A7C15u;
    for (auto& c : g_cells) h = (h ^ c.load()) * 0x9E3779B97F4A7C15u;
    return h ^ g_plain[0] ^ static_cast<uint64_t>(g_plain[1]) << 32;
}

// False: there are more schedules than `limit`.
bool all_ends(Strategy& s, const Config& config, long limit, std::set<uint64_t>* ends, long* executions) {
    for (long n = 0; n < limit; ++n) {
        Outcome o = run(kProgram, config, s);
        if (o.verdict != Verdict::kPruned) {
            ends->insert(end_of_program(o));
            ++*executions;
        }
        if (!s.next()) return true;
    }
    return false;
}

}  // namespace

int run_self_test(bool print) {
    constexpr int kPrograms = 400;
    constexpr long kLimit = 30'000;
    uint64_t state = 88172645463325252u;
    auto draw = [&](uint32_t n) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return static_cast<int>((state >> 20) % n);
    };
    int disagreed = 0, compared = 0, skipped = 0;
    long plain = 0, reduced = 0;
    for (int n = 0; n < kPrograms; ++n) {
        Config config;
        config.threads = 2 + draw(2);
        config.timeouts = draw(2);
        g_acts = config.threads == 2 ? 2 + draw(3) : 2;
        for (auto& thread : g_program) {
            for (Act& a : thread) a = {static_cast<Do>(draw(static_cast<uint32_t>(Do::kCount))), draw(4)};
        }
        std::set<uint64_t> all, found;
        Bounded everything(1000);
        long plain_here = 0, reduced_here = 0;
        if (!all_ends(everything, config, kLimit, &all, &plain_here)) {
            ++skipped;
            continue;
        }
        Dpor dpor;
        const bool done = all_ends(dpor, config, kLimit, &found, &reduced_here);
        ++compared;
        plain += plain_here;
        reduced += reduced_here;
        if (done && found == all) continue;
        ++disagreed;
        std::printf("self-test: program %d has %zu ends, of which dpor found %zu%s\n", n, all.size(),
                    found.size(), done ? "" : " (it did not end)");
    }
    if (print) {
        std::printf(
            "self-test: %d programs of %ld schedules searched in full; dpor ran %ld, missed ends in %d "
            "(%d programs were too large)\n",
            compared, plain, reduced, disagreed, skipped);
    }
    return compared < kPrograms / 4 ? disagreed + 1 : disagreed;
}

}  // namespace baton::model
