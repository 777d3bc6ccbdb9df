// The proleptic Gregorian calendar: days counted from the first of January of year 1.
#include "vm/modules/datetime.h"

namespace baton {

namespace {
constexpr int kDaysBefore[] = {0, 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
constexpr int kDaysIn400Years = 146097, kDaysIn100Years = 36524, kDaysIn4Years = 1461;

int days_before_year(int year) {
    const int y = year - 1;
    return y * 365 + y / 4 - y / 100 + y / 400;
}
}  // namespace

bool is_leap_year(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
int days_in_month(int year, int month) {
    if (month == 2) return is_leap_year(year) ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}
int days_before_month(int year, int month) {
    return kDaysBefore[month] + (month > 2 && is_leap_year(year));
}
int ordinal_of(const Ymd& d) {
    return days_before_year(d.year) + days_before_month(d.year, d.month) + d.day;
}
Ymd date_of_ordinal(int ordinal) {
    int n = ordinal - 1;
    const int n400 = n / kDaysIn400Years;
    n %= kDaysIn400Years;
    const int n100 = n / kDaysIn100Years;
    n %= kDaysIn100Years;
    const int n4 = n / kDaysIn4Years;
    n %= kDaysIn4Years;
    const int n1 = n / 365;
    n %= 365;
    const int year = n400 * 400 + n100 * 100 + n4 * 4 + n1 + 1;
    // The last day of a leap year at the end of a cycle counts one year too many.
    if (n1 == 4 || n100 == 4) return {year - 1, 12, 31};
    int month = 12;
    while (days_before_month(year, month) > n) --month;
    return {year, month, n - days_before_month(year, month) + 1};
}
int weekday_of(const Ymd& d) {
    return (ordinal_of(d) + 6) % 7;
}
int iso_year_start(int year) {
    constexpr int kThursday = 3;
    const int first = ordinal_of({year, 1, 1});
    const int weekday = (first + 6) % 7;
    return first - weekday + (weekday > kThursday ? 7 : 0);
}
IsoWeek iso_week_of(const Ymd& d) {
    int year = d.year;
    const int today = ordinal_of(d);
    int start = iso_year_start(year);
    if (today < start)
        start = iso_year_start(--year);
    else if (const int next = iso_year_start(year + 1); today >= next) {
        start = next;
        ++year;
    }
    return {year, (today - start) / 7 + 1, (today - start) % 7 + 1};
}
Result<Ymd> date_of_iso_week(Attached ts, int64_t year, int64_t week, int64_t day) {
    if (year < kMinYear || year > kMaxYear)
        return raise(ts, Exc::ValueError, "Year is out of range: {}", year);
    const int y = static_cast<int>(year);
    bool valid = week > 0 && week < 53;
    if (week == 53) {  // a year of 53 weeks has its first Thursday on the first of January, or on the second
        const int first = weekday_of({y, 1, 1});
        valid = first == 3 || (first == 2 && is_leap_year(y));
    }
    if (!valid) return raise(ts, Exc::ValueError, "Invalid week: {}", week);
    if (day < 1 || day > 7) return raise(ts, Exc::ValueError, "Invalid day: {} (range is [1, 7])", day);
    const int ordinal = iso_year_start(y) + static_cast<int>((week - 1) * 7 + day - 1);
    if (ordinal < 1 || ordinal > kMaxOrdinal)
        return raise(ts, Exc::ValueError, "year {} is out of range", y + (ordinal > kMaxOrdinal));
    return date_of_ordinal(ordinal);
}
Result<void> check_date(Attached ts, int64_t year, int64_t month, int64_t day) {
    if (year < kMinYear || year > kMaxYear)
        return raise(ts, Exc::ValueError, "year {} is out of range", year);
    if (month < 1 || month > 12) return raise(ts, Exc::ValueError, "month must be in 1..12");
    if (day < 1 || day > days_in_month(static_cast<int>(year), static_cast<int>(month)))
        return raise(ts, Exc::ValueError, "day is out of range for month");
    return {};
}
Result<void> check_clock(Attached ts, const Clock& c) {
    if (c.hour < 0 || c.hour > 23) return raise(ts, Exc::ValueError, "hour must be in 0..23");
    if (c.minute < 0 || c.minute > 59) return raise(ts, Exc::ValueError, "minute must be in 0..59");
    if (c.second < 0 || c.second > 59) return raise(ts, Exc::ValueError, "second must be in 0..59");
    if (c.microsecond < 0 || c.microsecond >= kMicrosPerSecond)
        return raise(ts, Exc::ValueError, "microsecond must be in 0..999999");
    if (c.fold != 0 && c.fold != 1) return raise(ts, Exc::ValueError, "fold must be either 0 or 1");
    return {};
}
Wide divide_nearest(Wide a, Wide b) {
    Wide q = a / b, r = a % b;
    if (r < 0) {
        r += b;
        --q;
    }
    const Wide twice = 2 * r;
    return q + (twice > b || (twice == b && (q & 1)));
}

}  // namespace baton
