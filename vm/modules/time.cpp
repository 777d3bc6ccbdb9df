// The time module: clocks, sleeping, calendar time.
//
// Clocks that another thread can turn are read through the C library; sleeping detaches and goes on after a
// signal handler returns, for what is left (PEP 475).
#include <cerrno>
#include <climits>
#include <cmath>
#include <ctime>
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/namespace.h"
#include "runtime/types/str.h"
#include "runtime/types/structseq.h"
#include "runtime/types/tuple.h"
#include "threadstate/signals.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/modules/duration.h"
#include "vm/modules/time_types.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

constexpr const char* kTimeFields[] = {"tm_year", "tm_mon",  "tm_mday",  "tm_hour", "tm_min",   "tm_sec",
                                       "tm_wday", "tm_yday", "tm_isdst", "tm_zone", "tm_gmtoff"};
constexpr auto time_getset = struct_getset(kTimeFields);
const StructInfo time_info = {&baton_struct_time_type, 9, 11, 0, kTimeFields};

// ---- clocks ----
int64_t nanoseconds(clockid_t clock) {
    timespec t{};
    clock_gettime(clock, &t);
    return int64_t{t.tv_sec} * 1'000'000'000 + t.tv_nsec;
}
// Two parts keep more digits than one division.
double exact_seconds(int64_t ns) {
    return static_cast<double>(ns / 1'000'000'000) + static_cast<double>(ns % 1'000'000'000) * 1e-9;
}

template <clockid_t clock>
Result<double> clock_seconds(Attached, Module&) {
    return exact_seconds(nanoseconds(clock));
}
template <clockid_t clock>
Result<Index> clock_nanoseconds(Attached, Module&) {
    return nanoseconds(clock);
}

Result<clockid_t> known_clock(Attached ts, int id) {
    timespec t;
    if (clock_gettime(id, &t) < 0) return raise_oserror(ts, errno);
    return id;
}
Result<double> time_clock_gettime(Attached ts, Module&, int id) {
    return exact_seconds(nanoseconds(TRY(known_clock(ts, id))));
}
Result<Index> time_clock_gettime_ns(Attached ts, Module&, int id) {
    return nanoseconds(TRY(known_clock(ts, id)));
}
Result<double> time_clock_getres(Attached ts, Module&, int id) {
    timespec t;
    if (clock_getres(id, &t) < 0) return raise_oserror(ts, errno);
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) * 1e-9;
}
Result<void> time_clock_settime_ns(Attached ts, Module&, int id, Index ns) {
    timespec t{static_cast<time_t>(ns / 1'000'000'000), static_cast<long>(ns % 1'000'000'000)};
    if (clock_settime(id, &t) < 0) return raise_oserror(ts, errno);
    return {};
}
Result<void> time_clock_settime(Attached ts, Module& m, int id, double t) {
    return time_clock_settime_ns(ts, m, id, static_cast<Index>(t * 1e9));
}
Result<Index> time_pthread_getcpuclockid(Attached ts, Module&, uint64_t thread_id) {
    clockid_t id;
    if (int e = pthread_getcpuclockid(static_cast<pthread_t>(thread_id), &id)) return raise_oserror(ts, e);
    return id;
}
Result<Ref<Object>> time_get_clock_info(Attached ts, Module&, Str& name) {
    struct Known {
        const char* name;
        clockid_t clock;
        const char* implementation;
        bool monotonic, adjustable;
    };
    static constexpr Known kClocks[] = {
        {"time", CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true},
        {"monotonic", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
        {"perf_counter", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
        {"process_time", CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false},
        {"thread_time", CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false},
    };
    for (const Known& k : kClocks) {
        if (!str_eq_ascii(name, k.name)) continue;
        timespec res{};
        clock_getres(k.clock, &res);
        auto d = TRY(dict_new(ts));
        auto put = [&](const char* key, Object& o) -> Result<void> {
            return dict_set_str(ts, *d, *TRY(str_intern_utf8(ts, key)), o);
        };
        TRY(put("implementation", *TRY(str_new_ascii(ts, k.implementation))));
        TRY(put("monotonic", bool_object(k.monotonic)));
        TRY(put("adjustable", bool_object(k.adjustable)));
        TRY(put("resolution", *TRY(box_float(ts, static_cast<double>(res.tv_sec) +
                                                     static_cast<double>(res.tv_nsec) * 1e-9))));
        return namespace_new(ts, *d);
    }
    return raise(ts, Exc::ValueError, "unknown clock");
}

// ---- sleep ----
Result<void> time_sleep(Attached ts, Module&, Object& secs) {
    int64_t ns = TRY(nanoseconds_of(ts, secs));
    if (ns < 0) return raise(ts, Exc::ValueError, "sleep length must be non-negative");
    if (ns == 0) {
        // Asks for nothing but a turn for the others: not a sleep, so the lock may come straight back.
        if (handle_signals(ts) < 0) return already_raised();
        ts.detached([] { sched_yield(); });
        return {};
    }
    int64_t end = nanoseconds(CLOCK_MONOTONIC);
    if (__builtin_add_overflow(end, ns, &end)) end = INT64_MAX;
    timespec until{static_cast<time_t>(end / 1'000'000'000), static_cast<long>(end % 1'000'000'000)};
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        int e = ts.detached_long(
            [&] { return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr); });
        if (e == 0) return {};
        if (e != EINTR) return raise_oserror(ts, e);
    }
}

