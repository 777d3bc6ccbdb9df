// The struct sequences of sys.
#pragma once
#include "runtime/types/structseq.h"

namespace baton {

extern const TypeSpec sys_flags_spec, sys_version_info_spec, sys_float_info_spec, sys_int_info_spec,
    sys_hash_info_spec, sys_thread_info_spec, sys_unraisable_spec, sys_asyncgen_hooks_spec;
extern const StructInfo sys_flags_info, sys_version_info_info, sys_float_info_info, sys_int_info_info,
    sys_hash_info_info, sys_thread_info_info, sys_unraisable_info, sys_asyncgen_hooks_info;

}  // namespace baton
