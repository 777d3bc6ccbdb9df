// Calling C slot functions from internal code, by kind: a C result becomes a Result.
//
// Private to slot_bridge.cpp and slot_wrappers.cpp. Every result is checked against the pending exception: a
// C function that reports failure without an exception, or the other way round, becomes SystemError.
#pragma once
#include "runtime/call.h"
#include "runtime/raise.h"
#include "runtime/slots.h"

namespace baton {

// A C function answered null or -1 without an exception.
[[gnu::cold]] inline Raised failed_silently(Attached ts) {
    if (pending(ts)) return already_raised();
    return raise(ts, Exc::SystemError, "error return without exception set");
}
inline Result<Ref<Object>> from_c_checked(Attached ts, Object* o) {
    if (!o) [[unlikely]]
        return failed_silently(ts);
    if (pending(ts)) [[unlikely]] {
        decref(ts, o);
        OptRef<BaseException> cause = fetch(ts);
        Raised r = raise(ts, Exc::SystemError, "a C function returned a result with an exception set");
        chain_context(ts, std::move(cause).take());
        return r;
    }
    return Ref<Object>::steal(o);
}

// Arguments as C's tp_call, tp_init and tp_new take them.
struct CArguments {
    OptRef<Tuple> args;
    OptRef<Dict> kwargs;
};
Result<void> pack_arguments(Attached ts, Value* args, size_t nargs, Tuple* kwnames, CArguments* out);

template <SlotKind K>
struct CCall;

template <>
struct CCall<SlotKind::Unary> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a) {
        return from_c_checked(ts, reinterpret_cast<Object* (*)(Object*)>(f)(&a));
    }
};
template <>
struct CCall<SlotKind::Binary> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a, Object& b) {
        return from_c_checked(ts, reinterpret_cast<Object* (*)(Object*, Object*)>(f)(&a, &b));
    }
};
template <>
struct CCall<SlotKind::Ternary> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a, Object& b, Object& c) {
        return from_c_checked(ts, reinterpret_cast<Object* (*)(Object*, Object*, Object*)>(f)(&a, &b, &c));
    }
};
template <>
struct CCall<SlotKind::Predicate> {
    static Result<bool> call(Attached ts, void* f, Object& a) {
        int r = reinterpret_cast<int (*)(Object*)>(f)(&a);
        if (r < 0) return failed_silently(ts);
        return r != 0;
    }
};
template <>
struct CCall<SlotKind::Length> {
    static Result<Index> call(Attached ts, void* f, Object& a) {
        Index r = reinterpret_cast<Index (*)(Object*)>(f)(&a);
        if (r < 0) return failed_silently(ts);
        return r;
    }
};
template <>
struct CCall<SlotKind::HashOf> {
    static Result<Index> call(Attached ts, void* f, Object& a) {
        Index r = reinterpret_cast<Index (*)(Object*)>(f)(&a);
        if (r == -1) return failed_silently(ts);
        return r;
    }
};
template <>
struct CCall<SlotKind::IndexArg> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a, Index i) {
        return from_c_checked(ts, reinterpret_cast<Object* (*)(Object*, Index)>(f)(&a, i));
    }
};
template <>
struct CCall<SlotKind::SetIndex> {
    static Result<void> call(Attached ts, void* f, Object& a, Index i, Object* v) {
        if (reinterpret_cast<int (*)(Object*, Index, Object*)>(f)(&a, i, v) < 0) return failed_silently(ts);
        return {};
    }
};
template <>
struct CCall<SlotKind::SetKey> {
    static Result<void> call(Attached ts, void* f, Object& a, Object& k, Object* v) {
        if (reinterpret_cast<int (*)(Object*, Object*, Object*)>(f)(&a, &k, v) < 0)
            return failed_silently(ts);
        return {};
    }
};
template <>
struct CCall<SlotKind::Contains> {
    static Result<bool> call(Attached ts, void* f, Object& a, Object& b) {
        int r = reinterpret_cast<int (*)(Object*, Object*)>(f)(&a, &b);
        if (r < 0) return failed_silently(ts);
        return r != 0;
    }
};
template <>
struct CCall<SlotKind::Compare> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a, Object& b, CompareOp op) {
        return from_c_checked(
            ts, reinterpret_cast<Object* (*)(Object*, Object*, int)>(f)(&a, &b, static_cast<int>(op)));
    }
};
template <>
struct CCall<SlotKind::GetAttr> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a, Str& name) {
        return from_c_checked(
            ts, reinterpret_cast<Object* (*)(Object*, Object*)>(f)(&a, reinterpret_cast<Object*>(&name)));
    }
};
template <>
struct CCall<SlotKind::SetAttr> {
    static Result<void> call(Attached ts, void* f, Object& a, Str& name, Object* v) {
        auto set = reinterpret_cast<int (*)(Object*, Object*, Object*)>(f);
        if (set(&a, reinterpret_cast<Object*>(&name), v) < 0) return failed_silently(ts);
        return {};
    }
};
template <>
struct CCall<SlotKind::Call> {
    static Value call(Attached ts, void* f, Object& a, Value* args, size_t nargs, Tuple* kwnames);
};
template <>
struct CCall<SlotKind::IterNext> {
    static Next call(Attached ts, void* f, Object& a) {
        Object* r = reinterpret_cast<Object* (*)(Object*)>(f)(&a);
        if (r) return Ref<Object>::steal(r);
        if (!pending(ts)) return Next::done();
        return already_raised();
    }
};
template <>
struct CCall<SlotKind::DescrGet> {
    static Result<Ref<Object>> call(Attached ts, void* f, Object& a, Object* instance, Object* owner) {
        return from_c_checked(
            ts, reinterpret_cast<Object* (*)(Object*, Object*, Object*)>(f)(&a, instance, owner));
    }
};
template <>
struct CCall<SlotKind::DescrSet> {
    static Result<void> call(Attached ts, void* f, Object& a, Object& instance, Object* v) {
        if (reinterpret_cast<int (*)(Object*, Object*, Object*)>(f)(&a, &instance, v) < 0)
            return failed_silently(ts);
        return {};
    }
};
template <>
struct CCall<SlotKind::Init> {
    static Result<void> call(Attached ts, void* f, Object& a, Value* args, size_t nargs, Tuple* kwnames);
};
template <>
struct CCall<SlotKind::New> {
    static Result<Ref<Object>> call(Attached ts, void* f, Type& cls, Value* args, size_t nargs,
                                    Tuple* kwnames);
};
template <>
struct CCall<SlotKind::Dealloc> {
    static void call(Attached, void* f, Object& a) { reinterpret_cast<void (*)(Object*)>(f)(&a); }
};
template <>
struct CCall<SlotKind::Finalize> {
    static void call(Attached, void* f, Object& a) { reinterpret_cast<void (*)(Object*)>(f)(&a); }
};

}  // namespace baton
