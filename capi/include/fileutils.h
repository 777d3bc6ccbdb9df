/* Private functions around files that compiled programs call. Declared in baton/api.h. */
#ifndef Py_FILEUTILS_H
#define Py_FILEUTILS_H
#include <sys/stat.h>
#define _Py_stat_struct stat
#endif
