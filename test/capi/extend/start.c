/* A host that describes its runtime with PyConfig in the way its argument names, and prints what came of it.
 */
#include <Python.h>
#include <locale.h>

static const char* const kReport =
    "import sys\n"
    "print(sys.argv, sys.flags.isolated, sys.flags.no_site, sys.flags.optimize, sys.flags.quiet, "
    "sys.warnoptions, sorted(sys._xoptions.items()),"
    " sys.flags.ignore_environment, sys.flags.no_user_site)\n";

static const char* const kLocale =
    "import sys\n"
    "print(sys.flags.utf8_mode, sys.stdout.encoding, sys.stdout.errors, sys.stderr.errors)\n";

static void check(PyStatus status) {
    if (!PyStatus_Exception(status)) return;
    if (PyStatus_IsExit(status)) exit(status.exitcode);
    printf("failed: %s\n", status.err_msg ? status.err_msg : "");
    exit(3);
}

int main(int argc, char** argv) {
    const char* how = argc > 1 ? argv[1] : "";
    const int locale = strstr(how, "locale") != NULL;
    PyConfig config;
    if (strstr(how, "chosen") != NULL) {
        PyPreConfig first;
        PyPreConfig_InitIsolatedConfig(&first);
        first.utf8_mode = 1;
        check(Py_PreInitialize(&first));
        first.utf8_mode = 0;
        check(Py_PreInitialize(&first)); /* too late to count */
    }
    if (strncmp(how, "isolated", 8) == 0)
        PyConfig_InitIsolatedConfig(&config);
    else
        PyConfig_InitPythonConfig(&config);
    if (strcmp(how, "bad") == 0) {
        PyWideStringList list = {0, NULL};
        check(PyWideStringList_Append(&list, L"first"));
        check(PyWideStringList_Insert(&list, 0, L"second"));
        printf("%ls %ls %d\n", list.items[0], list.items[1], (int)list.length);
        check(PyWideStringList_Insert(&list, -1, L"never"));
        return 0;
    }
    check(PyConfig_SetString(&config, &config.program_name, L"a program"));
    if (strcmp(how, "python") == 0) {
        wchar_t* words[] = {L"one", L"-O", L"two"};
        config.parse_argv = 0;
        config.optimization_level = 1;
        config.quiet = 1;
        config.site_import = 0;
        check(PyConfig_SetArgv(&config, 3, words));
        check(PyWideStringList_Append(&config.warnoptions, L"ignore::ImportWarning"));
        check(PyWideStringList_Append(&config.xoptions, L"key=value"));
    } else if (strcmp(how, "argv") == 0) {
        char* words[] = {"name", "-I", "-q", "-X", "mine", "-c", "pass", "rest"};
        check(PyConfig_SetBytesArgv(&config, 8, words));
        check(PyConfig_Read(&config));
        printf("%ls %d %d %d %ls\n", config.run_command, config.isolated, config.quiet,
               (int)config.argv.length, config.argv.items[0]);
    } else if (strcmp(how, "main") == 0) {
        char* words[] = {"name", "-S", "-c", "import sys; print(sys.argv); sys.exit(7)", "rest"};
        check(PyConfig_SetBytesArgv(&config, 5, words));
    }
    check(Py_InitializeFromConfig(&config));
    PyConfig_Clear(&config);
    if (strcmp(how, "main") == 0) return Py_RunMain();
    PyRun_SimpleString(locale ? kLocale : kReport);
    if (locale) printf("%s\n", setlocale(LC_CTYPE, NULL));
    wchar_t* prefix = Py_GetPrefix();
    printf("%ls %d %d\n", Py_GetProgramName(), prefix != NULL && *prefix != 0, Py_GetPath() != NULL);
    return Py_FinalizeEx();
}
