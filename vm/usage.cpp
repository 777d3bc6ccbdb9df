// See usage.h. The first line is CPython's: programs look for it.
#include "vm/usage.h"

#include <fmt/format.h>

namespace baton {

std::string usage_text(const char* program) {
    return fmt::format("usage: {} [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", program) +
           R"(What to run:
  -c cmd    the text cmd; what follows are its arguments
  -m mod    the module mod as a script; what follows are its arguments
  file      a script, a compiled module, a folder or a zip archive with __main__
  -         standard input; this is also what runs without any of these
Options:
  -b        warn about str(bytes) and about comparing bytes with str or int; -bb: raise
  -B        write no compiled modules
  -d        tell what the parser does, where it was built for that
  -E        ignore the environment variables
  -h, -?, --help     this text; also --help-env, --help-xoptions and --help-all
  -i        go on with a prompt when the script is done
  -I        isolated: -E, -P and -s
  -O        without assert and __debug__; -OO: without docstrings too
  -P        put no folder in front of sys.path that others might write to
  -q        no words of welcome
  -R        other hash values in each run, whatever PYTHONHASHSEED says
  -s        without the user's own site folder
  -S        do not import site
  -u        standard output and error without buffers
  -v        tell of each module that is imported; twice: of each file that is tried
  -V, --version      the version; -VV: more of it
  -W arg    a filter of warnings: action:message:category:module:line
  -x        leave out the first line of the script
  -X opt    an option of this implementation; see --help-xoptions
  --check-hash-based-pycs always|default|never
            which compiled modules that go by a hash are compared with their source
)";
}

const char* const kUsageHint = "Try `baton -h' for more information.\n";

const char* const kEnvironmentText =
    R"(Environment variables:
BATON_GIL               how the lock is handed over: ticks, timed or fair
BATONHOME               prefix of the standard library (before PYTHONHOME)
PYTHONBREAKPOINT        what breakpoint() calls; 0: nothing
PYTHONCOERCECLOCALE     0: stay in the C locale instead of taking C.UTF-8; warn: say so
PYTHONDEBUG             as -d
PYTHONDEVMODE           as -X dev
PYTHONDONTWRITEBYTECODE as -B
PYTHONFAULTHANDLER      as -X faulthandler
PYTHONHASHSEED          random, or the number that hash values are made from
PYTHONHOME              prefix of the standard library
PYTHONINSPECT           as -i
PYTHONINTMAXSTRDIGITS   as -X int_max_str_digits
PYTHONIOENCODING        encoding[:errors] of the standard streams
PYTHONNODEBUGRANGES     as -X no_debug_ranges
PYTHONNOUSERSITE        as -s
PYTHONOPTIMIZE          as -O
PYTHONPATH              folders before the library's in sys.path, with colons between
PYTHONPLATLIBDIR        the part of the library's path that is usually lib
PYTHONPROFILEIMPORTTIME as -X importtime
PYTHONPYCACHEPREFIX     as -X pycache_prefix
PYTHONSAFEPATH          as -P
PYTHONSTARTUP           a script to run before the prompt comes
PYTHONTRACEMALLOC       as -X tracemalloc
PYTHONUNBUFFERED        as -u
PYTHONUTF8              1: UTF-8 whatever the locale says
PYTHONVERBOSE           as -v
PYTHONWARNDEFAULTENCODING  as -X warn_default_encoding
PYTHONWARNINGS          filters as for -W, with commas between
)";

const char* const kXOptionsText =
    R"(Options of this implementation:
-X dev                  checks that cost time: warnings, faulthandler
-X dis                  print the register code of the program instead of running it
-X faulthandler         print a traceback when the process gets a fatal signal
-X gil=ticks|timed|fair how the lock is handed over (default fair)
-X gilstats             print the lock's counters at exit
-X importtime           tell how long each import takes
-X int_max_str_digits=N limit of digits in conversions between int and str
-X no_debug_ranges      code objects know lines only, no columns
-X pycache_prefix=PATH  write compiled modules under PATH
-X ticks=N              instructions between hand-overs in mode ticks (default 100)
-X tracemalloc[=N]      trace memory from the start, with N frames
-X utf8[=0|1]           UTF-8 whatever the locale says
-X warn_default_encoding  warn where text files are opened by the locale's encoding
)";

}  // namespace baton
