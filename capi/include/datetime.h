/* Dates and times from C: PyDateTime_IMPORT first, then the macros. */
#ifndef DATETIME_H
#define DATETIME_H
#include "Python.h"
typedef struct {
    PyObject_HEAD
    Py_hash_t hashcode;
    int days, seconds, microseconds;
} PyDateTime_Delta;
typedef struct {
    PyObject_HEAD
} PyDateTime_TZInfo;
typedef struct {
    PyObject_HEAD
    Py_hash_t hashcode;
    char hastzinfo;
    unsigned char data[4];
} PyDateTime_Date;
typedef struct {
    PyObject_HEAD
    Py_hash_t hashcode;
    char hastzinfo;
    unsigned char data[10];
    unsigned char fold;
    PyObject *tzinfo;
} PyDateTime_DateTime;
typedef struct {
    PyObject_HEAD
    Py_hash_t hashcode;
    char hastzinfo;
    unsigned char data[6];
    unsigned char fold;
    PyObject *tzinfo;
} PyDateTime_Time;
#define _PyDateTime_HAS_TZINFO(o) (((PyDateTime_Date *)(o))->hastzinfo)
#define PyDateTime_GET_YEAR(o) ((((PyDateTime_Date *)(o))->data[0] << 8) | ((PyDateTime_Date *)(o))->data[1])
#define PyDateTime_GET_MONTH(o) (((PyDateTime_Date *)(o))->data[2])
#define PyDateTime_GET_DAY(o) (((PyDateTime_Date *)(o))->data[3])
#define _baton_clock(p, i) ((p)->data[i])
#define _baton_micros(p, i) (((p)->data[i] << 16) | ((p)->data[(i) + 1] << 8) | (p)->data[(i) + 2])
#define PyDateTime_DATE_GET_HOUR(o) _baton_clock((PyDateTime_DateTime *)(o), 4)
#define PyDateTime_DATE_GET_MINUTE(o) _baton_clock((PyDateTime_DateTime *)(o), 5)
#define PyDateTime_DATE_GET_SECOND(o) _baton_clock((PyDateTime_DateTime *)(o), 6)
#define PyDateTime_DATE_GET_MICROSECOND(o) _baton_micros((PyDateTime_DateTime *)(o), 7)
#define PyDateTime_DATE_GET_FOLD(o) (((PyDateTime_DateTime *)(o))->fold)
#define PyDateTime_DATE_GET_TZINFO(o) (_PyDateTime_HAS_TZINFO(o) ? ((PyDateTime_DateTime *)(o))->tzinfo : Py_None)
#define PyDateTime_TIME_GET_HOUR(o) _baton_clock((PyDateTime_Time *)(o), 0)
#define PyDateTime_TIME_GET_MINUTE(o) _baton_clock((PyDateTime_Time *)(o), 1)
#define PyDateTime_TIME_GET_SECOND(o) _baton_clock((PyDateTime_Time *)(o), 2)
#define PyDateTime_TIME_GET_MICROSECOND(o) _baton_micros((PyDateTime_Time *)(o), 3)
#define PyDateTime_TIME_GET_FOLD(o) (((PyDateTime_Time *)(o))->fold)
#define PyDateTime_TIME_GET_TZINFO(o) (_PyDateTime_HAS_TZINFO(o) ? ((PyDateTime_Time *)(o))->tzinfo : Py_None)
#define PyDateTime_DELTA_GET_DAYS(o) (((PyDateTime_Delta *)(o))->days)
#define PyDateTime_DELTA_GET_SECONDS(o) (((PyDateTime_Delta *)(o))->seconds)
#define PyDateTime_DELTA_GET_MICROSECONDS(o) (((PyDateTime_Delta *)(o))->microseconds)
typedef struct {
    PyTypeObject *DateType;
    PyTypeObject *DateTimeType;
    PyTypeObject *TimeType;
    PyTypeObject *DeltaType;
    PyTypeObject *TZInfoType;
    PyObject *TimeZone_UTC;
    PyObject *(*Date_FromDate)(int, int, int, PyTypeObject *);
    PyObject *(*DateTime_FromDateAndTime)(int, int, int, int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Time_FromTime)(int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Delta_FromDelta)(int, int, int, int, PyTypeObject *);
    PyObject *(*TimeZone_FromTimeZone)(PyObject *, PyObject *);
    PyObject *(*DateTime_FromTimestamp)(PyObject *, PyObject *, PyObject *);
    PyObject *(*Date_FromTimestamp)(PyObject *, PyObject *);
    PyObject *(*DateTime_FromDateAndTimeAndFold)(int, int, int, int, int, int, int, PyObject *, int, PyTypeObject *);
    PyObject *(*Time_FromTimeAndFold)(int, int, int, int, PyObject *, int, PyTypeObject *);
} PyDateTime_CAPI;
#define PyDateTime_CAPSULE_NAME "datetime.datetime_CAPI"
static PyDateTime_CAPI *PyDateTimeAPI __attribute__((unused)) = NULL;
#define PyDateTime_IMPORT (PyDateTimeAPI = (PyDateTime_CAPI *)PyCapsule_Import(PyDateTime_CAPSULE_NAME, 0))
#define PyDateTime_TimeZone_UTC PyDateTimeAPI->TimeZone_UTC
#define PyDate_Check(o) PyObject_TypeCheck((o), PyDateTimeAPI->DateType)
#define PyDate_CheckExact(o) Py_IS_TYPE((o), PyDateTimeAPI->DateType)
#define PyDateTime_Check(o) PyObject_TypeCheck((o), PyDateTimeAPI->DateTimeType)
#define PyDateTime_CheckExact(o) Py_IS_TYPE((o), PyDateTimeAPI->DateTimeType)
#define PyTime_Check(o) PyObject_TypeCheck((o), PyDateTimeAPI->TimeType)
#define PyTime_CheckExact(o) Py_IS_TYPE((o), PyDateTimeAPI->TimeType)
#define PyDelta_Check(o) PyObject_TypeCheck((o), PyDateTimeAPI->DeltaType)
#define PyDelta_CheckExact(o) Py_IS_TYPE((o), PyDateTimeAPI->DeltaType)
#define PyTZInfo_Check(o) PyObject_TypeCheck((o), PyDateTimeAPI->TZInfoType)
#define PyTZInfo_CheckExact(o) Py_IS_TYPE((o), PyDateTimeAPI->TZInfoType)
#define PyDate_FromDate(y, m, d) PyDateTimeAPI->Date_FromDate((y), (m), (d), PyDateTimeAPI->DateType)
#define PyDateTime_FromDateAndTime(y, m, d, h, min, s, us) \
    PyDateTimeAPI->DateTime_FromDateAndTime((y), (m), (d), (h), (min), (s), (us), Py_None, PyDateTimeAPI->DateTimeType)
