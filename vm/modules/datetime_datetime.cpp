// datetime: making, fields, arithmetic, comparison. Its time zones and clocks are in datetime_clock.cpp.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/modules/datetime_impl.h"

namespace baton {

namespace {

constexpr size_t kStateSize = 10;
constexpr size_t kMonthAt = 2;
constexpr uint8_t kFoldBit = 0x80;  // in the month of what pickling keeps, from protocol 4 on

// Date and time as they lie in the struct: first to last byte.
const uint8_t* bytes_of_fields(const DateTime& d) {
    return d.date;
}

// Whatever the fields: what was pickled is not looked at again, as in CPython.
Result<Ref<Object>> datetime_restored(Attached ts, Type& cls, const Ymd& d, const Clock& c, Object* tz) {
    Ref<DateTime> self = TRY(new_instance<DateTime>(ts, cls));
    self->hash = -1;
    self->date[0] = static_cast<uint8_t>(d.year >> 8);
    self->date[1] = static_cast<uint8_t>(d.year);
    self->date[2] = static_cast<uint8_t>(d.month);
    self->date[3] = static_cast<uint8_t>(d.day);
    write_clock(self->clock, c);
    self->fold = static_cast<uint8_t>(c.fold);
    set_zone(*self, tz);
    return self;
}

Result<Ref<Object>> datetime_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature(
        "datetime($type, year, month, day, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, "
        "fold=0)");
    if (nargs >= 1 && nargs <= 2 && !kwnames && args[0].is_object()) {
        OptRef<Bytes> state = TRY(pickled_state(ts, *args[0].object(), kStateSize, kMonthAt));
        if (state) {
            Object* tz = nargs == 2 ? TRY(box_in_place(ts, args[1])) : nullptr;
            if (tz && !is_none(*tz) && !is_tzinfo(*tz))
                return raise(ts, Exc::TypeError, "bad tzinfo state arg");
            uint8_t b[kStateSize], clock[6];
            std::memcpy(b, state->data, kStateSize);
            std::memcpy(clock, b + 4, sizeof clock);
            const int fold = (b[kMonthAt] & kFoldBit) != 0;
            b[kMonthAt] &= static_cast<uint8_t>(~kFoldBit);
            return datetime_restored(ts, cls, {b[0] << 8 | b[1], b[2], b[3]}, clock_of(clock, fold), tz);
        }
    }
    Value* bound[10] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    int parts[7] = {};
    for (int i = 0; i < 7; ++i)
        if (bound[i]) parts[i] = TRY(int_argument(ts, *bound[i]));
    Object* tz = bound[7] ? TRY(box_in_place(ts, *bound[7])) : nullptr;
    const int fold = bound[8] ? TRY(int_argument(ts, *bound[8])) : 0;
    TRY(zone_argument(ts, tz));
    return datetime_new_raw(ts, cls, {parts[0], parts[1], parts[2]},
                            {parts[3], parts[4], parts[5], parts[6], fold}, tz);
}
void datetime_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<DateTime&>(object);
    xdecref(ts, std::exchange(self.tz, nullptr));
    free_instance(ts, self);
}

template <int Clock::*part>
Result<Ref<Object>> datetime_part(Attached ts, DateTime& self) {
    return box_int(ts, clock_of(self).*part);
}
Result<Ref<Object>> datetime_tzinfo(Attached, DateTime& self) {
    return Ref<Object>::share(tz_or_none(self.tz));
}

