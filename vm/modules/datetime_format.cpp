// Dates and times as text: ISO 8601 both ways, and time.strftime.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/modules/datetime.h"

namespace baton {

// ---- writing ----

Result<TimeSpec> parse_timespec(Attached ts, Str* name) {
    static constexpr std::string_view kNames[] = {"auto",    "hours",        "minutes",
                                                  "seconds", "milliseconds", "microseconds"};
    if (!name) return TimeSpec::automatic;
    for (size_t i = 0; i < std::size(kNames); ++i) {
        if (str_eq_ascii(*name, kNames[i])) return static_cast<TimeSpec>(i);
    }
    return raise(ts, Exc::ValueError, "Unknown timespec value");
}
void append_date(StrBuilder& out, const Ymd& d) {
    out.append_format("{:04}-{:02}-{:02}", d.year, d.month, d.day);
}
void append_clock(StrBuilder& out, const Clock& c, TimeSpec spec) {
    if (spec == TimeSpec::automatic) spec = c.microsecond ? TimeSpec::microseconds : TimeSpec::seconds;
    out.append_format("{:02}", c.hour);
    if (spec >= TimeSpec::minutes) out.append_format(":{:02}", c.minute);
    if (spec >= TimeSpec::seconds) out.append_format(":{:02}", c.second);
    if (spec == TimeSpec::milliseconds) out.append_format(".{:03}", c.microsecond / 1000);
    if (spec == TimeSpec::microseconds) out.append_format(".{:06}", c.microsecond);
}
void append_offset(StrBuilder& out, const Delta& offset, std::string_view separator) {
    Wide micros = delta_micros(offset);
    out.append(micros < 0 ? '-' : '+');
    if (micros < 0) micros = -micros;
    const int seconds = static_cast<int>(micros / kMicrosPerSecond),
              rest = static_cast<int>(micros % kMicrosPerSecond);
    out.append_format("{:02}{}{:02}", seconds / 3600, separator, seconds / 60 % 60);
    if (seconds % 60 || rest) out.append_format("{}{:02}", separator, seconds % 60);
    if (rest) out.append_format(".{:06}", rest);
}

Result<Ref<Object>> format_with(Attached ts, Object* tz, Object& tz_argument, int microsecond, Str& format,
                                Object& tuple) {
    StrBuilder out;
    for (Index i = 0; i < format.length; ++i) {
        const uint32_t c = str_char_unchecked(format, i);
        if (c != '%' || i + 1 == format.length) {
            out.append(c);
            continue;
        }
        const uint32_t directive = str_char_unchecked(format, ++i);
        if (directive == 'f') {
            out.append_format("{:06}", microsecond);
        } else if (directive == 'z') {
            const OptRef<Delta> offset = TRY(zone_utcoffset(ts, tz, tz_argument));
            if (offset) append_offset(out, *offset, "");
        } else if (directive == 'Z') {
            const Ref<Object> name = TRY(zone_name(ts, tz, tz_argument));
            if (is_none(*name)) continue;
            // strftime must not see directives in it.
            const Ref<Str> percent = str_latin1_char('%'), twice = TRY(str_new_ascii(ts, "%%"));
            const Ref<Object> quoted = TRY(call_named(ts, *name, "replace", {percent.get(), twice.get()}));
            if (!is_str(*quoted))
                return raise(ts, Exc::TypeError, "tzname.replace() did not return a string");
            out.append(static_cast<Str&>(*quoted));
        } else {
            out.append('%');
            out.append(directive);
        }
    }
    const Ref<Str> whole = TRY(out.finish(ts));
    const Ref<Object> time_module = TRY(import_module(ts, "time"));
    return call_named(ts, *time_module, "strftime", {whole.get(), &tuple});
}
Result<Ref<Object>> format_method(Attached ts, Object& self, Str& spec) {
    if (spec.length == 0) return str(ts, self);
    return call_named(ts, self, "strftime", {&spec});
}
Result<Ref<Object>> ctime_text(Attached ts, const Ymd& d, const Clock& c) {
    static constexpr const char* kDays[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                              "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    return str_format(ts, "{} {} {:2} {:02}:{:02}:{:02} {:04}", kDays[weekday_of(d)], kMonths[d.month - 1],
                      d.day, c.hour, c.minute, c.second, d.year);
}

// ---- reading ----

namespace {

// `count` digits at `at`, which moves behind them; -1: something else stands there.
int read_digits(std::string_view text, size_t& at, size_t count) {
    if (text.size() < at + count) return -1;
    int n = 0;
    for (const size_t end = at + count; at < end; ++at) {
        if (text[at] < '0' || text[at] > '9') return -1;
        n = n * 10 + (text[at] - '0');
    }
    return n;
}
bool is_digit(std::string_view text, size_t at) {
    return at < text.size() && text[at] >= '0' && text[at] <= '9';
}

// HH[:MM[:SS[.fraction]]], or the same without colons; whole text. Fractions may have any number of digits;
// those behind the sixth are dropped.
bool read_clock(std::string_view text, Clock* out) {
    size_t at = 0;
    int* const parts[] = {&out->hour, &out->minute, &out->second};
    bool colons = false;
    for (int i = 0; i < 3; ++i) {
        if ((*parts[i] = read_digits(text, at, 2)) < 0) return false;
        if (at == text.size()) return true;
        const char next = text[at];
        if (i == 2 || next == '.' || next == ',') break;
        if (i == 0) colons = next == ':';
        if (colons) {
            if (next != ':') return false;
            ++at;
        } else if (!is_digit(text, at)) {
            return false;
        }
    }
    if (text[at] != '.' && text[at] != ',') return false;
    ++at;
    if (!is_digit(text, at)) return false;
    int scale = 100000;
    for (; is_digit(text, at); ++at) {
        out->microsecond += (text[at] - '0') * scale;
        scale /= 10;
    }
    return at == text.size();
}

}  // namespace

size_t iso_date_length(std::string_view text) {
    constexpr size_t kBasic = 8, kExtended = 10;  // YYYYMMDD, YYYY-MM-DD
    if (text.size() == 7) return 7;               // YYYYWww
    if (text.size() > 4 && text[4] == '-') {
        if (text.size() > 5 && text[5] == 'W') {  // YYYY-Www[-D]
            if (text.size() < 8) return text.size();
            if (text.size() > 8 && text[8] == '-') {
                if (text.size() == 9) return 9;
                // A weekday, unless more digits follow: then the '-' separates the time.
                return text.size() > 10 && is_digit(text, 10) ? 8 : kExtended;
            }
            return 8;
        }
        return kExtended;
    }
    if (text.size() > 4 && text[4] == 'W') {  // YYYYWww[D]: how many digits there are tells them apart
        size_t at = 7;
        while (is_digit(text, at)) ++at;
        if (at < 9) return at;
        return at % 2 == 0 ? 7 : kBasic;
    }
    return kBasic;
}

Result<bool> parse_iso_date(Attached ts, std::string_view text, Ymd* out) {
    size_t at = 0;
    if ((out->year = read_digits(text, at, 4)) < 0) return false;
    const bool dashes = at < text.size() && text[at] == '-';
    if (dashes) ++at;
    if (at < text.size() && text[at] == 'W') {
        ++at;
        const int week = read_digits(text, at, 2);
        int day = 1;
        if (week < 0) return false;
        if (at < text.size()) {
            if (dashes && text[at++] != '-') return false;
            if ((day = read_digits(text, at, 1)) < 0) return false;
        }
        if (at != text.size()) return false;
        auto found = date_of_iso_week(ts, out->year, week, day);
        if (!found.ok()) {  // the caller's message names the whole text
            clear_pending(ts);
            return false;
        }
        *out = found.take();
        return true;
    }
    if ((out->month = read_digits(text, at, 2)) < 0) return false;
    if (dashes && (at >= text.size() || text[at++] != '-')) return false;
    if ((out->day = read_digits(text, at, 2)) < 0) return false;
    return at == text.size();
}

bool parse_iso_time(std::string_view text, IsoTime* out) {
    const size_t zone = text.find_first_of("+-Z");
    if (!read_clock(text.substr(0, zone), &out->clock)) return false;
    if (zone == text.npos) return true;
    out->has_offset = true;
    const std::string_view rest = text.substr(zone + 1);
    if (text[zone] == 'Z') {
        out->utc = true;
        return rest.empty();
    }
    Clock c;
    if (!read_clock(rest, &c)) return false;
    out->offset = Wide{c.hour * 3600 + c.minute * 60 + c.second} * kMicrosPerSecond + c.microsecond;
    if (text[zone] == '-') out->offset = -out->offset;
    out->utc = c.hour == 0 && c.minute == 0 && c.second == 0;  // whatever the fraction, as in CPython
    return true;
}

Raised invalid_iso_text(Attached ts, Object& text) {
    const Shown shown = TRY(show_repr(ts, text));
    return raise(ts, Exc::ValueError, "Invalid isoformat string: {}", shown.view);
}

Result<OptRef<Object>> zone_of_iso(Attached ts, const IsoTime& t) {
    if (!t.has_offset) return OptRef<Object>();
    if (t.utc) return OptRef<Object>::share(&utc_zone());
    const Ref<Delta> offset = TRY(delta_from_micros(ts, t.offset));
    return OptRef<Object>(TRY(timezone_make(ts, *offset, nullptr)));
}

// ---- calls ----

Result<Ref<Object>> call_named(Attached ts, Object& o, std::string_view name,
                               std::initializer_list<Object*> args) {
    const Ref<Str> n = TRY(str_intern_utf8(ts, name));
    return call_method(ts, o, *n, args);
}
Result<Ref<Object>> call_with_ints(Attached ts, Object& callee, std::initializer_list<int> ints,
                                   Object* last) {
    const Ref<Tuple> args = TRY(tuple_alloc(ts, static_cast<Index>(ints.size()) + (last != nullptr)));
    Index at = 0;
    for (const int i : ints) args->item[at++] = TRY(box_int(ts, i)).release();
    if (last) args->item[at] = Ref<Object>::share(*last).release();
    tuple_track(ts, *args);
    return call_tuple(ts, callee, *args, nullptr);
}

}  // namespace baton
