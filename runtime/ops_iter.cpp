// Iteration over any object.
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/iterators.h"

namespace baton {

Result<Ref<Object>> get_iter(Attached ts, Object& o) {
    UnaryFn f = info(o).iter;
    if (!f) {
        if (is_sequence(o)) return sequence_iterator_new(ts, o);
        return raise(ts, Exc::TypeError, "'{}' object is not iterable", type_name(o));
    }
    auto iterator = TRY(f(ts, o));
    if (!is_iterator(*iterator)) {
        return raise(ts, Exc::TypeError, "iter() returned non-iterator of type '{}'", type_name(*iterator));
    }
    return iterator;
}

Next iter_next(Attached ts, Object& iterator) { return info(iterator).iternext(ts, iterator); }

bool is_iterator(const Object& o) { return info(o).iternext != nullptr; }

}  // namespace baton
