// Protocols, continued: sequences, mappings, in-place arithmetic, attribute dictionaries, vectorcall, old
// buffer calls.
#include "capi/impl.h"
#include "capi/shared.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/types/dict.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/float.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/iterators.h"
#include "runtime/types/list.h"
#include "runtime/types/mappingproxy.h"
#include "runtime/types/slice.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/generator.h"

namespace baton::api {

// ---- any object ----
Index PyObject_Length(Attached ts, Object* o) {
    return PyObject_Size(ts, o);
}
Index PyObject_LengthHint(Attached ts, Object* o, Index fallback) {
    return number_of(length_hint(ts, *o, fallback));
}
int PyObject_Print(Attached ts, Object* o, FILE* file, int flags) {
    if (!o) {
        fputs("<nil>", file);
        return 0;
    }
    auto text = flags & 1 ? str(ts, *o) : repr(ts, *o);  // 1: Py_PRINT_RAW
    if (!text.ok()) return -1;
    auto utf8 = encode_utf8(ts, *text, "backslashreplace");
    if (!utf8.ok()) return -1;
    clearerr(file);
    fwrite(utf8->data, 1, static_cast<size_t>(utf8->size), file);
    if (!ferror(file)) return 0;
    clearerr(file);
    (void)raise_oserror(ts, errno);
    return -1;
}
int PyObject_DelItemString(Attached ts, Object* o, const char* key) {
    auto k = name_of(ts, key);
    return k ? status(del_item(ts, *o, *k)) : -1;
}
Object* PyObject_GetAIter(Attached ts, Object* o) {
    if (!type_lookup(*o->type, id(Name::__aiter__))) {
        (void)raise(ts, Exc::TypeError, "'{}' object is not an async iterable", type_name(*o));
        return nullptr;
    }
    auto made = call_special(ts, *o, id(Name::__aiter__));
    if (!made.ok()) return nullptr;
    auto it = made.take();
    if (PyAIter_Check(it.get())) return it.release();
    (void)raise(ts, Exc::TypeError, "aiter() returned not an async iterator of type '{}'", type_name(*it));
    return nullptr;
}
int PyAIter_Check(Object* o) {
    return type_lookup(*o->type, id(Name::__aiter__)) && type_lookup(*o->type, id(Name::__anext__));
}
int PyObject_IS_GC(Object* o) {
    return object_is_gc(o);
}
int PyObject_GC_IsTracked(Object* o) {
    return object_is_gc(o) && gc_is_tracked(o);
}
int PyObject_GC_IsFinalized(Object* o) {
    return object_is_gc(o) && gc_is_finalized(*o);
}
int PyObject_AsFileDescriptor(Attached ts, Object* o) {
    auto find = [&]() -> Result<Index> {
        int fd;
        if (is_int(*o)) {
            fd = static_cast<int>(TRY(convert_int64(ts, Value(o), INT_MIN, INT_MAX, "int")));
        } else {
            auto method = TRY(get_attr_opt(ts, *o, *TRY(str_intern_utf8(ts, "fileno"))));
            if (!method)
                return raise(ts, Exc::TypeError, "argument must be an int, or have a fileno() method.");
            auto number = TRY(call(ts, *method));
            if (!is_int(*number)) return raise(ts, Exc::TypeError, "fileno() returned a non-integer");
            fd = static_cast<int>(TRY(convert_int64(ts, Value(number.get()), INT_MIN, INT_MAX, "int")));
        }
        if (fd < 0)
            return raise(ts, Exc::ValueError, "file descriptor cannot be a negative integer ({})", fd);
        return Index{fd};
    };
    return static_cast<int>(number_of(find()));
}
Object* PyObject_GenericGetDict(Attached ts, Object* o, void*) {
    auto found = get_dict(ts, *o, true);
    if (!found.ok()) return nullptr;
    auto dict = found.take();
    if (!dict) (void)raise(ts, Exc::AttributeError, "This object has no __dict__");
    return dict.release();
}
int PyObject_GenericSetDict(Attached ts, Object* o, Object* value, void*) {
    if (!value) {
        (void)raise(ts, Exc::TypeError, "cannot delete __dict__");
        return -1;
    }
    if (!is_dict(*value)) {
        (void)raise(ts, Exc::TypeError, "__dict__ must be set to a dictionary, not a '{}'",
                    type_name(*value));
        return -1;
    }
    return status(set_dict(ts, *o, value));
}
VarObject* PyObject_InitVar(Attached, VarObject* op, Type* type, Index size) {
    op->size = size;
    op->refcnt = 1;
    op->type = type;
    if (has_flag(*type, kTypeHeap)) incref(type);
    return op;
}
void PyObject_CallFinalizer(Attached ts, Object* o) {
    if (!has_flag(*o->type, kTypeHasGc) || !gc_is_finalized(*o)) (void)call_finalizer(ts, *o);
}
Object** PyObject_GET_WEAKREFS_LISTPTR(Object* o) {
    return reinterpret_cast<Object**>(reinterpret_cast<char*>(o) + o->type->weaklistoffset);
}
int PyType_SUPPORTS_WEAKREFS(Type* type) {
    return type->weaklistoffset > 0;
}
int Py_Is(Object* a, Object* b) {
    return a == b;
}
int Py_IsNone(Object* o) {
    return o == &none();
}
int Py_IsTrue(Object* o) {
    return o == &bool_object(true);
}
int Py_IsFalse(Object* o) {
    return o == &bool_object(false);
}
Object* Py_NewRef(Object* o) {
    incref(o);
    return o;
}
Object* Py_XNewRef(Object* o) {
    xincref(o);
    return o;
}
int Py_ReprEnter(Attached ts, Object* o) {
    auto first = enter_repr(ts, *o);
    return first.ok() ? !first.take() : -1;
}
void Py_ReprLeave(Attached ts, Object* o) {
    leave_repr(ts, *o);
}
Object* Py_GenericAlias(Attached ts, Object* origin, Object* args) {
    return give(generic_alias_new(ts, *origin, *args));
}
Object* PySeqIter_New(Attached ts, Object* o) {
    if (!is_sequence(*o)) {
        (void)raise_bad_internal_call(ts, "PySeqIter_New");
        return nullptr;
    }
    return give(sequence_iterator_new(ts, *o));
}
Object* PyCallIter_New(Attached ts, Object* callable, Object* sentinel) {
    return give(callable_iterator_new(ts, *callable, *sentinel));
}
Object* PyDictProxy_New(Attached ts, Object* mapping) {
    return give(call(ts, PyDictProxy_Type, {mapping}));  // which looks whether it is one
}
int PyIter_Send(Attached ts, Object* iterator, Object* argument, Object** result) {
    Sent sent = send_value(ts, *iterator, unbox_borrowed(argument));
    *result = give_value(ts, sent.value);
    if (sent.status != SendStatus::raised && !*result) return -1;
    return static_cast<int>(sent.status);
}

// ---- calls ----
Object* PyObject_VectorcallMethod(Attached ts, Object* name, Object* const* args, size_t nargsf,
                                  Object* kwnames) {
    auto method = get_attr(ts, *args[0], static_cast<Str&>(*name));
    if (!method.ok()) return nullptr;
    const size_t nargs = nargsf & ~(size_t{1} << 63);
    return PyObject_Vectorcall(ts, method.get(), args + 1, nargs - 1, kwnames);
}
Object* PyObject_VectorcallDict(Attached ts, Object* callable, Object* const* args, size_t nargsf,
                                Object* kwargs) {
    const Index nargs = static_cast<Index>(nargsf & ~(size_t{1} << 63));
    auto packed = tuple_from(ts, args, nargs);
    return packed.ok() ? PyObject_Call(ts, callable, packed.get(), kwargs) : nullptr;
}
Object* PyVectorcall_Call(Attached ts, Object* callable, Object* tuple, Object* dict) {
    // An instance of a class without the flag has the word too when its base has: this is the base's tp_call.
    const Index offset = callable->type->vectorcall_offset;
    CVectorcall entry = PyVectorcall_Function(callable);
    if (!entry && offset > 0)
        entry = *reinterpret_cast<CVectorcall*>(reinterpret_cast<char*>(callable) + offset);
    if (!entry) {
        (void)raise(ts, Exc::TypeError, "'{}' object does not support vectorcall", type_name(*callable));
        return nullptr;
    }
    auto& t = static_cast<Tuple&>(*tuple);
    auto* d = static_cast<Dict*>(dict);
    std::vector<Object*> args(1, nullptr);
    args.insert(args.end(), t.item, t.item + t.size);
    OptRef<Tuple> names;
    if (d && d->used) {
        auto made = tuple_alloc(ts, d->used);
        if (!made.ok()) return nullptr;
        Index pos = 0, n = 0;
        Object *key, *value;
        while (n < made->size && dict_next(*d, &pos, &key, &value)) {
            if (!is_str(*key)) {
                (void)raise(ts, Exc::TypeError, "keywords must be strings");
                while (n < made->size) made->item[n++] = &none();
                return nullptr;
            }
            incref(key);
            made->item[n++] = key;
            args.push_back(value);
        }
        names = made.take();
    }
    Object* result =
        entry(callable, args.data() + 1, static_cast<size_t>(t.size) | size_t{1} << 63, names.get());
    return result;
}
CVectorcall PyVectorcall_Function(Object* callable) {
    const Type& type = *callable->type;
    if (&type == &PyFunction_Type) return c_vectorcall_entry;  // its instances have no word for one
    if (!has_flag(type, kTypeHasVectorcall) || type.vectorcall_offset <= 0) return nullptr;
    return *reinterpret_cast<CVectorcall*>(reinterpret_cast<char*>(callable) + type.vectorcall_offset);
}
Object* PyEval_CallObjectWithKeywords(Attached ts, Object* callable, Object* args, Object* kwargs) {
    if (args && !is_tuple(*args)) {
        (void)raise(ts, Exc::TypeError, "argument list must be a tuple");
        return nullptr;
    }
    if (kwargs && !is_dict(*kwargs)) {
        (void)raise(ts, Exc::TypeError, "keyword list must be a dictionary");
        return nullptr;
    }
    auto given = args ? Ref<Tuple>::share(static_cast<Tuple&>(*args)) : empty_tuple();
    return PyObject_Call(ts, callable, given.get(), kwargs);
}

// ---- sequences ----
namespace {
Object* slice_of(Attached ts, Index from, Index to) {
    auto a = box_int(ts, from), b = box_int(ts, to);
    return a.ok() && b.ok() ? give(slice_new(ts, a.get(), b.get(), nullptr)) : nullptr;
}
}  // namespace
Index PySequence_Length(Attached ts, Object* o) {
    return PySequence_Size(ts, o);
}
Object* PySequence_GetSlice(Attached ts, Object* o, Index from, Index to) {
    if (missing(ts, o)) return nullptr;
    if (!o->type->as_mapping || !o->type->as_mapping->subscript) {
        (void)raise(ts, Exc::TypeError, "'{}' object is unsliceable", type_name(*o));
        return nullptr;
    }
    auto slice = OptRef<Object>::steal(slice_of(ts, from, to));
    return slice ? give(get_item(ts, *o, *slice)) : nullptr;
}
int PySequence_SetSlice(Attached ts, Object* o, Index from, Index to, Object* value) {
    if (missing(ts, o)) return -1;
    if (!o->type->as_mapping || !o->type->as_mapping->ass_subscript) {
        (void)raise(ts, Exc::TypeError, "'{}' object doesn't support slice {}", type_name(*o),
                    value ? "assignment" : "deletion");
        return -1;
    }
    auto slice = OptRef<Object>::steal(slice_of(ts, from, to));
    if (!slice) return -1;
    return status(value ? set_item(ts, *o, *slice, *value) : del_item(ts, *o, *slice));
}
int PySequence_DelSlice(Attached ts, Object* o, Index from, Index to) {
    return PySequence_SetSlice(ts, o, from, to, nullptr);
}
int PySequence_DelItem(Attached ts, Object* o, Index i) {
    if (missing(ts, o)) return -1;
    if (!o->type->as_sequence || !o->type->as_sequence->ass_item) {
        if (o->type->as_mapping && o->type->as_mapping->ass_subscript)
            (void)raise(ts, Exc::TypeError, "{} is not a sequence", type_name(*o));
        else
            (void)raise(ts, Exc::TypeError, "'{}' object doesn't support item deletion", type_name(*o));
        return -1;
    }
    auto key = box_int(ts, i);
    return key.ok() ? status(del_item(ts, *o, *key)) : -1;
}
namespace {
// What a search through an iterable is for.
enum class Search : uint8_t { count, index };
Result<Index> search(Attached ts, Object& o, Object& value, Search what) {
    auto it = get_iter(ts, o);
    if (!it.ok()) {
        if (pending_is(ts, Exc::TypeError)) {
            clear_pending(ts);
            return raise(ts, Exc::TypeError, "argument of type '{}' is not iterable", type_name(o));
        }
        return already_raised();
    }
    Index n = 0;
    for (;;) {
        Next next = iter_next(ts, *it);
        if (next.raised()) return already_raised();
        if (next.is_done()) break;
        const bool same = TRY(equal(ts, *next.take(), value));
        if (what == Search::index) {
            if (same) return n;
            ++n;
        } else if (same) {
            ++n;
        }
    }
    if (what == Search::count) return n;
    return raise(ts, Exc::ValueError, "sequence.index(x): x not in sequence");
}
}  // namespace
Index PySequence_Count(Attached ts, Object* o, Object* value) {
    if (missing(ts, o) || missing(ts, value)) return -1;
    return number_of(search(ts, *o, *value, Search::count));
}
Index PySequence_Index(Attached ts, Object* o, Object* value) {
    if (missing(ts, o) || missing(ts, value)) return -1;
    return number_of(search(ts, *o, *value, Search::index));
}
int PySequence_In(Attached ts, Object* o, Object* value) {
    return PySequence_Contains(ts, o, value);
}
Object* PySequence_InPlaceConcat(Attached ts, Object* a, Object* b) {
    if (missing(ts, a) || missing(ts, b)) return nullptr;
    if (!is_sequence(*a) || !is_sequence(*b)) {
        (void)raise(ts, Exc::TypeError, "'{}' object can't be concatenated", type_name(*a));
        return nullptr;
    }
    return give(inplace(ts, BinaryOp::add, *a, *b));
}
Object* PySequence_InPlaceRepeat(Attached ts, Object* o, Index n) {
    if (missing(ts, o)) return nullptr;
    if (!is_sequence(*o)) {
        (void)raise(ts, Exc::TypeError, "'{}' object can't be repeated", type_name(*o));
        return nullptr;
    }
    auto count = box_int(ts, n);
    return count.ok() ? give(inplace(ts, BinaryOp::multiply, *o, *count)) : nullptr;
}

// ---- mappings ----
Index PyMapping_Length(Attached ts, Object* o) {
    return PyMapping_Size(ts, o);
}
namespace {
// mapping.keys() and the like, as a list.
Object* list_of_view(Attached ts, Object* o, const char* name) {
    auto make = [&]() -> Result<Ref<List>> {
        auto view = TRY(call_method(ts, *o, *TRY(str_intern_utf8(ts, name))));
        auto it = get_iter(ts, *view);
        if (it.ok()) return to_list(ts, *it);
        if (pending_is(ts, Exc::TypeError)) {
            clear_pending(ts);
            return raise(ts, Exc::TypeError, "{}.{}() returned a non-iterable (type {})", type_name(*o), name,
                         type_name(*view));
        }
        return already_raised();
    };
    return missing(ts, o) ? nullptr : give(make());
}
}  // namespace
Object* PyMapping_Keys(Attached ts, Object* o) {
    return list_of_view(ts, o, "keys");
}
Object* PyMapping_Values(Attached ts, Object* o) {
    return list_of_view(ts, o, "values");
}
Object* PyMapping_Items(Attached ts, Object* o) {
    return list_of_view(ts, o, "items");
}
int PyMapping_HasKey(Attached ts, Object* o, Object* key) {
    auto found = get_item(ts, *o, *key);
    if (found.ok()) return 1;
    clear_pending(ts);
    return 0;
}
int PyMapping_HasKeyString(Attached ts, Object* o, const char* key) {
    auto k = name_of(ts, key);
    if (k) return PyMapping_HasKey(ts, o, k.get());
    clear_pending(ts);
    return 0;
}

// ---- in-place arithmetic ----
#define INPLACE(name, op)                                     \
    Object* name(Attached ts, Object* a, Object* b) {         \
        if (missing(ts, a) || missing(ts, b)) return nullptr; \
        return give(inplace(ts, BinaryOp::op, *a, *b));       \
    }
INPLACE(PyNumber_InPlaceSubtract, subtract)
INPLACE(PyNumber_InPlaceMultiply, multiply)
INPLACE(PyNumber_InPlaceMatrixMultiply, matrix_multiply)
INPLACE(PyNumber_InPlaceTrueDivide, true_divide)
INPLACE(PyNumber_InPlaceFloorDivide, floor_divide)
INPLACE(PyNumber_InPlaceRemainder, remainder)
INPLACE(PyNumber_InPlaceLshift, lshift)
INPLACE(PyNumber_InPlaceRshift, rshift)
INPLACE(PyNumber_InPlaceAnd, nb_and)
INPLACE(PyNumber_InPlaceOr, nb_or)
INPLACE(PyNumber_InPlaceXor, nb_xor)
#undef INPLACE
Object* PyNumber_MatrixMultiply(Attached ts, Object* a, Object* b) {
    if (missing(ts, a) || missing(ts, b)) return nullptr;
    return give(binary(ts, BinaryOp::matrix_multiply, *a, *b));
}
Object* PyNumber_InPlacePower(Attached ts, Object* a, Object* b, Object* modulus) {
    if (missing(ts, a) || missing(ts, b)) return nullptr;
    if (is_none(*modulus)) return give(inplace(ts, BinaryOp::power, *a, *b));
    return give(power(ts, *a, *b, *modulus));
}

// ---- buffers as they were before Py_buffer: the memory is only borrowed ----
namespace {
int borrow_memory(Attached ts, Object* o, const void** memory, Index* size, int flags) {
    if (!o || !memory || !size) {
        missing(ts, nullptr);
        return -1;
    }
    BufferView view;
    if (!get_buffer(ts, *o, &view, flags).ok()) return -1;
    *memory = view.buf;
    *size = view.len;
    release_buffer(&view);
    return 0;
}
}  // namespace
int PyObject_AsReadBuffer(Attached ts, Object* o, const void** memory, Index* size) {
    return borrow_memory(ts, o, memory, size, 0);
}
int PyObject_AsCharBuffer(Attached ts, Object* o, const char** memory, Index* size) {
    return borrow_memory(ts, o, reinterpret_cast<const void**>(memory), size, 0);
}
int PyObject_AsWriteBuffer(Attached ts, Object* o, void** memory, Index* size) {
    if (borrow_memory(ts, o, const_cast<const void**>(memory), size, 1) == 0) return 0;
    clear_pending(ts);
    (void)raise(ts, Exc::TypeError, "expected a writable bytes-like object");
    return -1;
}
int PyObject_CheckReadBuffer(Object* o) {
    BufferView view;
    const BufferProcs* procs = o->type->as_buffer;
    if (!procs || !procs->get) return 0;
    if (procs->get(o, &view, 0) < 0) {
        clear_pending(calling_thread("PyObject_CheckReadBuffer"));
        return 0;
    }
    release_buffer(&view);
    return 1;
}

}  // namespace baton::api
