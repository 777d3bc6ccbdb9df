// datetime objects: what datetime_datetime.cpp and datetime_clock.cpp share. Callers: attached threads.
#pragma once
#include "vm/modules/datetime.h"

namespace baton {

struct MomentParts {
    Ymd date;
    Clock clock;
};
// The fields as microseconds since the day before day 1, the zone left out of account.
Wide local_micros(const DateTime& d);
MomentParts parts_of_micros(Wide micros);
// Makes the struct of cls itself, whatever its __new__.
Result<Ref<Object>> datetime_new_raw(Attached ts, Type& cls, const Ymd& d, const Clock& c, Object* tz);

Result<Ref<Object>> datetime_now(Attached ts, Type& cls, Object* tz);
Result<Ref<Object>> datetime_utcnow(Attached ts, Type& cls);
Result<Ref<Object>> datetime_fromtimestamp(Attached ts, Type& cls, Object& timestamp, Object* tz);
Result<Ref<Object>> datetime_utcfromtimestamp(Attached ts, Type& cls, Object& timestamp);
Result<Ref<Object>> datetime_timetuple(Attached ts, DateTime& self);
Result<Ref<Object>> datetime_utctimetuple(Attached ts, DateTime& self);
Result<double> datetime_timestamp(Attached ts, DateTime& self);
Result<Ref<Object>> datetime_astimezone(Attached ts, DateTime& self, Object* tz);
Result<Ref<Object>> datetime_utcoffset(Attached ts, DateTime& self);
Result<Ref<Object>> datetime_dst(Attached ts, DateTime& self);
Result<Ref<Object>> datetime_tzname(Attached ts, DateTime& self);

}  // namespace baton
