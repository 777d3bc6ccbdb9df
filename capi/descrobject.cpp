// Descriptors, members, C functions, static and class methods, instance methods.
#include "capi/shared.h"
#include "runtime/slot_table.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/descr.h"
#include "runtime/types/tuple.h"

namespace baton::api {

Object* PyDescr_NewMethod(Attached ts, Type* type, MethodDef* def) {
    return give(descr_new_method(ts, *type, *def));
}
Object* PyDescr_NewClassMethod(Attached ts, Type* type, MethodDef* def) {
    return give(descr_new_class_method(ts, *type, *def));
}
Object* PyDescr_NewMember(Attached ts, Type* type, MemberDef* def) {
    if (def->flags & 8) {  // Py_RELATIVE_OFFSET, of later versions
        (void)raise(ts, Exc::SystemError, "PyDescr_NewMember used with Py_RELATIVE_OFFSET");
        return nullptr;
    }
    return give(descr_new_member(ts, *type, *def));
}
Object* PyDescr_NewGetSet(Attached ts, Type* type, GetSetDef* def) {
    return give(descr_new_getset(ts, *type, *def));
}
Object* PyWrapper_New(Attached ts, Object* descriptor, Object* self) {
    return give(method_wrapper_new(ts, *descriptor, *self));
}
int PyDescr_IsData(Object* o) {
    return is_data_descriptor(*o);
}
Object* PyMember_GetOne(Attached ts, const char* base, MemberDef* def) {
    return give(member_get(ts, base, *def));
}
int PyMember_SetOne(Attached ts, char* base, MemberDef* def, Object* value) {
    return status(member_set(ts, base, *def, value));
}
Object* PyStaticMethod_New(Attached ts, Object* function) {
    return give(staticmethod_new(ts, *function));
}
Object* PyClassMethod_New(Attached ts, Object* function) {
    return give(classmethod_new(ts, *function));
}

// ---- what binds ----
namespace {
// The first word behind the header of an instancemethod is its function.
struct InstanceMethod : Object {
    Object* function;
};
bool is_instance_method(const Object& o) {
    return o.type == &PyInstanceMethod_Type;
}
}  // namespace
Object* PyInstanceMethod_New(Attached ts, Object* function) {
    return give(call(ts, PyInstanceMethod_Type, {function}));
}
Object* PyInstanceMethod_Function(Attached ts, Object* o) {
    if (o && is_instance_method(*o)) return static_cast<InstanceMethod*>(o)->function;
    (void)raise_bad_internal_call(ts, "PyInstanceMethod_Function");
    return nullptr;
}
Object* PyMethod_Function(Attached ts, Object* o) {
    if (o && o->type == &PyMethod_Type) return static_cast<BoundMethod*>(o)->func;
    (void)raise_bad_internal_call(ts, "PyMethod_Function");
    return nullptr;
}
Object* PyMethod_Self(Attached ts, Object* o) {
    if (o && o->type == &PyMethod_Type) return static_cast<BoundMethod*>(o)->self;
    (void)raise_bad_internal_call(ts, "PyMethod_Self");
    return nullptr;
}

// ---- functions in C ----
namespace {
CFunction* cfunction_of(Attached ts, Object* o, const char* who) {
    if (o && is_instance_exact(*o, PyCFunction_Type)) return static_cast<CFunction*>(o);
    (void)raise_bad_internal_call(ts, who);
    return nullptr;
}
}  // namespace
Object* PyCFunction_New(Attached ts, MethodDef* def, Object* self) {
    return give(cfunction_new(ts, *def, self, nullptr, nullptr));
}
Object* PyCFunction_NewEx(Attached ts, MethodDef* def, Object* self, Object* module) {
    return give(cfunction_new(ts, *def, self, module, nullptr));
}
CCFunction PyCFunction_GetFunction(Attached ts, Object* o) {
    auto* f = cfunction_of(ts, o, "PyCFunction_GetFunction");
    return f ? reinterpret_cast<CCFunction>(f->ml->meth) : nullptr;
}
Object* PyCFunction_GetSelf(Attached ts, Object* o) {
    auto* f = cfunction_of(ts, o, "PyCFunction_GetSelf");
    return f && !(f->ml->flags & kMethStatic) ? f->self : nullptr;
}
int PyCFunction_GetFlags(Attached ts, Object* o) {
    auto* f = cfunction_of(ts, o, "PyCFunction_GetFlags");
    return f ? f->ml->flags & 0xffff : -1;  // our own marks stand above
}
Object* PyCFunction_Call(Attached ts, Object* callable, Object* args, Object* kwargs) {
    return PyObject_Call(ts, callable, args, kwargs);
}

}  // namespace baton::api

// ---- methods of builtin types that C programs look for in tp_methods ----
namespace baton {
namespace {
Object* without_arguments(Object* self, const char* name) {
    Attached ts = calling_thread(name);
    return api::call_named(ts, self, name, {});
}
Object* float_as_integer_ratio(Object* self, Object*) {
    return without_arguments(self, "as_integer_ratio");
}
Object* int_bit_length(Object* self, Object*) {
    return without_arguments(self, "bit_length");
}
CFunctionPtr c_function(Object* (*f)(Object*, Object*)) {
    return reinterpret_cast<CFunctionPtr>(f);
}
MethodDef float_def[] = {{"as_integer_ratio", c_function(float_as_integer_ratio), kMethNoArgs, nullptr}, {}};
MethodDef int_def[] = {{"bit_length", c_function(int_bit_length), kMethNoArgs, nullptr}, {}};
// The decimal module walks these tables at its start. The runtime's own methods are described otherwise
// (native.h), so its types have none.
[[gnu::constructor]] void show_c_methods() {
    PyFloat_Type.methods = float_def;
    PyLong_Type.methods = int_def;
}
}  // namespace
}  // namespace baton
