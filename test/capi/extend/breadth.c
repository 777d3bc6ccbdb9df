/* One case per function of the interface, or small group of them: cases() answers a list of (name, result or
 * error). */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <frameobject.h>
#include <marshal.h>
#include <structmember.h>

static PyObject* list;

static void add(const char* name, PyObject* result) {
    PyObject* row;
    if (result) {
        row = Py_BuildValue("sN", name, result);
    } else if (PyErr_Occurred()) {
        PyObject *type, *value, *traceback;
        PyErr_Fetch(&type, &value, &traceback);
        PyErr_NormalizeException(&type, &value, &traceback);
        row =
            Py_BuildValue("sN", name, PyUnicode_FromFormat("%s: %S", ((PyTypeObject*)type)->tp_name, value));
        Py_XDECREF(type);
        Py_XDECREF(value);
        Py_XDECREF(traceback);
    } else {
        row = Py_BuildValue("ss", name, "NULL");
    }
    PyList_Append(list, row);
    Py_XDECREF(row);
}
static void add_number(const char* name, long long n) {
    if (n == -1 && PyErr_Occurred())
        add(name, NULL);
    else
        add(name, PyLong_FromLongLong(n));
}

static void text(PyObject* s) {
    Py_ssize_t n;
    Py_UCS4 wide[16];
    PyObject* part = PyUnicode_FromString("l");
    add("FromWideChar", PyUnicode_FromWideChar(L"h\u00e9\u4e2d\U0001f600", -1));
    wchar_t* w = PyUnicode_AsWideCharString(s, &n);
    add("AsWideCharString", w ? PyUnicode_FromWideChar(w, n) : NULL);
    PyMem_Free(w);
    add_number("AsUCS4", PyUnicode_AsUCS4(s, wide, 16, 1) ? (long long)wide[1] : -1);
    add_number("AsUCS4 short", PyUnicode_AsUCS4(s, wide, 2, 1) ? 1 : -1);
    PyObject* fresh = PyUnicode_New(6, 0x10ffff);
    add_number("Fill", PyUnicode_Fill(fresh, 0, 6, 'x'));
    add_number("CopyCharacters", PyUnicode_CopyCharacters(fresh, 1, s, 0, 3));
    add_number("CopyCharacters beyond", PyUnicode_CopyCharacters(fresh, 5, s, 0, 3));
    add_number("WriteChar", PyUnicode_WriteChar(fresh, 0, 0x1f600));
    add_number("WriteChar beyond", PyUnicode_WriteChar(fresh, 6, 'x'));
    add("written", fresh);
    add_number("Count", PyUnicode_Count(s, part, 0, 100));
    add_number("Find", PyUnicode_Find(s, part, 0, 100, 1));
    add_number("Find backwards", PyUnicode_Find(s, part, 0, 100, -1));
    add_number("Find nothing", PyUnicode_Find(s, part, 4, 100, 1));
    add_number("Tailmatch", PyUnicode_Tailmatch(s, part, 0, 4, 1));
    add("Partition", PyUnicode_Partition(s, part));
    add("RPartition", PyUnicode_RPartition(s, part));
    add("RSplit", PyUnicode_RSplit(s, part, 1));
    add("Splitlines", PyUnicode_Splitlines(s, 1));
    add("RichCompare", PyUnicode_RichCompare(s, part, Py_LT));
    add_number("IsIdentifier", PyUnicode_IsIdentifier(s));
    PyObject* left = PyUnicode_FromString("left ");
    PyUnicode_Append(&left, s);
    add("Append", left);
    add("AsASCIIString", PyUnicode_AsASCIIString(s));
    PyObject* odd = PyUnicode_FromWideChar(L"\u20ac", 1);
    add("AsASCIIString fails", PyUnicode_AsASCIIString(odd));
    add("AsLatin1String fails", PyUnicode_AsLatin1String(odd));
    add("AsUTF16String", PyUnicode_AsUTF16String(odd));
    add("AsUnicodeEscapeString", PyUnicode_AsUnicodeEscapeString(odd));
    int order = -1;
    add("DecodeUTF16", PyUnicode_DecodeUTF16("\xac\x20", 2, NULL, &order));
    add("DecodeUTF8Stateful", PyUnicode_DecodeUTF8Stateful("ab\xe2\x82", 4, NULL, &n));
    add_number("consumed", n);
    add("FromEncodedObject", PyUnicode_FromEncodedObject(s, NULL, NULL));
    add("KnownEncoding",
        PyBool_FromLong(PyCodec_KnownEncoding("latin-1") && !PyCodec_KnownEncoding("nowhere")));
    add("Encode", PyCodec_Encode(s, "utf-8", NULL));
    add("LookupError", PyCodec_LookupError("nothing of the sort"));
    PyObject* path = NULL;
    add_number("FSConverter", PyUnicode_FSConverter(s, &path));
    add("its bytes", path);
    add_number("FSConverter fails", PyUnicode_FSConverter(Py_None, &path) ? 1 : PyErr_Occurred() ? -1 : 0);
    add("FromFormat",
        PyUnicode_FromFormat("%s %5d %x %R %.2s %zd %c", "a", 42, 255, s, "xyz", (Py_ssize_t)7, 'q'));
    add("Bytes FromFormat", PyBytes_FromFormat("%s %d %x %.2s %c %u", "a", 42, 255, "xyz", 'q', 3u));
    PyObject* bytes = PyBytes_FromString("ab");
    PyObject* tail = PyBytes_FromString("cd");
    PyBytes_ConcatAndDel(&bytes, tail);
    add("Bytes ConcatAndDel", bytes);
    PyObject* resized = PyBytes_FromStringAndSize("abcdef", 6);
    add_number("Bytes Resize", _PyBytes_Resize(&resized, 3));
    add("resized", resized);
    PyObject* array = PyByteArray_FromStringAndSize("abc", 3);
    add_number("ByteArray Resize", PyByteArray_Resize(array, 2));
    add("ByteArray Concat", PyByteArray_Concat(array, array));
    add_number("ByteArray Size", PyByteArray_Size(array));
    Py_DECREF(array);
    Py_DECREF(odd);
    Py_DECREF(part);
}

