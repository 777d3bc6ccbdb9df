// date, and the triple that isocalendar() gives.
#include <cmath>
#include <ctime>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/structseq.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/modules/datetime.h"

namespace baton {

namespace {

constexpr size_t kStateSize = 4;

void fill_date(Date& self, const Ymd& d) {
    self.hash = -1;
    self.has_tz = 0;
    self.date[0] = static_cast<uint8_t>(d.year >> 8);
    self.date[1] = static_cast<uint8_t>(d.year);
    self.date[2] = static_cast<uint8_t>(d.month);
    self.date[3] = static_cast<uint8_t>(d.day);
}
// Whatever the fields: what was pickled is not looked at again, as in CPython.
Result<Ref<Object>> date_restored(Attached ts, Type& cls, const Ymd& d) {
    Ref<Date> self = TRY(new_instance<Date>(ts, cls));
    fill_date(*self, d);
    return self;
}
Result<Ref<Object>> date_new_raw(Attached ts, Type& cls, const Ymd& d) {
    TRY(check_date(ts, d.year, d.month, d.day));
    return date_restored(ts, cls, d);
}

Result<Ref<Object>> date_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("date($type, year, month, day)");
    if (nargs == 1 && !kwnames && args[0].is_object()) {  // what pickle has kept
        OptRef<Bytes> state = TRY(pickled_state(ts, *args[0].object(), kStateSize, 2));
        if (state) {
            const auto* b = reinterpret_cast<const uint8_t*>(state->data);
            return date_restored(ts, cls, {b[0] << 8 | b[1], b[2], b[3]});
        }
    }
    Value* bound[4] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    int parts[3];
    for (int i = 0; i < 3; ++i) parts[i] = TRY(int_argument(ts, *bound[i]));
    return date_new_raw(ts, cls, {parts[0], parts[1], parts[2]});
}

Result<Ref<Object>> date_today(Attached ts, Type& cls) {
    const Ref<Object> time_module = TRY(import_module(ts, "time"));
    const Ref<Object> now = TRY(call_named(ts, *time_module, "time"));
    // By a method call, so that a subclass may have its own way of making one.
    return call_named(ts, cls, "fromtimestamp", {now.get()});
}
Result<Ref<Object>> date_fromtimestamp(Attached ts, Type& cls, Object& timestamp) {
    const Wide micros = TRY(timestamp_micros(ts, timestamp));
    int64_t seconds = static_cast<int64_t>(micros / kMicrosPerSecond);
    if (micros % kMicrosPerSecond < 0) --seconds;
    return date_make(ts, cls, TRY(civil_time(ts, seconds, false)).date);
}
Result<Ref<Object>> date_fromordinal(Attached ts, Type& cls, int ordinal) {
    if (ordinal < 1) return raise(ts, Exc::ValueError, "ordinal must be >= 1");
    const Ymd d = date_of_ordinal(ordinal);
    TRY(check_date(ts, d.year, d.month, d.day));
    return date_make(ts, cls, d);
}
Result<Ref<Object>> date_fromisoformat(Attached ts, Type& cls, Object& text) {
    if (!is_str(text)) return raise(ts, Exc::TypeError, "fromisoformat: argument must be str");
    auto& s = static_cast<Str&>(text);
    Ymd d;
    if (!str_is_ascii(s) || s.length < 7 || s.length > 10 || !TRY(parse_iso_date(ts, str_ascii_view(s), &d)))
        return invalid_iso_text(ts, text);
    return date_make(ts, cls, d);
}
Result<Ref<Object>> date_fromisocalendar(Attached ts, Type& cls, Object& year, Object& week, Object& day) {
    int64_t parts[3];
    int i = 0;
    for (Object* o : {&year, &week, &day}) {
        const Ref<Int> n = TRY(number_index(ts, *o));
        int overflow;
        parts[i] = int_as_int64(*n, &overflow);
        if (overflow) return raise(ts, Exc::ValueError, "ISO calendar component out of range");
        ++i;
    }
    return date_make(ts, cls, TRY(date_of_iso_week(ts, parts[0], parts[1], parts[2])));
}

// ---- text ----
Result<Ref<Object>> date_repr(Attached ts, Object& self) {
    const Ymd d = date_of(static_cast<Date&>(self));
    return str_format(ts, "{}({}, {}, {})", type_name(self), d.year, d.month, d.day);
}
Result<Ref<Object>> date_isoformat(Attached ts, Date& self) {
    StrBuilder out;
    append_date(out, date_of(self));
    return out.finish(ts);
}
Result<Ref<Object>> date_str(Attached ts, Object& self) {
    return call_named(ts, self, "isoformat");
}
Result<Ref<Object>> date_ctime(Attached ts, Date& self) {
    return ctime_text(ts, date_of(self), {});
}
Result<Ref<Object>> date_strftime(Attached ts, Date& self, Str& format) {
    // timetuple() of a subclass counts, as in CPython.
    const Ref<Object> tuple = TRY(call_named(ts, self, "timetuple"));
    return format_with(ts, nullptr, self, 0, format, *tuple);
}
Result<Ref<Object>> date_format(Attached ts, Date& self, Str& spec) {
    return format_method(ts, self, spec);
}

// ---- fields and what follows from them ----
template <int Ymd::*part>
Result<Ref<Object>> date_part(Attached ts, Date& self) {
    return box_int(ts, date_of(self).*part);
}
Result<Index> date_weekday(Attached, Date& self) {
    return weekday_of(date_of(self));
}
Result<Index> date_isoweekday(Attached, Date& self) {
    return weekday_of(date_of(self)) + 1;
}
Result<Index> date_toordinal(Attached, Date& self) {
    return ordinal_of(date_of(self));
}
Result<Ref<Object>> date_timetuple(Attached ts, Date& self) {
    return time_tuple(ts, date_of(self), {}, -1);
}
Result<Ref<Object>> date_replace(Attached ts, Date& self, Opt<int> year, Opt<int> month, Opt<int> day) {
    const Ymd d = date_of(self);
    return date_new_raw(ts, *self.type, {year.or_else(d.year), month.or_else(d.month), day.or_else(d.day)});
}

Result<Index> date_hash(Attached, Object& object) {
    auto& self = static_cast<Date&>(object);
    if (self.hash == -1) self.hash = hash_bytes(self.date, kStateSize);
    return self.hash;
}
Result<Ref<Object>> date_compare(Attached, Object& a, Object& b, CompareOp op) {
    // A datetime on the other side has been asked first, being of a derived class.
    if (!is_date(b)) return Ref<Object>::share(not_implemented());
    return compare_bytes(static_cast<Date&>(a).date, static_cast<Date&>(b).date, kStateSize, op);
}

Result<Ref<Object>> shifted(Attached ts, Date& self, const Delta& delta, int sign) {
    const int64_t ordinal = int64_t{ordinal_of(date_of(self))} + int64_t{sign} * delta.days;
    if (ordinal < 1 || ordinal > kMaxOrdinal) return raise(ts, Exc::OverflowError, "date value out of range");
    return date_make(ts, *self.type, date_of_ordinal(static_cast<int>(ordinal)));
}
Result<Ref<Object>> date_add(Attached ts, Object& a, Object& b) {
    if (is_datetime(a) || is_datetime(b)) return Ref<Object>::share(not_implemented());
    if (is_date(a) && is_delta(b)) return shifted(ts, static_cast<Date&>(a), static_cast<Delta&>(b), 1);
    if (is_delta(a) && is_date(b)) return shifted(ts, static_cast<Date&>(b), static_cast<Delta&>(a), 1);
    return Ref<Object>::share(not_implemented());
}
Result<Ref<Object>> date_subtract(Attached ts, Object& a, Object& b) {
    if (is_datetime(a) || is_datetime(b) || !is_date(a)) return Ref<Object>::share(not_implemented());
    if (is_delta(b)) return shifted(ts, static_cast<Date&>(a), static_cast<Delta&>(b), -1);
    if (!is_date(b)) return Ref<Object>::share(not_implemented());
    const int days = ordinal_of(date_of(static_cast<Date&>(a))) - ordinal_of(date_of(static_cast<Date&>(b)));
    return delta_from_micros(ts, Wide{days} * kMicrosPerDay);
}
Result<Ref<Object>> date_reduce(Attached ts, Date& self) {
    return reduce_with_state(ts, self, {reinterpret_cast<const char*>(self.date), kStateSize}, nullptr);
}
void date_dealloc(Attached ts, Object& self) {
    free_instance(ts, self);
}

constexpr Method date_methods[] = {
    class_method<date_fromtimestamp>("fromtimestamp($type, timestamp, /)",
                                     "The local date that many seconds after the beginning of 1970 in UTC."),
    class_method<date_fromordinal>("fromordinal($type, ordinal, /)",
                                   "The day of that number; 1 is the first of January of year 1."),
    class_method<date_fromisoformat>("fromisoformat($type, date_string, /)",
                                     "The date that an ISO 8601 text names."),
    class_method<date_fromisocalendar>("fromisocalendar($type, year, week, day)",
                                       "The date of a weekday, from 1 for Monday, in a week of an ISO year."),
    class_method<date_today>("today($type, /)", "The local date of now."),
    method<date_ctime>("ctime($self, /)", "The date as C's ctime() writes it, at midnight."),
    method<date_strftime>("strftime($self, /, format)", "The date in a format of strftime()."),
    method<date_format>("__format__($self, format_spec, /)",
                        "strftime(format_spec), or str(self) when that is empty."),
    method<date_timetuple>("timetuple($self, /)", "The date as a time.struct_time, at midnight."),
    method<date_isocalendar>("isocalendar($self, /)",
                             "ISO year, number of the week, and weekday from 1 for Monday."),
    method<date_isoformat>("isoformat($self, /)", "The date as YYYY-MM-DD."),
    method<date_isoweekday>("isoweekday($self, /)", "The day of the week: 1 is Monday, 7 is Sunday."),
    method<date_toordinal>("toordinal($self, /)",
                           "The number of the day; 1 is the first of January of year 1."),
    method<date_weekday>("weekday($self, /)", "The day of the week: 0 is Monday, 6 is Sunday."),
    method<date_replace>(
        "replace($self, /, year=<unrepresentable>, month=<unrepresentable>, day=<unrepresentable>)",
        "The date with other values for the fields that are given."),
    method<date_reduce>("__reduce__($self, /)", "What pickling keeps: the class and the fields as bytes."),
    {},
};
constexpr GetSet date_getset[] = {
    getter<date_part<&Ymd::year>>("year", "The year, from 1 to 9999."),
    getter<date_part<&Ymd::month>>("month", "The month, from 1 to 12."),
    getter<date_part<&Ymd::day>>("day", "The day of the month, from 1."),
    {},
};

// ---- the triple of isocalendar() ----
template <int I>
Result<Ref<Object>> iso_item(Attached, Tuple& self) {
    return Ref<Object>::share(*self.item[I]);
}
Result<Ref<Object>> iso_repr(Attached ts, Object& object) {
    auto& self = static_cast<Tuple&>(object);
    Shown parts[3];
    for (int i = 0; i < 3; ++i) parts[i] = TRY(show_str(ts, *self.item[i]));
    return str_format(ts, "{}(year={}, week={}, weekday={})", type_name(self), parts[0].view, parts[1].view,
                      parts[2].view);
}
Result<Ref<Object>> iso_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("IsoCalendarDate($type, year, week, weekday)");
    Value* bound[4] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Ref<Tuple> t = TRY(new_instance<Tuple>(ts, cls, 3));
    for (int i = 0; i < 3; ++i) t->item[i] = TRY(box_int(ts, TRY(int_argument(ts, *bound[i])))).release();
    return t;
}
// As a plain tuple, so that reading it back needs nothing of ours.
Result<Ref<Object>> iso_reduce(Attached ts, Tuple& self) {
    const Ref<Tuple> plain = TRY(tuple_of(ts, {self.item[0], self.item[1], self.item[2]}));
    const Ref<Tuple> args = TRY(tuple_of(ts, {plain.get()}));
    return tuple_of(ts, {&PyTuple_Type, args.get()});
}
constexpr Method iso_methods[] = {
    method<iso_reduce>("__reduce__($self, /)", "What pickling keeps: a plain tuple."),
    {},
};
constexpr GetSet iso_getset[] = {
    getter<iso_item<0>>("year", "The ISO year, which begins with the week of the first Thursday."),
    getter<iso_item<1>>("week", "The number of the week in the year, from 1."),
    getter<iso_item<2>>("weekday", "The day of the week, from 1 for Monday."),
    {},
};

}  // namespace

