// The configuration names that sysconf, confstr and pathconf know.
#pragma once
#include <span>

namespace baton {

struct PosixName {
    const char* name;
    int value;
};
std::span<const PosixName> posix_sysconf_names();
std::span<const PosixName> posix_confstr_names();
std::span<const PosixName> posix_pathconf_names();

}  // namespace baton