static void numbers(PyObject* big) {
    unsigned char raw[9];
    char packed[8];
    int overflow;
    add("ToBase", PyNumber_ToBase(big, 16));
    add("ToBase wrong", PyNumber_ToBase(big, 7));
    add_number("AsUnsignedLongLongMask", (long long)PyLong_AsUnsignedLongLongMask(big));
    add_number("AsLongLongAndOverflow", PyLong_AsLongLongAndOverflow(big, &overflow));
    add_number("overflow", overflow);
    add_number("AsInt", _PyLong_AsInt(big));
    add_number("AsByteArray", _PyLong_AsByteArray((PyLongObject*)big, raw, 9, 1, 1));
    add("FromByteArray", _PyLong_FromByteArray(raw, 9, 1, 1));
    add_number("AsByteArray short", _PyLong_AsByteArray((PyLongObject*)big, raw, 4, 1, 1));
    add_number("Sign", _PyLong_Sign(big));
    add_number("NumBits", (long long)_PyLong_NumBits(big));
    add_number("Pack2", PyFloat_Pack2(1.5, packed, 1));
    add("Unpack2", PyFloat_FromDouble(PyFloat_Unpack2(packed, 1)));
    add_number("Pack2 large", PyFloat_Pack2(1e6, packed, 1));
    add_number("Pack4 large", PyFloat_Pack4(1e39, packed, 0));
    add_number("Pack8", PyFloat_Pack8(-0.1, packed, 0));
    add("Unpack8", PyFloat_FromDouble(PyFloat_Unpack8(packed, 0)));
    Py_complex c = {1, -2};
    add("Complex", PyComplex_FromCComplex(_Py_c_quot(_Py_c_prod(c, c), c)));
    add("string_to_double", PyFloat_FromDouble(PyOS_string_to_double("1.25", NULL, NULL)));
    PyOS_string_to_double("1.25x", NULL, NULL);
    add("string_to_double fails", NULL);
    char* shown = PyOS_double_to_string(3.14159, 'f', 2, Py_DTSF_SIGN, NULL);
    add("double_to_string", PyUnicode_FromString(shown));
    PyMem_Free(shown);
    add("InPlacePower", PyNumber_InPlacePower(PyList_GET_ITEM(list, 0), big, Py_None));
    add("InPlaceOr", PyNumber_InPlaceOr(big, big));
}

