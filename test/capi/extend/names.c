/* What an embedder sets one by one before the start, and what comes of it. The lines are the same under
 * CPython, but for the executable that nobody named: CPython takes a python3 of PATH for it, which would be
 * another runtime here. */
#include <Python.h>
#include <locale.h>

static void show(const char* what, const wchar_t* text) {
    printf("%s ", what);
    if (!text) printf("NULL");
    for (; text && *text; ++text) printf(*text < 128 ? "%c" : "\\u%04x", (unsigned)*text);
    printf("\n");
}
static void show_names(const char* when) {
    printf("%s:\n", when);
    show("  program", Py_GetProgramName());
    show("  home", Py_GetPythonHome());
}

int main(int argc, char** argv) {
    setvbuf(stdout, NULL, _IONBF, 0);
    const char* how = argc > 1 ? argv[1] : "";
    show_names("before");
    if (!strcmp(how, "name")) Py_SetProgramName(L"/opt/pr\u00f6g/name");
    if (!strcmp(how, "bare")) Py_SetProgramName(L"cat");
    if (!strcmp(how, "relative")) Py_SetProgramName(L"bin/pr\u00f6g");
    if (!strcmp(how, "missing")) Py_SetProgramName(L"no-such-program");
    if (!strcmp(how, "home")) {
        setlocale(LC_ALL, "");
        wchar_t* home = Py_DecodeLocale(argv[2], NULL);
        Py_SetPythonHome(home);
    }
    if (!strcmp(how, "path")) Py_SetPath(L"/usr/lib/python3.11:/usr/lib/python3.11/lib-dynload:/tmp/\u00e9");
    if (!strcmp(how, "stdio")) printf("%d\n", Py_SetStandardStreamEncoding("latin-1", "backslashreplace"));
    show_names("set");
    Py_InitializeEx(0);
    show_names("started");
    show("prefix", Py_GetPrefix());
    int named =
        !strcmp(how, "name") || !strcmp(how, "bare") || !strcmp(how, "relative") || !strcmp(how, "missing");
    if (named) {
        show("full path", Py_GetProgramFullPath());
        PyRun_SimpleString("import sys; print(ascii(sys.executable), ascii(sys._base_executable))");
    }
    if (!strcmp(how, "path")) show("path", Py_GetPath());
    PyRun_SimpleString(
        "import sys\n"
        "print(ascii(sys.prefix), ascii(sys.exec_prefix), ascii(sys.path[:3]), sys.argv, sys.orig_argv)\n"
        "print(sys.stdin.encoding, sys.stdout.encoding, sys.stdout.errors, sys.stderr.encoding, "
        "sys.stderr.errors)\n");
    printf("too late: %d\n", Py_SetStandardStreamEncoding("utf-8", NULL));
    Py_FinalizeEx();
    show_names("ended");
    return 0;
}
