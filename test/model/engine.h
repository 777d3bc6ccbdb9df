// The engine: runs one scenario once, on fibres, under the schedule that a strategy chooses.
//
// Invariants. Exactly one fibre runs at a time, and it gives control away only in begin(). The state of the
// process root, of the heap and of every fibre is the same at the start of each execution, and nothing
// outside (time, addresses, randomness) reaches the code that is run; so the choices alone decide what
// happens. A failed execution is abandoned where it is.
//
// Time is virtual. It goes forward only when a sleeper's time is over or a scenario computes. A timed sleep
// may end early, as the adversary's choice, so often as the budget of its thread allows; beyond it, time-outs
// come only when no thread can run (in the order of their deadlines), or when the clock has passed them.
//
// Callers: strategies, scenarios, explore.cpp. Single-threaded.
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/gil.h"

namespace baton::model {

inline constexpr int kMaxThreads = 8;
inline constexpr int kMaxSteps = 6000;
inline constexpr int kMaxObjects = 512;
inline constexpr uint64_t kFirstMoment = 1'000'000'000;  // the clock at the start

using ThreadSet = uint32_t;
constexpr ThreadSet only(int thread) {
    return ThreadSet{1} << thread;
}

// What an operation touches: up to three objects, by the number of their first use in the execution.
struct Access {
    int16_t object = -1;
    bool write = false;
};
struct Op {
    Kind kind = Kind::kStart;
    Access access[3];
};

struct Step {
    Op op;
    int8_t thread;
    bool timed_out;  // kResume
    bool forced;     // by a time-out that no budget allowed
    bool wrote;
    int8_t child;  // kSpawn: the new thread
    char digit;    // of the running hash, 0..15
    At at;
    int64_t clock;
};

// What a strategy sees when it chooses.
struct View {
    int step;           // how many steps were done
    int last;           // who did the last one; -1 at the start
    ThreadSet enabled;  // who can go on
    ThreadSet live;     // who has not ended
    bool forced;        // nobody can go on except by a time-out that no budget allows
    const Step* steps;  // those that were done; their ops say what was really touched
    const Op* pending;  // by thread: the next operation
};

class Strategy {
  public:
    static constexpr int kPrune = -1;
    virtual ~Strategy() = default;
    virtual const char* name() const = 0;
    virtual void start() {}
    // A thread out of view.enabled, or kPrune: this execution teaches nothing new.
    virtual int choose(const View& view) = 0;
    // Nobody goes on any more: all have ended, or those that live cannot.
    virtual void ended(const View&) {}
    // After an execution. False: no more.
    virtual bool next() = 0;
    // True: every schedule that could show anything else has been run.
    virtual bool complete() const { return false; }
};

struct Config {
    Mode mode = Mode::kFair;
    bool unfair = false;
    int threads = 2;
    int ops = 1;
    int timeouts = 1;  // early ones, for each thread
};

struct Scenario {
    const char* name;
    const char* what;
    void (*setup)();           // on fibre 0, alone
    void (*body)(int thread);  // on each fibre
    void (*check)();           // alone, after all ended
    bool forks = false;        // contains become_child()
};

enum class Verdict : uint8_t { kPassed, kFailed, kPruned };
struct Outcome {
    Verdict verdict;
    int steps;
    uint64_t hash;
};

// One execution. The steps and the message stay readable until the next.
Outcome run(const Scenario& scenario, const Config& config, Strategy& strategy);
const Step* last_steps();
const char* failure();
// What went to standard error meanwhile.
const char* printed();
// "T1 gil.cpp:212 lock ..." into buf.
void describe_step(const Step& step, char* buf, size_t size);

// For scenarios, on a fibre.
const Config& config();
int thread_id();
[[noreturn, gnu::format(printf, 1, 2)]] void fail(const char* format, ...);
#define MODEL_CHECK(cond) \
    ((cond) ? static_cast<void>(0) : ::baton::model::fail("%s:%d: %s", __FILE_NAME__, __LINE__, #cond))
// The thread computes: time goes by.
void compute(int64_t ns, const At& at = At::current());
// The thread does something that touches nothing here.
void pause_elsewhere(const At& at = At::current());
// A signal handler runs on that thread: an interruptible sleep of it ends.
void interrupt(int thread, const At& at = At::current());
// A fatal error whose text contains this ends the thread that makes it and nothing else: the program asked
// for it.
void expect_fatal(const char* text);
// fork(): only the calling thread goes on, in a process with another id.
void become_child(const At& at = At::current());
// Another thread of the scenario; `body` gets `arg`.
int start_thread(void (*body)(int arg), int arg, const At& at = At::current());

// Opens once; passing waits for it.
class Gate {
    bool open_ = false;

  public:
    void open(const At& at = At::current());
    void pass(const At& at = At::current());
    bool is_open() const { return open_; }
};

// For the oracles. While a Peek lives, operations act at once and are no choice points.
class Peek {
    bool before_;

  public:
    Peek();
    ~Peek();
    Peek(const Peek&) = delete;
    Peek& operator=(const Peek&) = delete;
};
bool on_fibre();
int64_t clock_now();
int thread_count();
bool is_live(int thread);
const Waiter& waiter_of(int thread);
bool is_asleep(int thread);
int64_t deadline_of(int thread);
// Called whenever no thread can go on but by a time-out; each sleeping thread has its deadline.
extern void (*g_quiescence_oracle)();

}  // namespace baton::model
