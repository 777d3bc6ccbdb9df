#include "vm/vm_types.h"

#include "vm/modules/ast_nodes.h"
#include "vm/modules/blake2.h"
#include "vm/modules/contextvars.h"
#include "vm/modules/multiprocessing.h"
#include "vm/modules/datetime.h"

namespace baton {

#define TYPE(symbol, accessor, layout, spec) \
    extern const TypeSpec spec;              \
    Type symbol = {};
#include "vm/vm_types.def"
#undef TYPE

void ready_vm_types(Attached ts) {
#define TYPE(symbol, accessor, layout, spec) ready_static_type(ts, symbol, spec);
#include "vm/vm_types.def"
#undef TYPE
    ast_init_process(ts);
    blake2_init_process(ts);
    contextvars_init_process(ts);
    multiprocessing_init_process(ts);
    datetime_init_process(ts);
}

}  // namespace baton
