// Prints what the lock layer costs: an uncontended take+drop pair, save/restore, nested and foreign
// ensure/release; and how it hands over: round trips per second of a socket echo beside K spinning threads.
//
//     gil_pair                      the pairs, nanoseconds, best of 7
//     gil_pair echo MODE K SECONDS [GRACE_US]  the echo
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "threadstate/finalize.h"
#include "threadstate/gilstate.h"
#include "threadstate/process_state.h"

using namespace baton;

namespace {

template <class F>
double best_ns(int n, F&& f) {
    double best = 1e18;
    for (int round = 0; round < 7; ++round) {
        int64_t start = sync::now_ns();
        for (int i = 0; i < n; ++i) f();
        best = std::min(best, static_cast<double>(sync::now_ns() - start) / n);
    }
    return best;
}

int pairs() {
    const char* error = nullptr;
    ThreadState* t = initialize_runtime(&error);
    Gil gil;
    Seat seat;
    double raw = best_ns(1000000, [&] {
        (void)gil.take(seat);
        gil.drop(seat);
    });
    double save = best_ns(1000000, [&] { restore_thread(save_thread("save", nullptr), "restore"); });
    double nested = best_ns(1000000, [&] { gilstate_release(gilstate_ensure("ensure"), "release"); });
    save_thread("save", nullptr);
    double again = best_ns(1000000, [&] { gilstate_release(gilstate_ensure("ensure"), "release"); });
    double foreign = 0;
    std::thread([&] {
        foreign = best_ns(200000, [&] { gilstate_release(gilstate_ensure("ensure"), "release"); });
    }).join();
    restore_thread(t, "restore");
    printf("take+drop            %7.1f ns\n", raw);
    printf("save+restore         %7.1f ns\n", save);
    printf("ensure+release       %7.1f ns (nested)\n", nested);
    printf("ensure+release       %7.1f ns (detached)\n", again);
    printf("ensure+release       %7.1f ns (creates and destroys)\n", foreign);
    return finalize_runtime(current_attached());
}

int echo(const char* mode, int spinners, double secs, int64_t grace_us) {
    GilSettings settings;
    if (grace_us > 0) settings.grace_ns = grace_us * 1000;
    if (!parse_gil_settings(mode, &settings)) return 2;
    configure_process({}, settings);
    const char* error = nullptr;
    ThreadState* main = initialize_runtime(&error);
    int sp[2];
    if (socketpair(AF_UNIX, SOCK_STREAM, 0, sp) != 0) return 2;
    std::thread server([&] {
        char b;
        while (read(sp[1], &b, 1) == 1 && write(sp[1], &b, 1) == 1) {
        }
    });
    std::atomic<bool> stop{false};
    std::vector<long> counts(static_cast<size_t>(spinners));
    std::vector<std::thread> threads;
    for (int i = 0; i < spinners; ++i) {
        threads.emplace_back([&, i] {
            ThreadState* t = new_thread_state(*main->interp, Origin::kExplicit);
            Attached ts = attach(*t, "spinner", Take::kFresh);
            volatile long x = 0;
            long n = 0;
            while (!stop.load(std::memory_order_relaxed)) {
                for (int k = 0; k < 8; ++k) x = x + k;
                ++n;
                if (--ts->ticks < 0) poll(ts);
            }
            counts[static_cast<size_t>(i)] = n;
            clear_thread_state(t, "spinner");
            delete_current_thread_state("spinner");
        });
    }
    Attached ts = attached_unchecked(*main);
    std::vector<double> lat;
    int64_t start = sync::now_ns(), end = start + static_cast<int64_t>(secs * 1e9);
    char b = 'x';
    while (true) {
        int64_t a = sync::now_ns();
        if (a > end) break;
        if (ts.detached([&] { return write(sp[0], &b, 1); }) != 1) break;
        if (ts.detached([&] { return read(sp[0], &b, 1); }) != 1) break;
        volatile int x = 0;
        for (int k = 0; k < 500; ++k) x = x + k;
        if ((main->ticks -= 500) < 0) poll(ts);
        lat.push_back(static_cast<double>(sync::now_ns() - a) / 1000);
    }
    double elapsed = static_cast<double>(sync::now_ns() - start) / 1e9;
    stop.store(true);
    GilStats stats = main->gil->stats();
    ts.detached([&] {
        for (auto& t : threads) t.join();
        shutdown(sp[0], SHUT_RDWR);
        server.join();
    });
    std::sort(lat.begin(), lat.end());
    long total = 0, least = spinners != 0 ? counts[0] : 0;
    for (long c : counts) total += c, least = std::min(least, c);
    size_t n = lat.size();
    printf(
        "%-6s k=%d rt/s=%8.0f p50=%8.1fus p99=%8.1fus max=%8.1fus spin=%6.1fM/s minshare=%.2f lazy=%llu/%llu "
        "requests=%llu forced=%llu waits=%llu\n",
        mode, spinners, static_cast<double>(n) / elapsed, n ? lat[n / 2] : 0, n ? lat[n * 99 / 100] : 0,
        n ? lat[n - 1] : 0, static_cast<double>(total) / elapsed / 1e6,
        total != 0 ? static_cast<double>(least) * spinners / static_cast<double>(total) : 0,
        static_cast<unsigned long long>(stats.lazy_hits),
        static_cast<unsigned long long>(stats.lazy_releases), static_cast<unsigned long long>(stats.requests),
        static_cast<unsigned long long>(stats.forced), static_cast<unsigned long long>(stats.waits));
    return finalize_runtime(ts);
}

}  // namespace

int main(int argc, char** argv) {
    if (argc >= 5 && std::strcmp(argv[1], "echo") == 0) {
        return echo(argv[2], std::atoi(argv[3]), std::atof(argv[4]), argc > 5 ? std::atol(argv[5]) : 0);
    }
    if (argc == 1) return pairs();
    fprintf(stderr, "usage: gil_pair [echo MODE SPINNERS SECONDS [GRACE_US]]\n");
    return 2;
}
