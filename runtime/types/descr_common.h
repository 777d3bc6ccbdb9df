// What the kinds of descriptors share. Private to descr_*.cpp.
#pragma once
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str.h"

namespace baton {

template <class D>
Result<Ref<D>> new_descr(Attached ts, Type& type, Type& owner, std::string_view name) {
    Ref<Str> text =
        info(owner).native ? Ref<Str>::steal(&str_static(ts, name)) : TRY(str_intern_utf8(ts, name));
    auto d = TRY(new_gc_object<D>(ts, type));
    incref(&owner);
    d->owner = &owner;
    d->name = text.release();
    d->qualname = nullptr;
    gc_track(ts, d.get());
    return d;
}
// "descriptor 'x' for 'T' objects doesn't apply to a 'U' object"
Result<void> check_receiver(Attached ts, Descr& d, Object& o);
Result<Ref<Object>> descr_repr(Attached ts, Descr& d, const char* kind);  // <member 'x' of 'T' objects>
Result<Ref<Object>> descr_reduce(Attached ts, Descr& d);
Result<Ref<Object>> descr_name(Attached ts, Descr& d);
Result<Ref<Object>> descr_qualname(Attached ts, Descr& d);
Result<Ref<Object>> descr_objclass(Attached ts, Descr& d);
void descr_dealloc(Attached ts, Descr& d);
int descr_traverse(Object* self, VisitProc visit, void* arg);

// The rows of every kind of descriptor, given how it finds its doc and, if it is called, its signature.
inline constexpr Method descr_methods[] = {
    method<descr_reduce>("__reduce__($self, /)", nullptr),
    {},
};
template <auto Doc>
inline constexpr GetSet descr_getset[] = {
    getter<Doc>("__doc__"),
    getter<descr_qualname>("__qualname__"),
    getter<descr_name>("__name__"),
    getter<descr_objclass>("__objclass__"),
    {},
};
template <auto Doc, auto Signature>
inline constexpr GetSet callable_descr_getset[] = {
    getter<Doc>("__doc__"),
    getter<descr_qualname>("__qualname__"),
    getter<Signature>("__text_signature__"),
    getter<descr_name>("__name__"),
    getter<descr_objclass>("__objclass__"),
    {},
};

}  // namespace baton
