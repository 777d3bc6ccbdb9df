/* str. */
#ifndef Py_UNICODEOBJECT_H
#define Py_UNICODEOBJECT_H
typedef struct {
    PyObject_HEAD
    Py_ssize_t length;
    Py_hash_t hash;
    struct {
        unsigned int interned : 2;
        unsigned int kind : 3;
        unsigned int compact : 1;
        unsigned int ascii : 1;
        unsigned int ready : 1;
        unsigned int : 24;
    } state;
    wchar_t *wstr;
} PyASCIIObject;
typedef struct {
    PyASCIIObject _base;
    Py_ssize_t utf8_length;
    char *utf8;
    Py_ssize_t wstr_length;
} PyCompactUnicodeObject;
typedef struct {
    PyCompactUnicodeObject _base;
    union {
        void *any;
        Py_UCS1 *latin1;
        Py_UCS2 *ucs2;
        Py_UCS4 *ucs4;
    } data;
} PyUnicodeObject;
PyAPI_DATA(PyTypeObject) PyUnicode_Type;
PyAPI_DATA(PyTypeObject) PyUnicodeIter_Type;
enum PyUnicode_Kind { PyUnicode_WCHAR_KIND = 0, PyUnicode_1BYTE_KIND = 1, PyUnicode_2BYTE_KIND = 2, PyUnicode_4BYTE_KIND = 4 };
#define PyUnicode_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyUnicode_CheckExact(op) Py_IS_TYPE(op, &PyUnicode_Type)
#define _PyASCIIObject_CAST(op) ((PyASCIIObject *)(op))
#define PyUnicode_GET_LENGTH(op) (_PyASCIIObject_CAST(op)->length)
#define PyUnicode_KIND(op) ((int)_PyASCIIObject_CAST(op)->state.kind)
#define PyUnicode_IS_ASCII(op) (_PyASCIIObject_CAST(op)->state.ascii)
#define PyUnicode_IS_COMPACT(op) (_PyASCIIObject_CAST(op)->state.compact)
#define PyUnicode_IS_COMPACT_ASCII(op) (PyUnicode_IS_ASCII(op) && PyUnicode_IS_COMPACT(op))
#define PyUnicode_IS_READY(op) 1
#define PyUnicode_READY(op) ((void)(op), 0)
static inline void *_baton_unicode_data(PyObject *op) {
    if (PyUnicode_IS_COMPACT(op)) return PyUnicode_IS_ASCII(op) ? (void *)(_PyASCIIObject_CAST(op) + 1) : (void *)((PyCompactUnicodeObject *)op + 1);
    return ((PyUnicodeObject *)op)->data.any;
}
#define PyUnicode_DATA(op) _baton_unicode_data(_PyObject_CAST(op))
#define PyUnicode_1BYTE_DATA(op) ((Py_UCS1 *)PyUnicode_DATA(op))
#define PyUnicode_2BYTE_DATA(op) ((Py_UCS2 *)PyUnicode_DATA(op))
#define PyUnicode_4BYTE_DATA(op) ((Py_UCS4 *)PyUnicode_DATA(op))
static inline Py_UCS4 _baton_unicode_read(int kind, const void *data, Py_ssize_t i) {
    return kind == 1 ? ((const Py_UCS1 *)data)[i] : kind == 2 ? ((const Py_UCS2 *)data)[i] : ((const Py_UCS4 *)data)[i];
}
#define PyUnicode_READ(kind, data, index) _baton_unicode_read((kind), (data), (index))
#define PyUnicode_READ_CHAR(op, i) PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), (i))
#define PyUnicode_WRITE(kind, data, index, value)                                   \
    do {                                                                            \
        if ((kind) == 1) ((Py_UCS1 *)(data))[(index)] = (Py_UCS1)(value);           \
        else if ((kind) == 2) ((Py_UCS2 *)(data))[(index)] = (Py_UCS2)(value);      \
        else ((Py_UCS4 *)(data))[(index)] = (Py_UCS4)(value);                       \
    } while (0)
#define PyUnicode_MAX_CHAR_VALUE(op)                                                                                      \
    (PyUnicode_IS_ASCII(op) ? (Py_UCS4)0x7f                                                                               \
                            : PyUnicode_KIND(op) == 1 ? (Py_UCS4)0xff : PyUnicode_KIND(op) == 2 ? (Py_UCS4)0xffff : (Py_UCS4)0x10ffff)
