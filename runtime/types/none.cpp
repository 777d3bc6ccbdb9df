// None, NotImplemented and Ellipsis: the objects and their types.
#include "runtime/native.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace baton {

extern "C" {
#define EXPORTED __attribute__((visibility("default")))
EXPORTED Object _Py_NoneStruct = {kImmortalRefcnt, &_PyNone_Type};
EXPORTED Object _Py_NotImplementedStruct = {kImmortalRefcnt, &_PyNotImplemented_Type};
EXPORTED Object _Py_EllipsisObject = {kImmortalRefcnt, &PyEllipsis_Type};
#undef EXPORTED
}

namespace {

Result<Ref<Object>> none_repr(Attached ts, Object&) {
    return str_new_ascii(ts, "None");
}
Result<bool> none_bool(Attached, Object&) {
    return false;
}
Result<Ref<Object>> not_implemented_repr(Attached ts, Object&) {
    return str_new_ascii(ts, "NotImplemented");
}
Result<Ref<Object>> ellipsis_repr(Attached ts, Object&) {
    return str_new_ascii(ts, "Ellipsis");
}

// The same in every run, so that sets with them have one order where the hashes of texts do; as the
// identities are in Debian's python3.11, so that it is that interpreter's order.
Result<Hash> none_hash(Attached, Object&) {
    return 611532;
}
Result<Hash> not_implemented_hash(Attached, Object&) {
    return 606843;
}
Result<Hash> ellipsis_hash(Attached, Object&) {
    return 606842;
}

Result<bool> not_implemented_bool(Attached ts, Object&) {
    TRY(warn(ts, Exc::DeprecationWarning, "NotImplemented should not be used in a boolean context"));
    return true;
}

// type(None)() gives the one object there is.
template <auto Singleton>
Result<Ref<Object>> only_one(Attached ts, Type& cls, Value*, size_t nargs, Tuple* kwnames) {
    if (nargs || (kwnames && kwnames->size)) {
        return raise(ts, Exc::TypeError, "{}Type takes no arguments",
                     &cls == &PyEllipsis_Type ? "Ellipsis"
                     : &cls == &_PyNone_Type  ? "None"
                                              : "NotImplemented");
    }
    return Ref<Object>::share(Singleton());
}

Result<Ref<Object>> not_implemented_reduce(Attached ts, Object&) {
    return str_new_ascii(ts, "NotImplemented");
}
Result<Ref<Object>> ellipsis_reduce(Attached ts, Object&) {
    return str_new_ascii(ts, "Ellipsis");
}
constexpr Method not_implemented_methods[] = {
    method<not_implemented_reduce>("__reduce__($self, /)", nullptr),
    {},
};
constexpr Method ellipsis_methods[] = {
    method<ellipsis_reduce>("__reduce__($self, /)", nullptr),
    {},
};

// Immortal: a stray release in C code must not end them.
void never_dealloc(Attached, Object& self) {
    self.refcnt = kImmortalRefcnt;
}

}  // namespace

constexpr TypeSpec none_spec = {
    .name = "NoneType",
    .dealloc = slot<never_dealloc>,
    .repr = slot<none_repr>,
    .hash = slot<none_hash>,
    .tp_new = slot<only_one<none>>,
    .nb_bool = slot<none_bool>,
};
constexpr TypeSpec not_implemented_spec = {
    .name = "NotImplementedType",
    .methods = not_implemented_methods,
    .dealloc = slot<never_dealloc>,
    .repr = slot<not_implemented_repr>,
    .hash = slot<not_implemented_hash>,
    .tp_new = slot<only_one<not_implemented>>,
    .nb_bool = slot<not_implemented_bool>,
};
constexpr TypeSpec ellipsis_spec = {
    .name = "ellipsis",
    .methods = ellipsis_methods,
    .dealloc = slot<never_dealloc>,
    .repr = slot<ellipsis_repr>,
    .hash = slot<ellipsis_hash>,
    .tp_new = slot<only_one<ellipsis>>,
};

}  // namespace baton
