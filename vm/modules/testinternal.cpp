// _testinternalcapi: what CPython's own tests ask about the runtime's inside, as far as we have the same.
#include <langinfo.h>

#include <string>
#include <vector>

#include "runtime/codec.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
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

// The handlers that the locale's codec knows; the encoding it is.
Result<const char*> locale_codec(Attached ts, Opt<int> current_locale, const char* errors) {
    switch (parse_errors(errors)) {
        case Errors::strict:
        case Errors::surrogateescape:
        case Errors::surrogatepass:
            break;
        default:
            return raise(ts, Exc::ValueError, "unsupported error handler");
    }
    return current_locale.or_else(0) ? ::nl_langinfo(CODESET) : "utf-8";
}
// A coding error in the words of the functions that work without an interpreter.
Raised raise_codec_failure(Attached ts, const char* what) {
    if (!pending_is(ts, Exc::UnicodeError)) return already_raised();
    const auto held = fetch(ts);
    auto& e = static_cast<UnicodeErrorObject&>(*held);
    const Ref<Str> reason = TRY(str(ts, *e.reason));
    return raise(ts, Exc::RuntimeError, "{} error: pos={}, reason={}", what, e.start,
                 TRY(str_as_utf8(ts, *reason)));
}
Result<const char*> handler_name(Attached ts, Object* errors) {
    if (!errors || is_none(*errors)) return "strict";
    if (!is_str(*errors))
        return raise(ts, Exc::TypeError, "errors must be str or None, not {}", type_name(*errors));
    return TRY(str_as_utf8(ts, static_cast<Str&>(*errors))).data();
}
Result<Ref<Object>> encode_locale(Attached ts, Module&, Str& text, Opt<int> current_locale, Object* errors) {
    const char* handler = TRY(handler_name(ts, errors));
    const char* encoding = TRY(locale_codec(ts, current_locale, handler));
    auto made = encode_str(ts, text, encoding, handler);
    if (!made.ok()) return raise_codec_failure(ts, "encode");
    return made.take();
}
Result<Ref<Object>> decode_locale(Attached ts, Module&, Bytes& bytes, Opt<int> current_locale,
                                  Object* errors) {
    const char* handler = TRY(handler_name(ts, errors));
    const char* encoding = TRY(locale_codec(ts, current_locale, handler));
    auto made = decode_bytes(ts, bytes, encoding, handler);
    if (!made.ok()) return raise_codec_failure(ts, "decode");
    return made.take();
}

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
    method<decode_locale>("DecodeLocaleEx($module, bytes, current_locale=0, errors=None, /)",
                          "Text of bytes as file names are decoded, or as the locale says."),
    method<encode_locale>("EncodeLocaleEx($module, text, current_locale=0, errors=None, /)",
                          "Bytes of a text as file names are encoded, or as the locale says."),
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
