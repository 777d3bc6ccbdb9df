// datetime and the clocks: now, timestamps, local time and conversion between zones.
#include <ctime>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "vm/fs_text.h"
#include "vm/modules/datetime_impl.h"

namespace baton {

namespace {

constexpr int kEpochDay = 719163;           // the ordinal of the first of January 1970
constexpr int64_t kFoldSearch = 24 * 3600;  // no clock has been set back or forth by more

Result<Wide> now_micros(Attached) {
    timespec t{};
    clock_gettime(CLOCK_REALTIME, &t);
    return Wide{t.tv_sec} * kMicrosPerSecond + t.tv_nsec / 1000;
}
int64_t seconds_of(const Ymd& d, const Clock& c) {
    return (int64_t{ordinal_of(d)} - kEpochDay) * kSecondsPerDay + c.hour * 3600 + c.minute * 60 + c.second;
}
// What the local clocks show at that many seconds after the epoch, counted as if that were UTC.
Result<int64_t> local_seconds(Attached ts, int64_t seconds) {
    const LocalTime t = TRY(civil_time(ts, seconds, false));
    return seconds_of(t.date, t.clock);
}
// The moment at which the local clocks show `shown`. Where they show it twice, fold tells which; where they
// never do (a gap), the offset before it counts for fold 0 and the one behind it for fold 1.
Result<int64_t> moment_of_local(Attached ts, int64_t shown, int fold) {
    const int64_t a = TRY(local_seconds(ts, shown)) - shown;
    const int64_t u1 = shown - a;
    const int64_t t1 = TRY(local_seconds(ts, u1));
    int64_t b;
    if (t1 == shown) {
        // One answer. Another lies on the other side of a change, if there is one.
        const int64_t u2 = u1 + (fold ? kFoldSearch : -kFoldSearch);
        b = TRY(local_seconds(ts, u2)) - u2;
        if (a == b) return u1;
    } else {
        b = t1 - u1;
    }
    const int64_t u2 = shown - b;
    if (TRY(local_seconds(ts, u2)) == shown) return u2;
    if (t1 == shown) return u1;
    return fold ? std::min(u1, u2) : std::max(u1, u2);
}

Result<Ref<Object>> from_micros(Attached ts, Type& cls, Wide micros, bool utc, Object* tz) {
    auto seconds = static_cast<int64_t>(micros / kMicrosPerSecond);
    int rest = static_cast<int>(micros % kMicrosPerSecond);
    if (rest < 0) {
        rest += static_cast<int>(kMicrosPerSecond);
        --seconds;
    }
    LocalTime t = TRY(civil_time(ts, seconds, utc));
    t.clock.microsecond = rest;
    // Whether the clocks have shown the same a day before at most: then this is the second time.
    if (!utc && seconds - kFoldSearch > -0x7fffffff * kFoldSearch) {
        const int64_t shown = seconds_of(t.date, t.clock);
        auto before = local_seconds(ts, seconds - kFoldSearch);
        if (before.ok()) {
            const int64_t turned = shown - before.take() - kFoldSearch;
            if (turned < 0 && TRY(local_seconds(ts, seconds + turned)) == shown) t.clock.fold = 1;
        } else {
            clear_pending(ts);  // before the first year: no fold there
        }
    }
    return datetime_make(ts, cls, t.date, t.clock, tz);
}
Result<Ref<Object>> in_zone(Attached ts, Ref<Object> moment, Object* tz) {
    if (!tz) return moment;
    return call_named(ts, *tz, "fromutc", {moment.get()});
}
Result<Object*> checked_zone(Attached ts, Object* tz) {
    Object* zone = TRY(zone_argument(ts, tz));
    return zone;
}

// The zone of the local clocks at a moment, with its offset and name.
Result<Ref<Object>> local_zone(Attached ts, int64_t seconds) {
    const time_t t = seconds;
    tm parts;
    if (!localtime_r(&t, &parts)) return raise_oserror(ts, errno ? errno : EINVAL);
    const Ref<Delta> offset = TRY(delta_from_micros(ts, Wide{parts.tm_gmtoff} * kMicrosPerSecond));
    const Ref<Str> name = TRY(fs_decode(ts, parts.tm_zone));
    return timezone_make(ts, *offset, name.get());
}
Result<Ref<Object>> or_none(Result<OptRef<Delta>> r) {
    if (!r.ok()) return already_raised();
    OptRef<Delta> d = r.take();
    return Ref<Object>::share(d ? static_cast<Object&>(*d) : none());
}

}  // namespace

Result<Ref<Object>> datetime_now(Attached ts, Type& cls, Object* tzinfo) {
    Object* tz = TRY(checked_zone(ts, tzinfo));
    if (is_none(*tz)) tz = nullptr;
    return in_zone(ts, TRY(from_micros(ts, cls, TRY(now_micros(ts)), tz != nullptr, tz)), tz);
}
Result<Ref<Object>> datetime_utcnow(Attached ts, Type& cls) {
    return from_micros(ts, cls, TRY(now_micros(ts)), true, nullptr);
}
Result<Ref<Object>> datetime_fromtimestamp(Attached ts, Type& cls, Object& timestamp, Object* tzinfo) {
    Object* tz = TRY(checked_zone(ts, tzinfo));
    if (is_none(*tz)) tz = nullptr;
    return in_zone(ts, TRY(from_micros(ts, cls, TRY(timestamp_micros(ts, timestamp)), tz != nullptr, tz)),
                   tz);
}
Result<Ref<Object>> datetime_utcfromtimestamp(Attached ts, Type& cls, Object& timestamp) {
    return from_micros(ts, cls, TRY(timestamp_micros(ts, timestamp)), true, nullptr);
}
Result<Ref<Object>> datetime_utcoffset(Attached ts, DateTime& self) {
    return or_none(zone_utcoffset(ts, self.tz, self));
}
Result<Ref<Object>> datetime_dst(Attached ts, DateTime& self) {
    return or_none(zone_dst(ts, self.tz, self));
}
Result<Ref<Object>> datetime_tzname(Attached ts, DateTime& self) {
    return zone_name(ts, self.tz, self);
}
Result<Ref<Object>> datetime_timetuple(Attached ts, DateTime& self) {
    const OptRef<Delta> dst = TRY(zone_dst(ts, self.tz, self));
    return time_tuple(ts, date_of(self), clock_of(self), dst ? delta_micros(*dst) != 0 : -1);
}
Result<Ref<Object>> datetime_utctimetuple(Attached ts, DateTime& self) {
    const OptRef<Delta> offset = TRY(zone_utcoffset(ts, self.tz, self));
    if (!offset) return time_tuple(ts, date_of(self), clock_of(self), 0);
    const Wide micros = local_micros(self) - delta_micros(*offset);
    if (micros < kMicrosPerDay || micros >= Wide{kMaxOrdinal + 1} * kMicrosPerDay)
        return raise(ts, Exc::OverflowError, "date value out of range");
    const MomentParts m = parts_of_micros(micros);
    return time_tuple(ts, m.date, m.clock, 0);
}
Result<double> datetime_timestamp(Attached ts, DateTime& self) {
    if (!self.tz) {
        const int64_t seconds =
            TRY(moment_of_local(ts, seconds_of(date_of(self), clock_of(self)), self.fold));
        return static_cast<double>(seconds) + clock_of(self).microsecond / 1e6;
    }
    const OptRef<Delta> offset = TRY(zone_utcoffset(ts, self.tz, self));
    const Wide micros =
        local_micros(self) - (offset ? delta_micros(*offset) : 0) - Wide{kEpochDay} * kMicrosPerDay;
    // Less than 2**59: the quotient of the two is rounded once.
    return static_cast<double>(static_cast<long double>(micros) / static_cast<long double>(kMicrosPerSecond));
}
Result<Ref<Object>> datetime_astimezone(Attached ts, DateTime& self, Object* tzinfo) {
    if (tzinfo && is_none(*tzinfo)) tzinfo = nullptr;
    if (tzinfo) TRY(zone_argument(ts, tzinfo));
    if (self.tz && self.tz == tzinfo) return Ref<Object>::share(self);
    OptRef<Delta> offset = TRY(zone_utcoffset(ts, self.tz, self));
    Wide micros = local_micros(self);
    if (offset) {
        micros -= delta_micros(*offset);
    } else {  // naive, or a zone that does not know: local time
        const int64_t seconds =
            TRY(moment_of_local(ts, seconds_of(date_of(self), clock_of(self)), self.fold));
        micros = (Wide{seconds} + int64_t{kEpochDay} * kSecondsPerDay) * kMicrosPerSecond +
                 clock_of(self).microsecond;
    }
    if (micros < kMicrosPerDay || micros >= Wide{kMaxOrdinal + 1} * kMicrosPerDay)
        return raise(ts, Exc::OverflowError, "date value out of range");
    const MomentParts m = parts_of_micros(micros);
    Ref<Object> zone =
        tzinfo ? Ref<Object>::share(*tzinfo) : TRY(local_zone(ts, seconds_of(m.date, m.clock)));
    const Ref<Object> in_utc = TRY(datetime_make(ts, *self.type, m.date, m.clock, zone.get()));
    return call_named(ts, *zone, "fromutc", {in_utc.get()});
}

}  // namespace baton
