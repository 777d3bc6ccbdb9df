%module(directors="1", threads="1") relay
%{
#include <baton/threads.hpp>

#include <future>

class Listener {
  public:
    virtual ~Listener() {}
    virtual int on_event(int n) { return n; }
};

struct Full : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Each event goes to the listener from one of the relay's own threads.
class Relay {
  public:
    explicit Relay(int threads) : threads_(threads) {
        if (threads < 1) throw std::invalid_argument("a relay has a thread at least");
        if (threads > 64) throw Full("no more than 64 threads");
    }
    long send(Listener& to, int events) {
        std::vector<std::future<long>> sums;
        for (int t = 0; t < threads_; ++t)
            sums.push_back(std::async(std::launch::async, [&to, events] {
                long sum = 0;
                for (int n = 0; n < events; ++n) sum += to.on_event(n);
                return sum;
            }));
        for (auto& s : sums) s.wait();
        long sum = 0;
        for (auto& s : sums) sum += s.get();
        return sum;
    }
    // From the thread that called: its own director.
    int ask(Listener& whom, int n) { return whom.on_event(n); }

  private:
    int threads_;
};
%}

%exception { BATON_CALL(SWIG_fail, $action) }
%feature("director:except") { if ($error) throw baton::threads::PythonError(); }
%feature("director") Listener;

%init %{
    PyObject* full = PyErr_NewException("relay.Full", PyExc_ValueError, nullptr);
    PyModule_AddObjectRef(m, "Full", full);
    baton::threads::add_exception<Full>(full);
    Py_DECREF(full);
%}

class Listener {
  public:
    virtual ~Listener();
    virtual int on_event(int n);
};
class Relay {
  public:
    explicit Relay(int threads);
    long send(Listener& to, int events);
    int ask(Listener& whom, int n);
};
