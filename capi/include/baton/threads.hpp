/* The interpreter lock for C++ programs and extensions: scopes that attach a thread, scopes that detach it, a
 * lock that is waited for while detached, and native calls whose C++ exceptions become Python's. C++17;
 * public API only, so that it serves with CPython 3.11's headers as well (put these after them on the include
 * path, or take this one file along).
 *
 *     ScopedAttach        a thread of the program's own comes in
 *     ScopedDetach        an attached thread leaves the lock to others for a while
 *     DetachedLock        a mutex, waited for without the lock
 *     wait_detached       a condition variable, the same
 *     call_detached       f() without the lock; what it throws becomes a Python exception
 *     BATON_CALL_DETACHED the same for a SWIG %exception block
 *     BATON_CALL          the same for code that lets go of the lock by itself
 *     add_exception       which Python exception a C++ class becomes
 *     PythonError         a Python exception on its way through C++ code
 *
 * "Attached": the thread has a thread state and holds its interpreter's lock. Each entry says in which state
 * it may be called; called in the other one, Baton ends the process with a message that names the mistake.
 * Scopes nest like the blocks they stand in. */
#ifndef BATON_THREADS_HPP
#define BATON_THREADS_HPP

#include <Python.h>

#include <cstddef>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#if defined(__GLIBCXX__)
#include <cxxabi.h>
#endif

namespace baton::threads {

/* Comes in for the time of a scope. */
class ScopedAttach {
  public:
    /* In either state; nests. The main interpreter (or whichever the thread last used by this form). */
    ScopedAttach() : form_(Form::kEnsured), ensured_(PyGILState_Ensure()) {}
    /* Detached. The state, of any interpreter, must not be in use by another thread meanwhile. */
    explicit ScopedAttach(PyThreadState* state) : form_(Form::kAcquired), state_(state) {
        PyEval_AcquireThread(state);
    }
    /* Detached. A fresh state of this interpreter, which goes with the scope. */
    explicit ScopedAttach(PyInterpreterState* interpreter)
        : form_(Form::kFresh), state_(PyThreadState_New(interpreter)) {
        if (!state_) throw std::bad_alloc();
        PyEval_AcquireThread(state_);
    }
    ScopedAttach(const ScopedAttach&) = delete;
    ScopedAttach& operator=(const ScopedAttach&) = delete;
    ~ScopedAttach() {
        switch (form_) {
            case Form::kEnsured:
                PyGILState_Release(ensured_);
                break;
            case Form::kAcquired:
                PyEval_ReleaseThread(state_);
                break;
            case Form::kFresh:
                PyThreadState_Clear(state_);
                PyThreadState_DeleteCurrent();
                break;
        }
    }

  private:
    enum class Form { kEnsured, kAcquired, kFresh };
    Form form_;
    PyGILState_STATE ensured_ = PyGILState_UNLOCKED;
    PyThreadState* state_ = nullptr;
};

/* Attached. Lets others run until the end of the scope. The destructor may be unwound through: CPython ends a
 * thread that wants the lock back from an interpreter that is gone. */
class ScopedDetach {
  public:
    ScopedDetach() : state_(PyEval_SaveThread()) {}
    ScopedDetach(const ScopedDetach&) = delete;
    ScopedDetach& operator=(const ScopedDetach&) = delete;
    ~ScopedDetach() noexcept(false) { PyEval_RestoreThread(state_); }

  private:
    PyThreadState* state_;
};

/* Attached. Locks like std::scoped_lock, and waits without the interpreter lock.
 *
 * Why this cannot dead-lock: the lock is let go before waiting for a mutex, and taken back when all of them
 * are held. So nobody who holds the interpreter lock waits for a mutex, and who waits for the interpreter
 * lock with a mutex held gets it. This asks two things of the program: attached threads take these mutexes by
 * this class only, and calls into Python with one held expect that other threads run meanwhile (as always
 * when the lock may change hands). Detached threads take them as usual. */
template <class... Mutexes>
class DetachedLock {
    static_assert(sizeof...(Mutexes) > 0, "which mutex?");

