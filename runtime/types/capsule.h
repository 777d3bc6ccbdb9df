// Capsules: a C pointer as an object. The functions are PyCapsule_* with their errors.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct Capsule : Object {
    void* pointer;
    const char* name;
    void* context;
    void (*destructor)(Object*);
};

Result<Ref<Object>> capsule_new(Attached ts, void* pointer, const char* name, void (*destructor)(Object*));
bool capsule_is_valid(const Object* o, const char* name);
// The capsule o, for the C function `who`; ValueError when it is none or has no pointer.
Result<Capsule*> capsule_of(Attached ts, Object* o, const char* who);
Result<void*> capsule_pointer(Attached ts, Object* o, const char* name);
Result<void> capsule_set_pointer(Attached ts, Object* o, void* pointer);

extern const TypeSpec capsule_spec;

}  // namespace baton
