// What environment variables and -X options say, as configuration.
#include "vm/config_sources.h"
#include "vm/modules/tracemalloc.h"

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>

#include "threadstate/process_state.h"

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

// All of it, in decimal.
bool whole_number(const char* text, long* out) {
    if (!*text) return false;
    char* end;
    errno = 0;
    *out = std::strtol(text, &end, 10);
    return *end == '\0' && errno == 0;
}

bool fails(std::string* error, const char* function, std::string_view message, bool early = false) {
    *error = fmt::format("Fatal Python error: {}: {}\nPython runtime state: preinitiali{}\n\n", function,
                         message, early ? "zing" : "zed");
    return false;
}

// The value behind `name=`; "" for the name alone, null when it is another option.
const char* value_of(const std::string& option, std::string_view name) {
    const std::string_view text = option;
    if (text == name) return "";
    if (text.size() > name.size() && text.substr(0, name.size()) == name && text[name.size()] == '=')
        return option.c_str() + name.size() + 1;
    return nullptr;
}

bool read_utf8_mode(Config* c, std::string* error) {
    for (const std::string& option : c->x_options) {
        const char* v = value_of(option, "utf8");
        if (!v) continue;
        if (!*v || std::strcmp(v, "1") == 0)
            c->utf8_mode = 1;
        else if (std::strcmp(v, "0") == 0)
            c->utf8_mode = 0;
        else
            return fails(error, "preconfig_init_utf8_mode", "invalid -X utf8 option value", true);
    }
    if (c->utf8_mode >= 0) return true;
    if (const char* v = environment(*c, "PYTHONUTF8")) {
        if (std::strcmp(v, "1") == 0)
            c->utf8_mode = 1;
        else if (std::strcmp(v, "0") == 0)
            c->utf8_mode = 0;
        else
            return fails(error, "preconfig_init_utf8_mode", "invalid PYTHONUTF8 environment variable value",
                         true);
    }
    return true;
}

bool read_digits(Config* c, std::string* error) {
    const auto take = [&](const char* text, const char* source) {
        long n;
        if (whole_number(text, &n) && (n == 0 || (n >= 640 && n <= INT_MAX))) {
            c->int_max_str_digits = static_cast<int>(n);
            return true;
        }
        return fails(error, "config_init_int_max_str_digits",
                     fmt::format("{}: invalid limit; must be >= 640 or 0 for unlimited.", source));
    };
    if (const char* v = environment(*c, "PYTHONINTMAXSTRDIGITS")) {
        if (!take(v, "PYTHONINTMAXSTRDIGITS")) return false;
    }
    for (const std::string& option : c->x_options) {
        const char* v = value_of(option, "int_max_str_digits");
        if (v && !take(v, "-X int_max_str_digits")) return false;
    }
    return true;
}

bool read_trace_malloc(Config* c, std::string* error) {
    const auto take = [&](const char* text, const char* source) {
        long n;
        if (whole_number(text, &n) && n >= 0 && n <= kMostTracedFrames) {
            c->trace_malloc = static_cast<int>(n);
            return true;
        }
        return fails(error, "config_init_tracemalloc", fmt::format("{}: invalid number of frames", source));
    };
    if (const char* v = environment(*c, "PYTHONTRACEMALLOC")) {
        if (!take(v, "PYTHONTRACEMALLOC")) return false;
    }
    for (const std::string& option : c->x_options) {
        const char* v = value_of(option, "tracemalloc");
        if (v && !take(*v ? v : "1", "-X tracemalloc=NFRAME")) return false;
    }
    return true;
}

