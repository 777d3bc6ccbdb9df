// _random.Random: the Mersenne Twister MT19937 behind the random module.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec random_spec;

}  // namespace baton
