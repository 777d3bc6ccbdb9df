// An extension whose C++ code throws: each way becomes a Python exception.
#include <baton/threads.hpp>

#include <cstring>
#include <fstream>
#include <string_view>
#include <thread>

using namespace baton::threads;

namespace {

PyObject* quota_error;

struct QuotaExceeded : std::runtime_error {
    using std::runtime_error::runtime_error;
};
struct Coded {
    int code;
};

void throw_kind(std::string_view kind) {
    if (kind == "memory") throw std::bad_alloc();
    if (kind == "index") throw std::out_of_range("no such place");
    if (kind == "argument") throw std::invalid_argument("not this one");
    if (kind == "domain") throw std::domain_error("not there");
    if (kind == "length") throw std::length_error("too long");
    if (kind == "range") throw std::range_error("out of reach");
    if (kind == "overflow") throw std::overflow_error("too large");
    if (kind == "underflow") throw std::underflow_error("too small");
    if (kind == "cast") (void)dynamic_cast<QuotaExceeded&>(*std::make_unique<std::runtime_error>("x"));
    if (kind == "file") (void)std::filesystem::file_size("/no such file \xc3\xa9");
    if (kind == "errno") throw std::system_error(EAGAIN, std::generic_category(), "read");
    if (kind == "system") throw std::system_error(ECONNREFUSED, std::system_category(), "connect");
    if (kind == "stream") {
        std::ifstream in;
        in.exceptions(std::ios::failbit);
        in.setstate(std::ios::failbit);
    }
    if (kind == "runtime") throw std::runtime_error("bytes \xff and \xc3\xa9");
    if (kind == "other") throw 7;
    if (kind == "registered") throw QuotaExceeded("quota");
    if (kind == "coded") throw Coded{42};
    if (kind == "nested") {
        try {
            try {
                throw Coded{3};
            } catch (...) {
                std::throw_with_nested(std::out_of_range("inner"));
            }
        } catch (...) {
            std::throw_with_nested(QuotaExceeded("outer"));
        }
    }
}

PyObject* attempt(PyObject*, PyObject* args) {
    const char* kind;
    if (!PyArg_ParseTuple(args, "s", &kind)) return nullptr;
    const std::string wanted = kind;
    if (!call_detached([&] { throw_kind(wanted); })) return nullptr;
    Py_RETURN_NONE;
}
// The macros, with code that has commas and a return of its own.
PyObject* attempt_by_macro(PyObject*, PyObject* args) {
    const char* kind;
    if (!PyArg_ParseTuple(args, "s", &kind)) return nullptr;
    std::pair<int, int> made;
    BATON_CALL_DETACHED(return nullptr, throw_kind(kind); made = std::pair<int, int>{4, 5};)
    BATON_CALL(return nullptr, if (!strcmp(kind, "early")) return PyLong_FromLong(made.first);
               made.second = 6;)
    return PyLong_FromLong(made.second);
}
// What comes back: a value, a reference, nothing.
PyObject* results(PyObject*, PyObject*) {
    static std::string text = "text";
    const auto number = call_detached([] { return 17; });
    std::string* const reference = call_detached([]() -> std::string& { return text; });
    const auto only_moved = call_translated([] { return std::make_unique<int>(5); });
    if (!number || !reference || !only_moved) return nullptr;
    return Py_BuildValue("iOi", *number, reference == &text ? Py_True : Py_False, **only_moved);
}
// A Python error that is set already is what the C++ exception carries.
PyObject* carrying(PyObject*, PyObject*) {
    BATON_CALL(return nullptr, PyErr_SetString(PyExc_LookupError, "set before");
               throw std::runtime_error("thrown");)
    Py_RETURN_NONE;
}
// callback() is called by a thread of our own, while the caller waits without the lock.
PyObject* from_a_thread(PyObject*, PyObject* callback) {
    PyObject* answer = nullptr;
    std::exception_ptr failed;
    const bool called = call_detached([&] {
        std::thread([&] {
            const ScopedAttach attached;
            answer = PyObject_CallNoArgs(callback);
            if (!answer) failed = std::make_exception_ptr(PythonError());
        }).join();
        if (failed) std::rethrow_exception(failed);
    });
    failed = nullptr;
    return called ? answer : nullptr;
}

PyMethodDef methods[] = {{"attempt", attempt, METH_VARARGS, nullptr},
                         {"attempt_by_macro", attempt_by_macro, METH_VARARGS, nullptr},
                         {"results", results, METH_NOARGS, nullptr},
                         {"carrying", carrying, METH_NOARGS, nullptr},
                         {"from_a_thread", from_a_thread, METH_O, nullptr},
                         {}};
PyModuleDef module_def = {
    PyModuleDef_HEAD_INIT, "natively", nullptr, -1, methods, nullptr, nullptr, nullptr, nullptr};

}  // namespace

PyMODINIT_FUNC PyInit_natively() {
    PyObject* m = PyModule_Create(&module_def);
    if (!m) return nullptr;
    quota_error = PyErr_NewException("natively.QuotaError", PyExc_RuntimeError, nullptr);
    if (!quota_error || PyModule_AddObjectRef(m, "QuotaError", quota_error) < 0) return nullptr;
    add_exception<QuotaExceeded>(quota_error);
    add_translator<Coded>([](const Coded& e) { PyErr_Format(PyExc_KeyError, "code %d", e.code); });
    return m;
}
