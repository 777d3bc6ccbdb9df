// See text_locale.h.
#include "vm/text_locale.h"

#include <langinfo.h>

#include <clocale>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace baton {
namespace {

constexpr const char* kCoercionTargets[] = {"C.UTF-8", "C.utf8", "UTF-8"};

std::string_view current_ctype() {
    const char* name = std::setlocale(LC_CTYPE, nullptr);
    return name ? name : "";
}
bool is_legacy(std::string_view name) {
    return name == "C" || name == "POSIX";
}
void coerce(bool warn) {
    const char* all = std::getenv("LC_ALL");
    if (all && *all) return;  // the user wants exactly that
    for (const char* target : kCoercionTargets) {
        if (!std::setlocale(LC_CTYPE, target)) continue;
        const char* codeset = ::nl_langinfo(CODESET);
        if (!codeset || !*codeset || ::setenv("LC_CTYPE", target, 1) != 0) continue;
        if (warn) {
            std::fprintf(stderr,
                         "Python detected LC_CTYPE=C: LC_CTYPE coerced to %.20s (set another locale or "
                         "PYTHONCOERCECLOCALE=0 to disable this locale coercion behavior).\n",
                         target);
        }
        return;
    }
    std::setlocale(LC_CTYPE, "");
}

}  // namespace

void start_locale(Config* config, const LocaleChoice& choice) {
    if (choice.utf8_mode >= 0) config->utf8_mode = choice.utf8_mode;
    if (choice.configure) std::setlocale(LC_CTYPE, "");
    const bool legacy = is_legacy(current_ctype());
    if (config->utf8_mode < 0) config->utf8_mode = legacy;
    if (!legacy || !choice.configure || choice.coerce == 0) return;
    const char* wish =
        config->ignore_environment || choice.coerce > 0 ? nullptr : std::getenv("PYTHONCOERCECLOCALE");
    if (wish && std::strcmp(wish, "0") == 0) return;
    coerce(choice.warn > 0 || (wish && std::strcmp(wish, "warn") == 0));
}

const char* locale_stream_errors(const Config& config) {
    const std::string_view name = current_ctype();
    if (config.utf8_mode > 0 || is_legacy(name)) return "surrogateescape";
    for (const char* target : kCoercionTargets) {
        if (name == target) return "surrogateescape";
    }
    return "strict";
}

const char* locale_encoding(const Config& config) {
    if (config.utf8_mode > 0) return "utf-8";
    const char* codeset = ::nl_langinfo(CODESET);
    return codeset && *codeset ? codeset : "UTF-8";
}

}  // namespace baton
