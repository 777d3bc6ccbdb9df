// The primitives of the seam on the engine's fibres.
#include "threadstate/sync.h"

#include <cerrno>
#include <cstring>

#include "test/model/engine_state.h"
#include "test/model/heap.h"

namespace baton::sync {

using model::Engine;
using model::Fibre;
using model::g_engine;

namespace {

// No operation promises to keep errno; whoever must, saves it.
void spoil_errno() {
    errno = ENOTRECOVERABLE;
}

constexpr int kNobodysFibre = model::kMaxThreads + 1;

int self_mark() {
    return g_engine.current >= 0 ? g_engine.current + 1 : kNobodysFibre;
}

}  // namespace

void Mutex::taken() {
    owner_ = self_mark();
    if (model::on_fibre()) {
        g_engine.fibres[g_engine.current].ranks |= 1u << static_cast<unsigned>(rank_);
        spoil_errno();
    }
}

void Mutex::lock(const At& at) {
    model::begin(Kind::kLock, this, at);
    if (owner_ != 0) model::fail("locks a mutex that is held, and nobody else could release it");
    if (model::on_fibre() && (g_engine.fibres[g_engine.current].ranks >> static_cast<unsigned>(rank_)) != 0) {
        model::fail("lock order: a mutex of rank %d while holding one of an equal or higher rank",
                    static_cast<int>(rank_));
    }
    taken();
    model::end(true);
}

bool Mutex::try_lock(const At& at) {
    model::begin(Kind::kTryLock, this, at);
    bool got = owner_ == 0;
    if (got) taken();
    model::end(got);
    return got;
}

void Mutex::unlock(const At& at) {
    model::begin(Kind::kUnlock, this, at);
    assert_held();
    owner_ = 0;
    if (model::on_fibre()) g_engine.fibres[g_engine.current].ranks &= ~(1u << static_cast<unsigned>(rank_));
    model::end(true);
}

void Mutex::assert_held() const {
    if (owner_ != self_mark())
        model::fail("a mutex of rank %d is not held by the caller", static_cast<int>(rank_));
}

void Mutex::reset_after_fork() {
    owner_ = 0;
    if (model::on_fibre()) g_engine.fibres[g_engine.current].ranks &= ~(1u << static_cast<unsigned>(rank_));
}

Wake Parker::sleep(Deadline d, bool interruptible, const At& at) {
    if (!model::on_fibre()) model::fail("parks outside of a thread");
    Fibre& me = g_engine.fibres[g_engine.current];
    me.deadline = d.at_ns;
    me.interruptible = interruptible;
    model::begin(Kind::kPark, this, at);
    if (me.ranks != 0) model::fail("sleeps while holding a mutex");
    if (asleep_) model::fail("two threads sleep on one parker");
    spoil_errno();
    if (permit_) {
        permit_ = false;
        model::end(true);
        return Wake::kUnparked;
    }
    if (!g_engine.exploring) {
        if (d.is_never()) model::fail("sleeps before there is anybody who could wake it");
        if (d.at_ns > g_engine.clock) g_engine.clock = d.at_ns;
        return Wake::kTimedOut;
    }
    asleep_ = true;
    me.woken = me.interrupted = false;
    model::end(true);
    model::begin(Kind::kResume, this, at);
    const bool timed_out = !me.woken && !me.interrupted;
    const bool interrupted = me.interrupted;
    me.woken = me.interrupted = false;
    asleep_ = false;
    if (timed_out && g_engine.clock < d.at_ns) {
        g_engine.clock = d.at_ns;
    } else {
        model::clock_unchanged();
    }
    Wake result = interrupted ? Wake::kInterrupted : Wake::kTimedOut;
    if (permit_) {
        permit_ = false;
        result = Wake::kUnparked;
    } else if (!timed_out && !interrupted) {
        model::fail("woken without a permit");
    }
    spoil_errno();
    model::end(true);
    return result;
}

bool Parker::park_until(Deadline d, const At& at) {
    return sleep(d, false, at) == Wake::kUnparked;
}
Wake Parker::park_interruptibly_until(Deadline d, const At& at) {
    return sleep(d, true, at);
}

Parker::Ticket Parker::deposit(const At& at) {
    model::begin(Kind::kDeposit, this, at);
    Ticket t;
    // Of two deposits only the first finds the sleeper without a permit, and owes it the wake-up.
    if (asleep_ && !permit_) t.asleep_ = this;
    permit_ = true;
    model::end(true);
    return t;
}

// The parker may be gone: its address finds the sleeper, if there is one.
void Parker::wake(Ticket t, const At& at) {
    if (t.asleep_ == nullptr) return;
    model::begin(Kind::kWake, t.asleep_, at);
    bool woke = false;
    for (int i = 0; i < g_engine.count; ++i) {
        Fibre& f = g_engine.fibres[i];
        if (f.state != model::State::kLive || g_engine.pending[i].kind != Kind::kResume) continue;
        // Who sleeps there without a permit is not the one this was meant for, and sleeps on.
        if (f.object != t.asleep_ || f.woken || !t.asleep_->permit_) continue;
        f.woken = true;
        woke = true;
        break;
    }
    model::end(woke);
}

void Parker::reset(const At& at) {
    model::begin(Kind::kReset, this, at);
    bool changes = permit_;
    permit_ = false;
    model::end(changes);
}

int64_t now_ns(const At& at) {
    model::begin(Kind::kClock, &g_engine.clock, at);
    int64_t t = g_engine.clock;
    model::end(false);
    if (model::on_fibre()) spoil_errno();
    return t;
}

int64_t statistics_ns() {
    return g_engine.clock;
}

namespace {
struct Start {
    ThreadMain main;
    void* arg;
};
constinit Start g_starts[model::kMaxThreads] = {};
}  // namespace

bool spawn(ThreadMain main, void* arg, size_t, unsigned long* ident, const At& at) {
    model::begin(Kind::kSpawn, &g_starts, at);
    const int t = g_engine.count;
    if (t < model::kMaxThreads) g_starts[t] = {main, arg};
    g_engine.add_fibre(
        [](void* p) {
            Start* s = static_cast<Start*>(p);
            s->main(s->arg);
        },
        &g_starts[t]);
    *ident = static_cast<unsigned long>(t) + 101;
    if (g_engine.exploring) g_engine.steps[g_engine.step_count - 1].child = static_cast<int8_t>(t);
    g_engine.exploring = true;
    model::end(true);
    return true;
}

unsigned long current_ident() {
    return static_cast<unsigned long>(g_engine.current) + 101;
}
unsigned long current_native_id() {
    return static_cast<unsigned long>(g_engine.current) + 9001;
}

long process_id() {
    return g_engine.pid;
}

void park_forever() {
    Fibre& me = g_engine.fibres[g_engine.current];
    if (me.ranks != 0) model::fail("parks for ever while holding a mutex");
    g_engine.end_thread(model::State::kParkedForEver);
}

void abort_process() {
    const char* text = model::printed();
    if (g_engine.fibres[g_engine.current].dies_expected) park_forever();
    const char* end = std::strchr(text, '\n');
    model::fail("aborted: %.*s", static_cast<int>(end != nullptr ? end - text : 0), text);
}

void set_thread_exit_function(void (*fn)()) {
    g_engine.thread_exit = fn;
}

void arm_thread_exit() {
    if (model::on_fibre()) g_engine.fibres[g_engine.current].exit_armed = true;
}

bool TlsKey::create(const At& at) {
    model::begin(Kind::kKeys, &g_engine.keys, at);
    bool found = false;
    for (int i = 0; i < 8 && !found; ++i) {
        if (g_engine.keys[i].used) continue;
        g_engine.keys[i] = {};
        g_engine.keys[i].used = found = true;
        key_ = i;
    }
    model::end(true);
    return found;
}
void TlsKey::destroy(const At& at) {
    model::begin(Kind::kKeys, &g_engine.keys, at);
    if (!g_engine.keys[key_].used) model::fail("a storage key is destroyed twice");
    g_engine.keys[key_].used = false;
    model::end(true);
}
void* TlsKey::get() const {
    return g_engine.keys[key_].values[g_engine.current];
}
bool TlsKey::set(void* value) const {
    g_engine.keys[key_].values[g_engine.current] = value;
    return true;
}

}  // namespace baton::sync

