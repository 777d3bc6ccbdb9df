// What GenericAlias and UnionType share: how an argument is shown, and the substitution of type variables.
// Callers: attached threads.
#pragma once
#include "runtime/types/generic_alias.h"
#include "runtime/types/str_builder.h"

namespace baton {

// "int", "collections.deque", "list[int]", "...": a type by its qualified name, anything else by its repr.
Result<void> append_type_argument(Attached ts, StrBuilder& b, Object& o);
// The type variables in args, each once, in order of appearance.
Result<Ref<Tuple>> type_parameters(Attached ts, Tuple& args);
// args with `item` (one argument or a tuple of them) put in place of the parameters; `self` is for messages.
Result<Ref<Tuple>> substitute_parameters(Attached ts, Object& self, Tuple& args, Tuple& parameters,
                                         Object& item);

}  // namespace baton
