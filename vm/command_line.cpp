// See command_line.h.
#include "vm/command_line.h"

#include <sys/stat.h>

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include <fmt/format.h>

#include "threadstate/process_state.h"
#include "vm/code_cache.h"
#include "vm/config_sources.h"
#include "vm/usage.h"

namespace baton {
namespace {

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

// The file that runs, links resolved.
std::string real_program() {
    char buffer[PATH_MAX];
    ssize_t n = ::readlink("/proc/self/exe", buffer, sizeof buffer);
    return n > 0 ? std::string(buffer, static_cast<size_t>(n)) : std::string();
}
bool is_program(const std::string& path) {
    struct stat st;
    return ::stat(path.c_str(), &st) == 0 && S_ISREG(st.st_mode) && ::access(path.c_str(), X_OK) == 0;
}
}  // namespace

std::string search_program(const std::string& name) {
    const char* places = std::getenv("PATH");
    if (!places || name.empty()) return {};
    const std::string all = places;
    for (size_t begin = 0, end; begin <= all.size(); begin = end + 1) {
        end = std::min(all.find(':', begin), all.size());
        const std::string path = all.substr(begin, end - begin) + "/" + name;
        if (path[0] == '/' && end > begin && is_program(path)) return path;
    }
    return {};
}

namespace {

// What was started, under the name by which it was: a virtual environment is found beside the link that it
// has for us, and not beside the file that the link leads to.
std::string program_path(const char* argv0) {
    const std::string name = argv0 ? argv0 : "";
    if (name.find('/') != name.npos) {
        char cwd[PATH_MAX];
        std::string path = name;
        if (name[0] != '/' && ::getcwd(cwd, sizeof cwd))
            path = std::string(cwd) + "/" + (name.rfind("./", 0) == 0 ? name.substr(2) : name);
        if (is_program(path)) return path;
    } else if (const std::string found = search_program(name); !found.empty()) {
        return found;
    }
    const std::string real = real_program();
    return real.empty() ? name : real;
}

}  // namespace

namespace {

// Reads the options. The rest of the arguments starts at *next.
class OptionReader {
  public:
    OptionReader(int argc, char** argv, CommandLine* out, std::string* error)
        : argc_(argc), argv_(argv), out_(*out), error_(*error) {}
    bool read(int* next) {
        for (at_ = 1; at_ < argc_ && argv_[at_][0] == '-' && argv_[at_][1]; ++at_) {
            const std::string_view arg(argv_[at_]);
            if (arg == "--") {
                ++at_;
                break;
            }
            if (arg.substr(0, 2) == "--") {
                if (!long_option(arg)) return false;
                if (out_.asked != CommandLine::Asked::nothing) return true;
                continue;
            }
            for (place_ = 1; place_ < arg.size(); ++place_) {
                if (!letter(arg)) return false;
                if (out_.asked == CommandLine::Asked::help) return true;
            }
            if (out_.run != CommandLine::Run::nothing) {  // -c and -m end the options
                ++at_;
                break;
            }
        }
        *next = at_;
        return true;
    }