// ---- text ----
Result<Ref<Object>> datetime_repr(Attached ts, Object& object) {
    auto& self = static_cast<DateTime&>(object);
    const Ymd d = date_of(self);
    const Clock c = clock_of(self);
    StrBuilder out;
    out.append_utf8(type_name(self));
    out.append_format("({}, {}, {}, {}, {}", d.year, d.month, d.day, c.hour, c.minute);
    if (c.second || c.microsecond) out.append_format(", {}", c.second);
    if (c.microsecond) out.append_format(", {}", c.microsecond);
    if (c.fold) out.append_ascii(", fold=1");
    if (self.tz) {
        const Ref<Str> zone = TRY(repr(ts, *self.tz));
        out.append_ascii(", tzinfo=");
        out.append(*zone);
    }
    out.append(')');
    return out.finish(ts);
}
Result<Ref<Object>> isoformat(Attached ts, DateTime& self, uint32_t separator, TimeSpec spec) {
    StrBuilder out;
    append_date(out, date_of(self));
    out.append(separator);
    append_clock(out, clock_of(self), spec);
    const OptRef<Delta> offset = TRY(zone_utcoffset(ts, self.tz, self));
    if (offset) append_offset(out, *offset, ":");
    return out.finish(ts);
}
Result<Ref<Object>> datetime_isoformat(Attached ts, DateTime& self, Str* separator, Str* timespec) {
    if (separator && separator->length != 1)
        return raise(ts, Exc::TypeError, "isoformat() argument 1 must be a unicode character, not str");
    return isoformat(ts, self, separator ? str_char_unchecked(*separator, 0) : 'T',
                     TRY(parse_timespec(ts, timespec)));
}
Result<Ref<Object>> datetime_str(Attached ts, Object& self) {
    const Ref<Str> space = str_latin1_char(' ');
    return call_named(ts, self, "isoformat", {space.get()});
}
Result<Ref<Object>> datetime_ctime(Attached ts, DateTime& self) {
    return ctime_text(ts, date_of(self), clock_of(self));
}
Result<Ref<Object>> datetime_strftime(Attached ts, DateTime& self, Str& format) {
    const Ref<Object> tuple = TRY(call_named(ts, self, "timetuple"));
    return format_with(ts, self.tz, self, clock_of(self).microsecond, format, *tuple);
}
Result<Ref<Object>> datetime_fromisoformat(Attached ts, Type& cls, Object& text) {
    if (!is_str(text)) return raise(ts, Exc::TypeError, "fromisoformat: argument must be str");
    auto& s = static_cast<Str&>(text);
    if (s.length < 7) return invalid_iso_text(ts, text);
    // The separator may be any character; everything else is ASCII.
    std::string ascii;
    for (Index i = 0; i < s.length; ++i) {
        const uint32_t c = str_char_unchecked(s, i);
        ascii += c < 128 ? static_cast<char>(c) : '\x7f';
    }
    const size_t date_length = iso_date_length(ascii);
    const std::string_view all(ascii);
    Ymd d;
    if (all.size() < date_length || !TRY(parse_iso_date(ts, all.substr(0, date_length), &d)))
        return invalid_iso_text(ts, text);
    IsoTime t;
    if (all.size() > date_length && !parse_iso_time(all.substr(date_length + 1), &t))
        return invalid_iso_text(ts, text);
    const OptRef<Object> tz = TRY(zone_of_iso(ts, t));
    return datetime_make(ts, cls, d, t.clock, tz.get());
}
Result<Ref<Object>> datetime_strptime(Attached ts, Type& cls, Str& text, Str& format) {
    const Ref<Object> module = TRY(import_module(ts, "_strptime"));
    return call_named(ts, *module, "_strptime_datetime", {&cls, &text, &format});
}

