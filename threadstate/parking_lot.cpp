#include "threadstate/parking_lot.h"

namespace baton {

void ParkingLot::unlink(Bucket& b, Waiter& w) {
    Waiter* before = nullptr;
    for (Waiter** link = &b.head; *link != nullptr; before = *link, link = &(*link)->next) {
        if (*link != &w) continue;
        *link = w.next;
        if (b.tail == &w) b.tail = before;
        w.unlinked = true;
        return;
    }
}

sync::Wake ParkingLot::park(sync::Atomic<uint8_t>& byte, uint8_t expected, sync::Deadline deadline,
                            bool interruptible) {
    Bucket& b = bucket_of(&byte);
    Waiter w{.address = &byte};
    if (BATON_MUTANT(kLooksBeforeQueueing) && byte.load() != expected) return sync::Wake::kUnparked;
    {
        sync::MutexLock lock(b.mu);
        if (!BATON_MUTANT(kLooksBeforeQueueing) && byte.load() != expected) return sync::Wake::kUnparked;
        if (b.tail != nullptr) {
            b.tail->next = &w;
        } else {
            b.head = &w;
        }
        b.tail = &w;
    }
    sync::Wake wake;
    if (interruptible) {
        wake = w.parker.park_interruptibly_until(deadline);
    } else {
        wake = w.parker.park_until(deadline) ? sync::Wake::kUnparked : sync::Wake::kTimedOut;
    }
    if (wake == sync::Wake::kUnparked) return wake;
    sync::MutexLock lock(b.mu);
    if (w.unlinked && !BATON_MUTANT(kTimeoutEatsWakeup))
        return sync::Wake::kUnparked;  // the wake-up and our end crossed; it must not be lost
    unlink(b, w);
    return wake;
}

bool ParkingLot::unpark_one(sync::Atomic<uint8_t>& byte, uint8_t if_more, uint8_t if_last) {
    Bucket& b = bucket_of(&byte);
    sync::Parker::Ticket ticket;
    bool found = false;
    {
        sync::MutexLock lock(b.mu);
        Waiter* w = b.head;
        while (w != nullptr && w->address != &byte) w = w->next;
        if (w != nullptr) {
            Waiter* more = w->next;
            while (more != nullptr && more->address != &byte) more = more->next;
            unlink(b, *w);
            byte.store(more != nullptr && !BATON_MUTANT(kForgetsOthers) ? if_more : if_last);
            ticket = w->parker.deposit();
            found = true;
        } else {
            byte.store(if_last);
        }
    }
    sync::Parker::wake(ticket);
    return found;
}

void ParkingLot::reset_after_fork() {
    for (Bucket& b : buckets_) {
        if (!BATON_MUTANT(kForkKeepsMutex)) b.mu.reset_after_fork();
        b.head = b.tail = nullptr;
    }
}

}  // namespace baton