  public:
    explicit DetachedLock(Mutexes&... mutexes) : mutexes_(mutexes...) {
        if (try_all()) return;
        const ScopedDetach detached;
        lock_all();
        armed_ = true;
    }
    DetachedLock(const DetachedLock&) = delete;
    DetachedLock& operator=(const DetachedLock&) = delete;
    /* In either state. */
    ~DetachedLock() {
        if (armed_) std::apply([](auto&... m) { (m.unlock(), ...); }, mutexes_);
    }

  private:
    bool try_all() {
        if constexpr (sizeof...(Mutexes) == 1)
            armed_ = std::get<0>(mutexes_).try_lock();
        else
            armed_ = std::apply([](auto&... m) { return std::try_lock(m...); }, mutexes_) < 0;
        return armed_;
    }
    void lock_all() {
        if constexpr (sizeof...(Mutexes) == 1)
            std::get<0>(mutexes_).lock();
        else
            std::apply([](auto&... m) { std::lock(m...); }, mutexes_);
    }
    std::tuple<Mutexes&...> mutexes_;
    bool armed_ = false;
};

/* Attached, with `lock` (a std::unique_lock) held. Waits as condition.wait(lock, ready) does, without the
 * interpreter lock; so `ready` is called detached and must not touch Python objects. */
template <class Condition, class Lock, class Ready>
void wait_detached(Condition& condition, Lock& lock, Ready ready) {
    if (ready()) return;
    const ScopedDetach detached;
    condition.wait(lock, std::move(ready));
}

/* The Python exception that was set, taken along as a C++ exception: thrown out of code that called Python,
 * through C++ frames, other threads and std::future, until a call below sets it again. Made while attached,
 * with an exception set. It lets go of what it carries under the main interpreter's lock; in another
 * interpreter it is to be dropped while attached there. */
class PythonError : public std::exception {
  public:
    PythonError() : carried_(new Carried, &drop) {
        PyErr_Fetch(&carried_->type, &carried_->value, &carried_->traceback);
        PyErr_NormalizeException(&carried_->type, &carried_->value, &carried_->traceback);
        carried_->main = PyInterpreterState_Get() == PyInterpreterState_Main();
        if (!carried_->value) return;
        PyObject* text = PyObject_Str(carried_->value);
        const char* utf8 = text ? PyUnicode_AsUTF8(text) : nullptr;
        if (utf8) carried_->text = utf8;
        if (!utf8) PyErr_Clear();
        Py_XDECREF(text);
    }
    const char* what() const noexcept override { return carried_->text.c_str(); }
    /* Attached. Sets the exception; copies of this may set it, too. */
    void restore() const {
        if (!carried_->type) return PyErr_SetString(PyExc_SystemError, "PythonError without an exception");
        Py_INCREF(carried_->type);
        Py_XINCREF(carried_->value);
        Py_XINCREF(carried_->traceback);
        PyErr_Restore(carried_->type, carried_->value, carried_->traceback);
    }
    /* Attached. Whether what is carried is an instance of that class. */
    bool matches(PyObject* type) const {
        return carried_->type && PyErr_GivenExceptionMatches(carried_->type, type);
    }

