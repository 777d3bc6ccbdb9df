// What sys.stderr is before there are streams: an object that writes to a descriptor at once.
// Callers: attached threads, at start-up.
#pragma once
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> std_printer_new(Attached ts, int fd);

extern const TypeSpec std_printer_spec;

}  // namespace baton
