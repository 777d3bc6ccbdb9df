// A C++ host whose own threads come in by baton/threads.hpp. Every line it prints is the same with CPython's
// library.
#include <baton/threads.hpp>

#include <condition_variable>
#include <cstdio>
#include <future>
#include <shared_mutex>
#include <thread>

using namespace baton::threads;

namespace {

constexpr int kThreads = 4, kRounds = 500;

PyObject* in_main(const char* name) {
    return PyObject_GetAttrString(PyImport_AddModule("__main__"), name);
}
long number(PyObject* o) {
    const long n = PyLong_AsLong(o);
    Py_DECREF(o);
    return n;
}

// Threads of the host call a handler, and change what a mutex protects while they are attached; other threads
// hold that mutex first and come in then. With the mutex waited for under the interpreter lock this would
// stop within a few rounds.
void attach_and_lock() {
    std::mutex first, second;
    long protected_by_first = 0, protected_by_both = 0;
    PyObject* handler = in_main("handler");
    const auto attached_first = [&] {
        for (int i = 0; i < kRounds; ++i) {
            const ScopedAttach attached;
            {
                const DetachedLock lock(first);
                ++protected_by_first;
                Py_XDECREF(PyObject_CallFunction(handler, "i", 1));
            }
            const ScopedAttach again;
            const DetachedLock both(second, first);
            ++protected_by_both;
        }
    };
    const auto mutex_first = [&] {
        for (int i = 0; i < kRounds; ++i) {
            const std::scoped_lock both(first, second);
            ++protected_by_first;
            ++protected_by_both;
            const ScopedAttach attached;
            Py_XDECREF(PyObject_CallFunction(handler, "i", 1));
        }
    };
    std::vector<std::thread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back(i % 2 ? std::thread(attached_first) : std::thread(mutex_first));
    {
        const ScopedDetach detached;
        for (std::thread& t : threads) t.join();
    }
    Py_DECREF(handler);
    printf("handled %ld, under one mutex %ld, under two %ld\n", number(in_main("total")), protected_by_first,
           protected_by_both);
}

// A lock of another kind, and one whose lock() throws: the lock of the interpreter is taken back first.
struct Refusing {
    bool try_lock() { return false; }
    void lock() { throw std::system_error(std::make_error_code(std::errc::resource_deadlock_would_occur)); }
    void unlock() {}
};
void lock_kinds() {
    std::shared_mutex shared;
    { const DetachedLock lock(shared); }
    Refusing refusing;
    try {
        const DetachedLock lock(refusing);
    } catch (const std::system_error&) {
        set_error_from_exception();
    }
    printf("refused: %d\n", PyErr_ExceptionMatches(PyExc_OSError));
    PyErr_Clear();
    printf("free afterwards: %d\n", shared.try_lock());
    shared.unlock();
}

// A state that wanders over two threads, and one that a thread gets for itself, in another interpreter.
void states() {
    PyThreadState* wandering = PyThreadState_New(PyInterpreterState_Get());
    const auto work = [&] {
        const ScopedAttach attached(wandering);
        PyRun_SimpleString("note('wandering')");
    };
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* other = Py_NewInterpreter();
    PyInterpreterState* interpreter = PyThreadState_GetInterpreter(other);
    PyRun_SimpleString("import __main__; __main__.name = 'other'");
    PyThreadState_Swap(main_state);
    {
        const ScopedDetach detached;
        std::thread(work).join();
        std::thread(work).join();
        std::thread([&] {
            const ScopedAttach attached(interpreter);
            PyRun_SimpleString("print('in the interpreter', name, flush=True)");
        }).join();
    }
    PyThreadState_Swap(other);
    Py_EndInterpreter(other);
    PyThreadState_Swap(main_state);
    PyThreadState_Clear(wandering);
    PyThreadState_Delete(wandering);
}

// The attached main thread waits for what a thread of the host computes in Python.
void conditions() {
    std::mutex mutex;
    std::condition_variable changed;
    long answer = 0;
    std::thread helper([&] {
        long found;
        {
            const ScopedAttach attached;
            PyObject* six = in_main("six");
            found = number(PyObject_CallFunction(six, "i", 7));
            Py_DECREF(six);
        }
        const std::lock_guard guard(mutex);
        answer = found;
        changed.notify_one();
    });
    {
        std::unique_lock lock(mutex, std::defer_lock);
        {
            const DetachedLock taken(mutex);  // both ways of taking it
        }
        const auto locked = call_detached([&] { lock.lock(); });
        if (!locked) PyErr_Print();
        wait_detached(changed, lock, [&] { return answer != 0; });
    }
    printf("computed %ld\n", answer);
    const ScopedDetach detached;
    helper.join();
}

// A Python exception of a foreign thread goes through std::future into the thread that asks, and is the same
// object there.
void carried() {
    std::future<void> outcome = std::async(std::launch::async, [] {
        const ScopedAttach attached;
        PyObject* fail = in_main("fail");
        PyObject* r = PyObject_CallNoArgs(fail);
        Py_DECREF(fail);
        if (!r) throw PythonError();
        Py_DECREF(r);
    });
    if (call_detached([&] { outcome.get(); })) puts("not raised?");
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject* raised = in_main("raised");
    printf("the same object: %d, with a traceback: %d\n", value == raised, traceback != nullptr);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    Py_DECREF(raised);
    // One that nobody wants: dropped by a detached thread.
    {
        PyErr_SetString(PyExc_KeyError, "k");
        std::optional<PythonError> dropped(std::in_place);
        printf("what: %s, a KeyError: %d, still set: %d\n", dropped->what(),
               dropped->matches(PyExc_LookupError), PyErr_Occurred() != nullptr);
        const ScopedDetach detached;
        dropped.reset();
    }
}

}  // namespace

int main() {
    setvbuf(stdout, nullptr, _IONBF, 0);
    Py_InitializeEx(0);
    PyRun_SimpleString(
        "import threading\n"
        "total, lock = 0, threading.Lock()\n"
        "def handler(n):\n"
        "    global total\n"
        "    with lock:\n"
        "        total += n\n"
        "def note(text): print(text, flush=True)\n"
        "def six(n): return 6 * n\n"
        "def fail():\n"
        "    global raised\n"
        "    raised = ValueError('from afar')\n"
        "    raise raised\n");
    attach_and_lock();
    lock_kinds();
    states();
    conditions();
    carried();
    return Py_FinalizeEx();
}
