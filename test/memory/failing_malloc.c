/* An allocator that fails on command, and the module that commands it.
 *
 * Preloaded, it stands before malloc, calloc and realloc; imported from the same file, it is the module
 * failing_malloc:
 *
 *   arm(n)     the n-th block from now on, of this thread, is refused; the ones after it are given
 *   disarm()   -> how many blocks were asked for since arm(), and whether one was refused
 *   live()     -> blocks given and not yet given back, of the whole process
 *
 * With PYTHONMALLOC=malloc every object is such a block. What C++ takes by operator new, and GMP for its
 * numbers, is given always: neither has a way to go on without it. */
#define _GNU_SOURCE
#include <Python.h>
#include <link.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void __libc_free(void*);

static __thread long armed, asked, refused;
static atomic_long live_blocks;

static const char *gmp_start, *gmp_end;

static int find_gmp(struct dl_phdr_info* info, size_t size, void* unused) {
    (void)size;
    (void)unused;
    if (!strstr(info->dlpi_name, "libgmp.so")) return 0;
    for (int i = 0; i < info->dlpi_phnum; ++i) {
        const ElfW(Phdr)* part = &info->dlpi_phdr[i];
        if (part->p_type != PT_LOAD || !(part->p_flags & PF_X)) continue;
        gmp_start = (const char*)info->dlpi_addr + part->p_vaddr;
        gmp_end = gmp_start + part->p_memsz;
    }
    return 1;
}

static int refuse(const char* caller) {
    if (!armed || (caller >= gmp_start && caller < gmp_end)) return 0;
    ++asked;
    if (asked != armed) return 0;
    ++refused;
    return 1;
}

void* malloc(size_t n) {
    if (refuse(__builtin_return_address(0))) return NULL;
    void* p = __libc_malloc(n);
    if (p) atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    return p;
}
void* calloc(size_t count, size_t n) {
    if (refuse(__builtin_return_address(0))) return NULL;
    void* p = __libc_calloc(count, n);
    if (p) atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    return p;
}
void* realloc(void* old, size_t n) {
    if (refuse(__builtin_return_address(0))) return NULL;
    void* p = __libc_realloc(old, n);
    if (p && !old) atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    return p;
}
void free(void* p) {
    if (p) atomic_fetch_sub_explicit(&live_blocks, 1, memory_order_relaxed);
    __libc_free(p);
}

/* operator new(size_t) and operator new[](size_t). */
void* _Znwm(size_t n) {
    void* p = __libc_malloc(n ? n : 1);
    if (!p) abort();
    atomic_fetch_add_explicit(&live_blocks, 1, memory_order_relaxed);
    return p;
}
void* _Znam(size_t n) {
    return _Znwm(n);
}

/* The state is that of the preloaded copy, whichever copy was imported. */
static PyObject* arm(PyObject* self, PyObject* args) {
    long n;
    (void)self;
    if (!PyArg_ParseTuple(args, "l", &n)) return NULL;
    asked = refused = 0;
    armed = n;
    Py_RETURN_NONE;
}
static PyObject* disarm(PyObject* self, PyObject* unused) {
    (void)self;
    (void)unused;
    armed = 0;
    return Py_BuildValue("ll", asked, refused);
}
static PyObject* live(PyObject* self, PyObject* unused) {
    (void)self;
    (void)unused;
    return PyLong_FromLong(atomic_load(&live_blocks));
}

static PyMethodDef methods[] = {
    {"arm", arm, METH_VARARGS, "Refuse the n-th block from now on."},
    {"disarm", disarm, METH_NOARGS, "Blocks asked for, and refused, since arm()."},
    {"live", live, METH_NOARGS, "Blocks that are in use."},
    {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "failing_malloc", NULL, -1, methods};

PyMODINIT_FUNC PyInit_failing_malloc(void) {
    dl_iterate_phdr(find_gmp, NULL);
    return PyModule_Create(&module);
}