// ---- parts ----
Result<Ref<Object>> datetime_date(Attached ts, DateTime& self) {
    return date_make(ts, date_type(), date_of(self));
}
Result<Ref<Object>> datetime_time(Attached ts, DateTime& self) {
    return time_make(ts, time_type(), clock_of(self), nullptr);
}
Result<Ref<Object>> datetime_timetz(Attached ts, DateTime& self) {
    return time_make(ts, time_type(), clock_of(self), self.tz);
}
Result<Ref<Object>> datetime_combine(Attached ts, Type& cls, Object& date, Object& time, Object* tzinfo) {
    if (!is_date(date))
        return raise(ts, Exc::TypeError, "combine() argument 1 must be datetime.date, not {}",
                     type_name(date));
    if (!is_time(time))
        return raise(ts, Exc::TypeError, "combine() argument 2 must be datetime.time, not {}",
                     type_name(time));
    auto& t = static_cast<Time&>(time);
    if (!tzinfo) tzinfo = &tz_or_none(t.tz);
    TRY(zone_argument(ts, tzinfo));
    return datetime_make(ts, cls, date_of(static_cast<Date&>(date)), clock_of(t), tzinfo);
}
Result<Ref<Object>> datetime_replace(Attached ts, DateTime& self, Opt<int> year, Opt<int> month, Opt<int> day,
                                     Opt<int> hour, Opt<int> minute, Opt<int> second, Opt<int> microsecond,
                                     Object* tzinfo, Opt<int> fold) {
    const Ymd d = date_of(self);
    const Clock c = clock_of(self);
    Object* tz = tzinfo ? TRY(zone_argument(ts, tzinfo)) : self.tz;
    return datetime_new_raw(ts, *self.type,
                            {year.or_else(d.year), month.or_else(d.month), day.or_else(d.day)},
                            {hour.or_else(c.hour), minute.or_else(c.minute), second.or_else(c.second),
                             microsecond.or_else(c.microsecond), fold.or_else(c.fold)},
                            tz);
}
Result<Ref<Object>> datetime_reduce_ex(Attached ts, DateTime& self, int protocol) {
    char state[kStateSize];
    std::memcpy(state, bytes_of_fields(self), kStateSize);
    if (protocol > 3 && self.fold)
        state[kMonthAt] = static_cast<char>(static_cast<uint8_t>(state[kMonthAt]) | kFoldBit);
    return reduce_with_state(ts, self, {state, kStateSize}, self.tz);
}
Result<Ref<Object>> datetime_reduce(Attached ts, DateTime& self) {
    return datetime_reduce_ex(ts, self, 2);
}

// ---- arithmetic ----
Result<Ref<Object>> shifted(Attached ts, DateTime& self, const Delta& delta, int sign) {
    const Wide micros = local_micros(self) + sign * delta_micros(delta);
    if (micros < kMicrosPerDay || micros >= Wide{kMaxOrdinal + 1} * kMicrosPerDay)
        return raise(ts, Exc::OverflowError, "date value out of range");
    const MomentParts m = parts_of_micros(micros);
    return datetime_make(ts, *self.type, m.date, m.clock, self.tz);
}
Result<Ref<Object>> datetime_add(Attached ts, Object& a, Object& b) {
    if (is_datetime(a) && is_delta(b))
        return shifted(ts, static_cast<DateTime&>(a), static_cast<Delta&>(b), 1);
    if (is_delta(a) && is_datetime(b))
        return shifted(ts, static_cast<DateTime&>(b), static_cast<Delta&>(a), 1);
    return Ref<Object>::share(not_implemented());
}
Result<Ref<Object>> datetime_subtract(Attached ts, Object& a, Object& b) {
    if (!is_datetime(a)) return Ref<Object>::share(not_implemented());
    auto& x = static_cast<DateTime&>(a);
    if (is_delta(b)) return shifted(ts, x, static_cast<Delta&>(b), -1);
    if (!is_datetime(b)) return Ref<Object>::share(not_implemented());
    auto& y = static_cast<DateTime&>(b);
    Wide difference = local_micros(x) - local_micros(y);
    if (x.tz != y.tz) {
        const OptRef<Delta> ox = TRY(zone_utcoffset(ts, x.tz, x)), oy = TRY(zone_utcoffset(ts, y.tz, y));
        if (!ox != !oy)
            return raise(ts, Exc::TypeError, "can't subtract offset-naive and offset-aware datetimes");
        if (ox && oy) difference -= delta_micros(*ox) - delta_micros(*oy);
    }
    return delta_from_micros(ts, difference);
}