Result<OptRef<Bytes>> pickled_state(Attached ts, Object& o, size_t size, size_t month_at) {
    const auto plausible = [&](uint32_t month) { return (month & 0x7f) >= 1 && (month & 0x7f) <= 12; };
    if (is_bytes(o)) {
        auto& b = static_cast<Bytes&>(o);
        const bool fits = static_cast<size_t>(b.size) == size &&
                          (month_at == size || plausible(static_cast<uint8_t>(b.data[month_at])));
        return fits ? OptRef<Bytes>::share(&b) : OptRef<Bytes>();
    }
    if (!is_str(o)) return OptRef<Bytes>();
    // Python 2 pickled bytes that came in as Latin-1 text.
    auto& s = static_cast<Str&>(o);
    if (static_cast<size_t>(s.length) != size) return OptRef<Bytes>();
    if (month_at != size && !plausible(str_char_unchecked(s, static_cast<Index>(month_at))))
        return OptRef<Bytes>();
    Ref<Bytes> out = TRY(bytes_new_uninitialised(ts, s.length));
    for (Index i = 0; i < s.length; ++i) {
        const uint32_t c = str_char_unchecked(s, i);
        if (c > 0xff)
            return raise(ts, Exc::ValueError,
                         "Failed to encode latin1 string when unpickling a date, time or datetime object. "
                         "pickle.load(data, encoding='latin1') is assumed.");
        out->data[i] = static_cast<char>(c);
    }
    return OptRef<Bytes>(std::move(out));
}
Result<int> int_argument(Attached ts, Value v) {
    const int64_t n = TRY(convert_int64(ts, v, INT_MIN, INT_MAX, "int"));
    return static_cast<int>(n);
}

