// timedelta.
#include <cmath>

#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"
#include "vm/modules/datetime.h"

namespace baton {

namespace {

constexpr int64_t kMicrosOf[] = {kMicrosPerDay,           kMicrosPerSecond, 1, 1000, 60 * kMicrosPerSecond,
                                 3600 * kMicrosPerSecond, 7 * kMicrosPerDay};
constexpr const char* kUnits[] = {"days",    "seconds", "microseconds", "milliseconds",
                                  "minutes", "hours",   "weeks"};
constexpr int kUnitCount = 7;

Raised too_large(Attached ts) {
    return raise(ts, Exc::OverflowError, "Python int too large to convert to C int");
}
// An int that may be of any size, as 128 bits.
Result<Wide> wide_of(Attached ts, const Int& i) {
    const IntView view(i);
    Wide out = 0;
    if (!digits::to_bytes({reinterpret_cast<uint8_t*>(&out), sizeof out}, view.magnitude(), view.negative(),
                          true, true))
        return too_large(ts);
    return out;
}
Result<Ref<Object>> int_of(Attached ts, Wide w) {
    const size_t room = digits::bytes_capacity(sizeof w);
    Ref<Int> fresh = TRY(int_alloc(ts, room));
    bool negative;
    const size_t n = digits::from_bytes({fresh->digit, room}, negative,
                                        {reinterpret_cast<const uint8_t*>(&w), sizeof w}, true, true);
    return boxed(ts, int_finish(ts, std::move(fresh), n, negative));
}
Result<Wide> multiply(Attached ts, Wide a, Wide b) {
    Wide out;
    if (__builtin_mul_overflow(a, b, &out)) return too_large(ts);
    return out;
}
// a/b rounded to the nearest int, ties to even, for ints of any size.
Result<Ref<Object>> divide_nearest_objects(Attached ts, Object& a, Object& b) {
    const Ref<Object> pair = TRY(divmod(ts, a, b));
    auto& t = static_cast<Tuple&>(*pair);
    Ref<Object> quotient = Ref<Object>::share(*t.item[0]);
    const Ref<Object> twice = TRY(binary(ts, BinaryOp::lshift, *t.item[1], *small_int(1)));
    // The remainder has the divisor's sign.
    const Ref<Object> twice_size = TRY(absolute(ts, *twice));
    const Ref<Object> size = TRY(absolute(ts, b));
    bool up = TRY(compare_bool(ts, *twice_size, *size, CompareOp::gt));
    if (!up && TRY(compare_bool(ts, *twice_size, *size, CompareOp::eq))) {
        const Ref<Object> odd = TRY(binary(ts, BinaryOp::nb_and, *quotient, *small_int(1)));
        up = TRY(is_true(ts, *odd));
    }
    if (!up) return quotient;
    return binary(ts, BinaryOp::add, *quotient, *small_int(1));
}
// float.as_integer_ratio()
Result<Ref<Tuple>> ratio_of(Attached ts, Object& number) {
    const Ref<Object> r = TRY(call_named(ts, number, "as_integer_ratio"));
    if (is_tuple(*r) && static_cast<Tuple&>(*r).size != 2)
        return raise(ts, Exc::ValueError, "as_integer_ratio() must return a 2-tuple");
    if (!is_tuple(*r))
        return raise(ts, Exc::TypeError,
                     "unexpected return type from as_integer_ratio(): expected tuple, got '{}'",
                     type_name(*r));
    return Ref<Tuple>::share(static_cast<Tuple&>(*r));
}
Result<Ref<Object>> from_int_object(Attached ts, Object& micros) {
    return delta_from_micros(ts, TRY(wide_of(ts, static_cast<Int&>(micros))));
}

Result<Ref<Object>> delta_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature(
        "timedelta($type, days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)");
    Value* bound[kUnitCount + 1] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Wide total = 0;
    double rest = 0;  // parts of a microsecond
    // The small units first, as CPython sums them up.
    for (const int unit : {2, 3, 1, 4, 5, 0, 6}) {
        if (!bound[unit]) continue;
        Object& number = *TRY(box_in_place(ts, *bound[unit]));
        if (is_int(number)) {
            total += TRY(multiply(ts, TRY(wide_of(ts, static_cast<Int&>(number))), kMicrosOf[unit]));
        } else if (is_float(number)) {
            double whole;
            const double fraction = std::modf(static_cast<Float&>(number).value, &whole);
            const Ref<Object> as_int = TRY(boxed(ts, int_from_double(ts, whole)));
            total += TRY(multiply(ts, TRY(wide_of(ts, static_cast<Int&>(*as_int))), kMicrosOf[unit]));
            if (fraction == 0.0) continue;
            double micros;
            rest += std::modf(static_cast<double>(kMicrosOf[unit]) * fraction, &micros);
            total += static_cast<Wide>(micros);
        } else {
            return raise(ts, Exc::TypeError, "unsupported type for timedelta {} component: {}", kUnits[unit],
                         type_name(number));
        }
    }
    if (rest != 0) {
        double whole = std::round(rest);
        if (std::fabs(whole - rest) == 0.5) {  // to the even neighbour of the whole sum
            const int odd = static_cast<int>(total & 1);
            whole = 2.0 * std::round((rest + odd) * 0.5) - odd;
        }
        total += static_cast<Wide>(whole);
    }
    return delta_from_micros(ts, total, cls);
}

Result<Ref<Object>> delta_repr(Attached ts, Object& object) {
    auto& d = static_cast<Delta&>(object);
    StrBuilder out;
    out.append_utf8(type_name(d));
    out.append('(');
    const char* separator = "";
    const auto part = [&](const char* name, int value) {
        if (!value) return;
        out.append_format("{}{}={}", separator, name, value);
        separator = ", ";
    };
    part("days", d.days);
    part("seconds", d.seconds);
    part("microseconds", d.microseconds);
    if (!*separator) out.append('0');
    out.append(')');
    return out.finish(ts);
}
Result<Ref<Object>> delta_str(Attached ts, Object& object) {
    auto& d = static_cast<Delta&>(object);
    StrBuilder out;
    if (d.days) out.append_format("{} day{}, ", d.days, d.days == 1 || d.days == -1 ? "" : "s");
    out.append_format("{}:{:02}:{:02}", d.seconds / 3600, d.seconds / 60 % 60, d.seconds % 60);
    if (d.microseconds) out.append_format(".{:06}", d.microseconds);
    return out.finish(ts);
}
Result<Ref<Object>> delta_state(Attached ts, Delta& d) {
    const Ref<Int> days = TRY(box_int(ts, d.days)), seconds = TRY(box_int(ts, d.seconds)),
                   micros = TRY(box_int(ts, d.microseconds));
    return tuple_of(ts, {days.get(), seconds.get(), micros.get()});
}
Result<Index> delta_hash(Attached ts, Object& object) {
    auto& d = static_cast<Delta&>(object);
    if (d.hash == -1) {
        const Ref<Object> state = TRY(delta_state(ts, d));
        d.hash = TRY(hash(ts, *state));
    }
    return d.hash;
}
Result<Ref<Object>> delta_compare(Attached, Object& a, Object& b, CompareOp op) {
    if (!is_delta(b)) return Ref<Object>::share(not_implemented());
    const Wide x = delta_micros(static_cast<Delta&>(a)), y = delta_micros(static_cast<Delta&>(b));
    return Ref<Object>::share(bool_object(order_holds(x < y ? -1 : x > y, op)));
}
Result<bool> delta_bool(Attached, Object& object) {
    return delta_micros(static_cast<Delta&>(object)) != 0;
}

template <int sign>
Result<Ref<Object>> delta_sum(Attached ts, Object& a, Object& b) {
    if (!is_delta(a) || !is_delta(b)) return Ref<Object>::share(not_implemented());
    return delta_from_micros(
        ts, delta_micros(static_cast<Delta&>(a)) + sign * delta_micros(static_cast<Delta&>(b)));
}
Result<Ref<Object>> delta_negative(Attached ts, Object& a) {
    return delta_from_micros(ts, -delta_micros(static_cast<Delta&>(a)));
}
Result<Ref<Object>> delta_positive(Attached ts, Object& a) {
    return delta_from_micros(ts, delta_micros(static_cast<Delta&>(a)));
}
Result<Ref<Object>> delta_absolute(Attached ts, Object& a) {
    const Wide micros = delta_micros(static_cast<Delta&>(a));
    return delta_from_micros(ts, micros < 0 ? -micros : micros);
}
Result<Ref<Object>> delta_multiply(Attached ts, Object& a, Object& b) {
    Object &delta = is_delta(a) ? a : b, &factor = is_delta(a) ? b : a;
    const Wide micros = delta_micros(static_cast<Delta&>(delta));
    if (is_int(factor)) {
        if (micros == 0) return delta_from_micros(ts, 0);
        return delta_from_micros(ts, TRY(multiply(ts, micros, TRY(wide_of(ts, static_cast<Int&>(factor))))));
    }
    if (!is_float(factor)) return Ref<Object>::share(not_implemented());
    const Ref<Tuple> ratio = TRY(ratio_of(ts, factor));
    const Ref<Object> whole = TRY(int_of(ts, micros));
    const Ref<Object> product = TRY(binary(ts, BinaryOp::multiply, *whole, *ratio->item[0]));
    const Ref<Object> rounded = TRY(divide_nearest_objects(ts, *product, *ratio->item[1]));
    return from_int_object(ts, *rounded);
}
Result<Ref<Object>> delta_true_divide(Attached ts, Object& a, Object& b) {
    if (!is_delta(a)) return Ref<Object>::share(not_implemented());
    const Ref<Object> micros = TRY(int_of(ts, delta_micros(static_cast<Delta&>(a))));
    if (is_delta(b)) {
        const Ref<Object> other = TRY(int_of(ts, delta_micros(static_cast<Delta&>(b))));
        return binary(ts, BinaryOp::true_divide, *micros, *other);
    }
    if (is_int(b)) {
        const Ref<Object> rounded = TRY(divide_nearest_objects(ts, *micros, b));
        return from_int_object(ts, *rounded);
    }
    if (!is_float(b)) return Ref<Object>::share(not_implemented());
    const Ref<Tuple> ratio = TRY(ratio_of(ts, b));
    const Ref<Object> product = TRY(binary(ts, BinaryOp::multiply, *micros, *ratio->item[1]));
    const Ref<Object> rounded = TRY(divide_nearest_objects(ts, *product, *ratio->item[0]));
    return from_int_object(ts, *rounded);
}
Result<Ref<Object>> delta_floor_divide(Attached ts, Object& a, Object& b) {
    if (!is_delta(a) || (!is_delta(b) && !is_int(b))) return Ref<Object>::share(not_implemented());
    const Ref<Object> micros = TRY(int_of(ts, delta_micros(static_cast<Delta&>(a))));
    if (is_delta(b)) {
        const Ref<Object> other = TRY(int_of(ts, delta_micros(static_cast<Delta&>(b))));
        return binary(ts, BinaryOp::floor_divide, *micros, *other);
    }
    const Ref<Object> quotient = TRY(binary(ts, BinaryOp::floor_divide, *micros, b));
    return from_int_object(ts, *quotient);
}
Result<Ref<Object>> delta_divmod(Attached ts, Object& a, Object& b) {
    if (!is_delta(a) || !is_delta(b)) return Ref<Object>::share(not_implemented());
    const Wide divisor = delta_micros(static_cast<Delta&>(b)),
               dividend = delta_micros(static_cast<Delta&>(a));
    if (divisor == 0) return raise(ts, Exc::ZeroDivisionError, "integer division or modulo by zero");
    Wide quotient = dividend / divisor, remainder = dividend % divisor;
    if (remainder && (remainder < 0) != (divisor < 0)) {
        --quotient;
        remainder += divisor;
    }
    const Ref<Object> q = TRY(int_of(ts, quotient));
    const Ref<Delta> r = TRY(delta_from_micros(ts, remainder));
    return tuple_of(ts, {q.get(), r.get()});
}
Result<Ref<Object>> delta_remainder(Attached ts, Object& a, Object& b) {
    Ref<Object> pair = TRY(delta_divmod(ts, a, b));
    if (!is_tuple(*pair)) return pair;
    return Ref<Object>::share(*static_cast<Tuple&>(*pair).item[1]);
}

Result<Ref<Object>> delta_total_seconds(Attached ts, Delta& self) {
    const Ref<Object> micros = TRY(int_of(ts, delta_micros(self)));
    return binary(ts, BinaryOp::true_divide, *micros, *TRY(box_int(ts, kMicrosPerSecond)));
}
Result<Ref<Object>> delta_reduce(Attached ts, Delta& self) {
    const Ref<Object> state = TRY(delta_state(ts, self));
    return tuple_of(ts, {self.type, state.get()});
}
template <int Delta::*field>
Result<Ref<Object>> delta_field(Attached ts, Delta& self) {
    return box_int(ts, self.*field);
}
void delta_dealloc(Attached ts, Object& self) {
    free_instance(ts, self);
}

constexpr Method delta_methods[] = {
    method<delta_total_seconds>("total_seconds($self, /)", "The whole duration in seconds, as a float."),
    method<delta_reduce>("__reduce__($self, /)", "What pickling keeps: the class and the three fields."),
    {},
};
constexpr GetSet delta_getset[] = {
    getter<delta_field<&Delta::days>>("days", "How many whole days; negative for a negative duration."),
    getter<delta_field<&Delta::seconds>>("seconds", "How many seconds beside the days, from 0 to 86399."),
    getter<delta_field<&Delta::microseconds>>("microseconds",
                                              "How many microseconds beside the seconds, from 0 to 999999."),
    {},
};

}  // namespace

