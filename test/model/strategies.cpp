#include "test/model/strategies.h"

#include <cstdio>
#include <cstdlib>

namespace baton::model {
namespace {

int lowest(ThreadSet set) {
    return __builtin_ctz(set);
}

}  // namespace

struct Bounded::Node {
    ThreadSet enabled, done;
    int8_t choice, last;
    int16_t preemptions;  // before this choice
};

Bounded::Bounded(int bound) : nodes_(new Node[kMaxSteps + 1]), bound_(bound) {
    std::snprintf(name_, sizeof name_, "bound %d", bound);
}
Bounded::~Bounded() = default;

int Bounded::choose(const View& view) {
    const int d = view.step;
    if (d < depth_) {
        if (nodes_[d].enabled != view.enabled) fail("the code under test is not deterministic (step %d)", d);
        return nodes_[d].choice;
    }
    Node& n = nodes_[d];
    n.enabled = view.enabled;
    n.done = 0;
    n.last = static_cast<int8_t>(view.last);
    n.preemptions = 0;
    if (d > 0) {
        const Node& above = nodes_[d - 1];
        const bool preempted =
            above.last >= 0 && above.choice != above.last && (above.enabled & only(above.last));
        n.preemptions = static_cast<int16_t>(above.preemptions + (preempted ? 1 : 0));
    }
    const bool goes_on = view.last >= 0 && (view.enabled & only(view.last));
    n.choice = static_cast<int8_t>(goes_on ? view.last : lowest(view.enabled));
    depth_ = d + 1;
    return n.choice;
}

bool Bounded::next() {
    while (depth_ > 0) {
        Node& n = nodes_[depth_ - 1];
        n.done |= only(n.choice);
        ThreadSet rest = n.enabled & ~n.done;
        const bool would_preempt = n.last >= 0 && (n.enabled & only(n.last));
        if (would_preempt && n.preemptions >= bound_) rest &= only(n.last);
        if (rest != 0) {
            n.choice = static_cast<int8_t>(lowest(rest));
            return true;
        }
        --depth_;
    }
    complete_ = true;
    return false;
}

uint32_t Random::draw() {
    state_ ^= state_ << 13;
    state_ ^= state_ >> 7;
    state_ ^= state_ << 17;
    return static_cast<uint32_t>(state_ >> 24);
}

void Random::start() {
    // Some faults need many switches, others long undisturbed runs.
    constexpr uint32_t kStay[] = {0, 128, 192, 224, 240, 250};
    stay_ = kStay[draw() % 6];
}

int Random::choose(const View& view) {
    if (view.last >= 0 && (view.enabled & only(view.last)) && draw() % 256 < stay_) return view.last;
    ThreadSet set = view.enabled;
    for (uint32_t skip = draw() % static_cast<uint32_t>(__builtin_popcount(set)); skip > 0; --skip)
        set &= set - 1;
    return lowest(set);
}

std::unique_ptr<Replay> Replay::parse(const char* text, std::string* error) {
    std::unique_ptr<Replay> r(new Replay);
    const char* p = text;
    while (*p != '\0' && *p != '#') {
        if (*p == ',' || *p == ' ') {
            ++p;
            continue;
        }
        char* end = nullptr;
        if (*p != 'T') break;
        long thread = std::strtol(p + 1, &end, 10);
        long times = *end == 'x' ? std::strtol(end + 1, &end, 10) : 1;
        if (thread < 0 || thread >= kMaxThreads || times < 1 || times > kMaxSteps || end == p + 1) break;
        r->threads_.append(static_cast<size_t>(times), static_cast<char>(thread));
        p = end;
    }
    if (*p == '#') r->digits_ = p + 1;
    if (*p != '\0' && *p != '#') {
        *error = std::string("not a schedule, at: ") + p;
        return nullptr;
    }
    return r;
}

int Replay::choose(const View& view) {
    const size_t d = static_cast<size_t>(view.step);
    if (d > 0 && diverged_at_ < 0 && d <= digits_.size()) {
        if (digits_[d - 1] != "0123456789abcdef"[static_cast<int>(view.steps[d - 1].digit)]) {
            diverged_at_ = view.step - 1;
            why_ = "does something else than was recorded";
        }
    }
    if (d < threads_.size() && diverged_at_ < 0) {
        int t = threads_[d];
        if (view.enabled & only(t)) return t;
        diverged_at_ = view.step;
        why_ = "T" + std::to_string(t) + " cannot go on";
    }
    if (view.last >= 0 && (view.enabled & only(view.last))) return view.last;
    return lowest(view.enabled);
}

std::string schedule_text(const Step* steps, int count) {
    std::string runs, digits;
    for (int i = 0; i < count;) {
        int j = i;
        while (j < count && steps[j].thread == steps[i].thread) {
            digits += "0123456789abcdef"[static_cast<int>(steps[j].digit)];
            ++j;
        }
        if (!runs.empty()) runs += ',';
        runs += "T" + std::to_string(steps[i].thread) + "x" + std::to_string(j - i);
        i = j;
    }
    return runs + "#" + digits;
}

}  // namespace baton::model
