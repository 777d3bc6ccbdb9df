// slot<f>: the pair of an internal slot function and the C thunk that enters it. Included by files that
// define a TypeSpec.
//
// A thunk is what PyTypeObject's field points to for our own types: C code calls it without a thread state,
// so it is one of the two places below capi that read the thread-local (the other is ~Ref). It is bound to f:
// it never looks at the type of self again, so a subclass calling its base's C slot does not loop. Number
// slots follow C's convention: either operand may be the one of the type; answer NotImplemented otherwise.
#pragma once
#include "runtime/type.h"

namespace baton {

// Out of line (slot_bridge.cpp).
Object* enter_call(Attached ts, CallFn f, Object* self, Object* args_tuple, Object* kwargs_dict);
int enter_init(Attached ts, InitFn f, Object* self, Object* args_tuple, Object* kwargs_dict);
Object* enter_new(Attached ts, NewFn f, Type* cls, Object* args_tuple, Object* kwargs_dict);
Str* entered_name(Attached ts, Object* name);  // null + TypeError when it is not a str

template <class Fn, Fn F>
struct Thunk;

#define BATON_TS Attached ts = current_attached()
template <UnaryFn F>
struct Thunk<UnaryFn, F> {
    static Object* c(Object* a) {
        BATON_TS;
        return F(ts, *a).release();
    }
};
template <BinaryFn F>
struct Thunk<BinaryFn, F> {
    static Object* c(Object* a, Object* b) {
        BATON_TS;
        return F(ts, *a, *b).release();
    }
};
template <TernaryFn F>
struct Thunk<TernaryFn, F> {
    static Object* c(Object* a, Object* b, Object* d) {
        BATON_TS;
        return F(ts, *a, *b, *d).release();
    }
};
template <PredicateFn F>
struct Thunk<PredicateFn, F> {
    static int c(Object* a) {
        BATON_TS;
        auto r = F(ts, *a);
        return r.ok() ? r.take() : -1;
    }
};
template <LengthFn F>
struct Thunk<LengthFn, F> {  // HashOf has the same shape
    static Index c(Object* a) {
        BATON_TS;
        auto r = F(ts, *a);
        return r.ok() ? r.take() : -1;
    }
};
template <IndexArgFn F>
struct Thunk<IndexArgFn, F> {
    static Object* c(Object* a, Index i) {
        BATON_TS;
        return F(ts, *a, i).release();
    }
};
template <SetIndexFn F>
struct Thunk<SetIndexFn, F> {
    static int c(Object* a, Index i, Object* v) {
        BATON_TS;
        return F(ts, *a, i, v).to_c();
    }
};
template <SetKeyFn F>
struct Thunk<SetKeyFn, F> {  // DescrSet has the same shape
    static int c(Object* a, Object* k, Object* v) {
        BATON_TS;
        return F(ts, *a, *k, v).to_c();
    }
};
template <ContainsFn F>
struct Thunk<ContainsFn, F> {
    static int c(Object* a, Object* b) {
        BATON_TS;
        auto r = F(ts, *a, *b);
        return r.ok() ? r.take() : -1;
    }
};
template <CompareFn F>
struct Thunk<CompareFn, F> {
    static Object* c(Object* a, Object* b, int op) {
        BATON_TS;
        return F(ts, *a, *b, static_cast<CompareOp>(op)).release();
    }
};
template <GetAttrFn F>
struct Thunk<GetAttrFn, F> {
    static Object* c(Object* a, Object* name) {
        BATON_TS;
        Str* s = entered_name(ts, name);
        return s ? F(ts, *a, *s).release() : nullptr;
    }
};
template <SetAttrFn F>
struct Thunk<SetAttrFn, F> {
    static int c(Object* a, Object* name, Object* v) {
        BATON_TS;
        Str* s = entered_name(ts, name);
        return s ? F(ts, *a, *s, v).to_c() : -1;
    }
};
template <CallFn F>
struct Thunk<CallFn, F> {
    static Object* c(Object* a, Object* args, Object* kwargs) {
        BATON_TS;
        return enter_call(ts, F, a, args, kwargs);
    }
};
template <IterNextFn F>
struct Thunk<IterNextFn, F> {
    static Object* c(Object* a) {
        BATON_TS;
        Next n = F(ts, *a);
        return n.has_item() ? n.take().release() : nullptr;
    }
};
template <DescrGetFn F>
struct Thunk<DescrGetFn, F> {
    static Object* c(Object* a, Object* instance, Object* owner) {
        BATON_TS;
        return F(ts, *a, instance, owner).release();
    }
};
template <InitFn F>
struct Thunk<InitFn, F> {
    static int c(Object* a, Object* args, Object* kwargs) {
        BATON_TS;
        return enter_init(ts, F, a, args, kwargs);
    }
};
template <NewFn F>
struct Thunk<NewFn, F> {
    static Object* c(Type* t, Object* args, Object* kwargs) {
        BATON_TS;
        return enter_new(ts, F, t, args, kwargs);
    }
};
template <DeallocFn F>
struct Thunk<DeallocFn, F> {  // Finalize has the same shape
    static void c(Object* a) {
        BATON_TS;
        F(ts, *a);
    }
};
#undef BATON_TS

template <auto F>
void* thunk_address() {
    return reinterpret_cast<void*>(&Thunk<std::remove_const_t<decltype(F)>, F>::c);
}
template <auto F>
inline constexpr SlotPair<std::remove_const_t<decltype(F)>> slot = {F, &thunk_address<F>};

// slot<f> for functions whose self is a concrete type, e.g. Result<Ref<Object>> list_repr(Attached, List&).
template <auto F>
struct Typed;
template <class S, class R, class... P, R (*F)(Attached, S&, P...)>
struct Typed<F> {
    static R call(Attached ts, Object& self, P... p) { return F(ts, static_cast<S&>(self), p...); }
};
template <auto F>
inline constexpr auto typed_slot = slot<&Typed<F>::call>;

}  // namespace baton
