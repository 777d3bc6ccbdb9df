/* Starting and ending the runtime, interpreters and thread states. */
#include "measure.h"

int main(int argc, char** argv) {
    double scale = scale_of(argc, argv);
    double begin = seconds_now();
    Py_Initialize();
    printf("life.first_start %.2f ms\n", (seconds_now() - begin) * 1e3);

    MEASURE("life.thread_state", (long)(20000 * scale), {
        PyThreadState* t = PyThreadState_New(PyInterpreterState_Main());
        PyThreadState_Clear(t);
        PyThreadState_Delete(t);
    });
    PyThreadState* main_state = PyThreadState_Get();
    MEASURE("life.interpreter", (long)(10 * scale) + 1, {
        PyThreadState* t = Py_NewInterpreter();
        if (!t) return 1;
        Py_EndInterpreter(t);
        PyThreadState_Swap(main_state);
    });
    if (Py_FinalizeEx() < 0) return 1;
    MEASURE("life.start_and_end", (long)(5 * scale) + 1, {
        Py_Initialize();
        if (Py_FinalizeEx() < 0) return 1;
    });
    return 0;
}
