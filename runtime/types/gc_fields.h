// traverse, clear and dealloc of a collected type whose object fields are plain members.
//
// GcFields<T, &T::a, &T::b>::traverse and so on; fields may be null. with_gc<T, &T::a, ...>(spec) fills a
// TypeSpec. Callers: slots of the types that use it.
#pragma once
#include "runtime/dealloc.h"
#include "runtime/slot_thunks.h"

namespace baton {

template <class T, auto... Member>
struct GcFields {
    static int traverse(Object* o, VisitProc visit, void* arg) {
        auto& self = *static_cast<T*>(o);
        return visit_fields(visit, arg, static_cast<Object*>(self.*Member)...);
    }
    static int clear(Object* o) {
        auto& self = *static_cast<T*>(o);
        auto drop = [](auto*& field) {
            if (auto* old = std::exchange(field, nullptr)) decref_unattached(old);
        };
        (drop(self.*Member), ...);
        return 0;
    }
    static void dealloc(Attached ts, T& self) {
        gc_untrack(&self);
        (xdecref(ts, self.*Member), ...);
        free_instance(ts, self);
    }
};

template <class T, auto... Member>
constexpr TypeSpec with_gc(TypeSpec s) {
    using F = GcFields<T, Member...>;
    s.basicsize = sizeof(T);
    s.flags |= kTypeHasGc;
    s.traverse = &F::traverse;
    s.clear = &F::clear;
    s.dealloc = typed_slot<&F::dealloc>;
    return s;
}

}  // namespace baton
