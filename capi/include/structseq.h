/* Struct sequences: tuples whose items have names too. Functions are declared in baton/api.h. */
#ifndef Py_STRUCTSEQ_H
#define Py_STRUCTSEQ_H
typedef struct {
    const char *name;
    const char *doc;
} PyStructSequence_Field;
typedef struct {
    const char *name;
    const char *doc;
    PyStructSequence_Field *fields;
    int n_in_sequence;
} PyStructSequence_Desc;
typedef PyTupleObject PyStructSequence;
PyAPI_DATA(const char *const) PyStructSequence_UnnamedField;
#define PyStructSequence_SET_ITEM(op, i, v) PyTuple_SET_ITEM((op), (i), (v))
#define PyStructSequence_GET_ITEM(op, i) PyTuple_GET_ITEM((op), (i))
#endif
