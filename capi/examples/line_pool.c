/* A host with a pool of native threads that call back into a script.
 *
 *     line_pool FOLDER [-t THREADS] [-n FILES] [-b LINES]
 *
 * FOLDER holds line_pool.py and the built pipe_reader module. Each thread of the pool reads files with the
 * lock released and calls the script's handler for every block of lines: Ensure, Call, Release. Meanwhile one
 * thread of the script computes, and another waits on a pipe inside an extension module. What came out is
 * checked against a single-threaded pass; then comes a table of who waited for the lock, how often and how
 * long. Exit status 1 when anything differs.
 *
 * The program is plain C over the public interface, so it also compiles against CPython 3.11, without the
 * table. */
#include <Python.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <time.h>
#if defined(__has_include) && __has_include("pygil.h")
#define HAVE_PYGIL 1
#include "handoffs.h"
#endif

enum { kMaxThreads = 64, kReadSize = 1 << 16 };

static struct {
    char** paths;
    long files;
    int block_lines;
    PyObject* handler;
    int pipe_write;
    atomic_long next_file;
    atomic_ulong digest, calls;
    atomic_int failed;
} pool;

typedef struct {
    pthread_t thread;
    unsigned long native_id;
    char name[32];
} Worker;

static double now_seconds(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Ensure, call, release: the thread has no thread state of its own between two calls. Returns 0, or -1 when
 * the script raised. */
static int call_handler(const char* block, size_t size) {
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject* bytes = PyBytes_FromStringAndSize(block, (Py_ssize_t)size);
    PyObject* answer = bytes ? PyObject_CallOneArg(pool.handler, bytes) : NULL;
    unsigned long digest = answer ? PyLong_AsUnsignedLong(answer) : 0;
    int failed = PyErr_Occurred() != NULL;
    if (failed) PyErr_Print();
    Py_XDECREF(answer);
    Py_XDECREF(bytes);
    PyGILState_Release(state);
    if (failed) return -1;
    atomic_fetch_add(&pool.digest, digest);
    atomic_fetch_add(&pool.calls, 1);
    return 0;
}

/* The end of the first `lines` lines of a buffer, or NULL if it holds fewer. */
static const char* block_end(const char* at, const char* end, int lines) {
    while (lines-- > 0) {
        at = memchr(at, '\n', (size_t)(end - at));
        if (!at) return NULL;
        ++at;
    }
    return at;
}

/* Reads one file and hands over its blocks. Returns its size, or -1 with a message printed. */
static long long handle_file(const char* path, char** buffer, size_t* capacity) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        fprintf(stderr, "line_pool: %s: %s\n", path, strerror(errno));
        return -1;
    }
    long long size = 0;
    size_t have = 0;
    int at_end = 0;
    while (!at_end) {
        if (have + kReadSize > *capacity) {
            char* larger = realloc(*buffer, have + 2 * kReadSize);
            if (!larger) break;
            *buffer = larger;
            *capacity = have + 2 * kReadSize;
        }
        ssize_t n = read(fd, *buffer + have, kReadSize);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) break;
        at_end = n == 0;
        size += n;
        have += (size_t)n;

        const char *at = *buffer, *end = *buffer + have, *next;
        while ((next = block_end(at, end, pool.block_lines)) != NULL ||
               (at_end && at < end && (next = end))) {
            if (call_handler(at, (size_t)(next - at)) < 0) goto failed;
            at = next;
        }
        have = (size_t)(end - at);
        memmove(*buffer, at, have);
    }
    close(fd);
    if (at_end) return size;
    fprintf(stderr, "line_pool: %s: %s\n", path, strerror(errno));
    return -1;
failed:
    close(fd);
    return -1;
}

/* Records are shorter than PIPE_BUF, so each arrives in one piece. */
static int report(long file, long long size) {
    uint64_t record[2] = {(uint64_t)file, (uint64_t)size};
    ssize_t n;
    do {
        n = write(pool.pipe_write, record, sizeof record);
    } while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof record ? 0 : -1;
}

static void* work(void* argument) {
    Worker* me = argument;
    me->native_id = (unsigned long)syscall(SYS_gettid);
    char* buffer = NULL;
    size_t capacity = 0;
    while (!atomic_load(&pool.failed)) {
        long file = atomic_fetch_add(&pool.next_file, 1);
        if (file >= pool.files) break;
        long long size = handle_file(pool.paths[file], &buffer, &capacity);
        if (size < 0 || report(file, size) < 0) atomic_store(&pool.failed, 1);
    }
    free(buffer);
    return NULL;
}

/* Copies the script's list of paths, which the pool reads without the lock. */
static int take_paths(PyObject* list) {
    pool.files = PyList_Size(list);
    if (pool.files <= 0) return -1;
    pool.paths = calloc((size_t)pool.files, sizeof *pool.paths);
    for (long i = 0; pool.paths && i < pool.files; ++i) {
        const char* path = PyUnicode_AsUTF8(PyList_GetItem(list, i));
        if (!path || !(pool.paths[i] = strdup(path))) return -1;
    }
    return pool.paths ? 0 : -1;
}

