// Who goes next: the ways to choose schedules.
//
// Dpor runs at least one schedule of each class of schedules that differ only in the order of independent
// operations (dynamic partial-order reduction with source sets, after Abdulla, Aronis, Jonsson and Sagonas,
// and sleep sets). When it ends by itself, every behaviour within the budget of time-outs has been run.
// Bounded runs all schedules with at most `bound` preemptions. Random runs as many as asked. Replay repeats
// one.
//
// Callers: explore.cpp, self_test.cpp.
#pragma once

#include <memory>
#include <string>

#include "test/model/engine.h"

namespace baton::model {

// How two operations can depend on each other; what Dpor's result rests on.
bool dependent(const Op& a, const Op& b);

class Dpor : public Strategy {
  public:
    Dpor();
    ~Dpor() override;
    const char* name() const override { return "dpor"; }
    void start() override;
    int choose(const View& view) override;
    bool next() override;
    void ended(const View& view) override;
    bool complete() const override { return complete_; }
    long pruned() const { return pruned_; }

  private:
    struct Node;
    struct Object;
    void executed(const View& view);
    Object& object(int16_t number);
    void find_races(const View& view, int p, const Op& op, const int* before, int d);
    void reverse(const View& view, int i, int q, int p, const Op& op, int d);

    std::unique_ptr<Node[]> nodes_;
    std::unique_ptr<Object[]> objects_;
    int depth_ = 0;  // nodes in use
    int fresh_ = 0;  // the first whose choice is new in this execution
    uint64_t execution_ = 0;
    long pruned_ = 0;
    bool complete_ = false;
    int clocks_[kMaxThreads][kMaxThreads];  // by thread: the last step of each thread that happened before
};

class Bounded : public Strategy {
  public:
    explicit Bounded(int bound);
    ~Bounded() override;
    const char* name() const override { return name_; }
    int choose(const View& view) override;
    bool next() override;
    bool complete() const override { return complete_; }

  private:
    struct Node;
    std::unique_ptr<Node[]> nodes_;
    int depth_ = 0;
    const int bound_;
    bool complete_ = false;
    char name_[16];
};

class Random : public Strategy {
  public:
    Random(uint64_t seed, long executions) : state_(seed * 2 + 1), left_(executions) {}
    const char* name() const override { return "random"; }
    void start() override;
    int choose(const View& view) override;
    bool next() override { return --left_ > 0; }

  private:
    uint32_t draw();
    uint64_t state_;
    long left_;
    uint32_t stay_ = 0;  // how often out of 256 the running thread goes on
};

// "T0x13,T1x5" with, after '#', one digit of the running hash per step. Every step can be told to a listener.
class Replay : public Strategy {
  public:
    // Null and a message if the text is not a schedule.
    static std::unique_ptr<Replay> parse(const char* text, std::string* error);
    const char* name() const override { return "replay"; }
    int choose(const View& view) override;
    bool next() override { return false; }
    int diverged_at() const { return diverged_at_; }
    const std::string& why() const { return why_; }
    int planned() const { return static_cast<int>(threads_.size()); }

  private:
    std::string threads_, digits_;
    int diverged_at_ = -1;
    std::string why_;
};

// The schedule of the last execution as Replay reads it.
std::string schedule_text(const Step* steps, int count);

}  // namespace baton::model