static void containers(PyObject* sequence) {
    Py_ssize_t start, stop, step;
    add("GetSlice", PySequence_GetSlice(sequence, 1, -1));
    add("GetSlice of a number", PySequence_GetSlice(PyTuple_GET_ITEM(sequence, 0), 1, 2));
    add_number("SetSlice", PySequence_SetSlice(sequence, 1, 2, sequence));
    add_number("Count", PySequence_Count(sequence, PyTuple_GET_ITEM(sequence, 0)));
    add_number("Index", PySequence_Index(sequence, Py_None));
    add_number("Index of a number", PySequence_Index(PyTuple_GET_ITEM(sequence, 0), Py_None));
    add("InPlaceConcat", PySequence_InPlaceConcat(sequence, sequence));
    add("InPlaceRepeat", PySequence_InPlaceRepeat(Py_None, 2));
    add("Keys", PyMapping_Keys(sequence));
    PyObject* d = Py_BuildValue("{sisi}", "a", 1, "b", 2);
    add("Items", PyMapping_Items(d));
    add_number("HasKeyString", PyMapping_HasKeyString(d, "a"));
    add("_PyDict_Pop", _PyDict_Pop(d, PyUnicode_InternFromString("zzz"), NULL));
    PyObject* pairs = Py_BuildValue("[(si)(si)]", "a", 7, "c", 8);
    add_number("MergeFromSeq2", PyDict_MergeFromSeq2(d, pairs, 0));
    add("merged", d);
    Py_DECREF(pairs);
    PyObject* slice = PySlice_New(NULL, PyLong_FromLong(-1), PyLong_FromLong(2));
    add_number("Slice Unpack", PySlice_Unpack(slice, &start, &stop, &step));
    add_number("AdjustIndices", PySlice_AdjustIndices(10, &start, &stop, step));
    add("Slice", Py_BuildValue("Nnnn", slice, start, stop, step));
    PyObject* set = PySet_New(sequence);
    add_number("Set Clear", PySet_Clear(set));
    add("Set Pop", PySet_Pop(set));
    Py_DECREF(set);
    add("DictProxy", PyDictProxy_New(sequence));
    add("CallIter", PySequence_List(PyCallIter_New((PyObject*)&PyList_Type, PyList_New(0))));
    add_number("LengthHint", PyObject_LengthHint(sequence, 5));
    add("GenericAlias", Py_GenericAlias((PyObject*)&PyList_Type, (PyObject*)&PyLong_Type));
    add_number("AsFileDescriptor", PyObject_AsFileDescriptor(sequence));
    add("Cell", PyCell_Get(PyCell_New(sequence)));
    Py_buffer view;
    PyObject* bytes = PyBytes_FromString("buffer");
    add_number("FillInfo", PyBuffer_FillInfo(&view, bytes, PyBytes_AS_STRING(bytes), 6, 1, PyBUF_WRITABLE));
    add_number("SizeFromFormat", PyBuffer_SizeFromFormat("ii"));
    PyObject* shown = PyMemoryView_GetContiguous(bytes, PyBUF_READ, 'C');
    add("GetContiguous", PyObject_Bytes(shown));
    add("GetContiguous to write", PyMemoryView_GetContiguous(bytes, PyBUF_WRITE, 'C'));
    add_number("CopyData", PyObject_CopyData(bytes, bytes));
    Py_DECREF(bytes);
}

static PyStructSequence_Field fields[] = {
    {"first", "the first"}, {"second", NULL}, {"hidden", NULL}, {NULL, NULL}};
