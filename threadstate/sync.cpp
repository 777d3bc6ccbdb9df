// The real primitives behind the seam. Thread creation is in sync_boost.cpp.
#include "threadstate/sync.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <linux/futex.h>
#include <new>
#include <sys/syscall.h>
#include <unistd.h>

#include "threadstate/check.h"

namespace baton::sync {
namespace {

long futex(std::atomic<uint32_t>* word, int op, uint32_t value, const timespec* deadline) {
    // WAIT_BITSET takes an absolute time on the monotonic clock, so a restart needs no new arithmetic.
    return ::syscall(SYS_futex, word, op | FUTEX_PRIVATE_FLAG, value, deadline, nullptr,
                     FUTEX_BITSET_MATCH_ANY);
}

// Debug books: which ranks this thread holds.
struct HeldRanks {
    uint32_t mask = 0;
};

constinit std::atomic<void (*)()> g_thread_exit_function{nullptr};
constinit pthread_key_t g_exit_key = 0;
constinit pthread_once_t g_exit_key_once = PTHREAD_ONCE_INIT;

extern "C" void baton_thread_exit(void*) {
    if (auto fn = g_thread_exit_function.load()) fn();
}

extern "C" void baton_make_exit_key() {
    CHECK(pthread_key_create(&g_exit_key, baton_thread_exit) == 0);
}

}  // namespace

#ifdef BATON_RELEASE
void Mutex::lock() {
    pthread_mutex_lock(&m_);
}
bool Mutex::try_lock() {
    return pthread_mutex_trylock(&m_) == 0;
}
void Mutex::unlock() {
    pthread_mutex_unlock(&m_);
}
void Mutex::assert_held() const {}
#else
void Mutex::lock() {
    uint32_t& held = per_thread<HeldRanks>().mask;
    CHECK((held >> static_cast<unsigned>(rank_)) == 0);  // lock order: ranks only rise
    CHECK(pthread_mutex_lock(&m_) == 0);
    owner_.store(current_ident());
    held |= 1u << static_cast<unsigned>(rank_);
}

bool Mutex::try_lock() {
    if (pthread_mutex_trylock(&m_) != 0) return false;
    owner_.store(current_ident());
    per_thread<HeldRanks>().mask |= 1u << static_cast<unsigned>(rank_);
    return true;
}

void Mutex::unlock() {
    assert_held();
    owner_.store(0);
    per_thread<HeldRanks>().mask &= ~(1u << static_cast<unsigned>(rank_));
    pthread_mutex_unlock(&m_);
}

void Mutex::assert_held() const {
    CHECK(owner_.load() == current_ident());
}
#endif

void Mutex::reset_after_fork() {
    owner_.store(0);
    per_thread<HeldRanks>().mask &= ~(1u << static_cast<unsigned>(rank_));
    // The old state belongs to a thread that does not exist here; a mutex cannot be unlocked for it, only
    // remade.
    new (&m_) pthread_mutex_t(PTHREAD_MUTEX_INITIALIZER);
}

Wake Parker::park_interruptibly_until(Deadline d) {
    timespec at{};
    timespec* until = nullptr;
    if (!d.is_never()) {
        at.tv_sec = static_cast<time_t>(d.at_ns / 1000000000);
        at.tv_nsec = static_cast<long>(d.at_ns % 1000000000);
        until = &at;
    }
    uint32_t seen = kEmpty;
    if (!word_.compare_exchange_strong(seen, kParked)) {
        CHECK(seen == kPermit);  // two threads parking on one Parker would show as kParked here
        word_.store(kEmpty);
        return Wake::kUnparked;
    }
    for (;;) {
        long rc = futex(&word_, FUTEX_WAIT_BITSET, kParked, until);
        int why = rc == 0 ? 0 : errno;
        // A stray wake-up, left over by a former user of this address, changes nothing and is slept through.
        if (why != ETIMEDOUT && why != EINTR && word_.load() == kParked) continue;
        seen = kParked;
        if (word_.compare_exchange_strong(seen, kEmpty)) {
            return why == ETIMEDOUT ? Wake::kTimedOut : Wake::kInterrupted;
        }
        CHECK(seen == kPermit);
        word_.store(kEmpty);
        return Wake::kUnparked;
    }
}

bool Parker::park_until(Deadline d) {
    for (;;) {
        Wake w = park_interruptibly_until(d);
        if (w != Wake::kInterrupted) return w == Wake::kUnparked;
    }
}

void Parker::park() {
    park_until(Deadline::never());
}

Parker::Ticket Parker::deposit() {
    Ticket t;
    if (word_.exchange(kPermit) == kParked) t.asleep_ = &word_;
    return t;
}

void Parker::wake(Ticket t) {
    if (t.asleep_ != nullptr) futex(t.asleep_, FUTEX_WAKE, 1, nullptr);
}

int64_t now_ns() {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return static_cast<int64_t>(t.tv_sec) * 1000000000 + t.tv_nsec;
}

unsigned long current_ident() {
    return static_cast<unsigned long>(pthread_self());
}
unsigned long current_native_id() {
    return static_cast<unsigned long>(::syscall(SYS_gettid));
}

long process_id() {
    return static_cast<long>(::getpid());
}

void park_forever() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, nullptr);
    for (;;) ::pause();
}

void abort_process() {
    std::abort();
}

void set_thread_exit_function(void (*fn)()) {
    g_thread_exit_function.store(fn);
}

void arm_thread_exit() {
    pthread_once(&g_exit_key_once, baton_make_exit_key);
    pthread_setspecific(g_exit_key, &g_exit_key);  // any non-null value makes the destructor run
}

bool TlsKey::create() {
    return pthread_key_create(&key_, nullptr) == 0;
}
void TlsKey::destroy() {
    pthread_key_delete(key_);
}
void* TlsKey::get() const {
    return pthread_getspecific(key_);
}
bool TlsKey::set(void* value) const {
    return pthread_setspecific(key_, value) == 0;
}

}  // namespace baton::sync
