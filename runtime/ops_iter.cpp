// Iteration over any object.
#include "runtime/object_ops.h"
#include "runtime/c_stack.h"
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

Next iter_next(Attached ts, Object& iterator) {
    IterNextFn f = info(iterator).iternext;
    // A class can lose its __next__ while one of its instances is iterated over.
    if (!f) [[unlikely]]
        return raise(ts, Exc::TypeError, "'{}' object is not iterable", type_name(iterator));
    TRY(check_c_stack(ts));
    Next n = f(ts, iterator);
    if (n.raised() && pending_is(ts, Exc::StopIteration)) {  // a generator that returned a value
        clear_pending(ts);
        return Next::done();
    }
    return n;
}

bool is_iterator(const Object& o) {
    return info(o).iternext != nullptr;
}

}  // namespace baton
