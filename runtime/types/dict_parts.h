// What a type built on dict needs of its inside: the stored key, removal by hash, views and iterators.
//
// Invariants: those of dict.h. A look-up may run Python (__eq__) and the dict may have changed after it.
// Callers: attached threads; dict's own files, OrderedDict.
#pragma once
#include "runtime/types/dict.h"

namespace baton {

struct DictView : Object {
    Dict* dict;
};

Result<Ref<Object>> dict_view(Attached ts, Type& view_type, Dict& d);
Result<Ref<Object>> dict_iterator(Attached ts, Type& iterator_type, Dict& d);

// The key as it is stored, borrowed; null inside: absent.
Result<Found> dict_stored_key(Attached ts, Dict& d, Object& key, Hash h);
// Takes an item out; absent: both are null. Nothing runs between the removal and the return.
struct TakenItem {
    OptRef<Object> key, value;
};
Result<TakenItem> dict_take_item(Attached ts, Dict& d, Object& key, Hash h);

}  // namespace baton
