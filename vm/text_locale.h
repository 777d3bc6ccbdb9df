// The locale that the process starts in, and what follows for text.
//
// Callers: start-up, before any other thread runs and before the first interpreter is made.
#pragma once
#include "vm/interp_data.h"

namespace baton {

// Takes over the user's LC_CTYPE. From the C locale it goes to C.UTF-8 where there is one (PEP 538), unless
// PYTHONCOERCECLOCALE forbids; UTF-8 mode (PEP 540) is chosen where nothing else was said.
void start_locale(Config* config);
// What text streams do with what they cannot decode: "surrogateescape" in locales that say nothing about
// their encoding.
const char* locale_stream_errors(const Config& config);
// The locale's encoding, as the system calls it; "utf-8" in UTF-8 mode.
const char* locale_encoding(const Config& config);

}  // namespace baton