Result<Ref<Object>> date_isocalendar(Attached ts, Date& self) {
    const IsoWeek w = iso_week_of(date_of(self));
    return call_with_ints(ts, iso_calendar_type(), {w.year, w.week, w.day});
}
Result<Ref<Object>> date_make(Attached ts, Type& cls, const Ymd& d) {
    if (&cls == &date_type()) return date_new_raw(ts, cls, d);
    return call_with_ints(ts, cls, {d.year, d.month, d.day});
}
Result<Ref<Object>> time_tuple(Attached ts, const Ymd& d, const Clock& c, int dst) {
    const Ref<Object> time_module = TRY(import_module(ts, "time"));
    const Ref<Object> cls = TRY(get_attr(ts, *time_module, *TRY(str_intern_utf8(ts, "struct_time"))));
    const int values[] = {d.year,   d.month,  d.day,         c.hour,
                          c.minute, c.second, weekday_of(d), days_before_month(d.year, d.month) + d.day,
                          dst};
    const Ref<Tuple> t = TRY(tuple_alloc(ts, std::size(values)));
    for (size_t i = 0; i < std::size(values); ++i) t->item[i] = TRY(box_int(ts, values[i])).release();
    tuple_track(ts, *t);
    return call(ts, *cls, {t.get()});
}
Result<Ref<Object>> compare_bytes(const uint8_t* a, const uint8_t* b, size_t n, CompareOp op) {
    return Ref<Object>::share(bool_object(order_holds(std::memcmp(a, b, n), op)));
}
Raised raise_incomparable(Attached ts, Object& a, Object& b) {
    return raise(ts, Exc::TypeError, "can't compare {} to {}", type_name(a), type_name(b));
}

