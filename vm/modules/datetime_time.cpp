// time: a time of day, with or without a zone.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"
#include "vm/modules/datetime.h"

namespace baton {

namespace {

constexpr size_t kStateSize = 6;
constexpr uint8_t kFoldBit = 0x80;  // in the hour of what pickling keeps, from protocol 4 on

// Whatever the fields: what was pickled is not looked at again, as in CPython.
Result<Ref<Object>> time_restored(Attached ts, Type& cls, const Clock& c, Object* tz) {
    Ref<Time> self = TRY(new_instance<Time>(ts, cls));
    self->hash = -1;
    write_clock(self->clock, c);
    self->fold = static_cast<uint8_t>(c.fold);
    set_zone(*self, tz);
    return self;
}
Result<Ref<Object>> time_new_raw(Attached ts, Type& cls, const Clock& c, Object* tz) {
    TRY(check_clock(ts, c));
    return time_restored(ts, cls, c, tz);
}

Result<Ref<Object>> time_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature =
        parse_signature("time($type, hour=0, minute=0, second=0, microsecond=0, tzinfo=None, *, fold=0)");
    if (nargs >= 1 && nargs <= 2 && !kwnames && args[0].is_object()) {
        OptRef<Bytes> state = TRY(pickled_state(ts, *args[0].object(), kStateSize, kStateSize));
        if (state && (static_cast<uint8_t>(state->data[0]) & 0x7f) < 24) {
            Object* tz = nargs == 2 ? TRY(box_in_place(ts, args[1])) : nullptr;
            if (tz && !is_none(*tz) && !is_tzinfo(*tz))
                return raise(ts, Exc::TypeError, "bad tzinfo state arg");
            uint8_t clock[kStateSize];
            std::memcpy(clock, state->data, kStateSize);
            const int fold = (clock[0] & kFoldBit) != 0;
            clock[0] &= static_cast<uint8_t>(~kFoldBit);
            return time_restored(ts, cls, clock_of(clock, fold), tz);
        }
    }
    Value* bound[7] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    int parts[4] = {};
    for (int i = 0; i < 4; ++i)
        if (bound[i]) parts[i] = TRY(int_argument(ts, *bound[i]));
    Object* tz = bound[4] ? TRY(box_in_place(ts, *bound[4])) : nullptr;
    const int fold = bound[5] ? TRY(int_argument(ts, *bound[5])) : 0;
    TRY(zone_argument(ts, tz));
    return time_new_raw(ts, cls, {parts[0], parts[1], parts[2], parts[3], fold}, tz);
}
void time_dealloc(Attached ts, Object& object) {
    auto& self = static_cast<Time&>(object);
    xdecref(ts, std::exchange(self.tz, nullptr));
    free_instance(ts, self);
}

template <int Clock::*part>
Result<Ref<Object>> time_part(Attached ts, Time& self) {
    return box_int(ts, clock_of(self).*part);
}
Result<Ref<Object>> time_tzinfo(Attached, Time& self) {
    return Ref<Object>::share(tz_or_none(self.tz));
}

// ---- the zone's answers; a time has no date to tell it ----
Result<OptRef<Delta>> offset_of(Attached ts, Time& self) {
    return zone_utcoffset(ts, self.tz, none());
}
Result<Ref<Object>> or_none(Result<OptRef<Delta>> r) {
    if (!r.ok()) return already_raised();
    OptRef<Delta> d = r.take();
    return Ref<Object>::share(d ? static_cast<Object&>(*d) : none());
}
Result<Ref<Object>> time_utcoffset(Attached ts, Time& self) {
    return or_none(offset_of(ts, self));
}
Result<Ref<Object>> time_dst(Attached ts, Time& self) {
    return or_none(zone_dst(ts, self.tz, none()));
}
Result<Ref<Object>> time_tzname(Attached ts, Time& self) {
    return zone_name(ts, self.tz, none());
}

// ---- text ----
Result<Ref<Object>> time_repr(Attached ts, Object& object) {
    auto& self = static_cast<Time&>(object);
    const Clock c = clock_of(self);
    StrBuilder out;
    out.append_utf8(type_name(self));
    out.append_format("({}, {}", c.hour, c.minute);
    if (c.second || c.microsecond) out.append_format(", {}", c.second);
    if (c.microsecond) out.append_format(", {}", c.microsecond);
    if (self.tz) {
        const Ref<Str> zone = TRY(repr(ts, *self.tz));
        out.append_ascii(", tzinfo=");
        out.append(*zone);
    }
    if (c.fold) out.append_ascii(", fold=1");
    out.append(')');
    return out.finish(ts);
}
Result<Ref<Object>> time_isoformat(Attached ts, Time& self, Str* timespec) {
    const TimeSpec spec = TRY(parse_timespec(ts, timespec));
    StrBuilder out;
    append_clock(out, clock_of(self), spec);
    const OptRef<Delta> offset = TRY(offset_of(ts, self));
    if (offset) append_offset(out, *offset, ":");
    return out.finish(ts);
}
Result<Ref<Object>> time_str(Attached ts, Object& self) {
    return call_named(ts, self, "isoformat");
}
Result<Ref<Object>> time_strftime(Attached ts, Time& self, Str& format) {
    const Clock c = clock_of(self);
    const Ref<Object> tuple = TRY(time_tuple(ts, {1900, 1, 1}, c, -1));
    return format_with(ts, self.tz, none(), c.microsecond, format, *tuple);
}
Result<Ref<Object>> time_format(Attached ts, Time& self, Str& spec) {
    return format_method(ts, self, spec);
}
Result<Ref<Object>> time_fromisoformat(Attached ts, Type& cls, Object& text) {
    if (!is_str(text)) return raise(ts, Exc::TypeError, "fromisoformat: argument must be str");
    auto& s = static_cast<Str&>(text);
    if (!str_is_ascii(s)) return invalid_iso_text(ts, text);
    std::string_view view = str_ascii_view(s);
    if (view.starts_with('T')) view.remove_prefix(1);  // as of ISO 8601 proper
    IsoTime t;
    if (!parse_iso_time(view, &t)) return invalid_iso_text(ts, text);
    const OptRef<Object> tz = TRY(zone_of_iso(ts, t));
    return time_make(ts, cls, t.clock, tz.get());
}

// ---- comparing ----
Result<Ref<Object>> time_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_time(b)) return Ref<Object>::share(not_implemented());
    auto &x = static_cast<Time&>(a), &y = static_cast<Time&>(b);
    if (x.tz == y.tz) return compare_bytes(x.clock, y.clock, kStateSize, op);
    const OptRef<Delta> ox = TRY(offset_of(ts, x)), oy = TRY(offset_of(ts, y));
    if (!ox && !oy) return compare_bytes(x.clock, y.clock, kStateSize, op);
    if (!ox || !oy) {
        if (op == CompareOp::eq || op == CompareOp::ne)
            return Ref<Object>::share(bool_object(op == CompareOp::ne));
        return raise(ts, Exc::TypeError, "can't compare offset-naive and offset-aware times");
    }
    const Wide difference =
        (clock_micros(clock_of(x)) - delta_micros(*ox)) - (clock_micros(clock_of(y)) - delta_micros(*oy));
    return Ref<Object>::share(bool_object(order_holds(difference < 0 ? -1 : difference > 0, op)));
}
Result<Index> time_hash(Attached ts, Object& object) {
    auto& self = static_cast<Time&>(object);
    if (self.hash != -1) return self.hash;
    Ref<Object> plain = Ref<Object>::share(self);
    if (self.fold) {  // equal times have equal hashes, whatever their fold
        Clock c = clock_of(self);
        c.fold = 0;
        plain = TRY(time_new_raw(ts, time_type(), c, self.tz));
    }
    const OptRef<Delta> offset = TRY(offset_of(ts, static_cast<Time&>(*plain)));
    if (!offset) {
        self.hash = hash_bytes(self.clock, kStateSize);
    } else {
        const Ref<Delta> in_utc =
            TRY(delta_from_micros(ts, clock_micros(clock_of(self)) - delta_micros(*offset)));
        self.hash = TRY(hash(ts, *in_utc));
    }
    return self.hash;
}

