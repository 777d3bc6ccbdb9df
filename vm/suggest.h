// "Did you mean": the name that a NameError or an AttributeError may have meant.
//
// Invariants. Only names that differ in a third of the characters or less are offered, the nearest first; a
// change of case counts half. What the object's own code raises while it is asked for its names is dropped.
//
// Callers. Attached threads, no exception pending: the display of exceptions.
#pragma once
#include "runtime/exceptions.h"

namespace baton {

// Null if there is nothing to offer.
OptRef<Str> suggested_name(Attached ts, BaseException& e);

}  // namespace baton
