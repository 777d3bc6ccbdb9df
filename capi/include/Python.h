/* The C interface: everything an embedder or an extension includes. Layouts and names are those of the cp311 ABI on x86-64 Linux;
 * the text is ours. The explicit-state form of the same functions is in baton/ts.h. */
#ifndef Py_PYTHON_H
#define Py_PYTHON_H

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>
#include <wchar.h>

#include "patchlevel.h"
#include "pyport.h"
#include "object.h"
#include "baton/typeslots.h"
#include "objimpl.h"
#include "longobject.h"
#include "floatobject.h"
#include "unicodeobject.h"
#include "bytesobject.h"
#include "tupleobject.h"
#include "listobject.h"
#include "dictobject.h"
#include "setobject.h"
#include "methodobject.h"
#include "moduleobject.h"
#include "pyerrors.h"
#include "pystate.h"
#include "pygil.h"
#include "ceval.h"
#include "pythread.h"
#include "pylifecycle.h"
#include "abstract.h"
#include "import.h"
#include "modsupport.h"
#include "pycapsule.h"
#include "pythonrun.h"

#endif
