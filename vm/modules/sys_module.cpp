// The sys module: its table, and what it says of this build, this process and this interpreter.
#include <cfloat>
#include <climits>
#include <cstdlib>
#include <string>
#include <unistd.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/namespace.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/code_cache.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"
#include "vm/lifecycle.h"
#include "vm/modules/sys_functions.h"
#include "vm/modules/sys_types.h"

namespace baton {
namespace {

constexpr int kMajor = 3, kMinor = 11, kMicro = 2;
constexpr const char* kVersionText =
    "3.11.2 (main, Nov 22 2026, 00:00:00) [Baton " BATON_VERSION ", GCC " __VERSION__ "]";

Result<Ref<Object>> text(Attached ts, std::string_view s) {
    return str_new_utf8(ts, s);
}
Result<Ref<Object>> number(Attached ts, int64_t i) {
    return box_int(ts, i);
}
Result<Ref<Object>> real(Attached ts, double d) {
    return box_float(ts, d);
}

// Puts values into a module's or namespace's dict by C names.
struct Filler {
    Attached ts;
    Dict& dict;
    Result<void> put(const char* name, Result<Ref<Object>> value) {
        auto v = TRY(std::move(value));
        return dict_set_str(ts, dict, *TRY(str_intern_utf8(ts, name)), *v);
    }
};

Result<Ref<Object>> make_struct(Attached ts, const StructInfo& info,
                                std::initializer_list<Result<Ref<Object>>*> values) {
    TRY(struct_prepare(ts, info));
    return struct_fill(ts, info, values);
}
Result<Ref<Object>> version_info(Attached ts) {
    auto a = number(ts, kMajor), b = number(ts, kMinor), c = number(ts, kMicro), d = text(ts, "final"),
         e = number(ts, 0);
    return make_struct(ts, sys_version_info_info, {&a, &b, &c, &d, &e});
}
Result<Ref<Object>> float_info(Attached ts) {
    auto a = real(ts, DBL_MAX), b = number(ts, DBL_MAX_EXP), c = number(ts, DBL_MAX_10_EXP),
         d = real(ts, DBL_MIN), e = number(ts, DBL_MIN_EXP), f = number(ts, DBL_MIN_10_EXP),
         g = number(ts, DBL_DIG), h = number(ts, DBL_MANT_DIG), i = real(ts, DBL_EPSILON),
         j = number(ts, FLT_RADIX), k = number(ts, 1);
    return make_struct(ts, sys_float_info_info, {&a, &b, &c, &d, &e, &f, &g, &h, &i, &j, &k});
}
Result<Ref<Object>> int_info(Attached ts) {
    auto a = number(ts, 30), b = number(ts, 4), c = number(ts, 4300), d = number(ts, 640);
    return make_struct(ts, sys_int_info_info, {&a, &b, &c, &d});
}
Result<Ref<Object>> hash_info(Attached ts) {
    auto a = number(ts, 64), b = number(ts, (int64_t{1} << 61) - 1), c = number(ts, 314159),
         d = number(ts, 0), e = number(ts, 1000003), f = text(ts, "siphash13"), g = number(ts, 64),
         h = number(ts, 128), i = number(ts, 0);
    return make_struct(ts, sys_hash_info_info, {&a, &b, &c, &d, &e, &f, &g, &h, &i});
}
// "NPTL 2.36"
std::string thread_library() {
    std::string name(::confstr(_CS_GNU_LIBPTHREAD_VERSION, nullptr, 0), '\0');
    if (name.empty()) return name;
    ::confstr(_CS_GNU_LIBPTHREAD_VERSION, name.data(), name.size());
    name.pop_back();
    return name;
}
Result<Ref<Object>> thread_info(Attached ts) {
    // A lock is a byte with a place to park at, which none of the names that 3.11 has for this says.
    // "mutex+cond" is read as "a signal does not interrupt who waits", and it does.
    Result<Ref<Object>> a = text(ts, "pthread"), b = Ref<Object>::share(none()),
                        c = text(ts, thread_library());
    return make_struct(ts, sys_thread_info_info, {&a, &b, &c});
}
// In a virtual environment that has a link for us: what the link leads to.
std::string base_executable(const std::string& executable) {
    const std::string folder = executable.substr(0, executable.rfind('/') + 1);
    char real[PATH_MAX];
    for (const char* place : {"pyvenv.cfg", "../pyvenv.cfg"}) {
        if (!folder.empty() && ::access((folder + place).c_str(), R_OK) == 0 &&
            ::realpath(executable.c_str(), real))
            return real;
    }
    return executable;
}
Result<Ref<Object>> flags(Attached ts) {
    const Config& c = vm_interp(ts).config;
    int values[] = {c.debug,
                    c.inspect,
                    c.interactive,
                    c.optimize,
                    c.dont_write_bytecode,
                    c.no_user_site,
                    c.no_site,
                    c.ignore_environment,
                    c.verbose,
                    c.bytes_warning,
                    c.quiet,
                    c.hash_randomization,
                    c.isolated};
    TRY(struct_prepare(ts, sys_flags_info));
    auto t = TRY(struct_new(ts, sys_flags_info));
    int at = 0;
    for (int v : values) struct_set(*t, at++, TRY(box_int(ts, v)));
    struct_set(*t, at++, Ref<Object>::share(bool_object(c.dev_mode)));
    struct_set(*t, at++, TRY(box_int(ts, c.utf8_mode > 0)));
    struct_set(*t, at++, TRY(box_int(ts, c.warn_default_encoding)));
    struct_set(*t, at++, Ref<Object>::share(bool_object(c.safe_path)));
    struct_set(*t, at++, TRY(box_int(ts, c.int_max_str_digits)));
    return t;
}
Result<Ref<Object>> implementation(Attached ts, Object& version) {
    auto dict = TRY(dict_new(ts));
    Filler f{ts, *dict};
    TRY(f.put("name", text(ts, "baton")));
    TRY(f.put("cache_tag", text(ts, code_cache_tag())));
    TRY(f.put("version", Ref<Object>::share(version)));
    TRY(f.put("hexversion", number(ts, kMajor << 24 | kMinor << 16 | kMicro << 8 | 0xF0)));
    TRY(f.put("_multiarch", text(ts, "x86_64-linux-gnu")));
    return namespace_new(ts, *dict);
}

Result<Ref<Object>> text_list(Attached ts, const std::vector<std::string>& texts) {
    auto list = TRY(list_new(ts));
    for (const std::string& s : texts) TRY(list_append_owned(ts, *list, TRY(fs_decode(ts, s))));
    return list;
}
Result<Ref<Object>> x_options(Attached ts) {
    auto dict = TRY(dict_new(ts));
    for (const std::string& option : vm_interp(ts).config.x_options) {
        size_t eq = option.find('=');
        auto key = TRY(fs_decode(ts, option.substr(0, eq)));
        Ref<Object> value = Ref<Object>::share(bool_object(true));
        if (eq != option.npos) value = TRY(fs_decode(ts, option.substr(eq + 1)));
        TRY(dict_set(ts, *dict, *key, *value));
    }
    return dict;
}
Result<Ref<Object>> module_names(Attached ts) {
    std::vector<std::string> names;
#define MODULE(symbol, spec, import_name) names.push_back(import_name);
#include "vm/modules.def"
#undef MODULE
    for (const InittabEntry& e : start_up_record().inittab) names.push_back(e.name);
    auto list = TRY(text_list(ts, names));
    TRY(list_sort(ts, static_cast<List&>(*list), nullptr, false));
    return list_to_tuple(ts, static_cast<List&>(*list));
}
Result<Ref<Object>> stdlib_names(Attached ts) {
    static constexpr const char* kNames =
        "__future__ _abc _aix_support _ast _asyncio _bisect _blake2 _bootsubprocess _bz2 _codecs _codecs_cn "
        "_codecs_hk "
        "_codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _collections _collections_abc _compat_pickle "
        "_compression "
        "_contextvars _crypt _csv _ctypes _curses _curses_panel _datetime _dbm _decimal _elementtree "
        "_frozen_importlib "
        "_frozen_importlib_external _functools _gdbm _hashlib _heapq _imp _io _json _locale _lsprof _lzma "
        "_markupbase _md5 "
        "_msi _multibytecodec _multiprocessing _opcode _operator _osx_support _overlapped _pickle "
        "_posixshmem "
        "_posixsubprocess _py_abc _pydecimal _pyio _queue _random _scproxy _sha1 _sha256 _sha3 _sha512 "
        "_signal _sitebuiltins "
        "_socket _sqlite3 _sre _ssl _stat _statistics _string _strptime _struct _symtable _thread "
        "_threading_local _tkinter "
        "_tokenize _tracemalloc _typing _uuid _warnings _weakref _weakrefset _winapi _zoneinfo abc aifc "
        "antigravity argparse "
        "array ast asynchat asyncio asyncore atexit audioop base64 bdb binascii bisect builtins bz2 cProfile "
        "calendar cgi "
        "cgitb chunk cmath cmd code codecs codeop collections colorsys compileall concurrent configparser "
        "contextlib "
        "contextvars copy copyreg crypt csv ctypes curses dataclasses datetime dbm decimal difflib dis "
        "distutils doctest "
        "email encodings ensurepip enum errno faulthandler fcntl filecmp fileinput fnmatch fractions ftplib "
        "functools gc "
        "genericpath getopt getpass gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib "
        "imaplib imghdr imp "
        "importlib inspect io ipaddress itertools json keyword lib2to3 linecache locale logging lzma mailbox "
        "mailcap marshal "
        "math mimetypes mmap modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath "
        "nturl2path numbers opcode "
        "operator optparse os ossaudiodev pathlib pdb pickle pickletools pipes pkgutil platform plistlib "
        "poplib posix "
        "posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri "
        "random re readline "
        "reprlib resource rlcompleter runpy sched secrets select selectors shelve shlex shutil signal site "
        "smtpd smtplib "
        "sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics "
        "string stringprep "
        "struct subprocess sunau symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios "
        "textwrap this "
        "threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle "
        "turtledemo types typing "
        "unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound wsgiref "
        "xdrlib xml xmlrpc "
        "zipapp zipfile zipimport zlib zoneinfo";
    auto set = TRY(frozenset_new(ts, nullptr));
    std::string_view rest(kNames);
    while (!rest.empty()) {
        size_t end = rest.find(' ');
        TRY(set_add(ts, *set, *TRY(str_intern_utf8(ts, rest.substr(0, end)))));
        rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    }
    return set;
}

Result<void> sys_exec(Attached ts, Module& module) {
    Filler f{ts, *module.dict};
    const Config& c = vm_interp(ts).config;
    auto version = TRY(version_info(ts));
    TRY(f.put("version", text(ts, kVersionText)));
    TRY(f.put("version_info", version.copy()));
    TRY(f.put("hexversion", number(ts, kMajor << 24 | kMinor << 16 | kMicro << 8 | 0xF0)));
    TRY(f.put("api_version", number(ts, 1013)));
    TRY(f.put("copyright", text(ts, "Copyright (c) 2026 The Baton authors.\nMIT licence.")));
    TRY(f.put("platform", text(ts, "linux")));
    TRY(f.put("byteorder", text(ts, "little")));
    TRY(f.put("maxsize", number(ts, PTRDIFF_MAX)));
    TRY(f.put("maxunicode", number(ts, 0x10FFFF)));
    TRY(f.put("float_info", float_info(ts)));
    TRY(f.put("float_repr_style", text(ts, "short")));
    TRY(f.put("int_info", int_info(ts)));
    TRY(f.put("hash_info", hash_info(ts)));
    TRY(f.put("thread_info", thread_info(ts)));
    TRY(f.put("implementation", implementation(ts, *version)));
    TRY(f.put("flags", flags(ts)));
    TRY(f.put("abiflags", text(ts, "")));
    TRY(f.put("_framework", text(ts, "")));
    auto git = tuple_of(
        ts, {TRY(text(ts, "Baton")).get(), TRY(text(ts, "")).get(), TRY(text(ts, BATON_VERSION)).get()});
    TRY(f.put("_git", std::move(git)));
    TRY(f.put("platlibdir", fs_decode(ts, c.platlibdir)));
    for (const char* name : {"prefix", "base_prefix", "exec_prefix", "base_exec_prefix"})
        TRY(f.put(name, fs_decode(ts, c.prefix)));
    TRY(f.put("_stdlib_dir", fs_decode(ts, c.stdlib_dir)));
    TRY(f.put("_home", Ref<Object>::share(none())));
    TRY(f.put("executable", fs_decode(ts, c.executable)));
    TRY(f.put("_base_executable", fs_decode(ts, base_executable(c.executable))));
    TRY(f.put("argv", text_list(ts, c.argv)));
    TRY(f.put("orig_argv", text_list(ts, c.orig_argv)));
    TRY(f.put("warnoptions", text_list(ts, c.warn_options)));
    TRY(f.put("_xoptions", x_options(ts)));
    TRY(f.put("path", text_list(ts, c.module_search_paths)));
    TRY(f.put("modules", Ref<Object>::share(*interp(ts).sys_modules)));
    TRY(f.put("meta_path", list_new(ts)));
    TRY(f.put("path_hooks", list_new(ts)));
    TRY(f.put("path_importer_cache", dict_new(ts)));
    TRY(f.put("dont_write_bytecode", Ref<Object>::share(bool_object(c.dont_write_bytecode))));
    if (c.pycache_prefix.empty())
        TRY(f.put("pycache_prefix", Ref<Object>::share(none())));
    else
        TRY(f.put("pycache_prefix", fs_decode(ts, c.pycache_prefix)));
    TRY(f.put("builtin_module_names", module_names(ts)));
    TRY(f.put("stdlib_module_names", stdlib_names(ts)));
    for (const char* hook : {"displayhook", "excepthook", "breakpointhook", "unraisablehook"}) {
        auto name = TRY(str_intern_utf8(ts, hook));
        auto saved = TRY(str_format(ts, "__{}__", hook));
        Object* f_object = dict_find_str(*module.dict, *name);
        if (f_object) TRY(dict_set(ts, *module.dict, *TRY(str_intern(ts, std::move(saved))), *f_object));
    }
    return {};
}

}  // namespace

extern const ModuleSpec sys_module;
const ModuleSpec sys_module = {
    .name = "sys",
    .doc = "The running interpreter: what it knows of itself, and how to change its behaviour.",
    .methods = sys_functions,
    .exec = sys_exec,
};

}  // namespace baton