#define PyDateTime_FromDateAndTimeAndFold(y, m, d, h, min, s, us, fold) \
    PyDateTimeAPI->DateTime_FromDateAndTimeAndFold((y), (m), (d), (h), (min), (s), (us), Py_None, (fold), PyDateTimeAPI->DateTimeType)
#define PyTime_FromTime(h, m, s, us) PyDateTimeAPI->Time_FromTime((h), (m), (s), (us), Py_None, PyDateTimeAPI->TimeType)
#define PyTime_FromTimeAndFold(h, m, s, us, fold) \
    PyDateTimeAPI->Time_FromTimeAndFold((h), (m), (s), (us), Py_None, (fold), PyDateTimeAPI->TimeType)
#define PyDelta_FromDSU(d, s, us) PyDateTimeAPI->Delta_FromDelta((d), (s), (us), 1, PyDateTimeAPI->DeltaType)
#define PyTimeZone_FromOffset(offset) PyDateTimeAPI->TimeZone_FromTimeZone((offset), NULL)
#define PyTimeZone_FromOffsetAndName(offset, name) PyDateTimeAPI->TimeZone_FromTimeZone((offset), (name))
#define PyDateTime_FromTimestamp(args) \
    PyDateTimeAPI->DateTime_FromTimestamp((PyObject *)PyDateTimeAPI->DateTimeType, (args), NULL)
#define PyDate_FromTimestamp(args) PyDateTimeAPI->Date_FromTimestamp((PyObject *)PyDateTimeAPI->DateType, (args))
#endif