// ---- calendar ----
Result<Ref<Object>> struct_of(Attached ts, const tm& t) {
    TRY(struct_prepare(ts, time_info));
    auto out = TRY(struct_new(ts, time_info));
    int values[] = {t.tm_year + 1900, t.tm_mon + 1,        t.tm_mday,     t.tm_hour, t.tm_min,
                    t.tm_sec,         (t.tm_wday + 6) % 7, t.tm_yday + 1, t.tm_isdst};
    int at = 0;
    for (int v : values) struct_set(*out, at++, TRY(box_int(ts, v)));
    struct_set(*out, at++, TRY(fs_decode(ts, t.tm_zone ? t.tm_zone : "")));
    struct_set(*out, at++, TRY(box_int(ts, t.tm_gmtoff)));
    gc_track(ts, out.get());
    return out;
}
Result<time_t> time_argument(Attached ts, Object* o) {
    if (!o || is_none(*o)) return time(nullptr);
    if (is_float(*o)) {
        double d = static_cast<Float&>(*o).value;
        if (d != d) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
        if (d > 9.2e18 || d < -9.2e18)
            return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
        return static_cast<time_t>(std::floor(d));
    }
    auto i = TRY(number_index(ts, *o));
    int64_t v;
    if (!int_fits_tag(*i, &v))
        return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
    return v;
}
Result<Ref<Object>> time_gmtime(Attached ts, Module&, Object* secs) {
    time_t t = TRY(time_argument(ts, secs));
    tm out;
    errno = 0;
    if (!gmtime_r(&t, &out)) return raise_oserror(ts, errno ? errno : EINVAL);
    out.tm_zone = "UTC";
    return struct_of(ts, out);
}
Result<Ref<Object>> time_localtime(Attached ts, Module&, Object* secs) {
    time_t t = TRY(time_argument(ts, secs));
    tm out;
    errno = 0;
    if (!localtime_r(&t, &out)) return raise_oserror(ts, errno ? errno : EINVAL);
    return struct_of(ts, out);
}

