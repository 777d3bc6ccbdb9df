// tzinfo and timezone, and asking a zone about a moment.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/object_reduce.h"
#include "runtime/types/tuple.h"
#include "vm/modules/datetime.h"

namespace baton {

namespace {

// The one zone that is UTC.
constinit Delta zero_offset = {{kImmortalRefcnt, &baton_delta_type}, -1, 0, 0, 0};
constinit TimeZone utc = {{kImmortalRefcnt, &baton_timezone_type}, &zero_offset, nullptr};

bool within_a_day(const Delta& d) {
    const Wide micros = delta_micros(d);
    return micros > -kMicrosPerDay && micros < kMicrosPerDay;
}
// What utcoffset() or dst() of a zone gives: a timedelta within a day, or empty for None.
Result<OptRef<Delta>> ask(Attached ts, Object* tz, std::string_view what, Object& of) {
    if (!tz) return OptRef<Delta>();
    Ref<Object> answer = TRY(call_named(ts, *tz, what, {&of}));
    if (is_none(*answer)) return OptRef<Delta>();
    if (!is_delta(*answer))
        return raise(ts, Exc::TypeError, "tzinfo.{}() must return None or timedelta, not '{}'", what,
                     type_name(*answer));
    if (!within_a_day(static_cast<Delta&>(*answer)))
        return raise(
            ts, Exc::ValueError,
            "offset must be a timedelta strictly between -timedelta(hours=24) and timedelta(hours=24).");
    return OptRef<Delta>(std::move(answer).cast<Delta>());
}

// ---- tzinfo ----
Result<Ref<Object>> tzinfo_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls);
}
void tzinfo_dealloc(Attached ts, Object& self) {
    free_instance(ts, self);
}
Raised not_implemented_by(Attached ts, const char* what) {
    return raise(ts, Exc::NotImplementedError, "a tzinfo subclass must implement {}()", what);
}
Result<Ref<Object>> tzinfo_tzname(Attached ts, Object&, Object&) {
    return not_implemented_by(ts, "tzname");
}
Result<Ref<Object>> tzinfo_utcoffset(Attached ts, Object&, Object&) {
    return not_implemented_by(ts, "utcoffset");
}
Result<Ref<Object>> tzinfo_dst(Attached ts, Object&, Object&) {
    return not_implemented_by(ts, "dst");
}
// Standard time first: offset minus dst is the same the whole year; then what dst() says of that moment.
Result<Ref<Object>> tzinfo_fromutc(Attached ts, Object& self, Object& dt) {
    if (!is_datetime(dt)) return raise(ts, Exc::TypeError, "fromutc: argument must be a datetime");
    if (static_cast<DateTime&>(dt).tz != &self)
        return raise(ts, Exc::ValueError, "fromutc: dt.tzinfo is not self");
    const OptRef<Delta> offset = TRY(zone_utcoffset(ts, &self, dt));
    if (!offset) return raise(ts, Exc::ValueError, "fromutc: non-None utcoffset() result required");
    const OptRef<Delta> dst = TRY(zone_dst(ts, &self, dt));
    if (!dst) return raise(ts, Exc::ValueError, "fromutc: non-None dst() result required");
    const Ref<Delta> standard = TRY(delta_from_micros(ts, delta_micros(*offset) - delta_micros(*dst)));
    Ref<Object> moment = TRY(binary(ts, BinaryOp::add, dt, *standard));
    const OptRef<Delta> dst_there = TRY(zone_dst(ts, &self, *moment));
    if (!dst_there)
        return raise(ts, Exc::ValueError, "fromutc: tz.dst() gave inconsistent results; cannot convert");
    if (delta_micros(*dst_there) == 0) return moment;
    return binary(ts, BinaryOp::add, *moment, *dst_there);
}
Result<Ref<Object>> tzinfo_reduce(Attached ts, Object& self) {
    const OptRef<Object> getinitargs =
        TRY(get_attr_opt(ts, self, *TRY(str_intern_utf8(ts, "__getinitargs__"))));
    const Ref<Object> args = getinitargs ? TRY(call(ts, *getinitargs)) : TRY(tuple_of(ts, {}));
    const Ref<Object> state = TRY(call_named(ts, self, "__getstate__"));
    if (is_none(*state)) return tuple_of(ts, {self.type, args.get()});
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
constexpr Method tzinfo_methods[] = {
    method<tzinfo_tzname>("tzname($self, dt, /)",
                          "The name of the zone at that moment; for subclasses to write."),
    method<tzinfo_utcoffset>(
        "utcoffset($self, dt, /)",
        "How far east of UTC the clocks are at that moment, as a timedelta; for subclasses to write."),
    method<tzinfo_dst>(
        "dst($self, dt, /)",
        "How much of the offset is daylight saving time, as a timedelta; for subclasses to write."),
    method<tzinfo_fromutc>("fromutc($self, dt, /)",
                           "What the clocks of the zone show at a moment given in UTC."),
    method<tzinfo_reduce>("__reduce__($self, /)",
                          "What pickling keeps: the class, its arguments and the state."),
    {},
};

// ---- timezone ----
Result<Ref<Object>> timezone_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature =
        parse_signature("timezone($type, offset, name=<unrepresentable>)");
    Value* bound[3] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object& offset = *TRY(box_in_place(ts, *bound[0]));
    if (!is_delta(offset))
        return raise(ts, Exc::TypeError, "timezone() argument 1 must be datetime.timedelta, not {}",
                     type_name(offset));
    Object* name = nullptr;
    if (bound[1]) {
        name = TRY(box_in_place(ts, *bound[1]));
        if (!is_str(*name))
            return raise(ts, Exc::TypeError, "timezone() argument 2 must be str, not {}", type_name(*name));
    }
    return timezone_make(ts, static_cast<Delta&>(offset), name);
}
void timezone_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<TimeZone&>(object);
    xdecref(ts, self.offset);
    xdecref(ts, self.name);
    free_instance(ts, self);
}
Result<Ref<Object>> offset_name(Attached ts, const Delta& offset) {
    StrBuilder out;
    out.append_ascii("UTC");
    if (delta_micros(offset) != 0) append_offset(out, offset, ":");
    return out.finish(ts);
}
Result<Ref<Object>> timezone_name(Attached ts, TimeZone& self) {
    if (self.name) return Ref<Object>::share(*self.name);
    return offset_name(ts, static_cast<Delta&>(*self.offset));
}
Result<Ref<Object>> timezone_str(Attached ts, Object& self) {
    return timezone_name(ts, static_cast<TimeZone&>(self));
}
Result<Ref<Object>> timezone_repr(Attached ts, Object& object) {
    if (&object == &utc) return str_new_ascii(ts, "datetime.timezone.utc");
    auto& self = static_cast<TimeZone&>(object);
    const Shown offset = TRY(show_repr(ts, *self.offset));
    if (!self.name) return str_format(ts, "{}({})", type_name(self), offset.view);
    const Shown name = TRY(show_repr(ts, *self.name));
    return str_format(ts, "{}({}, {})", type_name(self), offset.view, name.view);
}
Result<Index> timezone_hash(Attached ts, Object& self) {
    return hash(ts, *static_cast<TimeZone&>(self).offset);
}
Result<Ref<Object>> timezone_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if ((op != CompareOp::eq && op != CompareOp::ne) || !is_exact(b, timezone_type()))
        return Ref<Object>::share(not_implemented());
    return compare(ts, *static_cast<TimeZone&>(a).offset, *static_cast<TimeZone&>(b).offset, op);
}
Result<void> check_moment(Attached ts, Object& dt, const char* method) {
    if (is_none(dt) || is_datetime(dt)) return {};
    return raise(ts, Exc::TypeError, "{}(dt) argument must be a datetime instance or None, not {}", method,
                 type_name(dt));
}
Result<Ref<Object>> timezone_tzname(Attached ts, TimeZone& self, Object& dt) {
    TRY(check_moment(ts, dt, "tzname"));
    return timezone_name(ts, self);
}
Result<Ref<Object>> timezone_utcoffset(Attached ts, TimeZone& self, Object& dt) {
    TRY(check_moment(ts, dt, "utcoffset"));
    return Ref<Object>::share(*self.offset);
}
Result<Ref<Object>> timezone_dst(Attached ts, TimeZone&, Object& dt) {
    TRY(check_moment(ts, dt, "dst"));
    return Ref<Object>::share(none());
}
Result<Ref<Object>> timezone_fromutc(Attached ts, TimeZone& self, Object& dt) {
    if (!is_datetime(dt)) return raise(ts, Exc::TypeError, "fromutc: argument must be a datetime instance");
    if (static_cast<DateTime&>(dt).tz != &self)
        return raise(ts, Exc::ValueError, "fromutc: dt.tzinfo is not self");
    return binary(ts, BinaryOp::add, dt, *self.offset);
}
Result<Ref<Object>> timezone_getinitargs(Attached ts, TimeZone& self) {
    if (!self.name) return tuple_of(ts, {self.offset});
    return tuple_of(ts, {self.offset, self.name});
}
constexpr Method timezone_methods[] = {
    method<timezone_tzname>("tzname($self, dt, /)", "The name given, or UTC and the offset."),
    method<timezone_utcoffset>("utcoffset($self, dt, /)", "The offset, whatever the moment."),
    method<timezone_dst>("dst($self, dt, /)", "None: a fixed offset knows of no daylight saving time."),
    method<timezone_fromutc>("fromutc($self, dt, /)",
                             "What the clocks of the zone show at a moment given in UTC."),
    method<timezone_getinitargs>("__getinitargs__($self, /)", "The arguments that make this zone anew."),
    {},
};

}  // namespace

