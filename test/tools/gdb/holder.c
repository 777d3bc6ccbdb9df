/* A host with descriptions of types, stopped with objects in its variables. */
#include <Python.h>
#include <signal.h>

int main(void) {
    Py_InitializeEx(0);
    PyObject* list = Py_BuildValue("[is(O){sd}]", 1, "two", Py_None, "half", 0.5);
    PyTypeObject* type = Py_TYPE(list);
    PyObject* nothing = NULL;
    PyObject* corrupt = (PyObject*)((char*)list + 1);
    PyObject* freed = (PyObject*)0x7f1234567890;
    raise(SIGTRAP);
    printf("%p %p %p\n", (void*)nothing, (void*)corrupt, (void*)freed);
    Py_DECREF(list);
    return type == NULL;
}
