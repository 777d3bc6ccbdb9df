// The module _datetime: its types, constants and what the module datetime takes from it.
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "vm/modules/datetime.h"

namespace baton {

Result<Ref<Object>> datetime_c_interface(Attached ts);  // datetime_capi.cpp

namespace {

Result<void> datetime_exec(Attached ts, Module& m) {
    for (Type* t :
         {&date_type(), &datetime_type(), &time_type(), &delta_type(), &tzinfo_type(), &timezone_type()})
        TRY(module_add_type(ts, m, *t));
    TRY(module_add_int(ts, m, "MINYEAR", kMinYear));
    TRY(module_add_int(ts, m, "MAXYEAR", kMaxYear));
    TRY(module_add_owned(ts, m, "datetime_CAPI", TRY(datetime_c_interface(ts))));
    return module_add(ts, m, "UTC", utc_zone());
}

}  // namespace

extern const ModuleSpec datetime_module;
const ModuleSpec datetime_module = {
    .name = "_datetime",
    .doc = "Dates, times, durations and zones.",
    .exec = datetime_exec,
};

}  // namespace baton
