// Private functions that are given a thread state where the public ones find it: those of errors, tracing and
// nesting. The state is the caller's own, or the stand-in of runtime_data.cpp.
#include "capi/shared.h"
#include "vm/trace.h"

namespace baton::api {

void _PyErr_Clear(Attached ts, ThreadState*) {
    PyErr_Clear(ts);
}
void _PyErr_Fetch(Attached ts, ThreadState*, Object** type, Object** value, Object** traceback) {
    PyErr_Fetch(ts, type, value, traceback);
}
void _PyErr_Restore(Attached ts, ThreadState*, Object* type, Object* value, Object* traceback) {
    PyErr_Restore(ts, type, value, traceback);
}
int _PyErr_ExceptionMatches(Attached ts, ThreadState*, Object* wanted) {
    return PyErr_ExceptionMatches(ts, wanted);
}
void _PyErr_SetObject(Attached ts, ThreadState*, Object* type, Object* value) {
    PyErr_SetObject(ts, type, value);
}
void _PyErr_SetString(Attached ts, ThreadState*, Object* type, const char* text) {
    PyErr_SetString(ts, type, text);
}
void _PyErr_SetNone(Attached ts, ThreadState*, Object* type) {
    PyErr_SetNone(ts, type);
}
Object* _PyErr_NoMemory(Attached ts, ThreadState*) {
    return PyErr_NoMemory(ts);
}
void _PyErr_NormalizeException(Attached ts, ThreadState*, Object** type, Object** value, Object** traceback) {
    PyErr_NormalizeException(ts, type, value, traceback);
}
void _PyErr_Print(Attached ts, ThreadState*) {
    PyErr_Print(ts);
}

namespace {
int foreign_state(Attached ts, const char* function) {
    (void)raise(ts, Exc::SystemError, "{}: the state of another thread", function);
    return -1;
}
}  // namespace
int _PyEval_SetProfile(Attached ts, ThreadState* state, TraceFunctionAbi function, Object* argument) {
    if (&state_of(ts, state) != &ts.state()) return foreign_state(ts, "_PyEval_SetProfile");
    return status(set_profile_function(ts, function, argument));
}
int _PyEval_SetTrace(Attached ts, ThreadState* state, TraceFunctionAbi function, Object* argument) {
    if (&state_of(ts, state) != &ts.state()) return foreign_state(ts, "_PyEval_SetTrace");
    return status(set_trace_function(ts, function, argument));
}

}  // namespace baton::api