// A time tuple as struct tm.
Result<tm> tm_of(Attached ts, Object& o) {
    if (!is_tuple(o)) return raise(ts, Exc::TypeError, "Tuple or struct_time argument required");
    auto& t = static_cast<Tuple&>(o);
    if (t.size != 9)
        return raise(ts, Exc::TypeError, "function takes exactly 9 arguments ({} given)", t.size);
    int v[9];
    for (int i = 0; i < 9; ++i)
        v[i] = static_cast<int>(TRY(convert_int64(ts, unbox_borrowed(t.item[i]), INT_MIN, INT_MAX, "int")));
    if (v[0] < INT_MIN + 1900) return raise(ts, Exc::OverflowError, "year out of range");
    tm out{};
    out.tm_year = v[0] - 1900;
    out.tm_mon = v[1] - 1;
    out.tm_mday = v[2];
    out.tm_hour = v[3];
    out.tm_min = v[4];
    out.tm_sec = v[5];
    out.tm_wday = (v[6] + 1) % 7;
    out.tm_yday = v[7] - 1;
    out.tm_isdst = v[8];
    if (o.type == time_info.type) {
        if (is_str(*t.item[9])) out.tm_zone = TRY(str_as_c_string(ts, static_cast<Str&>(*t.item[9])));
        if (is_int(*t.item[10])) out.tm_gmtoff = TRY(as_index(ts, *t.item[10], Exc::OverflowError));
    }
    return out;
}
// Ranges that the C library relies on; 0 stands for 1 in months and days.
Result<void> check_ranges(Attached ts, tm& t) {
    if (t.tm_mon == -1)
        t.tm_mon = 0;
    else if (t.tm_mon < 0 || t.tm_mon > 11)
        return raise(ts, Exc::ValueError, "month out of range");
    if (t.tm_mday == 0)
        t.tm_mday = 1;
    else if (t.tm_mday < 0 || t.tm_mday > 31)
        return raise(ts, Exc::ValueError, "day of month out of range");
    if (t.tm_hour < 0 || t.tm_hour > 23) return raise(ts, Exc::ValueError, "hour out of range");
    if (t.tm_min < 0 || t.tm_min > 59) return raise(ts, Exc::ValueError, "minute out of range");
    if (t.tm_sec < 0 || t.tm_sec > 61) return raise(ts, Exc::ValueError, "seconds out of range");
    if (t.tm_wday < 0) return raise(ts, Exc::ValueError, "day of week out of range");
    if (t.tm_yday == -1)
        t.tm_yday = 0;
    else if (t.tm_yday < 0 || t.tm_yday > 365)
        return raise(ts, Exc::ValueError, "day of year out of range");
    return {};
}
Result<tm> tm_or_now(Attached ts, Object* o) {
    if (o) {
        tm t = TRY(tm_of(ts, *o));
        TRY(check_ranges(ts, t));
        return t;
    }
    time_t now = time(nullptr);
    tm t;
    if (!localtime_r(&now, &t)) return raise_oserror(ts, errno);
    return t;
}
Result<Ref<Str>> ascii_time(Attached ts, const tm& t) {
    static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return str_format(ts, "{} {}{:3} {:02}:{:02}:{:02} {}", kDays[t.tm_wday % 7], kMonths[t.tm_mon],
                      t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, 1900 + int64_t{t.tm_year});
}
Result<Ref<Str>> time_asctime(Attached ts, Module&, Object* t) {
    return ascii_time(ts, TRY(tm_or_now(ts, t)));
}
Result<Ref<Str>> time_ctime(Attached ts, Module&, Object* secs) {
    time_t t = TRY(time_argument(ts, secs));
    tm out;
    if (!localtime_r(&t, &out)) return raise_oserror(ts, errno);
    return ascii_time(ts, out);
}
Result<double> time_mktime(Attached ts, Module&, Object& t) {
    tm in = TRY(tm_of(ts, t));
    in.tm_wday = -1;  // stays so when mktime fails
    time_t r = mktime(&in);
    if (r == -1 && in.tm_wday == -1) return raise(ts, Exc::OverflowError, "mktime argument out of range");
    return static_cast<double>(r);
}
Result<Ref<Object>> time_strftime(Attached ts, Module&, Str& format, Object* t) {
    tm in = TRY(tm_or_now(ts, t));
    if (in.tm_isdst < -1)
        in.tm_isdst = -1;
    else if (in.tm_isdst > 1)
        in.tm_isdst = 1;
    std::string text;
    TRY(fs_encode(ts, format, &text));
    if (text.empty()) return str_empty();
    for (size_t size = 1024;; size *= 2) {
        std::string out(size, '\0');
        size_t n = strftime(out.data(), size, text.c_str(), &in);
        if (n > 0 || size >= 256 * text.size() + 1024)
            return fs_decode(ts, std::string_view(out).substr(0, n));
    }
}
Result<Ref<Object>> time_strptime(Attached ts, Module&, Args args) {
    auto module = TRY(import_module(ts, "_strptime"));
    auto name = TRY(str_intern_utf8(ts, "_strptime_time"));
    auto f = TRY(get_attr(ts, *module, *name));
    return boxed_result(ts, call_value(ts, *f, args.v, args.n, nullptr));
}

