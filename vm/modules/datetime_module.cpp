// The module _datetime: its types, constants and what the module datetime takes from it.
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "vm/modules/datetime.h"

namespace baton {

namespace {

Result<void> datetime_exec(Attached ts, Module& m) {
    for (Type* t :
         {&date_type(), &datetime_type(), &time_type(), &delta_type(), &tzinfo_type(), &timezone_type()})
        TRY(module_add_type(ts, m, *t));
    TRY(module_add_int(ts, m, "MINYEAR", kMinYear));
    TRY(module_add_int(ts, m, "MAXYEAR", kMaxYear));
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