// ---- comparing ----
// Whether the offset depends on the fold: such a moment equals none in another zone (PEP 495).
Result<bool> depends_on_fold(Attached ts, DateTime& self, const Delta* offset) {
    Clock c = clock_of(self);
    c.fold = !c.fold;
    const Ref<Object> other = TRY(datetime_new_raw(ts, datetime_type(), date_of(self), c, self.tz));
    const OptRef<Delta> there = TRY(zone_utcoffset(ts, self.tz, *other));
    if (!offset || !there) return !offset != !there;
    return delta_micros(*offset) != delta_micros(*there);
}
Result<Ref<Object>> datetime_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_datetime(b)) {
        if (!is_date(b)) return Ref<Object>::share(not_implemented());
        if (op == CompareOp::eq || op == CompareOp::ne)
            return Ref<Object>::share(bool_object(op == CompareOp::ne));
        return raise_incomparable(ts, a, b);
    }
    auto &x = static_cast<DateTime&>(a), &y = static_cast<DateTime&>(b);
    const bool equality = op == CompareOp::eq || op == CompareOp::ne;
    if (x.tz == y.tz) return compare_bytes(bytes_of_fields(x), bytes_of_fields(y), kStateSize, op);
    const OptRef<Delta> ox = TRY(zone_utcoffset(ts, x.tz, x)), oy = TRY(zone_utcoffset(ts, y.tz, y));
    if (equality && (TRY(depends_on_fold(ts, x, ox.get())) || TRY(depends_on_fold(ts, y, oy.get()))))
        return Ref<Object>::share(bool_object(op == CompareOp::ne));
    if (!ox && !oy) return compare_bytes(bytes_of_fields(x), bytes_of_fields(y), kStateSize, op);
    if (!ox || !oy) {
        if (equality) return Ref<Object>::share(bool_object(op == CompareOp::ne));
        return raise(ts, Exc::TypeError, "can't compare offset-naive and offset-aware datetimes");
    }
    const Wide difference = (local_micros(x) - delta_micros(*ox)) - (local_micros(y) - delta_micros(*oy));
    return Ref<Object>::share(bool_object(order_holds(difference < 0 ? -1 : difference > 0, op)));
}
Result<Index> datetime_hash(Attached ts, Object& object) {
    auto& self = static_cast<DateTime&>(object);
    if (self.hash != -1) return self.hash;
    Ref<Object> plain = Ref<Object>::share(self);
    if (self.fold) {  // equal moments have equal hashes, whatever their fold
        Clock c = clock_of(self);
        c.fold = 0;
        plain = TRY(datetime_new_raw(ts, datetime_type(), date_of(self), c, self.tz));
    }
    const OptRef<Delta> offset = TRY(zone_utcoffset(ts, self.tz, *plain));
    if (!offset) {
        self.hash = hash_bytes(bytes_of_fields(self), kStateSize);
    } else {
        const Ref<Delta> in_utc = TRY(delta_from_micros(ts, local_micros(self) - delta_micros(*offset)));
        self.hash = TRY(hash(ts, *in_utc));
    }
    return self.hash;
}

constexpr Method datetime_own_methods[] = {
    class_method<datetime_now>("now($type, /, tz=None)",
                               "The present moment: local without a zone, or in that zone."),
    class_method<datetime_utcnow>("utcnow($type, /)", "The present moment in UTC, without a zone."),
    class_method<datetime_fromtimestamp>("fromtimestamp($type, /, timestamp, tz=None)",
                                         "The moment that many seconds after the beginning of 1970 in UTC: "
                                         "local without a zone, or in that zone."),
    class_method<datetime_utcfromtimestamp>(
        "utcfromtimestamp($type, timestamp, /)",
        "The moment that many seconds after the beginning of 1970, in UTC, without a zone."),
    class_method<datetime_strptime>("strptime($type, date_string, format, /)",
                                    "The moment that a text in a format of strptime() names."),
    class_method<datetime_combine>(
        "combine($type, /, date, time, tzinfo=<unrepresentable>)",
        "A date and a time put together; with the time's zone if no other is given."),
    class_method<datetime_fromisoformat>("fromisoformat($type, date_string, /)",
                                         "The moment that an ISO 8601 text names."),
    method<datetime_date>("date($self, /)", "The date alone."),
    method<datetime_time>("time($self, /)", "The time of day alone, without the zone."),
    method<datetime_timetz>("timetz($self, /)", "The time of day with its zone."),
    method<datetime_ctime>("ctime($self, /)", "The moment as C's ctime() writes it."),
    method<datetime_strftime>("strftime($self, /, format)", "The moment in a format of strftime()."),
    method<datetime_timetuple>("timetuple($self, /)", "The moment as a time.struct_time."),
    method<datetime_timestamp>("timestamp($self, /)",
                               "Seconds since the beginning of 1970 in UTC, as a float."),
    method<datetime_utctimetuple>("utctimetuple($self, /)", "The moment in UTC as a time.struct_time."),
    method<datetime_isoformat>(
        "isoformat($self, /, sep='T', timespec='auto')",
        "Date, separator, time and offset in ISO 8601 form; timespec says how much of the time: "
        "auto, hours, minutes, seconds, milliseconds or microseconds."),
    method<datetime_utcoffset>("utcoffset($self, /)",
                               "What the zone says its offset is; None without a zone."),
    method<datetime_tzname>("tzname($self, /)", "What the zone says its name is; None without a zone."),
    method<datetime_dst>("dst($self, /)",
                         "What the zone says daylight saving time adds; None without a zone."),
    method<datetime_replace>("replace($self, /, year=<unrepresentable>, month=<unrepresentable>, "
                             "day=<unrepresentable>, hour=<unrepresentable>, "
                             "minute=<unrepresentable>, second=<unrepresentable>, "
                             "microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, "
                             "fold=<unrepresentable>)",
                             "The moment with other values for the fields that are given."),
    method<datetime_astimezone>("astimezone($self, /, tz=None)",
                                "The same moment in another zone; without one, in the local."),
    method<datetime_reduce_ex>("__reduce_ex__($self, proto, /)",
                               "What pickling keeps: the class, the fields as bytes, and the zone."),
    method<datetime_reduce>("__reduce__($self, /)", "The same for the protocols that know of no fold."),
    {},
};
constexpr GetSet datetime_getset[] = {
    getter<datetime_part<&Clock::hour>>("hour", "The hour, from 0 to 23."),
    getter<datetime_part<&Clock::minute>>("minute", "The minute, from 0 to 59."),
    getter<datetime_part<&Clock::second>>("second", "The second, from 0 to 59."),
    getter<datetime_part<&Clock::microsecond>>("microsecond", "The microsecond, from 0 to 999999."),
    getter<datetime_tzinfo>("tzinfo", "The zone, or None."),
    getter<datetime_part<&Clock::fold>>("fold", "1 for the second of two times that the clocks show twice."),
    {},
};

}  // namespace

