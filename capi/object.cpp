// Objects of any kind: attributes, calls, comparison, iteration, numbers, sequences.
#include "capi/shared.h"
#include "runtime/exceptions.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

namespace baton::api {

namespace {
Str* attribute_name(Attached ts, Object* name) {
    if (is_str(*name)) return static_cast<Str*>(name);
    (void)raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(*name));
    return nullptr;
}
}  // namespace

Object* PyObject_Repr(Attached ts, Object* o) {
    return o ? give(repr(ts, *o)) : give(str_new_ascii(ts, "<NULL>"));
}
Object* PyObject_Str(Attached ts, Object* o) {
    return o ? give(str(ts, *o)) : give(str_new_ascii(ts, "<NULL>"));
}
Object* PyObject_ASCII(Attached ts, Object* o) {
    return o ? give(ascii(ts, *o)) : give(str_new_ascii(ts, "<NULL>"));
}
Object* PyObject_Bytes(Attached ts, Object* o) {
    return o ? give(bytes_of(ts, *o)) : give(bytes_new(ts, "<NULL>"));
}
Object* PyObject_Format(Attached ts, Object* o, Object* spec) {
    return give(format(ts, *o, spec ? static_cast<Str&>(*spec) : *str_empty()));
}
Object* PyObject_Dir(Attached ts, Object* o) {
    return give(dir(ts, o));
}
Object* PyObject_Type(Attached ts, Object* o) {
    if (missing(ts, o)) return nullptr;
    incref(o->type);
    return o->type;
}
Hash PyObject_Hash(Attached ts, Object* o) {
    return number_of(hash(ts, *o));
}
int PyObject_IsTrue(Attached ts, Object* o) {
    return truth_of(is_true(ts, *o));
}
int PyObject_Not(Attached ts, Object* o) {
    int t = truth_of(is_true(ts, *o));
    return t < 0 ? t : !t;
}
Object* PyObject_RichCompare(Attached ts, Object* a, Object* b, int op) {
    if (missing(ts, a) || missing(ts, b)) return nullptr;
    return give(compare(ts, *a, *b, static_cast<CompareOp>(op)));
}
int PyObject_RichCompareBool(Attached ts, Object* a, Object* b, int op) {
    if (missing(ts, a) || missing(ts, b)) return -1;
    return truth_of(compare_bool(ts, *a, *b, static_cast<CompareOp>(op)));
}
int PyObject_IsInstance(Attached ts, Object* o, Object* cls) {
    return truth_of(is_instance(ts, *o, *cls));
}
int PyObject_IsSubclass(Attached ts, Object* o, Object* cls) {
    return truth_of(is_subclass(ts, *o, *cls));
}

Object* PyObject_GetAttr(Attached ts, Object* o, Object* name) {
    Str* n = attribute_name(ts, name);
    return n ? give(get_attr(ts, *o, *n)) : nullptr;
}
Object* PyObject_GetAttrString(Attached ts, Object* o, const char* name) {
    auto n = name_of(ts, name);
    return n ? give(get_attr(ts, *o, *n)) : nullptr;
}
int PyObject_SetAttr(Attached ts, Object* o, Object* name, Object* value) {
    Str* n = attribute_name(ts, name);
    if (!n) return -1;
    return value ? status(set_attr(ts, *o, *n, *value)) : status(del_attr(ts, *o, *n));
}
int PyObject_SetAttrString(Attached ts, Object* o, const char* name, Object* value) {
    if (value && !ready_if_type(ts, *value)) return -1;
    auto n = name_of(ts, name);
    return n ? PyObject_SetAttr(ts, o, n.get(), value) : -1;
}
int PyObject_HasAttr(Attached ts, Object* o, Object* name) {
    Str* n = attribute_name(ts, name);
    auto r = n ? has_attr(ts, *o, *n) : Result<bool>(already_raised());
    if (r.ok()) return r.take();
    clear_pending(ts);
    return 0;
}
int PyObject_HasAttrString(Attached ts, Object* o, const char* name) {
    auto n = name_of(ts, name);
    if (n) return PyObject_HasAttr(ts, o, n.get());
    clear_pending(ts);
    return 0;
}
Object* PyObject_GenericGetAttr(Attached ts, Object* o, Object* name) {
    Str* n = attribute_name(ts, name);
    return n ? give(generic_get_attr(ts, *o, *n)) : nullptr;
}
int PyObject_GenericSetAttr(Attached ts, Object* o, Object* name, Object* value) {
    Str* n = attribute_name(ts, name);
    return n ? status(generic_set_attr(ts, *o, *n, value)) : -1;
}
Object* PyObject_SelfIter(Object* o) {
    incref(o);
    return o;
}

