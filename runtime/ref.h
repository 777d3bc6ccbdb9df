// Ref<T>: one owned reference, never null. OptRef<T>: one owned reference or nothing.
//
// Invariants: move-only, so that every increment is visible: share() makes one. Immortal objects are never
// written. Callers: attached threads only. When the last reference goes, ~Ref runs the object's dealloc,
// which may run Python code (__del__, weakref callbacks); it preserves a pending exception. The destructor is
// the one place below capi that finds its thread state by itself (destroy_last in ref.cpp): a destructor
// takes no argument.
#pragma once
#include <utility>

#include "runtime/object.h"
#include "runtime/value.h"
#include "threadstate/attached.h"

namespace baton {

void destroy(Attached ts, Object* o);  // refcnt is 0: run the type's dealloc
void destroy_last(Object* o);          // the same, for destructors: reads the thread-local

inline void incref(Object* o) {
    if (!is_immortal(*o)) ++o->refcnt;
}
inline void decref(Attached ts, Object* o) {
    if (!is_immortal(*o) && --o->refcnt == 0) [[unlikely]]
        destroy(ts, o);
}
inline void decref_unattached(Object* o) {
    if (!is_immortal(*o) && --o->refcnt == 0) [[unlikely]]
        destroy_last(o);
}
inline void xincref(Object* o) {
    if (o) incref(o);
}
inline void xdecref(Attached ts, Object* o) {
    if (o) decref(ts, o);
}

inline Value share(Value v) {
    if (v.is_object() && v) incref(v.object());
    return v;
}
inline void drop(Attached ts, Value v) {
    if (v.is_object() && v) decref(ts, v.object());
}

template <class T = Object>
class [[nodiscard]] Ref {
  public:
    static Ref steal(T* p) { return Ref(p); }
    static Ref share(T& o) {
        incref(&o);
        return Ref(&o);
    }
    Ref(Ref&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
    template <class U>
    requires std::is_convertible_v<U*, T*> Ref(Ref<U>&& o)
    noexcept : p_(o.release()) {}
    Ref& operator=(Ref&& o) noexcept {
        T* old = std::exchange(p_, std::exchange(o.p_, nullptr));
        if (old) decref_unattached(old);
        return *this;
    }
    ~Ref() {
        if (p_) decref_unattached(p_);
    }
    T& operator*() const { return *p_; }
    T* operator->() const { return p_; }
    T* get() const { return p_; }
    Ref copy() const { return share(*p_); }
    T* release() { return std::exchange(p_, nullptr); }  // gives the reference to a C-shaped owner
    template <class U>
    Ref<U> cast() && {
        return Ref<U>::steal(static_cast<U*>(release()));
    }  // the caller has checked the type

  private:
    explicit Ref(T* p) : p_(p) {}
    T* p_;
};

template <class T = Object>
class [[nodiscard]] OptRef {
  public:
    OptRef() = default;
    template <class U>
    requires std::is_convertible_v<U*, T*> OptRef(Ref<U>&& o)
    noexcept : p_(o.release()) {}
    static OptRef steal(T* p) {
        OptRef r;
        r.p_ = p;
        return r;
    }
    static OptRef share(T* p) {
        if (p) incref(p);
        return steal(p);
    }
    OptRef(OptRef&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
    OptRef& operator=(OptRef&& o) noexcept {
        T* old = std::exchange(p_, std::exchange(o.p_, nullptr));
        if (old) decref_unattached(old);
        return *this;
    }
    ~OptRef() {
        if (p_) decref_unattached(p_);
    }
    explicit operator bool() const { return p_ != nullptr; }
    T& operator*() const { return *p_; }
    T* operator->() const { return p_; }
    T* get() const { return p_; }
    T* release() { return std::exchange(p_, nullptr); }
    Ref<T> take() && { return Ref<T>::steal(release()); }  // precondition: not empty

  private:
    T* p_ = nullptr;
};

// An owned Value, for code outside the VM's registers.
class [[nodiscard]] OwnedValue {
  public:
    OwnedValue() = default;
    explicit OwnedValue(Value v) : v_(v) {}
    OwnedValue(OwnedValue&& o) noexcept : v_(std::exchange(o.v_, Value())) {}
    OwnedValue& operator=(OwnedValue&& o) noexcept {
        std::swap(v_, o.v_);
        return *this;
    }
    ~OwnedValue() {
        if (v_ && v_.is_object()) decref_unattached(v_.object());
    }
    Value get() const { return v_; }
    Value release() { return std::exchange(v_, Value()); }

  private:
    Value v_;
};

// Replaces the reference in a C-shaped field; the old one is dropped after the field is written (its
// destructor may look).
template <class T>
void replace_field(Attached ts, T*& field, T* owned) {
    T* old = std::exchange(field, owned);
    if (old) decref(ts, old);
}

}  // namespace baton