Wide local_micros(const DateTime& d) {
    return Wide{ordinal_of(date_of(d))} * kMicrosPerDay + clock_micros(clock_of(d));
}
MomentParts parts_of_micros(Wide micros) {
    const auto in_day = static_cast<int64_t>(micros % kMicrosPerDay);
    const int seconds = static_cast<int>(in_day / kMicrosPerSecond);
    return {
        date_of_ordinal(static_cast<int>(micros / kMicrosPerDay)),
        {seconds / 3600, seconds / 60 % 60, seconds % 60, static_cast<int>(in_day % kMicrosPerSecond), 0}};
}
Result<Ref<Object>> datetime_new_raw(Attached ts, Type& cls, const Ymd& d, const Clock& c, Object* tz) {
    TRY(check_date(ts, d.year, d.month, d.day));
    TRY(check_clock(ts, c));
    return datetime_restored(ts, cls, d, c, tz);
}
Result<Ref<Object>> datetime_make(Attached ts, Type& cls, const Ymd& d, const Clock& c, Object* tz) {
    if (&cls == &datetime_type()) return datetime_new_raw(ts, cls, d, c, tz);
    Ref<Object> made = TRY(call_with_ints(
        ts, cls, {d.year, d.month, d.day, c.hour, c.minute, c.second, c.microsecond}, tz ? tz : &none()));
    if (c.fold && is_datetime(*made)) static_cast<DateTime&>(*made).fold = 1;
    return made;
}

const TypeSpec datetime_spec = {
    .name = "datetime.datetime",
    .doc =
        "A moment: a date and a time of day, with a zone or without.\n\n"
        "datetime(year, month, day[, hour[, minute[, second[, microsecond[, tzinfo]]]]], *, fold=0)",
    .basicsize = sizeof(DateTime),
    .flags = kTypeBaseType,
    .base = &baton_date_type,
    .methods = datetime_own_methods,
    .getset = datetime_getset,
    .dealloc = slot<datetime_dealloc>,
    .repr = slot<datetime_repr>,
    .hash = slot<datetime_hash>,
    .str = slot<datetime_str>,
    .richcompare = slot<datetime_compare>,
    .tp_new = slot<datetime_new>,
    .add = slot<datetime_add>,
    .subtract = slot<datetime_subtract>,
};

}  // namespace baton
