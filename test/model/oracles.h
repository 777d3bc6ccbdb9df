// What must hold in every schedule of an interpreter lock, watched from outside.
//
// The observer gets the lock's events (trace.h) as they happen, in place of the event ring; what the events
// do not tell, the scenarios say with entered() and left(). It checks: one holder at a time; a forced switch
// really switches; a drop request is seen at the holder's next poll; nobody sleeps while the lock is free for
// the taking, also if a timer would wake somebody up later; somebody watches the holder; in mode fair, no
// waiter is passed over for longer than the rules allow.
//
// Callers: scenarios. The state is made anew by watch_start() in each execution.
#pragma once

#include "test/model/engine.h"
#include "threadstate/gilstate.h"

namespace baton::model {

void watch_start();
// Events of this lock come here. `settings` are its settings, for the bounds.
void watch(Gil& gil);
// They were changed.
void watch_settings(Gil& gil, const GilSettings& settings);

// The calling thread got the lock / is about to give it away.
void entered(Gil& gil, Seat& seat);
void left(Gil& gil, Seat& seat);
// Is the holder asked to drop?
bool drop_requested(const Gil& gil);

// The lock's calls with the oracles around them.
void take(Gil& gil, Seat& seat, Take why = Take::kReturn);
void drop(Gil& gil, Seat& seat, Drop how = Drop::kBlock);
// What the eval loop does at a poll.
void poll_lock(Gil& gil, Seat& seat);
bool somebody_waits(const Gil& gil);
// The holder computes until somebody asks for the lock.
void wait_for_request(Gil& gil);

// The same for the calls on thread states.
GilStateResult ensure();
void release(GilStateResult state);
ThreadState* save();
void restore(ThreadState* t);
// poll() as the eval loop calls it; its result.
int poll_here();

}  // namespace baton::model
