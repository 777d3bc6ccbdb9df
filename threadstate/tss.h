// Thread-specific storage: PyThread_tss_* (PEP 539) and the older keys that are plain ints.
//
// Invariants. A Tss is zero before create() and after remove(); create() is idempotent and safe against
// itself from several threads. Values are not freed by us when a thread or a key ends.
//
// Callers: any thread, any state. get and set need a created key.
#pragma once

#include "threadstate/sync.h"

namespace baton {

// The layout of cp311's Py_tss_t: two ints.
struct Tss {
    int is_initialized = 0;
    unsigned int key = 0;
};
static_assert(sizeof(Tss) == 8);

bool tss_create(Tss& t);  // false: the system has no key left
void tss_remove(Tss& t);
bool tss_is_created(const Tss& t);
bool tss_set(const Tss& t, void* value);
void* tss_get(const Tss& t);

int tls_create_key();  // -1: none left
void tls_delete_key(int key);
bool tls_set_value(int key, void* value);
void* tls_value(int key);
void tls_delete_value(int key);

}  // namespace baton
