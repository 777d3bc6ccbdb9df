#include "runtime/types/capsule.h"

#include <cstring>

#include "runtime/dealloc.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str.h"

namespace baton {

namespace {

bool same_name(const char* a, const char* b) {
    return a == b || (a && b && std::strcmp(a, b) == 0);
}
bool is_capsule(const Object* o) {
    return o && o->type == &PyCapsule_Type && static_cast<const Capsule*>(o)->pointer;
}

void capsule_dealloc(Attached ts, Capsule& self) {
    if (self.destructor) self.destructor(&self);
    free_instance(ts, self);
}

Result<Ref<Object>> capsule_repr(Attached ts, Capsule& self) {
    const char* quote = self.name ? "\"" : "";
    return str_format(ts, "<capsule object {}{}{} at {}>", quote, self.name ? self.name : "NULL", quote,
                      static_cast<const void*>(&self));
}

}  // namespace

Result<Ref<Object>> capsule_new(Attached ts, void* pointer, const char* name, void (*destructor)(Object*)) {
    if (!pointer) return raise(ts, Exc::ValueError, "PyCapsule_New called with null pointer");
    auto self = TRY(new_object<Capsule>(ts, PyCapsule_Type));
    self->pointer = pointer;
    self->name = name;
    self->context = nullptr;
    self->destructor = destructor;
    return self;
}

bool capsule_is_valid(const Object* o, const char* name) {
    return is_capsule(o) && same_name(static_cast<const Capsule*>(o)->name, name);
}

Result<Capsule*> capsule_of(Attached ts, Object* o, const char* who) {
    if (!is_capsule(o)) return raise(ts, Exc::ValueError, "{} called with invalid PyCapsule object", who);
    return static_cast<Capsule*>(o);
}

Result<void*> capsule_pointer(Attached ts, Object* o, const char* name) {
    Capsule* self = TRY(capsule_of(ts, o, "PyCapsule_GetPointer"));
    if (!same_name(name, self->name)) {
        return raise(ts, Exc::ValueError, "PyCapsule_GetPointer called with incorrect name");
    }
    return self->pointer;
}

Result<void> capsule_set_pointer(Attached ts, Object* o, void* pointer) {
    if (!pointer) return raise(ts, Exc::ValueError, "PyCapsule_SetPointer called with null pointer");
    Capsule* self = TRY(capsule_of(ts, o, "PyCapsule_SetPointer"));
    self->pointer = pointer;
    return {};
}

constexpr TypeSpec capsule_spec = {
    .name = "PyCapsule",
    .doc =
        "A pointer of C in the hands of Python; the way in which extension modules offer C functions to "
        "others.",
    .basicsize = sizeof(Capsule),
    .flags = kTypeDisallowInstantiation,
    .dealloc = typed_slot<capsule_dealloc>,
    .repr = typed_slot<capsule_repr>,
};

}  // namespace baton
