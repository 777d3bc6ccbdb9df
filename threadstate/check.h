// Assertions and the fatal error of the whole runtime.
//
// CHECK holds in every build, DCHECK unless BATON_RELEASE is defined. Both report an internal fault:
// something this code base got wrong. Faults of the program that uses us are reported by misuse() (misuse.h),
// which says how to fix them. fatal() prints "Fatal Python error: <function>: <message>" first, then the
// context lines that the layer's reporter adds (which thread, who holds which lock), then aborts.
//
// Callers: anyone, in any state, also from a signal handler; nothing here allocates or takes a lock.
#pragma once

#include <cstddef>

namespace baton {

// message may be null. Never returns.
[[noreturn, gnu::cold]] void fatal(const char* function, const char* message);
[[noreturn, gnu::cold]] void check_failed(const char* file, int line, const char* condition);

// Text for a fatal report, written straight to a file descriptor: no allocation, no locale, no buffer shared
// between threads. Each line is assembled here and written in one piece.
class ReportLine {
  public:
    explicit ReportLine(int fd = 2) : fd_(fd) {}
    ~ReportLine();
    ReportLine(const ReportLine&) = delete;
    ReportLine& operator=(const ReportLine&) = delete;
    ReportLine& text(const char* s);
    ReportLine& number(unsigned long long n);
    ReportLine& signed_number(long long n);
    ReportLine& hex(unsigned long long n, int width = 0);
    ReportLine& millis(long long ns);  // "12.4 ms"

  private:
    char buf_[500];
    size_t used_ = 0;
    int fd_;
};

// Prints what is known about the process after the first line of a fatal error; set once by the process root.
using FatalReporter = void (*)(int fd);
void set_fatal_reporter(FatalReporter reporter);

}  // namespace baton

#define BATON_LIKELY(x) __builtin_expect(!!(x), 1)
#define BATON_UNLIKELY(x) __builtin_expect(!!(x), 0)

#define CHECK(cond) \
    (BATON_LIKELY(cond) ? static_cast<void>(0) : ::baton::check_failed(__FILE__, __LINE__, #cond))
#ifdef BATON_RELEASE
#define DCHECK(cond) static_cast<void>(sizeof(!(cond)))
#else
#define DCHECK(cond) CHECK(cond)
#endif
