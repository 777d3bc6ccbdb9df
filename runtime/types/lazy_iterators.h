// enumerate, reversed, map, filter and zip: the layouts, for the VM, which steps some of them inline.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct Enumerate : Object {
    Index index;
    Object* iterator;
    Tuple* result;      // handed out again when nobody else holds it
    Object* big_index;  // counts from where `index` ends, or from a start that is not small; may be null
    Object* one;        // kept for the layout; null
};
struct Reversed : Object {
    Index index;  // of the next item; -1 when exhausted
    Object* seq;
};
struct Map : Object {
    Tuple* iterators;
    Object* function;
};
struct Filter : Object {
    Object* function;
    Object* iterator;
};
struct Zip : Object {
    Index count;
    Tuple* iterators;
    Tuple* result;  // handed out again when nobody else holds it
    int strict;
};

extern const TypeSpec enumerate_spec, reversed_spec, map_spec, filter_spec, zip_spec;

}  // namespace baton
