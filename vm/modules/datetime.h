// datetime: dates, times, durations and zones, shared by the files of the module _datetime.
//
// Layouts are those of cp311 (PyDateTime_Date and so on), because C code reads the fields through macros: the
// year in two bytes, big end first; a microsecond in three. `tz` is null where has_tz is 0. Objects never
// change once they are visible, except that a hash is kept (-1: not yet computed). The calendar is the
// proleptic Gregorian one; day 1 is the first of January of year 1.
// Callers: attached threads; the calendar functions by anybody.
#pragma once
#include <string_view>

#include "runtime/native.h"
#include "runtime/types/str_builder.h"
#include "vm/vm_types.h"

namespace baton {

struct Delta : Object {
    Hash hash;
    int days, seconds, microseconds;  // 0 <= seconds < 86400, 0 <= microseconds < 1000000
};
struct Date : Object {
    Hash hash;
    uint8_t has_tz;  // only of datetimes
    uint8_t date[4];
};
struct DateTime : Date {
    uint8_t clock[6];
    uint8_t fold;
    Object* tz;
};
struct Time : Object {
    Hash hash;
    uint8_t has_tz;
    uint8_t clock[6];
    uint8_t fold;
    Object* tz;
};
struct TimeZone : Object {
    Object* offset;  // a Delta
    Object* name;    // null: made from the offset
};
static_assert(offsetof(Delta, days) == 24 && offsetof(Date, date) == 25);
static_assert(offsetof(DateTime, clock) == 29 && offsetof(DateTime, fold) == 35 &&
              offsetof(DateTime, tz) == 40);
static_assert(offsetof(Time, clock) == 25 && offsetof(Time, fold) == 31 && offsetof(Time, tz) == 32);

struct Ymd {
    int year, month, day;
};
struct Clock {
    int hour = 0, minute = 0, second = 0, microsecond = 0, fold = 0;
};
inline Ymd date_of(const Date& d) {
    return {d.date[0] << 8 | d.date[1], d.date[2], d.date[3]};
}
inline Clock clock_of(const uint8_t (&c)[6], int fold) {
    return {c[0], c[1], c[2], c[3] << 16 | c[4] << 8 | c[5], fold};
}
inline Clock clock_of(const DateTime& d) {
    return clock_of(d.clock, d.fold);
}
inline Clock clock_of(const Time& t) {
    return clock_of(t.clock, t.fold);
}

// ---- the calendar (datetime_calendar.cpp) ----
inline constexpr int kMinYear = 1, kMaxYear = 9999, kMaxOrdinal = 3652059;
inline constexpr int kMaxDeltaDays = 999999999;
inline constexpr int64_t kSecondsPerDay = 86400, kMicrosPerSecond = 1000000,
                         kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;
using Wide = __int128;  // microseconds: up to 8.64e19

bool is_leap_year(int year);
int days_in_month(int year, int month);
int days_before_month(int year, int month);
int ordinal_of(const Ymd& d);
Ymd date_of_ordinal(int ordinal);
int weekday_of(const Ymd& d);  // Monday is 0
int iso_year_start(int year);  // the ordinal of the Monday of its first week
struct IsoWeek {
    int year, week, day;
};
IsoWeek iso_week_of(const Ymd& d);
Result<Ymd> date_of_iso_week(Attached ts, int64_t year, int64_t week, int64_t day);
Result<void> check_date(Attached ts, int64_t year, int64_t month, int64_t day);
Result<void> check_clock(Attached ts, const Clock& c);
inline int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}
// The nearest multiple of 1/b to a/b, ties to even; b > 0.
Wide divide_nearest(Wide a, Wide b);

// ---- making ----
Result<Ref<Delta>> delta_from_micros(Attached ts, Wide micros, Type& cls = delta_type());
Wide delta_micros(const Delta& d);
// cls itself makes the struct; a subclass is called.
Result<Ref<Object>> date_make(Attached ts, Type& cls, const Ymd& d);
Result<Ref<Object>> datetime_make(Attached ts, Type& cls, const Ymd& d, const Clock& c, Object* tz);
Result<Ref<Object>> time_make(Attached ts, Type& cls, const Clock& c, Object* tz);
Result<Ref<Object>> timezone_make(Attached ts, Delta& offset, Object* name);
Object& utc_zone();