#define _PyUnicode_AsString PyUnicode_AsUTF8
#define PyUnicode_CHECK_INTERNED(op) (_PyASCIIObject_CAST(op)->state.interned)
#define PyUnicode_GET_SIZE(op) PyUnicode_GET_LENGTH(op)
#define PyUnicode_GET_DATA_SIZE(op) (PyUnicode_GET_LENGTH(op) * (Py_ssize_t)sizeof(Py_UNICODE))
#define PyUnicode_AS_UNICODE(op) PyUnicode_AsUnicode((PyObject *)(op))
#define PyUnicode_AS_DATA(op) ((const char *)PyUnicode_AS_UNICODE(op))
#define Py_UNICODE_SIZE 4
#define Py_UNICODE_WIDE
#define Py_UNICODE_REPLACEMENT_CHARACTER ((Py_UCS4)0xFFFD)
#define Py_UNICODE_IS_SURROGATE(c) ((c) >= 0xD800 && (c) <= 0xDFFF)
#define Py_UNICODE_IS_HIGH_SURROGATE(c) ((c) >= 0xD800 && (c) <= 0xDBFF)
#define Py_UNICODE_IS_LOW_SURROGATE(c) ((c) >= 0xDC00 && (c) <= 0xDFFF)
#define Py_UNICODE_JOIN_SURROGATES(high, low) (((((Py_UCS4)(high) & 0x03FF) << 10) | ((Py_UCS4)(low) & 0x03FF)) + 0x10000)
#define Py_UNICODE_HIGH_SURROGATE(c) (0xD800 - (0x10000 >> 10) + ((c) >> 10))
#define Py_UNICODE_LOW_SURROGATE(c) (0xDC00 + ((c) & 0x3FF))
#define Py_UNICODE_ISSPACE(c) _PyUnicode_IsWhitespace(c)
#define Py_UNICODE_ISLOWER(c) _PyUnicode_IsLowercase(c)
#define Py_UNICODE_ISUPPER(c) _PyUnicode_IsUppercase(c)
#define Py_UNICODE_ISTITLE(c) _PyUnicode_IsTitlecase(c)
#define Py_UNICODE_ISLINEBREAK(c) _PyUnicode_IsLinebreak(c)
#define Py_UNICODE_TOLOWER(c) _PyUnicode_ToLowercase(c)
#define Py_UNICODE_TOUPPER(c) _PyUnicode_ToUppercase(c)
#define Py_UNICODE_TOTITLE(c) _PyUnicode_ToTitlecase(c)
#define Py_UNICODE_ISDECIMAL(c) _PyUnicode_IsDecimalDigit(c)
#define Py_UNICODE_ISDIGIT(c) _PyUnicode_IsDigit(c)
#define Py_UNICODE_ISNUMERIC(c) _PyUnicode_IsNumeric(c)
#define Py_UNICODE_ISPRINTABLE(c) _PyUnicode_IsPrintable(c)
#define Py_UNICODE_TODECIMAL(c) _PyUnicode_ToDecimalDigit(c)
#define Py_UNICODE_TODIGIT(c) _PyUnicode_ToDigit(c)
#define Py_UNICODE_TONUMERIC(c) _PyUnicode_ToNumeric(c)
#define Py_UNICODE_ISALPHA(c) _PyUnicode_IsAlpha(c)
#define Py_UNICODE_ISALNUM(c) (Py_UNICODE_ISALPHA(c) || Py_UNICODE_ISDECIMAL(c) || Py_UNICODE_ISDIGIT(c) || Py_UNICODE_ISNUMERIC(c))
#define Py_UNICODE_COPY(to, from, n) memcpy((to), (from), (n) * sizeof(Py_UNICODE))
/* Text that grows. */
typedef struct {
    PyObject *buffer;
    void *data;
    enum PyUnicode_Kind kind;
    Py_UCS4 maxchar;
    Py_ssize_t size;
    Py_ssize_t pos;
    Py_ssize_t min_length;
    Py_UCS4 min_char;
    unsigned char overallocate;
    unsigned char readonly;
} _PyUnicodeWriter;
#define _PyUnicodeWriter_Prepare(w, n, c)                                                  \
    (((c) <= (w)->maxchar && (n) <= (w)->size - (w)->pos) || (n) == 0 ? 0 : _PyUnicodeWriter_PrepareInternal((w), (n), (c)))
#endif