// timezone, altzone, daylight, tzname: from the offsets in January and July.
Result<void> set_zone(Attached ts, Dict& d) {
    tzset();
    time_t now = time(nullptr);
    constexpr time_t kYear = (365 * 24 + 6) * 3600;
    time_t first = (now / kYear) * kYear;
    auto zone_at = [](time_t t, std::string* name) {
        tm out{};
        localtime_r(&t, &out);
        *name = out.tm_zone ? out.tm_zone : "   ";
        return -out.tm_gmtoff;
    };
    std::string january_name, july_name;
    long january = zone_at(first, &january_name), july = zone_at(first + kYear / 2, &july_name);
    bool south = january < july;
    long standard = south ? july : january, summer = south ? january : july;
    auto put = [&](const char* key, Object& o) -> Result<void> {
        return dict_set_str(ts, d, *TRY(str_intern_utf8(ts, key)), o);
    };
    TRY(put("timezone", *TRY(box_int(ts, standard))));
    TRY(put("altzone", *TRY(box_int(ts, summer))));
    TRY(put("daylight", *TRY(box_int(ts, january != july))));
    auto a = TRY(fs_decode(ts, south ? july_name : january_name));
    auto b = TRY(fs_decode(ts, south ? january_name : july_name));
    return put("tzname", *TRY(tuple_of(ts, {a.get(), b.get()})));
}
Result<void> time_tzset(Attached ts, Module& module) {
    return set_zone(ts, *module.dict);
}

