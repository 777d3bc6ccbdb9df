// The types of None, NotImplemented and Ellipsis; the objects are in object.h.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec none_spec;
extern const TypeSpec not_implemented_spec;
extern const TypeSpec ellipsis_spec;

}  // namespace baton