static PyStructSequence_Desc description = {"breadth.Pair", "A pair and more.", fields, 2};
static void types(void) {
    PyTypeObject* pair = PyStructSequence_NewType(&description);
    PyObject* made = PyStructSequence_New(pair);
    for (int i = 0; i < 3; ++i) PyStructSequence_SetItem(made, i, PyLong_FromLong(i * i));
    add("StructSequence", PyObject_Repr(made));
    add("hidden", PyObject_GetAttrString(made, "hidden"));
    add("reduced", PyObject_CallMethod(made, "__reduce__", NULL));
    add("numbers", Py_BuildValue("NNN", PyObject_GetAttrString((PyObject*)pair, "n_fields"),
                                 PyObject_GetAttrString((PyObject*)pair, "n_sequence_fields"),
                                 PyObject_GetAttrString((PyObject*)pair, "__match_args__")));
    add("from a short tuple", PyObject_CallFunction((PyObject*)pair, "((i))", 1));
    add("from a tuple", PyObject_CallFunction((PyObject*)pair, "((ii))", 1, 2));
    Py_DECREF(made);
    Py_DECREF(pair);
    PyObject* error = PyErr_NewExceptionWithDoc("breadth.Error", "What went wrong.", NULL, NULL);
    add("NewExceptionWithDoc", PyObject_GetAttrString(error, "__doc__"));
    PyErr_SetString(PyExc_KeyError, "cause");
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_SetString(error, "effect");
    _PyErr_ChainExceptions(type, value, traceback);
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    add("ChainExceptions", PyObject_Repr(PyException_GetContext(value)));
    PyErr_SetImportError(PyUnicode_FromString("no"), PyUnicode_FromString("name"), NULL);
    add("SetImportError", NULL);
    errno = ENOENT;
    PyErr_SetFromErrnoWithFilenameObjects(PyExc_OSError, PyUnicode_FromString("one"),
                                          PyUnicode_FromString("two"));
    add("SetFromErrno", NULL);
    PyObject* decode = PyUnicodeDecodeError_Create("utf-8", "abc", 3, 1, 2, "because");
    Py_ssize_t end;
    add_number("SetEnd", PyUnicodeDecodeError_SetEnd(decode, 3));
    add_number("GetEnd", PyUnicodeDecodeError_GetEnd(decode, &end) ? -1 : end);
    add("GetReason", PyUnicodeDecodeError_GetReason(decode));
    add("the error", PyObject_Str(decode));
    PyCodeObject* code = PyCode_NewEmpty("elsewhere.c", "function_in_c", 77);
    PyObject* globals = PyDict_New();
    PyFrameObject* frame = PyFrame_New(PyThreadState_Get(), code, globals, NULL);
    PyErr_SetString(PyExc_ValueError, "with a place");
    add_number("TraceBack_Here", PyTraceBack_Here(frame));
    PyErr_Fetch(&type, &value, &traceback);
    add("tb_lineno", PyObject_GetAttrString(traceback, "tb_lineno"));
    add("code", Py_BuildValue("NN", PyObject_GetAttrString((PyObject*)code, "co_name"),
                              PyObject_GetAttrString((PyObject*)code, "co_filename")));
    add("EvalCode of it", PyEval_EvalCode((PyObject*)code, globals, globals));
    add("StaticMethod", PyObject_CallFunction(PyStaticMethod_New((PyObject*)&PyLong_Type), "i", 5));
    PyObject* var = PyContextVar_New("breadth", NULL);
    PyObject* found;
    add_number("ContextVar Get", PyContextVar_Get(var, NULL, &found));
    add("nothing there", found);
    PyObject* token = PyContextVar_Set(var, Py_None);
    add_number("ContextVar Get again", PyContextVar_Get(var, NULL, &found));
    add("there", found);
    add_number("ContextVar Reset", PyContextVar_Reset(var, token));
    add("Marshal", PyMarshal_ReadObjectFromString("i\x07\0\0\0", 5));
    add("PyImport_ImportModuleLevel", PyImport_ImportModuleLevel("", NULL, NULL, NULL, 0));
    add("FSPath", PyOS_FSPath(Py_None));
}

static PyObject* cases(PyObject* self, PyObject* args) {
    PyObject *s, *big, *sequence;
    (void)self;
    if (!PyArg_ParseTuple(args, "UO!O!", &s, &PyLong_Type, &big, &PyTuple_Type, &sequence)) return NULL;
    list = PyList_New(0);
    text(s);
    numbers(big);
    containers(sequence);
    types();
    PyObject* result = list;
    list = NULL;
    return result;
}
static PyMethodDef methods[] = {{"cases", cases, METH_VARARGS, NULL}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "breadth", NULL, -1, methods};
PyMODINIT_FUNC PyInit_breadth(void) {
    return PyModule_Create(&module);
}