bool read_hash_seed(Config* c, std::string* error) {
    if (c->random_hashes) return true;  // -R
    const char* v = environment(*c, "PYTHONHASHSEED");
    if (!v || std::strcmp(v, "random") == 0) return true;
    long n;
    if (!whole_number(v, &n) || n < 0 || n > UINT_MAX) {
        return fails(error, "config_init_hash_seed",
                     "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
    }
    c->hash_seed = n;
    c->hash_randomization = n != 0;
    return true;
}

void read_x_options(Config* c) {
    for (const std::string& option : c->x_options) {
        if (option == "dev") c->dev_mode = 1;
        if (option == "importtime") c->import_time = 1;
        if (option == "no_debug_ranges") c->code_debug_ranges = false;
        if (option == "faulthandler") c->fault_handler = 1;
        if (option == "warn_default_encoding") c->warn_default_encoding = 1;
        if (const char* v = value_of(option, "pycache_prefix")) c->pycache_prefix = v;
    }
}

void read_stream_encoding(Config* c) {
    const char* v = environment(*c, "PYTHONIOENCODING");
    if (!v) return;
    const std::string_view text = v;
    const size_t colon = text.find(':');
    c->stdio_encoding = text.substr(0, colon);
    if (colon != text.npos) c->stdio_errors = text.substr(colon + 1);
    // An encoding without a handler is strict; a handler without an encoding leaves that to the locale.
    if (c->stdio_errors.empty() && !c->stdio_encoding.empty()) c->stdio_errors = "strict";
}

// In the order in which sys.warnoptions lists them: the last one counts most.
void read_warnings(Config* c) {
    std::vector<std::string> all;
    if (c->dev_mode) all.push_back("default");
    if (const char* v = environment(*c, "PYTHONWARNINGS")) {
        for (std::string& given : split_text(v, ',')) all.push_back(std::move(given));
    }
    all.insert(all.end(), c->warn_options.begin(), c->warn_options.end());
    if (c->bytes_warning == 1) all.push_back("default::BytesWarning");
    if (c->bytes_warning > 1) all.push_back("error::BytesWarning");
    c->warn_options = std::move(all);
}

}  // namespace

std::vector<std::string> split_text(const char* text, char by) {
    std::vector<std::string> parts;
    std::string_view rest(text);
    for (;;) {
        size_t at = rest.find(by);
        parts.emplace_back(rest.substr(0, at));
        if (at == rest.npos) return parts;
        rest.remove_prefix(at + 1);
    }
}

bool read_environment(Config* c, GilSettings* gil, std::string* error) {
    flag_from(*c, "PYTHONOPTIMIZE", &c->optimize);
    flag_from(*c, "PYTHONVERBOSE", &c->verbose);
    flag_from(*c, "PYTHONINSPECT", &c->inspect);
    flag_from(*c, "PYTHONUNBUFFERED", &c->unbuffered);
    flag_from(*c, "PYTHONDEBUG", &c->debug);
    for (const auto& [name, flag] : {std::pair{"PYTHONNOUSERSITE", &c->no_user_site},
                                     {"PYTHONSAFEPATH", &c->safe_path},
                                     {"PYTHONDONTWRITEBYTECODE", &c->dont_write_bytecode},
                                     {"PYTHONPROFILEIMPORTTIME", &c->import_time},
                                     {"PYTHONFAULTHANDLER", &c->fault_handler},
                                     {"PYTHONWARNDEFAULTENCODING", &c->warn_default_encoding}}) {
        if (environment(*c, name)) *flag = 1;
    }
    if (const char* v = environment(*c, "PYTHONDEVMODE")) {
        if (std::strcmp(v, "0") != 0) c->dev_mode = 1;
    }
    if (environment(*c, "PYTHONNODEBUGRANGES")) c->code_debug_ranges = false;
    if (const char* v = environment(*c, "PYTHONPYCACHEPREFIX")) c->pycache_prefix = v;
    if (const char* v = environment(*c, "PYTHONPLATLIBDIR")) c->platlibdir = v;
    if (const char* v = environment(*c, "PYTHONPATH")) c->python_path = split_text(v, ':');
    if (const char* v = environment(*c, "BATON_GIL")) {
        GilSettings s = *gil;
        if (parse_gil_settings(v, &s)) *gil = s;
    }
    if (c->home.empty()) {
        if (const char* v = environment(*c, "BATONHOME"))
            c->home = v;
        else if (const char* p = environment(*c, "PYTHONHOME"))
            c->home = split_text(p, ':')[0];
    }
    read_x_options(c);
    if (c->dev_mode) c->fault_handler = 1;
    read_stream_encoding(c);
    read_warnings(c);
    if (const char* v = environment(*c, "PYTHONMALLOC")) {
        static constexpr const char* kNames[] = {"default",        "debug",  "pymalloc",
                                                 "pymalloc_debug", "malloc", "malloc_debug"};
        bool known = false;
        for (const char* name : kNames) known |= std::strcmp(v, name) == 0;
        if (!known) return fails(error, "preconfig_init_allocator", "PYTHONMALLOC: unknown allocator", true);
    }
    return read_utf8_mode(c, error) && read_hash_seed(c, error) && read_digits(c, error) &&
           read_trace_malloc(c, error);
}

}  // namespace baton
