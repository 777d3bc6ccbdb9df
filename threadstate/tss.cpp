#include "threadstate/tss.h"

#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {

bool tss_create(Tss& t) {
    sync::MutexLock lock(process().tss_mu);
    if (t.is_initialized) return true;
    sync::TlsKey k;
    if (!k.create()) return false;
    t.key = static_cast<unsigned>(k.number());
    t.is_initialized = 1;
    return true;
}

void tss_remove(Tss& t) {
    sync::MutexLock lock(process().tss_mu);
    if (!t.is_initialized) return;
    sync::TlsKey::from_number(static_cast<int>(t.key)).destroy();
    t.is_initialized = 0;
}

bool tss_is_created(const Tss& t) {
    sync::MutexLock lock(process().tss_mu);
    return t.is_initialized != 0;
}

bool tss_set(const Tss& t, void* value) {
    if (!t.is_initialized) misuse(Misuse::kTssNull, "PyThread_tss_set");
    return sync::TlsKey::from_number(static_cast<int>(t.key)).set(value);
}

void* tss_get(const Tss& t) {
    if (!t.is_initialized) misuse(Misuse::kTssNull, "PyThread_tss_get");
    return sync::TlsKey::from_number(static_cast<int>(t.key)).get();
}

int tls_create_key() {
    sync::TlsKey k;
    return k.create() ? k.number() : -1;
}

void tls_delete_key(int key) {
    sync::TlsKey::from_number(key).destroy();
}
bool tls_set_value(int key, void* value) {
    return sync::TlsKey::from_number(key).set(value);
}
void* tls_value(int key) {
    return sync::TlsKey::from_number(key).get();
}
void tls_delete_value(int key) {
    (void)sync::TlsKey::from_number(key).set(nullptr);
}

}  // namespace baton
