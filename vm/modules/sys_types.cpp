// The struct sequences of sys: flags, version_info and the facts about numbers and threads.
#include "runtime/types/structseq.h"
#include "vm/modules/sys_types.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

constexpr const char* kFlags[] = {"debug",
                                  "inspect",
                                  "interactive",
                                  "optimize",
                                  "dont_write_bytecode",
                                  "no_user_site",
                                  "no_site",
                                  "ignore_environment",
                                  "verbose",
                                  "bytes_warning",
                                  "quiet",
                                  "hash_randomization",
                                  "isolated",
                                  "dev_mode",
                                  "utf8_mode",
                                  "warn_default_encoding",
                                  "safe_path",
                                  "int_max_str_digits"};
constexpr const char* kVersion[] = {"major", "minor", "micro", "releaselevel", "serial"};
constexpr const char* kFloat[] = {"max", "max_exp",  "max_10_exp", "min",   "min_exp", "min_10_exp",
                                  "dig", "mant_dig", "epsilon",    "radix", "rounds"};
constexpr const char* kInt[] = {"bits_per_digit", "sizeof_digit", "default_max_str_digits",
                                "str_digits_check_threshold"};
constexpr const char* kHash[] = {"width",     "modulus",   "inf",       "nan",   "imag",
                                 "algorithm", "hash_bits", "seed_bits", "cutoff"};
constexpr const char* kThread[] = {"name", "lock", "version"};
constexpr const char* kUnraisable[] = {"exc_type", "exc_value", "exc_traceback", "err_msg", "object"};
constexpr const char* kAsyncHooks[] = {"firstiter", "finalizer"};

constexpr auto flags_getset = struct_getset(kFlags);
constexpr auto version_getset = struct_getset(kVersion);
constexpr auto float_getset = struct_getset(kFloat);
constexpr auto int_getset = struct_getset(kInt);
constexpr auto hash_getset = struct_getset(kHash);
constexpr auto thread_getset = struct_getset(kThread);
constexpr auto unraisable_getset = struct_getset(kUnraisable);
constexpr auto async_hooks_getset = struct_getset(kAsyncHooks);

template <size_t N>
constexpr StructInfo info_of(Type* type, const char* const (&names)[N]) {
    return {type, static_cast<int>(N), static_cast<int>(N), 0, names};
}

// Of these there is one object, and scripts make no other.
TypeSpec only_one(TypeSpec spec) {
    spec.flags |= kTypeDisallowInstantiation;
    spec.tp_new = {};
    return spec;
}

}  // namespace

const TypeSpec sys_flags_spec = only_one(struct_spec<18>(
    "sys.flags", flags_getset.data(), "What the command line and the environment asked for."));
const TypeSpec sys_version_info_spec =
    only_one(struct_spec<5>("sys.version_info", version_getset.data(),
                            "The parts of the version of Python; version_info >= (3, 11) works."));
const TypeSpec sys_float_info_spec =
    struct_spec<11>("sys.float_info", float_getset.data(), "Facts about the low level float representation.");
const TypeSpec sys_int_info_spec =
    struct_spec<4>("sys.int_info", int_getset.data(), "Facts about the internal representation of integers.");
const TypeSpec sys_hash_info_spec =
    struct_spec<9>("sys.hash_info", hash_getset.data(), "Parameters of the hashing of numbers and strings.");
const TypeSpec sys_thread_info_spec =
    struct_spec<3>("sys.thread_info", thread_getset.data(), "Facts about the thread implementation.");
const TypeSpec sys_unraisable_spec =
    struct_spec<5>("UnraisableHookArgs", unraisable_getset.data(), "What sys.unraisablehook is called with.");
const TypeSpec sys_asyncgen_hooks_spec =
    struct_spec<2>("asyncgen_hooks", async_hooks_getset.data(), "The hooks of asynchronous generators.");

const StructInfo sys_flags_info = info_of(&baton_sys_flags_type, kFlags);
const StructInfo sys_version_info_info = info_of(&baton_sys_version_info_type, kVersion);
const StructInfo sys_float_info_info = info_of(&baton_sys_float_info_type, kFloat);
const StructInfo sys_int_info_info = info_of(&baton_sys_int_info_type, kInt);
const StructInfo sys_hash_info_info = info_of(&baton_sys_hash_info_type, kHash);
const StructInfo sys_thread_info_info = info_of(&baton_sys_thread_info_type, kThread);
const StructInfo sys_unraisable_info = info_of(&baton_sys_unraisable_type, kUnraisable);
const StructInfo sys_asyncgen_hooks_info = info_of(&baton_sys_asyncgen_hooks_type, kAsyncHooks);

}  // namespace baton