Wide delta_micros(const Delta& d) {
    return (Wide{d.days} * kSecondsPerDay + d.seconds) * kMicrosPerSecond + d.microseconds;
}
Result<Ref<Delta>> delta_from_micros(Attached ts, Wide micros, Type& cls) {
    Wide days = micros / kMicrosPerDay;
    auto rest = static_cast<int64_t>(micros % kMicrosPerDay);
    if (rest < 0) {
        rest += kMicrosPerDay;
        --days;
    }
    if (days < INT_MIN || days > INT_MAX) return too_large(ts);
    if (days > kMaxDeltaDays || days < -kMaxDeltaDays)
        return raise(ts, Exc::OverflowError, "days={}; must have magnitude <= {}", static_cast<int>(days),
                     kMaxDeltaDays);
    Ref<Delta> d = TRY(new_instance<Delta>(ts, cls));
    d->hash = -1;
    d->days = static_cast<int>(days);
    d->seconds = static_cast<int>(rest / kMicrosPerSecond);
    d->microseconds = static_cast<int>(rest % kMicrosPerSecond);
    return d;
}

const TypeSpec delta_spec = {
    .name = "datetime.timedelta",
    .doc =
        "How much one moment lies behind another, to the microsecond.\n\n"
        "timedelta(days=0, seconds=0, microseconds=0, milliseconds=0, minutes=0, hours=0, weeks=0)\n\n"
        "Their sum; ints and floats are welcome.",
    .basicsize = sizeof(Delta),
    .flags = kTypeBaseType,
    .methods = delta_methods,
    .getset = delta_getset,
    .dealloc = slot<delta_dealloc>,
    .repr = slot<delta_repr>,
    .hash = slot<delta_hash>,
    .str = slot<delta_str>,
    .richcompare = slot<delta_compare>,
    .tp_new = slot<delta_new>,
    .add = slot<delta_sum<1>>,
    .subtract = slot<delta_sum<-1>>,
    .multiply = slot<delta_multiply>,
    .remainder = slot<delta_remainder>,
    .divmod = slot<delta_divmod>,
    .negative = slot<delta_negative>,
    .positive = slot<delta_positive>,
    .absolute = slot<delta_absolute>,
    .nb_bool = slot<delta_bool>,
    .floor_divide = slot<delta_floor_divide>,
    .true_divide = slot<delta_true_divide>,
};

}  // namespace baton