namespace baton::model {

void compute(int64_t ns, const At& at) {
    begin(Kind::kAdvance, &g_engine.clock, at);
    g_engine.clock += ns;
    end(ns != 0);
}

void expect_fatal(const char* text) {
    g_engine.expected_fatal = text;
}

void pause_elsewhere(const At& at) {
    begin(Kind::kPause, nullptr, at);
    end(false);
}

void interrupt(int thread, const At& at) {
    Fibre& f = g_engine.fibres[thread];
    begin(Kind::kInterrupt, &f.interrupted, at);
    bool hits = is_asleep(thread) && f.interruptible;
    if (hits) f.interrupted = true;
    end(hits);
}

void become_child(const At& at) {
    begin(Kind::kFork, &g_engine.world, at);
    for (int t = 0; t < g_engine.count; ++t) {
        if (t != g_engine.current && g_engine.fibres[t].state == State::kLive)
            g_engine.fibres[t].state = State::kVanished;
    }
    ++g_engine.pid;
    end(true);
}

int start_thread(void (*body)(int arg), int arg, const At& at) {
    struct Body {
        void (*body)(int);
        int arg;
    };
    static Body bodies[kMaxThreads];
    Body& b = bodies[g_engine.count];
    b = {body, arg};
    unsigned long ident;
    sync::spawn(
        [](void* p) {
            Body* made = static_cast<Body*>(p);
            made->body(made->arg);
        },
        &b, 0, &ident, at);
    return static_cast<int>(ident) - 101;
}

void Gate::open(const At& at) {
    begin(Kind::kOpen, this, at);
    const bool was_open = open_;
    open_ = true;
    end(!was_open);
}
void Gate::pass(const At& at) {
    begin(Kind::kPass, this, at);
    if (!open_) fail("waits at a gate that nobody can open");
    end(false);
}

}  // namespace baton::model
