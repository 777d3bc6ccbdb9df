// What the command says about its options and about the environment.
#pragma once
#include <string>

namespace baton {

std::string usage_text(const char* program);  // the first line and the options
extern const char* const kUsageHint;          // after the first line, when the options were wrong
extern const char* const kEnvironmentText;
extern const char* const kXOptionsText;

}  // namespace baton