Result<Wide> timestamp_micros(Attached ts, Object& timestamp) {
    if (!is_float(timestamp)) {
        const Ref<Int> n = TRY(number_index(ts, timestamp));
        int overflow;
        const int64_t seconds = int_as_int64(*n, &overflow);
        if (overflow) return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
        return Wide{seconds} * kMicrosPerSecond;
    }
    const double d = static_cast<Float&>(timestamp).value;
    if (std::isnan(d)) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
    double whole;
    // Rounding the fraction alone keeps its digits.
    double micros = std::nearbyint(std::modf(d, &whole) * 1e6);
    if (!(whole >= -0x1p63 && whole < 0x1p63))
        return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
    return Wide{static_cast<int64_t>(whole)} * kMicrosPerSecond + static_cast<Wide>(micros);
}
Result<LocalTime> civil_time(Attached ts, int64_t seconds, bool utc) {
    const time_t t = seconds;
    tm parts;
    errno = 0;
    if (!(utc ? gmtime_r(&t, &parts) : localtime_r(&t, &parts)))
        return raise_oserror(ts, errno ? errno : EINVAL);
    const int64_t year = int64_t{parts.tm_year} + 1900;
    if (year < kMinYear || year > kMaxYear)
        return raise(ts, Exc::ValueError, "year {} is out of range", year);
    return LocalTime{{static_cast<int>(year), parts.tm_mon + 1, parts.tm_mday},
                     // A leap second is shown as the one before.
                     {parts.tm_hour, parts.tm_min, parts.tm_sec > 59 ? 59 : parts.tm_sec, 0, 0}};
}

const TypeSpec date_spec = {
    .name = "datetime.date",
    .doc = "A day of the calendar.\n\ndate(year, month, day)",
    .basicsize = sizeof(Date),
    .flags = kTypeBaseType,
    .methods = date_methods,
    .getset = date_getset,
    .dealloc = slot<date_dealloc>,
    .repr = slot<date_repr>,
    .hash = slot<date_hash>,
    .str = slot<date_str>,
    .richcompare = slot<date_compare>,
    .tp_new = slot<date_new>,
    .add = slot<date_add>,
    .subtract = slot<date_subtract>,
};
const TypeSpec iso_calendar_spec = [] {
    TypeSpec spec = struct_spec<3>("datetime.IsoCalendarDate", iso_getset,
                                   "ISO year, week and weekday, as isocalendar() gives them.");
    spec.methods = iso_methods;
    spec.repr = slot<iso_repr>;
    spec.tp_new = slot<iso_new>;
    return spec;
}();

}  // namespace baton
