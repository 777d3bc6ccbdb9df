#include "test/model/strategies.h"

#include <algorithm>
#include <cstring>

namespace baton::model {
namespace {

int lowest(ThreadSet set) {
    return __builtin_ctz(set);
}

}  // namespace

bool dependent(const Op& a, const Op& b) {
    for (const Access& x : a.access) {
        if (x.object < 0) continue;
        for (const Access& y : b.access) {
            if (x.object == y.object && (x.write || y.write)) return true;
        }
    }
    return false;
}

// A choice, and the step that followed from it.
struct Dpor::Node {
    ThreadSet enabled, backtrack, done, sleep;
    int8_t choice;
    int8_t last;
    int clock[kMaxThreads];  // of the step
};

// The steps that touched an object last, by thread, and what happened before them.
struct Dpor::Object {
    uint64_t execution;
    int written[kMaxThreads], read[kMaxThreads];
    int unlocked[kMaxThreads];
    int write_clock[kMaxThreads], read_clock[kMaxThreads];
};

namespace {
void join(int* into, const int* from) {
    for (int i = 0; i < kMaxThreads; ++i) into[i] = std::max(into[i], from[i]);
}
}  // namespace

Dpor::Dpor() : nodes_(new Node[kMaxSteps + 1]), objects_(new Object[kMaxObjects]) {
    for (int i = 0; i < kMaxObjects; ++i) objects_[i].execution = 0;
}
Dpor::~Dpor() = default;

void Dpor::start() {
    ++execution_;
    std::memset(clocks_, -1, sizeof clocks_);
}

// Books the step just done: what happened before it, and which steps it could have come before.
void Dpor::executed(const View& view) {
    const int d = view.step - 1;
    const Step& s = view.steps[d];
    const int t = s.thread;
    int* clock = clocks_[t];
    if (s.forced) {
        // It could only happen because nobody could do anything else: all that was done came before.
        for (int i = 0; i < d; ++i) clock[view.steps[i].thread] = i;
    }
    int before[kMaxThreads];
    std::memcpy(before, clock, sizeof before);
    for (const Access& a : s.op.access) {
        if (a.object < 0) continue;
        Object& o = object(a.object);
        join(clock, o.write_clock);
        if (a.write) join(clock, o.read_clock);
    }
    clock[t] = d;
    std::memcpy(nodes_[d].clock, clock, sizeof nodes_[d].clock);
    // The races of a step that was done before in an execution that began alike are known.
    if (d >= fresh_) {
        find_races(view, t, s.op, before, d);
        if (s.op.kind == Kind::kFork)
            nodes_[d].backtrack |= nodes_[d].enabled;  // whom it ended could have gone on
    }
    for (const Access& a : s.op.access) {
        if (a.object < 0) continue;
        Object& o = object(a.object);
        if (a.write) {
            (s.op.kind == Kind::kUnlock ? o.unlocked : o.written)[t] = d;
            std::memcpy(o.write_clock, clock, sizeof o.write_clock);
        } else {
            o.read[t] = d;
            join(o.read_clock, clock);
        }
    }
    if (s.child >= 0) std::memcpy(clocks_[s.child], clock, sizeof clocks_[s.child]);
}

Dpor::Object& Dpor::object(int16_t number) {
    Object& o = objects_[number];
    if (o.execution != execution_) {
        std::memset(&o, -1, sizeof o);
        o.execution = execution_;
    }
    return o;
}

// The steps of others that depend on `op` of thread p, step d, with nothing between that orders the two: each
// could have come after it.
void Dpor::find_races(const View& view, int p, const Op& op, const int* before, int d) {
    if (op.kind == Kind::kPass) return;  // a gate opens first, always
    int latest[kMaxThreads];
    for (int q = 0; q < kMaxThreads; ++q) {
        latest[q] = -1;
        if (q == p) continue;
        for (const Access& a : op.access) {
            if (a.object < 0) continue;
            const Object& o = object(a.object);
            // A mutex that is held cannot be locked: a lock and the unlock before it cannot change places,
            // two locks can.
            int i = op.kind == Kind::kUnlock && &a == op.access ? -1 : o.written[q];
            if (a.write) i = std::max(i, o.read[q]);
            if (op.kind == Kind::kTryLock) i = std::max(i, o.unlocked[q]);
            if (i > before[q]) latest[q] = std::max(latest[q], i);
        }
    }
    for (int q = 0; q < kMaxThreads; ++q) {
        bool direct = latest[q] >= 0;
        for (int r = 0; r < kMaxThreads && direct; ++r) {
            if (r != q && latest[r] >= 0 && nodes_[latest[r]].clock[q] >= latest[q]) direct = false;
        }
        if (direct) reverse(view, latest[q], q, p, op, d);
    }
}

// Step i of q and step d of p must be tried in the other order: all that did not depend on step i, then step
// d. Some thread that can begin with that has to run at i.
void Dpor::reverse(const View& view, int i, int q, int p, const Op& op, int d) {
    Node& n = nodes_[i];
    int first[kMaxThreads];
    std::memset(first, -1, sizeof first);
    bool helped = false;  // somebody else did something that `op` depends on
    for (int j = i + 1; j < d; ++j) {
        if (nodes_[j].clock[q] >= i) continue;
        const int r = view.steps[j].thread;
        if (first[r] < 0) first[r] = j;
        if (r != p && op.kind == Kind::kResume && dependent(view.steps[j].op, op)) helped = true;
    }
    // Who sleeps and has no time-out to spare goes on when it is woken: that comes first, always.
    if (op.kind == Kind::kResume && !helped && !(n.enabled & only(p))) return;
    if (first[p] < 0) first[p] = d;
    ThreadSet initials = 0;
    for (int r = 0; r < kMaxThreads; ++r) {
        if (first[r] < 0) continue;
        bool initial = true;
        for (int u = 0; u < kMaxThreads && initial; ++u) {
            if (u != r && first[u] >= 0 && nodes_[first[r]].clock[u] >= first[u]) initial = false;
        }
        if (initial) initials |= only(r);
    }
    initials &= n.enabled;
    if (initials == 0) {
        n.backtrack |= n.enabled;
    } else if ((initials & n.backtrack) == 0) {
        n.backtrack |= (initials & only(p)) ? only(p) : only(lowest(initials));
    }
}

// The last step has to be booked too. Who still waits for a mutex could have had it first.
void Dpor::ended(const View& view) {
    if (view.step == 0) return;
    executed(view);
    for (int p = 0; p < kMaxThreads; ++p) {
        if (!(view.live & only(p)) || view.pending[p].kind != Kind::kLock) continue;
        Node& after = nodes_[view.step];
        std::memcpy(after.clock, clocks_[p], sizeof after.clock);
        for (const Access& a : view.pending[p].access) {
            if (a.object >= 0) join(after.clock, object(a.object).write_clock);
        }
        find_races(view, p, view.pending[p], clocks_[p], view.step);
    }
}

int Dpor::choose(const View& view) {
    const int d = view.step;
    if (d > 0) executed(view);
    if (d < depth_) {
        if (nodes_[d].enabled != view.enabled) fail("the code under test is not deterministic (step %d)", d);
        return nodes_[d].choice;
    }
    Node& n = nodes_[d];
    ThreadSet sleep = 0;
    if (d > 0 && !view.forced) {
        const Node& above = nodes_[d - 1];
        const ThreadSet candidates = (above.sleep | above.done) & ~only(above.choice);
        for (int u = 0; u < kMaxThreads; ++u) {
            if ((candidates & only(u)) && !dependent(view.pending[u], view.steps[d - 1].op)) sleep |= only(u);
        }
    }
    const ThreadSet candidates = view.enabled & ~sleep;
    if (candidates == 0) {
        ++pruned_;
        return kPrune;
    }
    n.enabled = view.enabled;
    n.sleep = sleep;
    n.done = 0;
    n.last = static_cast<int8_t>(view.last);
    const bool goes_on = view.last >= 0 && (candidates & only(view.last));
    n.choice = static_cast<int8_t>(goes_on ? view.last : lowest(candidates));
    n.backtrack = view.forced ? candidates : only(n.choice);
    depth_ = d + 1;
    return n.choice;
}

bool Dpor::next() {
    while (depth_ > 0) {
        Node& n = nodes_[depth_ - 1];
        n.done |= only(n.choice);
        const ThreadSet rest = n.backtrack & n.enabled & ~n.done & ~n.sleep;
        if (rest != 0) {
            n.choice = static_cast<int8_t>(lowest(rest));
            fresh_ = depth_ - 1;
            return true;
        }
        --depth_;
    }
    complete_ = true;
    return false;
}

}  // namespace baton::model
