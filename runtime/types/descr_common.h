// What the kinds of descriptors share. Private to descr_*.cpp.
#pragma once
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str.h"

namespace baton {

template <class D>
Result<Ref<D>> new_descr(Attached ts, Type& type, Type& owner, std::string_view name) {
    Ref<Str> text = info(owner).native ? Ref<Str>::steal(&str_static(ts, name)) : TRY(str_intern_utf8(ts, name));
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

}  // namespace baton
