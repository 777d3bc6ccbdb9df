// Result<T>: a T, or the fact that an exception is pending on this thread. The only way a function fails.
//
// Forms: Result<Ref<T>> (pointer-sized, owned), Result<T*> (pointer-sized, borrowed, never null),
// Result<void>, Result<bool>, Result<Index>... by value. Only raise() and propagation make a Raised, so a
// failed Result proves that an exception is pending. TRY is the only macro that returns; it stands alone: a
// whole initialiser, a statement, or the operand of return (inside a braced list it would leak earlier
// members).
#pragma once
#include <utility>

#include "runtime/ref.h"

namespace baton {

class Raised {
    Raised() = default;
    friend struct RaisedMaker;

  public:
    operator Value() const { return Value(); }  // native functions that return a Value fail with nothing
};
struct RaisedMaker {
    static Raised make() { return Raised(); }
};
// Passes on a failure that somebody below has raised.
inline Raised already_raised() {
    return RaisedMaker::make();
}

template <class T>
class [[nodiscard]] Result {
  public:
    Result(Raised) : ok_(false), value_{} {}
    Result(T v) : ok_(true), value_(std::move(v)) {}
    bool ok() const { return ok_; }
    T take() { return std::move(value_); }
    T& operator*() { return value_; }

  private:
    bool ok_;
    T value_;
};

template <class T>
class [[nodiscard]] Result<Ref<T>> {
  public:
    Result(Raised) {}
    Result(Ref<T>&& r) : p_(r.release()) {}
    template <class U>
    requires std::is_convertible_v<U*, T*> Result(Ref<U>&& r) : p_(r.release()) {}
    template <class U>
    requires std::is_convertible_v<U*, T*> Result(Result<Ref<U>>&& r) : p_(r.release()) {}
    Result(Result&& o) noexcept : p_(std::exchange(o.p_, nullptr)) {}
    Result& operator=(Result&& o) noexcept {
        if (T* old = std::exchange(p_, std::exchange(o.p_, nullptr))) decref_unattached(old);
        return *this;
    }
    ~Result() {
        if (p_) decref_unattached(p_);
    }
    static Result from_c(T* owned_or_null) {
        Result r{already_raised()};
        r.p_ = owned_or_null;
        return r;
    }
    bool ok() const { return p_ != nullptr; }
    Ref<T> take() { return Ref<T>::steal(std::exchange(p_, nullptr)); }
    T& operator*() const { return *p_; }
    T* operator->() const { return p_; }
    T* get() const { return p_; }
    T* release() { return std::exchange(p_, nullptr); }  // null = raised; for C-shaped and VM callers

  private:
    T* p_ = nullptr;
};

template <class T>
class [[nodiscard]] Result<T*> {
  public:
    Result(Raised) {}
    Result(T* p) : p_(p) {}
    bool ok() const { return p_ != nullptr; }
    T* take() const { return p_; }
    T* operator->() const { return p_; }

  private:
    T* p_ = nullptr;
};

// An owned optional: found, absent (ok, empty), or raised.
template <class T>
class [[nodiscard]] Result<OptRef<T>> {
  public:
    Result(Raised) : ok_(false) {}
    Result(OptRef<T>&& r) : ok_(true), value_(std::move(r)) {}
    Result(Ref<T>&& r) : ok_(true), value_(std::move(r)) {}
    bool ok() const { return ok_; }
    OptRef<T> take() { return std::move(value_); }

  private:
    bool ok_;
    OptRef<T> value_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Raised) : ok_(false) {}
    bool ok() const { return ok_; }
    void take() const {}
    int to_c() const { return ok_ ? 0 : -1; }

  private:
    bool ok_ = true;
};

// An owned Value, null word = raised.
template <>
class [[nodiscard]] Result<Value> {
  public:
    Result(Raised) {}
    Result(Value v) : v_(v) {}
    template <class T>
    Result(Ref<T>&& r);  // canonicalises: defined in box.h
    bool ok() const { return v_.w != 0; }
    Value take() const { return v_; }

  private:
    Value v_;
};

#define TRY(expr)                             \
    ({                                        \
        auto&& try_result_ = (expr);          \
        if (!try_result_.ok()) [[unlikely]]   \
            return ::baton::already_raised(); \
        try_result_.take();                   \
    })

// One step of an iteration: an item (owned), the end, or raised. No StopIteration is made for internal loops.
class [[nodiscard]] Next {
  public:
    Next(Raised) : state_(kRaised) {}
    template <class T>
    Next(Ref<T>&& r) : state_(kItem), p_(r.release()) {}
    static Next done() { return Next(kDone); }
    Next(Next&& o) noexcept : state_(o.state_), p_(std::exchange(o.p_, nullptr)) {}
    ~Next() {
        if (p_) decref_unattached(p_);
    }
    bool has_item() const { return state_ == kItem; }
    bool is_done() const { return state_ == kDone; }
    bool raised() const { return state_ == kRaised; }
    Ref<Object> take() { return Ref<Object>::steal(std::exchange(p_, nullptr)); }

  private:
    enum State : uintptr_t { kItem, kDone, kRaised };
    explicit Next(State s) : state_(s) {}
    State state_;
    Object* p_ = nullptr;
};

}  // namespace baton
