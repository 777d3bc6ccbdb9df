// The cache of compiled library modules that an installation brings along.
//
// What: the folder lib/baton/code beside the library, filled by tools/fill_code_cache.py. importlib finds it
// as sys.pycache_prefix and checks each file against its source; the two bootstrap files of importlib, which
// run before it, are looked up here. Invariants: the tag names the format, so that code of another build is
// never found. Nothing writes there but who installs. Callers: any thread (the first two); attached threads.
#pragma once
#include <string>

#include "runtime/result.h"
#include "vm/code.h"

namespace baton {

std::string code_cache_tag();   // sys.implementation.cache_tag
std::string find_code_cache();  // the folder; "" = there is none
// The code of the source file at `source`, an absolute path, if the cache has it for that file as it is now.
Result<OptRef<Code>> cached_bootstrap(Attached ts, const std::string& cache, const std::string& source);

}  // namespace baton
