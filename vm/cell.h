// Cells: the boxes through which closures share variables.
//
// Invariants: `value` is a canonical Value, nothing = unbound. C code sees boxed objects only, through
// cell_get. Callers: attached threads.
#pragma once
#include "runtime/box.h"
#include "vm/vm_types.h"

namespace baton {

struct Cell : Object {
    Value value;  // owned
};

inline bool is_cell(const Object& o) {
    return o.type == &PyCell_Type;
}
Result<Ref<Cell>> cell_new(Attached ts, Value owned);  // takes `owned` also when it fails
// The content as an object, boxing in place so that C may borrow it; null = empty, raised only when out of
// memory.
Result<OptRef<Object>> cell_get(Attached ts, Cell& c);
void cell_set(Attached ts, Cell& c, Value owned);

extern const TypeSpec cell_spec;

}  // namespace baton