  private:
    bool wrong(std::string message) {
        error_ = std::move(message) + "\n" + usage_line() + kUsageHint;
        return false;
    }
    std::string usage_line() const {
        const std::string text = usage_text(out_.config.program.c_str());
        return text.substr(0, text.find('\n') + 1);
    }
    bool long_option(std::string_view arg) {
        using Asked = CommandLine::Asked;
        static constexpr std::pair<std::string_view, Asked> kQuestions[] = {
            {"--help", Asked::help},
            {"--help-env", Asked::help_env},
            {"--help-xoptions", Asked::help_x},
            {"--help-all", Asked::help_all},
            {"--version", Asked::version}};
        for (const auto& [name, asked] : kQuestions) {
            if (arg != name) continue;
            out_.asked = asked;
            return true;
        }
        constexpr std::string_view kPycs = "--check-hash-based-pycs";
        if (arg == kPycs || arg.substr(0, kPycs.size() + 1) == "--check-hash-based-pycs=") {
            std::string value;
            if (arg.size() > kPycs.size())
                value = arg.substr(kPycs.size() + 1);
            else if (at_ + 1 < argc_)
                value = argv_[++at_];
            else
                return wrong("Argument expected for the --check-hash-based-pycs option");
            if (value != "always" && value != "default" && value != "never")
                return wrong("--check-hash-based-pycs must be one of 'default', 'always', or 'never'");
            out_.config.check_hash_pycs = value;
            return true;
        }
        return wrong(fmt::format("unknown option {}", arg));
    }
    // The text of an option that takes one: the rest of this argument, or the next.
    bool value(std::string_view arg, std::string* text) {
        if (place_ + 1 < arg.size())
            *text = arg.substr(place_ + 1);
        else if (at_ + 1 < argc_)
            *text = argv_[++at_];
        else
            return wrong(fmt::format("Argument expected for the -{} option", arg[place_]));
        place_ = arg.size();
        return true;
    }
    bool x_option(const std::string& text) {
        bool bad = false;
        if (text == "gilstats")
            out_.gil_stats = true;
        else if (text == "dis")
            out_.dis = true;
        else if (gil_option(text, &out_, &bad) && bad) {
            error_ =
                fmt::format("-X {}: gil is ticks, timed or fair, ticks is a number of instructions\n", text);
            return false;
        }
        out_.config.x_options.push_back(text);
        return true;
    }
    bool letter(std::string_view arg) {
        Config& c = out_.config;
        std::string text;
        switch (arg[place_]) {
            case 'b':
                ++c.bytes_warning;
                return true;
            case 'B':
                ++c.dont_write_bytecode;
                return true;
            case 'd':
                ++c.debug;
                return true;
            case 'E':
                c.ignore_environment = 1;
                return true;
            case 'h':
            case '?':
                out_.asked = CommandLine::Asked::help;
                return true;
            case 'i':
                ++c.inspect;
                ++c.interactive;
                return true;
            case 'I':
                c.isolated = 1;
                return true;
            case 'J':
                error_ = "-J is reserved for Jython\n" + usage_line() + kUsageHint;
                return false;
            case 'O':
                ++c.optimize;
                return true;
            case 'P':
                c.safe_path = 1;
                return true;
            case 'q':
                ++c.quiet;
                return true;
            case 'R':
                c.random_hashes = true;
                return true;
            case 's':
                c.no_user_site = 1;
                return true;
            case 'S':
                c.no_site = 1;
                return true;
            case 't':
                return true;
            case 'u':
                c.unbuffered = 1;
                return true;
            case 'v':
                ++c.verbose;
                return true;
            case 'V':
                out_.asked = out_.asked == CommandLine::Asked::version ? CommandLine::Asked::version_twice
                                                                       : CommandLine::Asked::version;
                return true;
            case 'x':
                c.skip_source_first_line = true;
                return true;
            case 'W':
                if (!value(arg, &text)) return false;
                c.warn_options.push_back(text);
                return true;
            case 'X':
                return value(arg, &text) && x_option(text);
            case 'c':
                if (!value(arg, &out_.what)) return false;
                out_.what += '\n';
                out_.run = CommandLine::Run::command;
                return true;
            case 'm':
                if (!value(arg, &out_.what)) return false;
                out_.run = CommandLine::Run::module;
                return true;
            default:
                return wrong(fmt::format("Unknown option: -{}", arg[place_]));
        }
    }

    int argc_;
    char** argv_;
    CommandLine& out_;
    std::string& error_;
    int at_ = 1;
    size_t place_ = 0;
};

}  // namespace

bool read_command_line(int argc, char** argv, CommandLine* out, std::string* error) {
    Config& c = out->config;
    c.program = argc > 0 && argv[0] ? argv[0] : "baton";
    c.executable = program_path(argc > 0 ? argv[0] : nullptr);
    for (int i = 0; i < argc; ++i) c.orig_argv.push_back(argv[i]);
    out->error_status = 2;
    int i = argc;
    if (!OptionReader(argc, argv, out, error).read(&i)) return false;
    if (out->asked != CommandLine::Asked::nothing) return true;
    if (c.isolated) c.ignore_environment = c.no_user_site = c.safe_path = 1;
    const GilSettings given = out->gil;
    out->error_status = 1;
    if (!read_environment(&c, &out->gil, error)) return false;
    for (const std::string& x : c.x_options) {
        if (x.rfind("gil=", 0) == 0 || x.rfind("ticks=", 0) == 0) out->gil = given;  // the command line wins
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
        out->run = CommandLine::Run::standard_input;
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
        std::string program = real_program();
        if (program.empty()) program = c->executable;
        size_t slash = program.rfind('/');
        if (slash != program.npos) homes.push_back(program.substr(0, slash) + "/..");
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