#if HAVE_PYGIL
static void print_handoffs(PyObject* script, const Worker* workers, int threads) {
    Handoffs* table = handoffs_new();
    if (!table) return;
    for (int i = 0; i < threads; ++i) handoffs_name(table, workers[i].native_id, workers[i].name);
    handoffs_name(table, (unsigned long)syscall(SYS_gettid), "host: main");
    PyObject* names = PyObject_CallMethod(script, "thread_names", NULL);
    for (Py_ssize_t i = 0; names && i < PyList_Size(names); ++i) {
        unsigned long native_id;
        const char* name;
        if (PyArg_ParseTuple(PyList_GetItem(names, i), "ks", &native_id, &name))
            handoffs_name(table, native_id, name);
    }
    if (PyErr_Occurred()) PyErr_Print();
    handoffs_print(table);
    handoffs_free(table);
    Py_XDECREF(names);
}
#endif

static int run(const char* folder, int threads, long limit) {
    int status = 1, pipe_ends[2] = {-1, -1}, started = 0;
    Worker workers[kMaxThreads];
    PyObject *script = NULL, *paths = NULL, *answer = NULL, *path = PySys_GetObject("path");
    PyObject* entry = PyUnicode_DecodeFSDefault(folder);
    if (!path || !entry || PyList_Insert(path, 0, entry) < 0) goto done;
    if (!(script = PyImport_ImportModule("line_pool"))) goto done;
    if (!(pool.handler = PyObject_GetAttrString(script, "on_block"))) goto done;
    if (!(paths = PyObject_CallMethod(script, "library_files", "l", limit)) || take_paths(paths) < 0)
        goto done;
    if (pipe(pipe_ends) < 0) {
        PyErr_SetFromErrno(PyExc_OSError);
        goto done;
    }
    pool.pipe_write = pipe_ends[1];
#if HAVE_PYGIL
    if (PyGIL_EnableTrace(kHandoffEvents) < 0)
        fprintf(stderr, "line_pool: no memory for the hand-off table\n");
#endif
    if (!(answer = PyObject_CallMethod(script, "start", "i", pipe_ends[0]))) goto done;
    Py_CLEAR(answer);

    double began = now_seconds();
    Py_BEGIN_ALLOW_THREADS
    for (; started < threads; ++started) {
        snprintf(workers[started].name, sizeof workers[started].name, "pool %d", started + 1);
        if (pthread_create(&workers[started].thread, NULL, work, &workers[started]) != 0) break;
    }
    for (int i = 0; i < started; ++i) pthread_join(workers[i].thread, NULL);
    close(pipe_ends[1]);
    Py_END_ALLOW_THREADS
    double seconds = now_seconds() - began;

    if (!(answer = PyObject_CallMethod(script, "stop", NULL))) goto done;
    long rounds = PyLong_AsLong(answer);
    Py_CLEAR(answer);
    if (started < threads || atomic_load(&pool.failed)) goto done;
    unsigned long calls = atomic_load(&pool.calls);
    printf("%d native threads made %lu calls of the script's handler in %.2f s: %.0f calls per second\n",
           threads, calls, seconds, (double)calls / seconds);
    printf("meanwhile the script computed %ld rounds\n", rounds);

    double alone = now_seconds();
    answer = PyObject_CallMethod(script, "check", "OiK", paths, pool.block_lines,
                                 (unsigned long long)atomic_load(&pool.digest));
    if (!answer) goto done;
    alone = now_seconds() - alone;
    long files, bytes, blocks, lines, words, definitions;
    if (!PyArg_ParseTuple(answer, "llllll", &files, &bytes, &blocks, &lines, &words, &definitions)) goto done;
    printf(
        "checked against a single-threaded pass of %.2f s: %ld files, %ld bytes, %ld blocks, %ld lines, %ld "
        "words, %ld "
        "definitions; all equal\n",
        alone, files, bytes, blocks, lines, words, definitions);
    if ((unsigned long)blocks != calls) {
        fprintf(stderr, "line_pool: %ld blocks, but %lu calls\n", blocks, calls);
        goto done;
    }
#if HAVE_PYGIL
    print_handoffs(script, workers, threads);
#endif
    status = 0;
done:
    if (PyErr_Occurred()) PyErr_Print();
    if (pipe_ends[0] >= 0) close(pipe_ends[0]);
    Py_XDECREF(answer);
    Py_XDECREF(paths);
    Py_CLEAR(pool.handler);
    Py_XDECREF(script);
    Py_XDECREF(entry);
    for (long i = 0; pool.paths && i < pool.files; ++i) free(pool.paths[i]);
    free(pool.paths);
    return status;
}

int main(int argc, char** argv) {
    int option, threads = 4;
    long limit = 0;
    pool.block_lines = 16;
    while ((option = getopt(argc, argv, "t:n:b:")) != -1) {
        if (option == 't')
            threads = atoi(optarg);
        else if (option == 'n')
            limit = atol(optarg);
        else if (option == 'b')
            pool.block_lines = atoi(optarg);
        else
            threads = 0;
    }
    if (optind + 1 != argc || threads < 1 || threads > kMaxThreads || limit < 0 || pool.block_lines < 1) {
        fprintf(stderr, "usage: line_pool FOLDER [-t THREADS] [-n FILES] [-b LINES]\n");
        return 2;
    }
    Py_Initialize();
    int status = run(argv[optind], threads, limit);
    if (Py_FinalizeEx() < 0) status = 1;
    return status;
}