  private:
    struct Carried {
        PyObject *type = nullptr, *value = nullptr, *traceback = nullptr;
        bool main = true;
        std::string text;
    };
    static void drop(Carried* c) {
        if (c->type && Py_IsInitialized()) {
            std::optional<ScopedAttach> attached;
            if (c->main) attached.emplace();
            Py_XDECREF(c->type);
            Py_XDECREF(c->value);
            Py_XDECREF(c->traceback);
        }
        delete c;
    }
    std::shared_ptr<Carried> carried_;
};

namespace detail {

/* Each shared library has a list of its own: a translator must not outlive the code that it is. */
using Translator = std::function<bool(std::exception_ptr)>;
using Translators = std::vector<Translator>;
struct [[gnu::visibility("hidden")]] Registry {
    std::mutex mutex; /* held for a copy of the pointer only: it may be waited for while attached */
    std::shared_ptr<const Translators> all = std::make_shared<const Translators>();
};
[[gnu::visibility("hidden")]] inline Registry& registry() {
    static Registry* const r = new Registry;  // threads may translate while the process ends
    return *r;
}
[[gnu::visibility("hidden")]] inline std::shared_ptr<const Translators> translators() {
    const std::lock_guard guard(registry().mutex);
    return registry().all;
}

inline PyObject* text_object(const char* text) {
    return PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(std::char_traits<char>::length(text)),
                                "backslashreplace");
}
inline void set_error(PyObject* type, const char* text) {
    PyObject* message = text_object(text);
    if (!message) return;
    PyErr_SetObject(type, message);
    Py_DECREF(message);
}
/* OSError picks the class that belongs to the number. */
inline void set_os_error(const std::system_error& e, const std::string& path = {}) {
    const std::error_condition condition = e.code().default_error_condition();
    if (condition.category() != std::generic_category()) return set_error(PyExc_RuntimeError, e.what());
    PyObject* text = text_object(condition.message().c_str());
    PyObject* name =
        path.empty() ? nullptr
                     : PyUnicode_DecodeFSDefaultAndSize(path.data(), static_cast<Py_ssize_t>(path.size()));
    if (text && (name || path.empty())) {
        PyObject* made = name ? PyObject_CallFunction(PyExc_OSError, "iOO", condition.value(), text, name)
                              : PyObject_CallFunction(PyExc_OSError, "iO", condition.value(), text);
        if (made) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(made)), made);
        Py_XDECREF(made);
    }
    Py_XDECREF(text);
    Py_XDECREF(name);
}

inline void set_one(const std::exception_ptr& thrown) {
    const std::shared_ptr<const Translators> known = translators();
    for (std::size_t i = known->size(); i--;)
        if ((*known)[i](thrown)) return;
    try {
        std::rethrow_exception(thrown);
    } catch (const PythonError& e) {
        e.restore();
    } catch (const std::bad_alloc&) {
        PyErr_NoMemory();
    } catch (const std::filesystem::filesystem_error& e) {
        set_os_error(e, e.path1().string());
    } catch (const std::system_error& e) {
        set_os_error(e);
    } catch (const std::out_of_range& e) {
        set_error(PyExc_IndexError, e.what());
    } catch (const std::invalid_argument& e) {
        set_error(PyExc_ValueError, e.what());
    } catch (const std::domain_error& e) {
        set_error(PyExc_ValueError, e.what());
    } catch (const std::length_error& e) {
        set_error(PyExc_ValueError, e.what());
    } catch (const std::range_error& e) {
        set_error(PyExc_ValueError, e.what());
    } catch (const std::overflow_error& e) {
        set_error(PyExc_OverflowError, e.what());
    } catch (const std::underflow_error& e) {
        set_error(PyExc_ArithmeticError, e.what());
    } catch (const std::bad_cast& e) {
        set_error(PyExc_TypeError, e.what());
    } catch (const std::exception& e) {
        set_error(PyExc_RuntimeError, e.what());
    } catch (...) {
        set_error(PyExc_RuntimeError, "unknown C++ exception");
    }
}
/* What std::throw_with_nested put into the exception, or null. */
inline std::exception_ptr nested_in(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const std::nested_exception& e) {
        return e.nested_ptr();
    } catch (...) {
        return nullptr;
    }
}
inline void set_with_causes(const std::exception_ptr& thrown) {
    const std::exception_ptr inner = nested_in(thrown);
    if (!inner) return set_one(thrown);
    set_with_causes(inner);
    PyObject *type, *cause, *traceback;
    PyErr_Fetch(&type, &cause, &traceback);
    PyErr_NormalizeException(&type, &cause, &traceback);
    if (traceback) PyException_SetTraceback(cause, traceback);
    Py_XDECREF(traceback);
    Py_XDECREF(type);
    set_one(thrown);
    PyObject* value;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (value && cause && value != cause) {
        Py_INCREF(cause);
        PyException_SetContext(value, cause);
        PyException_SetCause(value, cause);
    } else {
        Py_XDECREF(cause);
    }
    PyErr_Restore(type, value, traceback);
}

template <class R>
struct OutcomeOf {
    using type = std::optional<R>;
};
template <class R>
struct OutcomeOf<R&> {
    using type = R*;
};
template <>
struct OutcomeOf<void> {
    using type = bool;
};
template <class F>
using Outcome = typename OutcomeOf<std::invoke_result_t<F&>>::type;

