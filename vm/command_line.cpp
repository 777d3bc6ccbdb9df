// See command_line.h.
#include "vm/command_line.h"

#include <climits>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>

#include "threadstate/process_state.h"
#include "vm/code_cache.h"

namespace baton {
namespace {

const char* environment(const Config& c, const char* name) {
    if (c.ignore_environment) return nullptr;
    const char* v = std::getenv(name);
    return v && *v ? v : nullptr;
}

// A flag variable: a number raises the flag to it, other text to 1.
void flag_from(const Config& c, const char* name, int* flag) {
    const char* v = environment(c, name);
    if (!v) return;
    int n = std::atoi(v);
    if (n < 1) n = 1;
    if (*flag < n) *flag = n;
}

std::vector<std::string> split(const char* text, char by) {
    std::vector<std::string> parts;
    std::string_view rest(text);
    for (;;) {
        size_t at = rest.find(by);
        parts.emplace_back(rest.substr(0, at));
        if (at == rest.npos) return parts;
        rest.remove_prefix(at + 1);
    }
}

bool is_file(const std::string& path) {
    return ::access(path.c_str(), R_OK) == 0;
}

// "gil=fair", "ticks=100"... false: not one of ours, *bad when it is but wrong.
bool gil_option(std::string_view option, CommandLine* out, bool* bad) {
    if (option.substr(0, 4) == "gil=") {
        std::string mode(option.substr(4));
        *bad = !parse_gil_settings(mode.c_str(), &out->gil);
        return true;
    }
    if (option.substr(0, 6) == "ticks=") {
        std::string n(option.substr(6));
        char* end;
        long value = std::strtol(n.c_str(), &end, 10);
        *bad = *end || n.empty() || value > INT_MAX || value < INT_MIN;
        out->gil.check_interval = value;
        return true;
    }
    return false;
}

std::string program_path(const char* argv0) {
    char buffer[PATH_MAX];
    ssize_t n = ::readlink("/proc/self/exe", buffer, sizeof buffer);
    if (n > 0) return {buffer, static_cast<size_t>(n)};
    return argv0 ? argv0 : "";
}

}  // namespace

const char* const kUsageText =
    "usage: baton [option] ... [-c cmd | -m mod | file | -] [arg] ...\n"
    "  -c cmd   program passed in as string (terminates option list)\n"
    "  -m mod   run library module as a script (terminates option list)\n"
    "  file     program read from script file\n"
    "  -        program read from standard input\n"
    "  -b -B -d -E -h -i -I -O -OO -P -q -s -S -u -v -V -W arg -x   as python3.11\n"
    "  -X gil=ticks|timed|fair  how the lock is handed over (default fair; also BATON_GIL)\n"
    "  -X ticks=N   instructions between hand-overs in mode ticks (default 100)\n"
    "  -X gilstats  print the lock's counters at exit\n"
    "  -X dis       print the register code of the program instead of running it\n";

void read_environment(Config* c, GilSettings* gil) {
    flag_from(*c, "PYTHONOPTIMIZE", &c->optimize);
    flag_from(*c, "PYTHONVERBOSE", &c->verbose);
    flag_from(*c, "PYTHONINSPECT", &c->inspect);
    flag_from(*c, "PYTHONUNBUFFERED", &c->unbuffered);
    flag_from(*c, "PYTHONDEBUG", &c->debug);
    flag_from(*c, "PYTHONNOUSERSITE", &c->no_user_site);
    flag_from(*c, "PYTHONSAFEPATH", &c->safe_path);
    flag_from(*c, "PYTHONDEVMODE", &c->dev_mode);
    if (environment(*c, "PYTHONNODEBUGRANGES")) c->code_debug_ranges = false;
    if (const char* v = environment(*c, "PYTHONHASHSEED")) c->hash_randomization = std::strcmp(v, "0") != 0;
    if (const char* v = environment(*c, "PYTHONINTMAXSTRDIGITS")) c->int_max_str_digits = std::atoi(v);
    if (const char* v = environment(*c, "PYTHONPATH")) c->python_path = split(v, ':');
    if (const char* v = environment(*c, "PYTHONWARNINGS")) {
        auto given = split(v, ',');
        c->warn_options.insert(c->warn_options.begin(), given.begin(), given.end());
    }
    if (const char* v = environment(*c, "BATON_GIL")) {
        GilSettings s = *gil;
        if (parse_gil_settings(v, &s)) *gil = s;
    }
    if (c->home.empty()) {
        if (const char* v = environment(*c, "BATONHOME"))
            c->home = v;
        else if (const char* p = environment(*c, "PYTHONHOME"))
            c->home = split(p, ':')[0];
    }
}

bool read_command_line(int argc, char** argv, CommandLine* out, std::string* error) {
    Config& c = out->config;
    c.program = argc > 0 && argv[0] ? argv[0] : "baton";
    c.executable = program_path(argc > 0 ? argv[0] : nullptr);
    for (int i = 0; i < argc; ++i) c.orig_argv.push_back(argv[i]);
    int i = 1;
    bool done = false;
    // -E and -I decide whether the environment is looked at, so they are found first.
    for (; i < argc && !done && argv[i][0] == '-' && argv[i][1]; ++i) {
        std::string_view arg(argv[i]);
        if (arg == "--") {
            ++i;
            break;
        }
        if (arg == "--help") {
            out->help = true;
            return true;
        }
        if (arg == "--version") {
            out->version = true;
            return true;
        }
        if (arg.substr(0, 2) == "--") {
            *error = fmt::format("unknown option {}\n{}", arg, kUsageText);
            return false;
        }
        for (size_t k = 1; k < arg.size() && !done; ++k) {
            char o = arg[k];
            auto value = [&](std::string* text) {
                if (k + 1 < arg.size())
                    *text = arg.substr(k + 1);
                else if (i + 1 < argc)
                    *text = argv[++i];
                else {
                    *error = fmt::format("Argument expected for the -{} option\n{}", o, kUsageText);
                    return false;
                }
                k = arg.size();
                return true;
            };
            std::string text;
            switch (o) {
                case 'b':
                    ++c.bytes_warning;
                    break;
                case 'B':
                    c.dont_write_bytecode = 1;
                    break;
                case 'd':
                    ++c.debug;
                    break;
                case 'E':
                    c.ignore_environment = 1;
                    break;
                case 'h':
                case '?':
                    out->help = true;
                    return true;
                case 'i':
                    ++c.inspect;
                    break;
                case 'I':
                    c.isolated = 1;
                    break;
                case 'O':
                    ++c.optimize;
                    break;
                case 'P':
                    c.safe_path = 1;
                    break;
                case 'q':
                    ++c.quiet;
                    break;
                case 'R':
                    break;
                case 's':
                    c.no_user_site = 1;
                    break;
                case 'S':
                    c.no_site = 1;
                    break;
                case 'u':
                    c.unbuffered = 1;
                    break;
                case 'v':
                    ++c.verbose;
                    break;
                case 'V':
                    out->version = true;
                    return true;
                case 'x':
                    c.skip_source_first_line = true;
                    break;
                case 't':
                    break;
                case 'W':
                    if (!value(&text)) return false;
                    c.warn_options.push_back(text);
                    break;
                case 'X': {
                    if (!value(&text)) return false;
                    bool bad = false;
                    if (text == "gilstats")
                        out->gil_stats = true;
                    else if (text == "dis")
                        out->dis = true;
                    else if (text == "dev")
                        c.dev_mode = 1;
                    else if (text == "utf8")
                        c.utf8_mode = 1;
                    else if (text == "no_debug_ranges")
                        c.code_debug_ranges = false;
                    else if (gil_option(text, out, &bad) && bad) {
                        *error = fmt::format(
                            "-X {}: gil is ticks, timed or fair, ticks is a number of instructions\n", text);
                        return false;
                    }
                    if (text.rfind("int_max_str_digits=", 0) == 0)
                        c.int_max_str_digits = std::atoi(text.c_str() + 19);
                    c.x_options.push_back(text);
                    break;
                }
                case 'c':
                    if (!value(&out->what)) return false;
                    out->what += '\n';
                    out->run = CommandLine::Run::command;
                    done = true;
                    break;
                case 'm':
                    if (!value(&out->what)) return false;
                    out->run = CommandLine::Run::module;
                    done = true;
                    break;
                default:
                    *error = fmt::format("Unknown option: -{}\n{}", o, kUsageText);
                    return false;
            }
        }
    }
    if (c.isolated) c.ignore_environment = c.no_user_site = c.safe_path = 1;
    GilSettings given = out->gil;
    read_environment(&c, &out->gil);
    for (const std::string& x : c.x_options) {
        if (x.rfind("gil=", 0) == 0 || x.rfind("ticks=", 0) == 0) out->gil = given;  // the command line wins
    }
    if (c.dev_mode) c.warn_options.insert(c.warn_options.begin(), "default");
    if (c.bytes_warning) {
        c.warn_options.push_back(c.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning");
    }
    if (out->run == CommandLine::Run::command) {
        c.argv.push_back("-c");
    } else if (out->run == CommandLine::Run::module) {
        c.argv.push_back("-m");
    } else if (i < argc) {
        out->what = argv[i];
        out->run = out->what == "-" ? CommandLine::Run::standard_input : CommandLine::Run::file;
        c.argv.push_back(argv[i++]);
    } else {
        out->run = ::isatty(0) ? CommandLine::Run::interactive : CommandLine::Run::standard_input;
        c.argv.push_back("");
    }
    for (; i < argc; ++i) c.argv.push_back(argv[i]);
    return true;
}

bool find_standard_library(Config* c, std::string* error) {
    std::vector<std::string> homes;
    if (!c->home.empty()) {
        homes.push_back(c->home);
    } else {
        // Beside the executable first (an installation that was moved), then the system's places.
        size_t slash = c->executable.rfind('/');
        if (slash != c->executable.npos) homes.push_back(c->executable.substr(0, slash) + "/..");
        homes.push_back("/usr");
        homes.push_back("/usr/local");
    }
    for (const std::string& home : homes) {
        std::string dir = home + "/lib/python3.11";
        if (!is_file(dir + "/os.py") || !is_file(dir + "/importlib/_bootstrap.py")) continue;
        c->prefix = home;
        c->stdlib_dir = dir;
        c->code_cache = find_code_cache();
        if (!c->module_search_paths_set) {
            c->module_search_paths = c->python_path;
            c->module_search_paths.push_back(home + "/lib/python311.zip");
            c->module_search_paths.push_back(dir);
            c->module_search_paths.push_back(dir + "/lib-dynload");
        }
        return true;
    }
    *error =
        "the standard library of Python 3.11 was not found; install the package libpython3.11-stdlib, or set "
        "BATONHOME to the "
        "prefix that holds lib/python3.11. Looked in:";
    for (const std::string& home : homes) *error += " " + home + "/lib/python3.11";
    return false;
}

}  // namespace baton
