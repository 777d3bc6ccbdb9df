// The exported functions: classic and explicit-state forms over the implementations in this folder, made from
// api.def.
#include "capi/impl.h"

namespace baton {
#include "capi/exports.inc"
}  // namespace baton
