#include "threadstate/check.h"

#include <cstring>
#include <unistd.h>

#include "threadstate/sync.h"

namespace baton {
namespace {

// Set once at start-up, read only on the way to abort().
constinit sync::Atomic<FatalReporter> g_reporter{nullptr};

}  // namespace

void set_fatal_reporter(FatalReporter reporter) {
    g_reporter.store(reporter);
}

ReportLine& ReportLine::text(const char* s) {
    if (s == nullptr) s = "(null)";
    size_t n = std::strlen(s);
    size_t room = sizeof buf_ - 1 - used_;  // one byte stays free for the newline
    if (n > room) n = room;
    std::memcpy(buf_ + used_, s, n);
    used_ += n;
    return *this;
}

ReportLine& ReportLine::number(unsigned long long n) {
    char digits[24];
    char* p = digits + sizeof digits;
    *--p = '\0';
    do {
        *--p = static_cast<char>('0' + n % 10);
        n /= 10;
    } while (n != 0);
    return text(p);
}

ReportLine& ReportLine::signed_number(long long n) {
    if (n >= 0) return number(static_cast<unsigned long long>(n));
    text("-");
    return number(0 - static_cast<unsigned long long>(n));
}

ReportLine& ReportLine::hex(unsigned long long n, int width) {
    char digits[24];
    char* p = digits + sizeof digits;
    *--p = '\0';
    do {
        *--p = "0123456789abcdef"[n & 15];
        n >>= 4;
        --width;
    } while (n != 0 || width > 0);
    return text("0x").text(p);
}

ReportLine& ReportLine::millis(long long ns) {
    if (ns < 0) ns = 0;
    long long tenths = ns / 100000;
    number(static_cast<unsigned long long>(tenths / 10)).text(".");
    return number(static_cast<unsigned long long>(tenths % 10)).text(" ms");
}

ReportLine::~ReportLine() {
    buf_[used_++] = '\n';
    for (size_t done = 0; done < used_;) {
        ssize_t n = ::write(fd_, buf_ + done, used_ - done);
        if (n <= 0) break;  // nothing more can be done: the process is ending
        done += static_cast<size_t>(n);
    }
}

void fatal(const char* function, const char* message) {
    {
        ReportLine line;
        line.text("Fatal Python error: ");
        if (function != nullptr) line.text(function).text(": ");
        line.text(message == nullptr ? "<message not set>" : message);
    }
    // A second fault while reporting must not report again: exactly one caller sees the reporter.
    if (FatalReporter report = g_reporter.exchange(nullptr)) report(2);
    sync::abort_process();
}

void check_failed(const char* file, int line, const char* condition) {
    {
        ReportLine out;
        out.text("internal check failed at ").text(file).text(":").number(static_cast<unsigned>(line));
        out.text(": ").text(condition);
    }
    fatal(nullptr, "an internal check of Baton failed; please report it");
}

}  // namespace baton
