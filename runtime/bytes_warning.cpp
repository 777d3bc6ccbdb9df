// See bytes_warning.h.
#include "runtime/bytes_warning.h"

#include "runtime/attr.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

// sys.flags.bytes_warning: only those ask who are about to do something unusual.
bool is_wanted(Attached ts) {
    Dict* sys = interp(ts).sys_dict;
    auto name = str_intern_utf8(ts, "flags");
    auto field = str_intern_utf8(ts, "bytes_warning");
    bool wanted = false;
    if (sys && name.ok() && field.ok()) {
        if (Object* flags = dict_find_str(*sys, *name)) {
            auto level = get_attr(ts, *flags, *field);
            if (level.ok()) {
                auto truth = is_true(ts, *level);
                wanted = truth.ok() && truth.take();
            }
        }
    }
    if (pending(ts)) clear_pending(ts);
    return wanted;
}

}  // namespace

Result<void> warn_about_bytes(Attached ts, const char* what) {
    if (!is_wanted(ts)) return {};
    return warn(ts, Exc::BytesWarning, what);
}

Result<void> warn_about_comparison(Attached ts, const char* name, const Object& a, const Object& b,
                                   CompareOp op) {
    if (op != CompareOp::eq && op != CompareOp::ne) return {};
    const bool text = is_str(a) || is_str(b), number = is_int(a) || is_int(b);
    if ((!text && !number) || !is_wanted(ts)) return {};
    return warn(ts, Exc::BytesWarning,
                fmt::format("Comparison between {} and {}", name, text ? "string" : "int"));
}

}  // namespace baton