// ---- containers in general ----
Index PyObject_Size(Attached ts, Object* o) {
    return missing(ts, o) ? -1 : number_of(length(ts, *o));
}
Object* PyObject_GetItem(Attached ts, Object* o, Object* key) {
    if (missing(ts, o) || missing(ts, key)) return nullptr;
    return give(get_item(ts, *o, *key));
}
int PyObject_SetItem(Attached ts, Object* o, Object* key, Object* value) {
    return status(set_item(ts, *o, *key, *value));
}
int PyObject_DelItem(Attached ts, Object* o, Object* key) {
    return status(del_item(ts, *o, *key));
}
Object* PyObject_GetIter(Attached ts, Object* o) {
    return give(get_iter(ts, *o));
}
int PyIter_Check(Object* o) {
    return is_iterator(*o);
}
Object* PyIter_Next(Attached ts, Object* o) {
    Next n = iter_next(ts, *o);
    return n.has_item() ? n.take().release() : nullptr;
}
int PySequence_Check(Object* o) {
    return is_sequence(*o);
}
namespace {
// A dict has a length, but not as a sequence; a set has one, but not as a mapping.
bool has_sequence_length(const Object& o) {
    return !is_dict(o) && o.type->as_sequence && o.type->as_sequence->length;
}
bool has_mapping_length(const Object& o) {
    return o.type->as_mapping && o.type->as_mapping->length;
}
}  // namespace
Index PySequence_Size(Attached ts, Object* o) {
    if (missing(ts, o)) return -1;
    if (has_sequence_length(*o) || !has_mapping_length(*o)) return number_of(length(ts, *o));
    (void)raise(ts, Exc::TypeError, "{} is not a sequence", type_name(*o));
    return -1;
}
Object* PySequence_GetItem(Attached ts, Object* o, Index i) {
    return give(sequence_item(ts, *o, i));
}
int PySequence_SetItem(Attached ts, Object* o, Index i, Object* value) {
    auto key = box_int(ts, i);
    return key.ok() ? status(set_item(ts, *o, *key, *value)) : -1;
}
Object* PySequence_List(Attached ts, Object* o) {
    return give(to_list(ts, *o));
}
Object* PySequence_Tuple(Attached ts, Object* o) {
    return give(to_tuple(ts, *o));
}
Object* PySequence_Fast(Attached ts, Object* o, const char* message) {
    return give(sequence_fast(ts, *o, message));
}
Object* PySequence_Concat(Attached ts, Object* a, Object* b) {
    if (missing(ts, a) || missing(ts, b)) return nullptr;
    if (is_sequence(*a) && is_sequence(*b)) return give(binary(ts, BinaryOp::add, *a, *b));
    (void)raise(ts, Exc::TypeError, "'{}' object can't be concatenated", type_name(*a));
    return nullptr;
}
Object* PySequence_Repeat(Attached ts, Object* o, Index n) {
    if (missing(ts, o)) return nullptr;
    if (!is_sequence(*o)) {
        (void)raise(ts, Exc::TypeError, "'{}' object can't be repeated", type_name(*o));
        return nullptr;
    }
    auto count = box_int(ts, n);
    return count.ok() ? give(binary(ts, BinaryOp::multiply, *o, *count)) : nullptr;
}
int PySequence_Contains(Attached ts, Object* o, Object* item) {
    return truth_of(contains(ts, *o, *item));
}
int PyMapping_Check(Object* o) {
    return o && is_mapping(*o);
}
Index PyMapping_Size(Attached ts, Object* o) {
    if (missing(ts, o)) return -1;
    if (has_mapping_length(*o) || !has_sequence_length(*o)) return number_of(length(ts, *o));
    (void)raise(ts, Exc::TypeError, "{} is not a mapping", type_name(*o));
    return -1;
}
Object* PyMapping_GetItemString(Attached ts, Object* o, const char* key) {
    auto k = name_of(ts, key);
    return k ? give(get_item(ts, *o, *k)) : nullptr;
}
int PyMapping_SetItemString(Attached ts, Object* o, const char* key, Object* value) {
    auto k = name_of(ts, key);
    return k ? status(set_item(ts, *o, *k, *value)) : -1;
}
int PyObject_GetBuffer(Attached ts, Object* o, BufferView* view, int flags) {
    return status(get_buffer(ts, *o, view, flags));
}
void PyBuffer_Release(Attached, BufferView* view) {
    release_buffer(view);
}

