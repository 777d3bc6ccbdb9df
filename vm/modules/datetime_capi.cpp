// datetime.datetime_CAPI: the table of types and functions through which C code makes dates and times.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/capsule.h"
#include "runtime/types/tuple.h"
#include "vm/modules/datetime.h"

namespace baton {

namespace {

Result<void> check_zone(Attached ts, Object* tz) {
    if (!tz || is_none(*tz) || is_tzinfo(*tz)) return {};
    return raise(ts, Exc::TypeError, "tzinfo argument must be None or of a tzinfo subclass, not type '{}'",
                 type_name(*tz));
}

// The functions of the table find their thread themselves, as every function that C code calls.
Object* make_date(int year, int month, int day, Type* cls) {
    Attached ts = current_attached();
    auto make = [&]() -> Result<Ref<Object>> {
        TRY(check_date(ts, year, month, day));
        return date_make(ts, *cls, {year, month, day});
    };
    return make().release();
}
Object* make_datetime_fold(int year, int month, int day, int hour, int minute, int second, int microsecond,
                           Object* tz, int fold, Type* cls) {
    Attached ts = current_attached();
    auto make = [&]() -> Result<Ref<Object>> {
        const Clock clock{hour, minute, second, microsecond, fold};
        TRY(check_date(ts, year, month, day));
        TRY(check_clock(ts, clock));
        TRY(check_zone(ts, tz));
        return datetime_make(ts, *cls, {year, month, day}, clock, tz);
    };
    return make().release();
}
Object* make_datetime(int year, int month, int day, int hour, int minute, int second, int microsecond,
                      Object* tz, Type* cls) {
    return make_datetime_fold(year, month, day, hour, minute, second, microsecond, tz, 0, cls);
}
Object* make_time_fold(int hour, int minute, int second, int microsecond, Object* tz, int fold, Type* cls) {
    Attached ts = current_attached();
    auto make = [&]() -> Result<Ref<Object>> {
        const Clock clock{hour, minute, second, microsecond, fold};
        TRY(check_clock(ts, clock));
        TRY(check_zone(ts, tz));
        return time_make(ts, *cls, clock, tz);
    };
    return make().release();
}
Object* make_time(int hour, int minute, int second, int microsecond, Object* tz, Type* cls) {
    return make_time_fold(hour, minute, second, microsecond, tz, 0, cls);
}
// What is not normalised by its maker is normalised all the same.
Object* make_delta(int days, int seconds, int microseconds, int, Type* cls) {
    const Wide micros = (Wide{days} * kSecondsPerDay + seconds) * kMicrosPerSecond + microseconds;
    return delta_from_micros(current_attached(), micros, *cls).release();
}
Object* make_zone(Object* offset, Object* name) {
    Attached ts = current_attached();
    return (name ? call(ts, timezone_type(), {offset, name}) : call(ts, timezone_type(), {offset})).release();
}
Object* call_class_method(Object* cls, const char* name, Object* args, Object* kwargs) {
    Attached ts = current_attached();
    auto made = [&]() -> Result<Ref<Object>> {
        auto method = TRY(get_attr(ts, *cls, *TRY(str_intern_utf8(ts, name))));
        return call_tuple(ts, *method, static_cast<Tuple&>(*args), static_cast<Dict*>(kwargs));
    };
    return made().release();
}
Object* datetime_from_timestamp(Object* cls, Object* args, Object* kwargs) {
    return call_class_method(cls, "fromtimestamp", args, kwargs);
}
Object* date_from_timestamp(Object* cls, Object* args) {
    return call_class_method(cls, "fromtimestamp", args, nullptr);
}

// cp311's PyDateTime_CAPI.
struct DateTimeCapi {
    Type *date, *datetime, *time, *delta, *tzinfo;
    Object* utc;
    Object* (*from_date)(int, int, int, Type*);
    Object* (*from_datetime)(int, int, int, int, int, int, int, Object*, Type*);
    Object* (*from_time)(int, int, int, int, Object*, Type*);
    Object* (*from_delta)(int, int, int, int, Type*);
    Object* (*from_zone)(Object*, Object*);
    Object* (*datetime_from_timestamp)(Object*, Object*, Object*);
    Object* (*date_from_timestamp)(Object*, Object*);
    Object* (*from_datetime_fold)(int, int, int, int, int, int, int, Object*, int, Type*);
    Object* (*from_time_fold)(int, int, int, int, Object*, int, Type*);
};
static_assert(sizeof(DateTimeCapi) == 15 * sizeof(void*));

}  // namespace

Result<Ref<Object>> datetime_c_interface(Attached ts) {
    static const DateTimeCapi capi = {&date_type(),        &datetime_type(),   &time_type(),
                                      &delta_type(),       &tzinfo_type(),     &utc_zone(),
                                      make_date,           make_datetime,      make_time,
                                      make_delta,          make_zone,          datetime_from_timestamp,
                                      date_from_timestamp, make_datetime_fold, make_time_fold};
    return capsule_new(ts, const_cast<DateTimeCapi*>(&capi), "datetime.datetime_CAPI", nullptr);
}

}  // namespace baton
