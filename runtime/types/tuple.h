// tuple: operations for the rest of the runtime. Layout in object.h; items are never null once the tuple is
// visible. Callers: attached threads.
#pragma once
#include <initializer_list>

#include "runtime/box.h"
#include "runtime/type.h"

namespace baton {

Ref<Tuple> empty_tuple();  // immortal
// n null items, untracked by the collector until tuple_finish; fill every item before anybody sees it.
Result<Ref<Tuple>> tuple_alloc(Attached ts, Index n);
void tuple_track(Attached ts, Tuple& t);
Result<Ref<Tuple>> tuple_of(Attached ts, std::initializer_list<Object*> borrowed);
Result<Ref<Tuple>> tuple_from(Attached ts, Object* const* borrowed, Index n);
Result<Ref<Tuple>> tuple_from_values(Attached ts, const Value* borrowed, Index n);  // boxes
Result<Ref<Tuple>> tuple_slice(Attached ts, Tuple& t, Index from, Index to);
Result<Ref<Object>> tuple_concat(Attached ts, Object& a, Object& b);
Result<Hash> tuple_hash(Attached ts, Tuple& t);
extern const TypeSpec tuple_spec, tuple_iterator_spec;
inline Ref<Tuple> tuple_finish(Attached ts, Ref<Tuple> t) {
    tuple_track(ts, *t);
    return t;
}

}  // namespace baton