Object& utc_zone() {
    return utc;
}
Result<Ref<Object>> timezone_make(Attached ts, Delta& offset, Object* name) {
    if (!name && delta_micros(offset) == 0) return Ref<Object>::share(utc);
    if (!within_a_day(offset)) {
        const Shown shown = TRY(show_repr(ts, offset));
        return raise(ts, Exc::ValueError,
                     "offset must be a timedelta strictly between -timedelta(hours=24) and "
                     "timedelta(hours=24), not {}.",
                     shown.view);
    }
    Ref<TimeZone> zone = TRY(new_instance<TimeZone>(ts, timezone_type()));
    zone->offset = Ref<Delta>::share(offset).release();
    xincref(name);
    zone->name = name;
    return zone;
}
Result<Object*> zone_argument(Attached ts, Object* o) {
    if (o && !is_none(*o) && !is_tzinfo(*o))
        return raise(ts, Exc::TypeError,
                     "tzinfo argument must be None or of a tzinfo subclass, not type '{}'", type_name(*o));
    return o ? o : &none();
}
Result<OptRef<Delta>> zone_utcoffset(Attached ts, Object* tz, Object& of) {
    return ask(ts, tz, "utcoffset", of);
}
Result<OptRef<Delta>> zone_dst(Attached ts, Object* tz, Object& of) {
    return ask(ts, tz, "dst", of);
}
Result<Ref<Object>> zone_name(Attached ts, Object* tz, Object& of) {
    if (!tz) return Ref<Object>::share(none());
    Ref<Object> answer = TRY(call_named(ts, *tz, "tzname", {&of}));
    if (is_none(*answer) || is_str(*answer)) return answer;
    return raise(ts, Exc::TypeError, "tzinfo.tzname() must return None or a string, not '{}'",
                 type_name(*answer));
}
Result<Ref<Object>> reduce_with_state(Attached ts, Object& self, std::string_view state, Object* tz) {
    const Ref<Bytes> bytes = TRY(bytes_new(ts, state));
    const Ref<Tuple> args = tz ? TRY(tuple_of(ts, {bytes.get(), tz})) : TRY(tuple_of(ts, {bytes.get()}));
    return tuple_of(ts, {self.type, args.get()});
}

