// What the types of generators, coroutines and asynchronous generators share: rows, slots and the layout.
// Internal to vm/.
//
// Callers: attached threads; generator_types.cpp and async_generator.cpp make their TypeSpecs with it.
#pragma once
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "vm/async_generator.h"

namespace baton {

Result<Ref<Object>> generator_get_name(Attached ts, Generator& self);
Result<void> generator_set_name(Attached ts, Generator& self, Object* value);
Result<Ref<Object>> generator_get_qualname(Attached ts, Generator& self);
Result<void> generator_set_qualname(Attached ts, Generator& self, Object* value);
Result<Ref<Object>> generator_get_delegate(Attached ts, Generator& self);
Result<Ref<Object>> generator_get_frame(Attached ts, Generator& self);
Result<Ref<Object>> generator_get_code(Attached ts, Generator& self);
Result<Ref<Object>> generator_repr(Attached ts, Generator& self);
Result<Ref<Object>> self_itself(Attached ts, Object& self);  // __iter__ of iterators, __await__ of awaitables

inline constexpr GetSet kGeneratorNameRow = property_row<generator_get_name, generator_set_name>(
    "__name__", "The name of its function, or what was assigned");
inline constexpr GetSet kGeneratorQualnameRow = property_row<generator_get_qualname, generator_set_qualname>(
    "__qualname__", "The name with what encloses it, or what was assigned");

// The methods of an iterator that drives a coroutine or an asynchronous generator.
template <auto Send, auto Throw, auto Close>
inline constexpr Method kDriverMethods[] = {
    method<Send>("send($self, value, /)", nullptr),
    method<Throw>("throw($self, typ, val=None, tb=None, /)", nullptr),
    method<Close>("close($self, /)", nullptr),
    {},
};

// The part of a TypeSpec that depends on the struct Generator only.
constexpr TypeSpec generator_type_spec(const char* name, const Method* methods, const GetSet* getset) {
    TypeSpec s;
    s.name = name;
    s.basicsize = offsetof(Generator, frame);
    s.itemsize = sizeof(Value);
    s.flags = kTypeHasGc | kTypeDisallowInstantiation;
    s.traverse = generator_traverse;
    s.weaklistoffset = offsetof(Generator, weakreflist);
    s.methods = methods;
    s.getset = getset;
    s.dealloc = slot<generator_dealloc>;
    s.repr = typed_slot<generator_repr>;
    s.finalize = slot<generator_finalize>;
    return s;
}
// Of such a driver.
template <class Driver>
constexpr TypeSpec driver_type_spec(const char* name, const Method* methods) {
    TypeSpec s;
    s.name = name;
    s.basicsize = sizeof(Driver);
    s.flags = kTypeHasGc | kTypeDisallowInstantiation;
    s.methods = methods;
    s.iter = slot<self_itself>;
    return s;
}

}  // namespace baton