inline bool is_delta(const Object& o) {
    return is_instance_exact(o, delta_type());
}
inline bool is_date(const Object& o) {
    return is_instance_exact(o, date_type());
}
inline bool is_datetime(const Object& o) {
    return is_instance_exact(o, datetime_type());
}
inline bool is_time(const Object& o) {
    return is_instance_exact(o, time_type());
}
inline bool is_tzinfo(const Object& o) {
    return is_instance_exact(o, tzinfo_type());
}
inline void write_clock(uint8_t (&out)[6], const Clock& c) {
    out[0] = static_cast<uint8_t>(c.hour);
    out[1] = static_cast<uint8_t>(c.minute);
    out[2] = static_cast<uint8_t>(c.second);
    out[3] = static_cast<uint8_t>(c.microsecond >> 16);
    out[4] = static_cast<uint8_t>(c.microsecond >> 8);
    out[5] = static_cast<uint8_t>(c.microsecond);
}
// tz may be null or None.
template <class T>
void set_zone(T& self, Object* tz) {
    if (tz && is_none(*tz)) tz = nullptr;
    xincref(tz);
    self.tz = tz;
    self.has_tz = tz != nullptr;
}
inline Wide clock_micros(const Clock& c) {
    return Wide{c.hour * 3600 + c.minute * 60 + c.second} * kMicrosPerSecond + c.microsecond;
}
inline Object& tz_or_none(Object* tz) {
    return tz ? *tz : none();
}

// ---- zones (datetime_zone.cpp) ----
// null for None; TypeError for what is no tzinfo.
Result<Object*> zone_argument(Attached ts, Object* o);
// What the zone answers: None becomes empty.
Result<OptRef<Delta>> zone_utcoffset(Attached ts, Object* tz, Object& of);
Result<OptRef<Delta>> zone_dst(Attached ts, Object* tz, Object& of);
Result<Ref<Object>> zone_name(Attached ts, Object* tz, Object& of);  // a str or None
// (factory, arguments[, state]) of a zone, and what pickling gives for data and zone.
Result<Ref<Object>> reduce_with_state(Attached ts, Object& self, std::string_view state, Object* tz);

// ---- text (datetime_format.cpp) ----
enum class TimeSpec : uint8_t { automatic, hours, minutes, seconds, milliseconds, microseconds };
Result<TimeSpec> parse_timespec(Attached ts, Str* name);
void append_date(StrBuilder& out, const Ymd& d);
void append_clock(StrBuilder& out, const Clock& c, TimeSpec spec);
// +HH:MM[:SS[.ffffff]]
void append_offset(StrBuilder& out, const Delta& offset, std::string_view separator);
// time.strftime with %z, %Z and %f filled in by the object; `tuple` is its timetuple().
Result<Ref<Object>> format_with(Attached ts, Object* tz, Object& tz_argument, int microsecond, Str& format,
                                Object& tuple);
Result<Ref<Object>> format_method(Attached ts, Object& self, Str& spec);  // __format__
// "Thu Jan  1 00:00:00 1970"
Result<Ref<Object>> ctime_text(Attached ts, const Ymd& d, const Clock& c);

// ISO 8601 text as fromisoformat takes it. False: it is none.
struct IsoTime {
    Clock clock;
    bool has_offset = false, utc = false;
    Wide offset = 0;  // microseconds
};
Result<bool> parse_iso_date(Attached ts, std::string_view text, Ymd* out);
bool parse_iso_time(std::string_view text, IsoTime* out);
// Where the time begins behind the date of a whole datetime: the index of the separator.
size_t iso_date_length(std::string_view text);
Raised invalid_iso_text(Attached ts, Object& text);
Result<OptRef<Object>> zone_of_iso(Attached ts, const IsoTime& t);

// ---- shared by date, time and datetime ----
// The bytes that pickling keeps, when `o` can be that: bytes, or Latin-1 text, of that size, with a month at
// month_at (size: none). Empty otherwise.
Result<OptRef<Bytes>> pickled_state(Attached ts, Object& o, size_t size, size_t month_at);
Result<int> int_argument(Attached ts, Value v);
Result<Ref<Object>> date_isocalendar(Attached ts, Date& self);
Result<Ref<Object>> time_tuple(Attached ts, const Ymd& d, const Clock& c, int dst);
// type(self)(parts...) for a method of a subclass.
Result<Ref<Object>> call_with_ints(Attached ts, Object& callee, std::initializer_list<int> ints,
                                   Object* last = nullptr);
Result<Ref<Object>> call_named(Attached ts, Object& o, std::string_view name,
                               std::initializer_list<Object*> args = {});
Result<Ref<Object>> compare_bytes(const uint8_t* a, const uint8_t* b, size_t n, CompareOp op);
Raised raise_incomparable(Attached ts, Object& a, Object& b);
struct LocalTime {
    Ymd date;
    Clock clock;
};
Result<LocalTime> civil_time(Attached ts, int64_t seconds, bool utc);
// A timestamp in seconds, as an int or a float, in microseconds rounded half to even.
Result<Wide> timestamp_micros(Attached ts, Object& timestamp);

void datetime_init_process(Attached ts);

extern const TypeSpec delta_spec, date_spec, iso_calendar_spec, time_spec, datetime_spec, tzinfo_spec,
    timezone_spec;

}  // namespace baton
