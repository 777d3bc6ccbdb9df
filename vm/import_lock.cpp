// The import lock. See import.h.
#include "threadstate/sync.h"
#include "vm/import.h"
#include "vm/interp_data.h"

namespace baton {

void import_lock_acquire(Attached ts) {
    VmInterp& vm = vm_interp(ts);
    unsigned long me = sync::current_ident();
    if (vm.import_lock_depth > 0 && vm.import_lock_owner == me) {
        ++vm.import_lock_depth;
        return;
    }
    vm.import_lock.lock(ts);
    vm.import_lock_owner = me;
    vm.import_lock_depth = 1;
}

bool import_lock_release(Attached ts) {
    VmInterp& vm = vm_interp(ts);
    if (vm.import_lock_depth == 0 || vm.import_lock_owner != sync::current_ident()) return false;
    if (--vm.import_lock_depth > 0) return true;
    vm.import_lock_owner = 0;
    vm.import_lock.unlock();
    return true;
}

void import_lock_after_fork(Attached ts) {
    VmInterp& vm = vm_interp(ts);
    const bool mine = vm.import_lock_depth > 1 && vm.import_lock_owner == sync::current_ident();
    vm.import_lock.reset_after_fork();
    vm.import_lock_depth = mine ? vm.import_lock_depth - 1 : 0;
    if (mine)
        (void)vm.import_lock.try_lock();
    else
        vm.import_lock_owner = 0;
}

}  // namespace baton
