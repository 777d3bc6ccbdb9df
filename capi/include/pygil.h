/* What the interpreter lock did. These names are Baton's own; a program that is to compile against CPython too asks first:
 *
 *     #if defined(__has_include) && __has_include("pygil.h")
 *
 * Counters are always kept. Events are kept from PyGIL_EnableTrace on, in a ring for the whole process that overwrites its oldest.
 */
#ifndef BATON_PYGIL_H
#define BATON_PYGIL_H

/* The lock of the calling thread's interpreter since its start, as sys._gilstats() has it, and how long takes waited that had to. */
typedef struct {
    uint64_t takes;         /* all of them */
    uint64_t waits;         /* those that slept */
    uint64_t switches;      /* the lock went to another thread than before */
    uint64_t forced;        /* given away at a poll */
    uint64_t requests;      /* a waiter asked the holder to let go */
    uint64_t lazy_releases; /* released for a short block without waking anybody */
    uint64_t lazy_hits;     /* and taken back by the same thread in time */
    int64_t wait_ns, wait_p50_ns, wait_p99_ns, max_wait_ns;
    int64_t hold_ns; /* of holds that somebody waited for */
} PyGIL_Stats;

/* One thing that happened to a lock. Compare PyGIL_EventName(event) with "wait", "grant", "take", "drop", "lazy_drop", "yield",
 * "drop_request" and so on. `subject` says whom it happened to: for "wait" the one that begins to wait, for "grant" the one that
 * gets the lock. It is an identity, to be compared only. native_thread_id is the thread that did it. */
typedef struct {
    uint64_t number; /* counts up from 0 over the whole process */
    int64_t time_ns; /* of the monotonic clock */
    uint64_t subject;
    uint32_t native_thread_id;
    uint16_t lock;
    uint16_t event;
} PyGIL_Event;
#endif