template <class F>
Outcome<F> run(F& f) {
    using R = std::invoke_result_t<F&>;
    if constexpr (std::is_void_v<R>) {
        f();
        return true;
    } else if constexpr (std::is_reference_v<R>) {
        return std::addressof(f());
    } else {
        return Outcome<F>(std::in_place, f());
    }
}

}  // namespace detail

/* Attached, in a catch block (BATON_CALL is one): sets the Python exception for the C++ exception in flight.
 * One that is set already stays: it is what the C++ exception carries (SWIG's directors throw in this way).
 * What add_translator() and add_exception() gave is asked first, the latest before the others. Otherwise:
 *
 *     PythonError                                             what it carries
 *     std::bad_alloc                                          MemoryError
 *     std::out_of_range                                       IndexError
 *     std::invalid_argument, domain_, length_, range_error    ValueError
 *     std::overflow_error / underflow_error                   OverflowError / ArithmeticError
 *     std::bad_cast                                           TypeError
 *     std::system_error (errno), std::filesystem_error        OSError with the number, its subclass, and the
 * file's name std::exception; anything else                           RuntimeError
 *
 * What std::throw_with_nested put inside becomes __cause__. */
inline void set_error_from_exception() {
    if (!PyErr_Occurred()) detail::set_with_causes(std::current_exception());
}

/* Attached, from a module's initialisation: f(const Class&) sets the Python exception for each Class that is
 * thrown. The list is this shared library's own. */
template <class Class, class F>
void add_translator(F f) {
    detail::Translator one = [f = std::move(f)](std::exception_ptr thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const Class& e) {
            f(e);
            return PyErr_Occurred() != nullptr;
        } catch (...) {
            return false;
        }
    };
    detail::Registry& r = detail::registry();
    const std::lock_guard guard(r.mutex);
    auto more = std::make_shared<detail::Translators>(*r.all);
    more->push_back(std::move(one));
    r.all = std::move(more);
}
/* The same with what() for the message. `type` is kept, and counts in the interpreter that gave it. */
template <class Class>
void add_exception(PyObject* type) {
    static_assert(std::is_base_of_v<std::exception, Class>, "without what() it takes add_translator()");
    Py_INCREF(type);
    const int64_t interpreter = PyInterpreterState_GetID(PyInterpreterState_Get());
    add_translator<Class>([type, interpreter](const Class& e) {
        if (PyInterpreterState_GetID(PyInterpreterState_Get()) != interpreter) return;
        detail::set_error(type, e.what());
    });
}

/* `code` with its exceptions translated; then, after the exception was set, `failed` (SWIG_fail, return
 * nullptr, ...). The code may use return, goto and its own catch. A thread's cancellation is not an exception
 * and goes on. */
#if defined(__GLIBCXX__)
#define BATON_LET_CANCELLATION_PASS   \
    catch (::abi::__forced_unwind&) { \
        throw;                        \
    }
#else
#define BATON_LET_CANCELLATION_PASS
#endif
/* Attached; the code stays so, or lets go of the lock by itself (SWIG -threads does):  %exception {
 * BATON_CALL(SWIG_fail, $action) } */
#define BATON_CALL(failed, ...)                       \
    try {                                             \
        __VA_ARGS__                                   \
    }                                                 \
    BATON_LET_CANCELLATION_PASS catch (...) {         \
        ::baton::threads::set_error_from_exception(); \
        failed;                                       \
    }
/* Attached; the code runs detached:  %exception { BATON_CALL_DETACHED(SWIG_fail, $action) } */
#define BATON_CALL_DETACHED(failed, ...) \
    BATON_CALL(failed, const ::baton::threads::ScopedDetach baton_detached_; {__VA_ARGS__})

/* Attached. f() as it is, its exceptions translated: true (of void), its result in a std::optional, or a
 * pointer to what its reference means; false, nothing or null with the Python exception set. */
template <class F>
detail::Outcome<F> call_translated(F&& f) {
    BATON_CALL(return {}, return detail::run(f);)
}
/* Attached. The same with f() called detached. */
template <class F>
detail::Outcome<F> call_detached(F&& f) {
    return call_translated([&]() -> decltype(auto) {
        const ScopedDetach detached;
        return f();
    });
}

}  // namespace baton::threads
#endif
