#include <Python.h>

#include "handoffs.h"
#include "pygil.h"

enum { kMaxRows = 128 };

typedef struct {
    unsigned long native_id;
    char name[32];
    int64_t* waits; /* nanoseconds; sorted before printing */
    size_t count, capacity;
    int64_t total;
} Row;

struct Handoffs {
    Row rows[kMaxRows];
    int count;
};

Handoffs* handoffs_new(void) {
    return calloc(1, sizeof(Handoffs));
}

void handoffs_free(Handoffs* table) {
    for (int i = 0; table && i < table->count; ++i) free(table->rows[i].waits);
    free(table);
}

static Row* row_of(Handoffs* table, unsigned long native_id) {
    for (int i = 0; i < table->count; ++i) {
        if (table->rows[i].native_id == native_id) return &table->rows[i];
    }
    if (table->count == kMaxRows) return NULL;
    Row* row = &table->rows[table->count++];
    row->native_id = native_id;
    snprintf(row->name, sizeof row->name, "thread %lu", native_id);
    return row;
}

void handoffs_name(Handoffs* table, unsigned long native_id, const char* name) {
    Row* row = row_of(table, native_id);
    if (row) snprintf(row->name, sizeof row->name, "%s", name);
}

static void add_wait(Row* row, int64_t ns) {
    if (row->count == row->capacity) {
        size_t capacity = row->capacity ? 2 * row->capacity : 256;
        int64_t* larger = realloc(row->waits, capacity * sizeof *larger);
        if (!larger) return;
        row->waits = larger;
        row->capacity = capacity;
    }
    row->waits[row->count++] = ns;
    row->total += ns;
}

/* Waits that have begun and not ended, in no order: as many as there are threads waiting at one moment. */
typedef struct {
    uint64_t subject;
    int64_t since;
    unsigned long native_id;
} Open;

static void collect(Handoffs* table, const PyGIL_Event* events, size_t n) {
    Open open[kMaxRows];
    size_t opened = 0;
    for (size_t i = 0; i < n; ++i) {
        const char* name = PyGIL_EventName(events[i].event);
        if (strcmp(name, "wait") == 0 && opened < kMaxRows) {
            open[opened++] = (Open){events[i].subject, events[i].time_ns, events[i].native_thread_id};
        } else if (strcmp(name, "grant") == 0) {
            for (size_t k = 0; k < opened; ++k) {
                if (open[k].subject != events[i].subject) continue;
                Row* row = row_of(table, open[k].native_id);
                if (row) add_wait(row, events[i].time_ns - open[k].since);
                open[k] = open[--opened];
                break;
            }
        }
    }
}

static int by_length(const void* a, const void* b) {
    int64_t x = *(const int64_t*)a, y = *(const int64_t*)b;
    return (x > y) - (x < y);
}

static double at_fraction(const Row* row, double fraction) {
    if (row->count == 0) return 0;
    size_t i = (size_t)(fraction * (double)row->count);
    return (double)row->waits[i < row->count ? i : row->count - 1] / 1e3;
}

void handoffs_print(Handoffs* table) {
    PyGIL_Event* events = malloc(kHandoffEvents * sizeof *events);
    if (!events) return;
    const uint64_t recorded = PyGIL_RecordedEvents();
    size_t n = PyGIL_ReadTrace(events, kHandoffEvents);
    collect(table, events, n);
    free(events);

    printf("\n%-20s %9s %11s %10s %10s %10s\n", "who waited", "waits", "in all ms", "p50 us", "p99 us",
           "max us");
    for (int i = 0; i < table->count; ++i) {
        Row* row = &table->rows[i];
        if (row->count) qsort(row->waits, row->count, sizeof *row->waits, by_length);
        printf("%-20s %9zu %11.1f %10.1f %10.1f %10.1f\n", row->name, row->count, (double)row->total / 1e6,
               at_fraction(row, 0.50), at_fraction(row, 0.99), at_fraction(row, 1.0));
    }
    if (recorded > n) printf("(the last %zu of %llu events)\n", n, (unsigned long long)recorded);

    PyGIL_Stats s;
    PyGIL_GetStats(&s);
    printf(
        "the lock: %llu takes, %llu of them waited; %llu hand-overs to another thread, %llu forced at a "
        "poll; %llu lazy releases, %llu "
        "of them taken back in time\n",
        (unsigned long long)s.takes, (unsigned long long)s.waits, (unsigned long long)s.switches,
        (unsigned long long)s.forced, (unsigned long long)s.lazy_releases, (unsigned long long)s.lazy_hits);
}