Result<Ref<Object>> time_replace(Attached ts, Time& self, Opt<int> hour, Opt<int> minute, Opt<int> second,
                                 Opt<int> microsecond, Object* tzinfo, Opt<int> fold) {
    const Clock c = clock_of(self);
    Object* tz = tzinfo ? TRY(zone_argument(ts, tzinfo)) : &tz_or_none(self.tz);
    const Clock fresh{hour.or_else(c.hour), minute.or_else(c.minute), second.or_else(c.second),
                      microsecond.or_else(c.microsecond), fold.or_else(c.fold)};
    return time_new_raw(ts, *self.type, fresh, tz);
}
Result<Ref<Object>> time_reduce_ex(Attached ts, Time& self, int protocol) {
    uint8_t state[kStateSize];
    std::memcpy(state, self.clock, kStateSize);
    if (protocol > 3 && self.fold) state[0] |= kFoldBit;
    return reduce_with_state(ts, self, {reinterpret_cast<char*>(state), kStateSize}, self.tz);
}
Result<Ref<Object>> time_reduce(Attached ts, Time& self) {
    return time_reduce_ex(ts, self, 2);
}

constexpr Method time_methods[] = {
    method<time_isoformat>(
        "isoformat($self, /, timespec='auto')",
        "The time as HH:MM:SS, with the microseconds and the offset there are; timespec says how "
        "much: auto, hours, minutes, seconds, milliseconds or microseconds."),
    method<time_strftime>("strftime($self, /, format)",
                          "The time in a format of strftime(), on the first of January 1900."),
    method<time_format>("__format__($self, format_spec, /)",
                        "strftime(format_spec), or str(self) when that is empty."),
    method<time_utcoffset>("utcoffset($self, /)", "What the zone says its offset is; None without a zone."),
    method<time_tzname>("tzname($self, /)", "What the zone says its name is; None without a zone."),
    method<time_dst>("dst($self, /)", "What the zone says daylight saving time adds; None without a zone."),
    method<time_replace>(
        "replace($self, /, hour=<unrepresentable>, minute=<unrepresentable>, second=<unrepresentable>, "
        "microsecond=<unrepresentable>, tzinfo=<unrepresentable>, *, fold=<unrepresentable>)",
        "The time with other values for the fields that are given."),
    class_method<time_fromisoformat>("fromisoformat($type, time_string, /)",
                                     "The time that an ISO 8601 text names."),
    method<time_reduce_ex>("__reduce_ex__($self, proto, /)",
                           "What pickling keeps: the class, the fields as bytes, and the zone."),
    method<time_reduce>("__reduce__($self, /)", "The same for the protocols that know of no fold."),
    {},
};
constexpr GetSet time_getset[] = {
    getter<time_part<&Clock::hour>>("hour", "The hour, from 0 to 23."),
    getter<time_part<&Clock::minute>>("minute", "The minute, from 0 to 59."),
    getter<time_part<&Clock::second>>("second", "The second, from 0 to 59."),
    getter<time_part<&Clock::microsecond>>("microsecond", "The microsecond, from 0 to 999999."),
    getter<time_tzinfo>("tzinfo", "The zone, or None."),
    getter<time_part<&Clock::fold>>("fold", "1 for the second of two times that the clocks show twice."),
    {},
};

}  // namespace

Result<Ref<Object>> time_make(Attached ts, Type& cls, const Clock& c, Object* tz) {
    if (&cls == &time_type()) return time_new_raw(ts, cls, c, tz);
    Ref<Object> made =
        TRY(call_with_ints(ts, cls, {c.hour, c.minute, c.second, c.microsecond}, tz ? tz : &none()));
    if (c.fold && is_time(*made)) static_cast<Time&>(*made).fold = 1;
    return made;
}

const TypeSpec time_spec = {
    .name = "datetime.time",
    .doc =
        "A time of day, with a zone or without.\n\n"
        "time([hour[, minute[, second[, microsecond[, tzinfo]]]]], *, fold=0)",
    .basicsize = sizeof(Time),
    .flags = kTypeBaseType,
    .methods = time_methods,
    .getset = time_getset,
    .dealloc = slot<time_dealloc>,
    .repr = slot<time_repr>,
    .hash = slot<time_hash>,
    .str = slot<time_str>,
    .richcompare = slot<time_compare>,
    .tp_new = slot<time_new>,
};

}  // namespace baton
