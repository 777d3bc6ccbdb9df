// iter(sequence) by index, and iter(callable, sentinel).
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct SequenceIterator : Object {
    Index index;
    Object* seq;  // null once exhausted
};
struct CallableIterator : Object {
    Object* callable;  // null once exhausted
    Object* sentinel;
    uint32_t steps;  // runtime/long_loop.h
};
Result<Ref<Object>> sequence_iterator_new(Attached ts, Object& sequence);
Result<Ref<Object>> callable_iterator_new(Attached ts, Object& callable, Object& sentinel);

extern const TypeSpec sequence_iterator_spec;
extern const TypeSpec callable_iterator_spec;

}  // namespace baton
