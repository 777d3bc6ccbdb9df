// _heapq: a list as a heap: every item is no greater than its two children (in the _max functions: no less).
//
// Comparing may run Python code. A list whose size changes meanwhile is an error; its items are read anew
// after every comparison.
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/list.h"

namespace baton {
namespace {

enum class Order { min, max };

// Whether a belongs above b.
template <Order O>
Result<bool> above(Attached ts, Object& a, Object& b) {
    const Ref<Object> first = Ref<Object>::share(a), second = Ref<Object>::share(b);
    return O == Order::min ? compare_bool(ts, a, b, CompareOp::lt) : compare_bool(ts, b, a, CompareOp::lt);
}
Result<void> same_size(Attached ts, const List& heap, Index size) {
    if (heap.size != size) return raise(ts, Exc::RuntimeError, "list changed size during iteration");
    return {};
}

// The item at `at` rises as far as it belongs, not above `top`.
template <Order O>
Result<void> rise(Attached ts, List& heap, Index top, Index at) {
    const Index size = heap.size;
    if (at >= size) return raise(ts, Exc::IndexError, "index out of range");
    while (at > top) {
        const Index parent = (at - 1) / 2;
        const bool moves = TRY(above<O>(ts, *heap.item[at], *heap.item[parent]));
        TRY(same_size(ts, heap, size));
        if (!moves) break;
        std::swap(heap.item[at], heap.item[parent]);
        at = parent;
    }
    return {};
}
// The item at `at` goes down to a leaf, always below the child that belongs highest, then rises: most items
// that are put in the top's place come from a leaf and belong near one, so this compares less than stopping
// on the way.
template <Order O>
Result<void> sink(Attached ts, List& heap, Index at) {
    const Index size = heap.size, top = at;
    if (at >= size) return raise(ts, Exc::IndexError, "index out of range");
    while (at < size / 2) {
        Index child = 2 * at + 1;
        if (child + 1 < size) {
            const bool left = TRY(above<O>(ts, *heap.item[child], *heap.item[child + 1]));
            TRY(same_size(ts, heap, size));
            if (!left) ++child;
        }
        std::swap(heap.item[at], heap.item[child]);
        at = child;
    }
    return rise<O>(ts, heap, top, at);
}

Result<void> heap_push(Attached ts, Module&, List& heap, Object& item) {
    TRY(list_append(ts, heap, item));
    return rise<Order::min>(ts, heap, 0, heap.size - 1);
}
template <Order O>
Result<Ref<Object>> heap_pop(Attached ts, Module&, List& heap) {
    if (heap.size == 0) return raise(ts, Exc::IndexError, "index out of range");
    Ref<Object> last = Ref<Object>::share(*heap.item[heap.size - 1]);
    TRY(list_set_slice(ts, heap, heap.size - 1, heap.size, nullptr));
    if (heap.size == 0) return last;
    Ref<Object> top = Ref<Object>::steal(std::exchange(heap.item[0], last.release()));
    TRY(sink<O>(ts, heap, 0));
    return top;
}
template <Order O>
Result<Ref<Object>> heap_replace(Attached ts, Module&, List& heap, Object& item) {
    if (heap.size == 0) return raise(ts, Exc::IndexError, "index out of range");
    incref(&item);
    Ref<Object> top = Ref<Object>::steal(std::exchange(heap.item[0], &item));
    TRY(sink<O>(ts, heap, 0));
    return top;
}
Result<Ref<Object>> heap_pushpop(Attached ts, Module& module, List& heap, Object& item) {
    if (heap.size == 0) return Ref<Object>::share(item);
    const bool smaller = TRY(above<Order::min>(ts, *heap.item[0], item));
    if (!smaller) return Ref<Object>::share(item);
    return heap_replace<Order::min>(ts, module, heap, item);
}
template <Order O>
Result<void> heapify(Attached ts, Module&, List& heap) {
    for (Index at = heap.size / 2 - 1; at >= 0; --at) TRY(sink<O>(ts, heap, at));
    return {};
}

constexpr Method functions[] = {
    method<heap_push>("heappush($module, heap, item, /)", "Add an item to the heap."),
    method<heap_pop<Order::min>>("heappop($module, heap, /)", "Take out the smallest item."),
    method<heap_replace<Order::min>>(
        "heapreplace($module, heap, item, /)",
        "Take out the smallest item and add this one, which may be smaller still."),
    method<heap_pushpop>("heappushpop($module, heap, item, /)",
                         "Add this item and take out the smallest, perhaps the same."),
    method<heapify<Order::min>>("heapify($module, heap, /)",
                                "Order a list so that it is a heap, in linear time."),
    method<heap_pop<Order::max>>("_heappop_max($module, heap, /)",
                                 "heappop() of a heap whose greatest item is first."),
    method<heap_replace<Order::max>>("_heapreplace_max($module, heap, item, /)",
                                     "heapreplace() of a heap whose greatest item is first."),
    method<heapify<Order::max>>("_heapify_max($module, heap, /)", "heapify() with the greatest item first."),
    {},
};

}  // namespace

extern const ModuleSpec heapq_module;
const ModuleSpec heapq_module = {
    .name = "_heapq",
    .doc = "A list as a heap, whose smallest item is always first.",
    .methods = functions,
};

}  // namespace baton