// ---- what static types have as attributes ----
namespace {
void give_attribute(Attached ts, Type& type, const char* name, Object& value) {
    value.refcnt = kImmortalRefcnt;
    CHECK(dict_set_str(ts, *type.dict, str_static(ts, name), value).ok());
}
Object& delta_constant(Attached ts, Wide micros) {
    auto r = delta_from_micros(ts, micros);
    CHECK(r.ok());
    return *r.release();
}
Object& made(Result<Ref<Object>> r) {
    CHECK(r.ok());
    return *r.release();
}
}  // namespace

void datetime_init_process(Attached ts) {
    if (dict_find_str(*timezone_type().dict, str_static(ts, "utc"))) return;
    constexpr Wide kMicro = 1, kMinute = 60 * kMicrosPerSecond;
    const Clock midnight{}, last{23, 59, 59, 999999, 0};
    const Ymd first_day{kMinYear, 1, 1}, last_day{kMaxYear, 12, 31};
    give_attribute(ts, delta_type(), "min", delta_constant(ts, -Wide{kMaxDeltaDays} * kMicrosPerDay));
    give_attribute(ts, delta_type(), "max", delta_constant(ts, Wide{kMaxDeltaDays + 1} * kMicrosPerDay - 1));
    give_attribute(ts, delta_type(), "resolution", delta_constant(ts, kMicro));
    give_attribute(ts, date_type(), "min", made(date_make(ts, date_type(), first_day)));
    give_attribute(ts, date_type(), "max", made(date_make(ts, date_type(), last_day)));
    give_attribute(ts, date_type(), "resolution", delta_constant(ts, kMicrosPerDay));
    give_attribute(ts, time_type(), "min", made(time_make(ts, time_type(), midnight, nullptr)));
    give_attribute(ts, time_type(), "max", made(time_make(ts, time_type(), last, nullptr)));
    give_attribute(ts, time_type(), "resolution", delta_constant(ts, kMicro));
    give_attribute(ts, datetime_type(), "min",
                   made(datetime_make(ts, datetime_type(), first_day, midnight, nullptr)));
    give_attribute(ts, datetime_type(), "max",
                   made(datetime_make(ts, datetime_type(), last_day, last, nullptr)));
    give_attribute(ts, datetime_type(), "resolution", delta_constant(ts, kMicro));
    const auto zone = [&](Wide micros) -> Object& {
        Object& offset = delta_constant(ts, micros);
        offset.refcnt = kImmortalRefcnt;
        return made(timezone_make(ts, static_cast<Delta&>(offset), nullptr));
    };
    give_attribute(ts, timezone_type(), "utc", utc);
    give_attribute(ts, timezone_type(), "min", zone(-(24 * 60 - 1) * kMinute));
    give_attribute(ts, timezone_type(), "max", zone((24 * 60 - 1) * kMinute));
    for (Type* t : {&delta_type(), &date_type(), &time_type(), &datetime_type(), &timezone_type()})
        static_type_extended(*t);
}

const TypeSpec tzinfo_spec = {
    .name = "datetime.tzinfo",
    .doc = "What all time zones are derived from.",
    .basicsize = sizeof(Object),
    .flags = kTypeBaseType,
    .methods = tzinfo_methods,
    .dealloc = slot<tzinfo_dealloc>,
    .tp_new = slot<tzinfo_new>,
};
const TypeSpec timezone_spec = {
    .name = "datetime.timezone",
    .doc = "A zone whose clocks are always equally far from UTC.\n\ntimezone(offset[, name])",
    .basicsize = sizeof(TimeZone),
    .base = &baton_tzinfo_type,
    .methods = timezone_methods,
    .dealloc = slot<timezone_dealloc>,
    .repr = slot<timezone_repr>,
    .hash = slot<timezone_hash>,
    .str = slot<timezone_str>,
    .richcompare = slot<timezone_compare>,
    .tp_new = slot<timezone_new>,
};

}  // namespace baton
