/* Dates and times made and read through the C interface of datetime. */
#include <Python.h>
#include <datetime.h>

static PyObject* make(PyObject* self, PyObject* args) {
    int year, month, day;
    (void)self;
    if (!PyArg_ParseTuple(args, "iii", &year, &month, &day)) return NULL;
    PyObject* date = PyDate_FromDate(year, month, day);
    if (!date) return NULL;
    PyObject* moment = PyDateTime_FromDateAndTimeAndFold(year, month, day, 23, 59, 58, 123456, 1);
    PyObject* time = PyTime_FromTime(1, 2, 3, 4);
    PyObject* delta = PyDelta_FromDSU(1, 86400, -1);
    PyObject* zone = PyTimeZone_FromOffset(delta);
    if (!zone) PyErr_Clear();
    return Py_BuildValue("NNNNOi", date, moment, time, delta, PyDateTime_TimeZone_UTC, zone == NULL);
}
static PyObject* parts(PyObject* self, PyObject* o) {
    (void)self;
    if (PyDateTime_Check(o))
        return Py_BuildValue(
            "siiiiiiiiO", "datetime", PyDateTime_GET_YEAR(o), PyDateTime_GET_MONTH(o), PyDateTime_GET_DAY(o),
            PyDateTime_DATE_GET_HOUR(o), PyDateTime_DATE_GET_MINUTE(o), PyDateTime_DATE_GET_SECOND(o),
            PyDateTime_DATE_GET_MICROSECOND(o), PyDateTime_DATE_GET_FOLD(o), PyDateTime_DATE_GET_TZINFO(o));
    if (PyDate_CheckExact(o))
        return Py_BuildValue("siii", "date", PyDateTime_GET_YEAR(o), PyDateTime_GET_MONTH(o),
                             PyDateTime_GET_DAY(o));
    if (PyTime_Check(o))
        return Py_BuildValue("siiiiO", "time", PyDateTime_TIME_GET_HOUR(o), PyDateTime_TIME_GET_MINUTE(o),
                             PyDateTime_TIME_GET_SECOND(o), PyDateTime_TIME_GET_MICROSECOND(o),
                             PyDateTime_TIME_GET_TZINFO(o));
    if (PyDelta_Check(o))
        return Py_BuildValue("siii", "delta", PyDateTime_DELTA_GET_DAYS(o), PyDateTime_DELTA_GET_SECONDS(o),
                             PyDateTime_DELTA_GET_MICROSECONDS(o));
    return Py_BuildValue("si", "other", PyTZInfo_Check(o));
}
static PyMethodDef methods[] = {{"make", make, METH_VARARGS, NULL}, {"parts", parts, METH_O, NULL}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "dates", NULL, -1, methods};
PyMODINIT_FUNC PyInit_dates(void) {
    PyDateTime_IMPORT;
    return PyDateTimeAPI ? PyModule_Create(&module) : NULL;
}
