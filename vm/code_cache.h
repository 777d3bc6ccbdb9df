// The cache of compiled library modules that an installation brings along.
//
// What: the folder lib/baton/code beside the library, filled by tools/fill_code_cache.py. It stands in for
// the folders __pycache__ of the standard library, which belongs to another interpreter and is never written
// to: io.open_code() finds files there that importlib looks for in those, and importlib checks each against
// its source. The two bootstrap files of importlib, which run before it, are looked up here. Invariants: the
// tag names the format, so that code of another build is never found. Nothing writes there but who installs.
// Callers: any thread (the first two); attached threads.
#pragma once
#include <string>

#include "runtime/result.h"
#include "vm/code.h"
#include "vm/interp_data.h"

namespace baton {

std::string code_cache_tag();   // sys.implementation.cache_tag
std::string find_code_cache();  // the folder; "" = there is none
// The file of the cache that stands for `path`, a compiled library module; "" = none does.
std::string cached_instead_of(const Config& config, std::string_view path);
// Keeps importlib (its module _frozen_importlib_external) from writing into the library's folders.
Result<void> install_code_cache(Attached ts, Module& external);
// The code of the source file at `source`, an absolute path, if the cache has it for that file as it is now.
Result<OptRef<Code>> cached_bootstrap(Attached ts, const std::string& cache, const std::string& source);

}  // namespace baton
