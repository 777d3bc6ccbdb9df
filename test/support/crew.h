// Threads for tests: run under a deadline, progress by gates, never by sleeping.
//
// A Crew starts threads and joins them; when they do not end in time it says which ones are stuck, reports
// the locks, and aborts, so a deadlock is a failure and not a hang. Assertions belong on the main thread:
// threads record what they saw, the test checks it after join().
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>

#include "threadstate/misuse.h"

namespace baton::test {

// Closed until somebody opens it.
class Gate {
  public:
    void open() {
        std::lock_guard<std::mutex> lock(mu_);
        open_ = true;
        cv_.notify_all();
    }
    void wait() {
        std::unique_lock<std::mutex> lock(mu_);
        cv_.wait(lock, [&] { return open_; });
    }
    bool is_open() {
        std::lock_guard<std::mutex> lock(mu_);
        return open_;
    }

  private:
    std::mutex mu_;
    std::condition_variable cv_;
    bool open_ = false;
};

class Crew {
  public:
    explicit Crew(int seconds = 20) : seconds_(seconds) {}
    ~Crew() { join(); }

    void run(std::string name, std::function<void()> body) {
        members_.emplace_back();
        Member& m = members_.back();
        m.name = std::move(name);
        m.thread = std::thread([this, &m, body = std::move(body)] {
            body();
            std::lock_guard<std::mutex> lock(mu_);
            m.done = true;
            cv_.notify_all();
        });
    }

    void join() {
        {
            std::unique_lock<std::mutex> lock(mu_);
            bool all = cv_.wait_for(lock, std::chrono::seconds(seconds_), [&] {
                for (Member& m : members_) {
                    if (!m.done) return false;
                }
                return true;
            });
            if (!all) {
                for (Member& m : members_) {
                    if (!m.done)
                        fprintf(stderr, "crew: \"%s\" did not end in %d s\n", m.name.c_str(), seconds_);
                }
                report_threads(2);
                abort();
            }
        }
        for (Member& m : members_) m.thread.join();
        members_.clear();
    }

  private:
    struct Member {
        std::string name;
        std::thread thread;
        bool done = false;
    };
    int seconds_;
    std::mutex mu_;
    std::condition_variable cv_;
    std::list<Member> members_;
};

}  // namespace baton::test