// ---- calls ----
int PyCallable_Check(Object* o) {
    return o && is_callable(*o);
}
Object* PyObject_Call(Attached ts, Object* callable, Object* args, Object* kwargs) {
    return give(call_tuple(ts, *callable, static_cast<Tuple&>(*args), static_cast<Dict*>(kwargs)));
}
Object* PyObject_CallObject(Attached ts, Object* callable, Object* args) {
    if (missing(ts, callable)) return nullptr;
    if (!args) return PyObject_CallNoArgs(ts, callable);
    if (!is_tuple(*args)) {
        (void)raise(ts, Exc::TypeError, "argument list must be a tuple");
        return nullptr;
    }
    return PyObject_Call(ts, callable, args, nullptr);
}
Object* PyObject_CallNoArgs(Attached ts, Object* callable) {
    return give(call(ts, *callable));
}
Object* PyObject_CallOneArg(Attached ts, Object* callable, Object* arg) {
    return give(call(ts, *callable, {arg}));
}
Object* PyObject_Vectorcall(Attached ts, Object* callable, Object* const* args, size_t nargsf,
                            Object* kwnames) {
    size_t nargs = nargsf & ~(size_t{1} << 63);
    size_t total = nargs + (kwnames ? static_cast<size_t>(static_cast<Tuple*>(kwnames)->size) : 0);
    // The callee may write to its argument array, and wants a scratch word in front: it gets a copy.
    Value small[9];
    Value* values = total < 9 ? small : static_cast<Value*>(malloc((total + 1) * sizeof(Value)));
    if (!values) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    // Small ints travel tagged inside, as everywhere (value.h).
    for (size_t i = 0; i < total; ++i) values[i + 1] = unbox_borrowed(args[i]);
    Object* r = give_value(ts, call_value(ts, *callable, values + 1, nargs, static_cast<Tuple*>(kwnames)));
    for (size_t i = 0; i < total; ++i) drop(ts, values[i + 1]);
    if (values != small) free(values);
    return r;
}

// ---- numbers in general ----
int PyNumber_Check(Object* o) {
    return o && is_number(*o);
}
int PyIndex_Check(Object* o) {
    return has_index(*o);
}
#define BINARY(name, op)                                      \
    Object* name(Attached ts, Object* a, Object* b) {         \
        if (missing(ts, a) || missing(ts, b)) return nullptr; \
        return give(binary(ts, BinaryOp::op, *a, *b));        \
    }
BINARY(PyNumber_Add, add)
BINARY(PyNumber_Subtract, subtract)
BINARY(PyNumber_Multiply, multiply)
BINARY(PyNumber_TrueDivide, true_divide)
BINARY(PyNumber_FloorDivide, floor_divide)
BINARY(PyNumber_Remainder, remainder)
BINARY(PyNumber_Lshift, lshift)
BINARY(PyNumber_Rshift, rshift)
BINARY(PyNumber_And, nb_and)
BINARY(PyNumber_Or, nb_or)
BINARY(PyNumber_Xor, nb_xor)
#undef BINARY
Object* PyNumber_InPlaceAdd(Attached ts, Object* a, Object* b) {
    return give(inplace(ts, BinaryOp::add, *a, *b));
}
Object* PyNumber_Divmod(Attached ts, Object* a, Object* b) {
    return give(divmod(ts, *a, *b));
}
Object* PyNumber_Power(Attached ts, Object* a, Object* b, Object* modulus) {
    return give(power(ts, *a, *b, *modulus));
}
Object* PyNumber_Negative(Attached ts, Object* o) {
    return give(negative(ts, *o));
}
Object* PyNumber_Positive(Attached ts, Object* o) {
    return give(positive(ts, *o));
}
Object* PyNumber_Absolute(Attached ts, Object* o) {
    return give(absolute(ts, *o));
}
Object* PyNumber_Invert(Attached ts, Object* o) {
    return give(invert(ts, *o));
}
Object* PyNumber_Long(Attached ts, Object* o) {
    return missing(ts, o) ? nullptr : give(number_int(ts, *o));
}
Object* PyNumber_Float(Attached ts, Object* o) {
    return missing(ts, o) ? nullptr : give(number_float(ts, *o));
}
Object* PyNumber_Index(Attached ts, Object* o) {
    return missing(ts, o) ? nullptr : give(number_index(ts, *o));
}
Index PyNumber_AsSsize_t(Attached ts, Object* o, Object* exception) {
    if (exception)
        return number_of(
            as_index(ts, *o, exception == &exc_type(Exc::IndexError) ? Exc::IndexError : Exc::OverflowError));
    bool raised = false;
    Index i = as_index_clamped_or(ts, *o, &raised);
    return raised ? -1 : i;
}

}  // namespace baton::api
