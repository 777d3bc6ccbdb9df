// _testinternalcapi: what CPython's own tests ask about the runtime's inside, as far as we have the same.
#include <string>
#include <vector>

#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"

namespace baton {
namespace {

// The entries of CPython's PyConfig that are settings of ours, too.
class ConfigDict {
  public:
    ConfigDict(Attached ts, Dict& dict) : ts_(ts), dict_(dict) {}
    Result<void> number(const char* name, int64_t value) { return put(name, TRY(box_int(ts_, value))); }
    Result<void> path(const char* name, const std::string& value) {
        if (value.empty()) return put(name, Ref<Object>::share(none()));
        return put(name, TRY(fs_decode(ts_, value)));
    }
    Result<void> paths(const char* name, const std::vector<std::string>& values) {
        const Ref<List> list = TRY(list_new(ts_));
        for (const std::string& value : values) {
            const Ref<Object> item = TRY(fs_decode(ts_, value));
            TRY(list_append(ts_, *list, *item));
        }
        return put(name, Ref<Object>::share(*list));
    }

  private:
    Result<void> put(const char* name, Ref<Object> value) {
        const Ref<Str> key = TRY(str_intern_utf8(ts_, name));
        return dict_set_str(ts_, dict_, *key, *value);
    }

    Attached ts_;
    Dict& dict_;
};

Result<Ref<Object>> get_config(Attached ts, Module&) {
    const Config& c = vm_interp(ts).config;
    Ref<Dict> dict = TRY(dict_new(ts));
    ConfigDict d(ts, *dict);
    const struct {
        const char* name;
        int64_t value;
    } numbers[] = {
        {"isolated", c.isolated},
        {"use_environment", !c.ignore_environment},
        {"dev_mode", c.dev_mode},
        {"install_signal_handlers", c.install_signal_handlers},
        {"code_debug_ranges", c.code_debug_ranges},
        {"module_search_paths_set", c.module_search_paths_set},
        {"site_import", !c.no_site},
        {"bytes_warning", c.bytes_warning},
        {"inspect", c.inspect},
        {"interactive", c.interactive},
        {"optimization_level", c.optimize},
        {"parser_debug", c.debug},
        {"write_bytecode", !c.dont_write_bytecode},
        {"verbose", c.verbose},
        {"quiet", c.quiet},
        {"user_site_directory", !c.no_user_site},
        {"buffered_stdio", !c.unbuffered},
        {"skip_source_first_line", c.skip_source_first_line},
        {"safe_path", c.safe_path},
        {"int_max_str_digits", c.int_max_str_digits},
    };
    for (const auto& row : numbers) TRY(d.number(row.name, row.value));
    TRY(d.path("program_name", c.program));
    TRY(d.path("home", c.home));
    TRY(d.path("stdlib_dir", c.stdlib_dir));
    TRY(d.path("executable", c.executable));
    TRY(d.path("prefix", c.prefix));
    TRY(d.paths("argv", c.argv));
    TRY(d.paths("orig_argv", c.orig_argv));
    TRY(d.paths("xoptions", c.x_options));
    TRY(d.paths("warnoptions", c.warn_options));
    TRY(d.paths("module_search_paths", c.module_search_paths));
    return dict;
}

Result<int64_t> get_recursion_depth(Attached ts, Module&) {
    return int64_t{rt(ts).recursion_depth} + rt(ts).c_recursion_depth;
}

constexpr Method functions[] = {
    method<get_config>("get_config($module, /)",
                       "The settings this interpreter was started with, as a dict."),
    method<get_recursion_depth>(
        "get_recursion_depth($module, /)",
        "How deep the calls of this thread are nested, as the recursion limit counts."),
    {},
};

Result<void> testinternal_exec(Attached ts, Module& module) {
    const Ref<Str> name = TRY(str_intern_utf8(ts, "SIZEOF_PYGC_HEAD"));
    const Ref<Int> size = TRY(box_int(ts, static_cast<int64_t>(sizeof(GcHead))));
    return dict_set_str(ts, *module.dict, *name, *size);
}

}  // namespace

extern const ModuleSpec testinternal_module;
const ModuleSpec testinternal_module = {
    .name = "_testinternalcapi",
    .doc = "Facts about the inside of the runtime that tests ask for.",
    .methods = functions,
    .exec = testinternal_exec,
};

}  // namespace baton