constexpr Method functions[] = {
    method<time_asctime>("asctime($module, tuple=<unrepresentable>, /)",
                         "A calendar time as text of the form 'Sat Jun  6 16:26:11 1998'; the present local "
                         "time if left out."),
    method<time_clock_getres>("clock_getres($module, clk_id, /)",
                              "The smallest step of this clock, in seconds."),
    method<time_clock_gettime>("clock_gettime($module, clk_id, /)", "What this clock shows, in seconds."),
    method<time_clock_gettime_ns>("clock_gettime_ns($module, clk_id, /)",
                                  "What this clock shows, in nanoseconds."),
    method<time_clock_settime>("clock_settime($module, clk_id, time, /)",
                               "Makes this clock show that many seconds."),
    method<time_clock_settime_ns>("clock_settime_ns($module, clk_id, time, /)",
                                  "Makes this clock show that many nanoseconds."),
    method<time_ctime>("ctime($module, seconds=None, /)", "asctime() of localtime(seconds)."),
    method<time_get_clock_info>(
        "get_clock_info($module, name, /)",
        "How the clock of this name works, how precisely, and whether it can be set or go back."),
    method<time_gmtime>(
        "gmtime($module, seconds=None, /)",
        "The calendar time in UTC, that many seconds after the beginning of 1970; the present if left out."),
    method<time_localtime>("localtime($module, seconds=None, /)",
                           "The calendar time of this place, that many seconds after the beginning of 1970 "
                           "in UTC; the present if left out."),
    method<time_mktime>(
        "mktime($module, tuple, /)",
        "How many seconds after the beginning of 1970 in UTC this local calendar time comes."),
    method<clock_seconds<CLOCK_MONOTONIC>>("monotonic($module, /)",
                                           "Seconds on a clock that never goes back."),
    method<clock_nanoseconds<CLOCK_MONOTONIC>>("monotonic_ns($module, /)",
                                               "Nanoseconds on a clock that never goes back."),
    method<clock_seconds<CLOCK_MONOTONIC>>(
        "perf_counter($module, /)", "Seconds on the finest clock there is, to measure durations with."),
    method<clock_nanoseconds<CLOCK_MONOTONIC>>(
        "perf_counter_ns($module, /)",
        "Nanoseconds on the finest clock there is, to measure durations with."),
    method<clock_seconds<CLOCK_PROCESS_CPUTIME_ID>>(
        "process_time($module, /)",
        "How many seconds of CPU time this process has taken, in the kernel and outside of it."),
    method<clock_nanoseconds<CLOCK_PROCESS_CPUTIME_ID>>(
        "process_time_ns($module, /)",
        "How many nanoseconds of CPU time this process has taken, in the kernel and outside of it."),
    method<time_pthread_getcpuclockid>("pthread_getcpuclockid($module, thread_id, /)",
                                       "The number of the clock of CPU time for this thread."),
    method<time_sleep>("sleep($module, seconds, /)",
                       "Waits for that many seconds, which need not be a whole number."),
    method<time_strftime>("strftime($module, format, tuple=<unrepresentable>, /)",
                          "Writes a calendar time in this format; the present local time if left out."),
    method<time_strptime>("strptime($module, /, *args)",
                          "Reads a calendar time that is written in this format."),
    method<clock_seconds<CLOCK_THREAD_CPUTIME_ID>>(
        "thread_time($module, /)",
        "How many seconds of CPU time this thread has taken, in the kernel and outside of it."),
    method<clock_nanoseconds<CLOCK_THREAD_CPUTIME_ID>>(
        "thread_time_ns($module, /)",
        "How many nanoseconds of CPU time this thread has taken, in the kernel and outside of it."),
    method<clock_seconds<CLOCK_REALTIME>>("time($module, /)", "Seconds since the beginning of 1970 in UTC."),
    method<clock_nanoseconds<CLOCK_REALTIME>>("time_ns($module, /)",
                                              "Nanoseconds since the beginning of 1970 in UTC."),
    method<time_tzset>("tzset($module, /)", "Read the time zone from the environment again."),
    {},
};

Result<void> time_exec(Attached ts, Module& module) {
    TRY(struct_prepare(ts, time_info));
    Dict& d = *module.dict;
    struct {
        const char* name;
        clockid_t id;
    } clocks[] = {{"CLOCK_REALTIME", CLOCK_REALTIME},
                  {"CLOCK_MONOTONIC", CLOCK_MONOTONIC},
                  {"CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW},
                  {"CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID},
                  {"CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID},
                  {"CLOCK_BOOTTIME", CLOCK_BOOTTIME},
                  {"CLOCK_TAI", CLOCK_TAI}};
    for (auto& c : clocks)
        TRY(dict_set_str(ts, d, *TRY(str_intern_utf8(ts, c.name)), *TRY(box_int(ts, c.id))));
    TRY(dict_set_str(ts, d, *TRY(str_intern_utf8(ts, "_STRUCT_TM_ITEMS")), *small_int(11)));
    TRY(dict_set_str(ts, d, *TRY(str_intern_utf8(ts, "struct_time")), *time_info.type));
    return set_zone(ts, d);
}

}  // namespace

const TypeSpec struct_time_spec =
    struct_spec<11>("time.struct_time", time_getset.data(), "A calendar time: year, month, day and so on.");

extern const ModuleSpec time_module;
const ModuleSpec time_module = {
    .name = "time",
    .doc = "Clocks, and calendar times in several forms.",
    .methods = functions,
    .exec = time_exec,
};

}  // namespace baton
