// What can be done with any object: the abstract protocols, as functions.
//
// Names and behaviour: PyObject_*, PyNumber_*, PySequence_*, PyMapping_*, PyIter_* of CPython 3.11, error
// texts included. Callers: attached threads, no exception pending. Parameters borrowed, results owned.
#pragma once
#include "runtime/box.h"
#include "runtime/raise.h"
#include "runtime/slots.h"
#include "runtime/type.h"

namespace baton {

// text
Result<Ref<Str>> repr(Attached ts, Object& o);
Result<Ref<Str>> str(Attached ts, Object& o);
Result<Ref<Str>> ascii(Attached ts, Object& o);
Result<Ref<Object>> bytes_of(Attached ts, Object& o);
Result<Ref<Object>> format(Attached ts, Object& o, Str& spec);
Result<bool> enter_repr(Attached ts, Object& o);  // false: o's repr is already under way
void leave_repr(Attached ts, Object& o);
Result<Ref<List>> dir(Attached ts, Object* o);

// truth, identity, comparison
Result<bool> is_true(Attached ts, Object& o);
Result<Hash> hash(Attached ts, Object& o);
Result<Ref<Object>> compare(Attached ts, Object& a, Object& b, CompareOp op);
Result<bool> compare_bool(Attached ts, Object& a, Object& b, CompareOp op);  // identity implies ==
Result<bool> equal(Attached ts, Object& a, Object& b);                       // compare_bool(eq)
Result<bool> is_instance(Attached ts, Object& o, Object& cls);               // isinstance()
Result<bool> is_subclass(Attached ts, Object& o, Object& cls);               // issubclass()
// What type.__instancecheck__ and type.__subclasscheck__ do: no metaclass hook is asked.
Result<bool> real_is_instance(Attached ts, Object& o, Object& cls);
Result<bool> real_is_subclass(Attached ts, Object& o, Object& cls);
const char* compare_symbol(CompareOp op);

// numbers
enum class BinaryOp : uint8_t {
    add,
    subtract,
    multiply,
    true_divide,
    floor_divide,
    remainder,
    power,
    lshift,
    rshift,
    nb_and,
    nb_or,
    nb_xor,
    matrix_multiply
};
const char* binary_op_symbol(BinaryOp op);
Result<Ref<Object>> binary(Attached ts, BinaryOp op, Object& a,
                           Object& b);  // falls back on sequence concat/repeat
Result<Ref<Object>> inplace(Attached ts, BinaryOp op, Object& a, Object& b);
Result<Ref<Object>> power(Attached ts, Object& a, Object& b, Object& modulus_or_none);
Result<Ref<Object>> divmod(Attached ts, Object& a, Object& b);
Result<Ref<Object>> negative(Attached ts, Object& o);
Result<Ref<Object>> positive(Attached ts, Object& o);
Result<Ref<Object>> invert(Attached ts, Object& o);
Result<Ref<Object>> absolute(Attached ts, Object& o);
Result<Ref<Object>> number_int(Attached ts, Object& o);    // int(o)
Result<Ref<Object>> number_float(Attached ts, Object& o);  // float(o)
Result<Ref<Int>> number_index(Attached ts, Object& o);     // operator.index
bool has_index(const Object& o);
Result<Index> as_index(Attached ts, Object& o, Exc overflow);     // PyNumber_AsSsize_t
Index as_index_clamped_or(Attached ts, Object& o, bool* raised);  // slices: clamps instead of overflowing
bool is_number(const Object& o);

// containers
Result<Index> length(Attached ts, Object& o);
Result<Index> length_hint(Attached ts, Object& o, Index fallback);
Result<Ref<Object>> get_item(Attached ts, Object& o, Object& key);
Result<void> set_item(Attached ts, Object& o, Object& key, Object& value);
Result<void> del_item(Attached ts, Object& o, Object& key);
Result<bool> contains(Attached ts, Object& container, Object& item);
bool is_sequence(const Object& o);
bool is_mapping(const Object& o);
Result<Ref<Object>> sequence_item(Attached ts, Object& o, Index i);  // PySequence_GetItem
Result<Ref<List>> to_list(Attached ts, Object& iterable);
Result<Ref<Tuple>> to_tuple(Attached ts, Object& iterable);
// A list or tuple with the items of an iterable; the object itself when it is one. `message` for the
// TypeError when not iterable.
Result<Ref<Object>> sequence_fast(Attached ts, Object& o, const char* message);

// iteration
Result<Ref<Object>> get_iter(Attached ts, Object& o);
Next iter_next(Attached ts, Object& iterator);
bool is_iterator(const Object& o);
// Calls f(Ref<Object> item) -> Result<bool> for each item; false stops early. An exact list or tuple needs no
// iterator: as with one, a list that changes meanwhile is looked at anew at each step.
template <class F>
Result<void> for_each(Attached ts, Object& iterable, F&& f) {
    if (is_exact(iterable, PyList_Type)) {
        auto list = Ref<List>::share(static_cast<List&>(iterable));
        for (Index i = 0; i < list->size; ++i) {
            if (!TRY(f(Ref<Object>::share(*list->item[i])))) return {};
        }
        return {};
    }
    if (is_exact(iterable, PyTuple_Type)) {
        auto tuple = Ref<Tuple>::share(static_cast<Tuple&>(iterable));
        for (Index i = 0; i < tuple->size; ++i) {
            if (!TRY(f(Ref<Object>::share(*tuple->item[i])))) return {};
        }
        return {};
    }
    auto it = TRY(get_iter(ts, iterable));
    for (;;) {
        Next n = iter_next(ts, *it);
        if (n.raised()) return already_raised();
        if (n.is_done()) return {};
        if (!TRY(f(n.take()))) return {};
    }
}

// buffers
Result<void> get_buffer(Attached ts, Object& o, BufferView* view, int flags);
void release_buffer(BufferView* view);

}  // namespace baton
