// The locale that the process starts in, and what follows for text.
//
// Callers: start-up, before any other thread runs and before the first interpreter is made.
#pragma once
#include "vm/interp_data.h"

namespace baton {

// What an embedder decides about it (PyPreConfig); -1 leaves the decision to the environment.
struct LocaleChoice {
    int configure = 1;  // take over the user's LC_CTYPE at all
    int coerce = -1, warn = -1, utf8_mode = -1;
};
// Takes over the user's LC_CTYPE. From the C locale it goes to C.UTF-8 where there is one (PEP 538), unless
// PYTHONCOERCECLOCALE or the choice forbids; UTF-8 mode (PEP 540) is chosen where nothing else was said.
void start_locale(Config* config, const LocaleChoice& choice = {});
// What text streams do with what they cannot decode: "surrogateescape" in locales that say nothing about
// their encoding.
const char* locale_stream_errors(const Config& config);
// The locale's encoding, as the system calls it; "utf-8" in UTF-8 mode.
const char* locale_encoding(const Config& config);

}  // namespace baton
