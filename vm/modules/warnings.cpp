// _warnings: how importlib warns before, and after, the warnings module is there.
//
// The filters live in warnings.py, which keeps its own versions of everything it does not find here. This
// module hands a warning on to it, once it has been imported, and judges by the default filters until then.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "vm/sys_access.h"

namespace baton {

namespace {

// warnings.warn, when that module is there and has got so far.
Result<OptRef<Object>> python_warn(Attached ts) {
    Dict* modules = interp(ts).sys_modules;
    if (modules == nullptr) return OptRef<Object>();
    const Ref<Str> name = TRY(str_intern_utf8(ts, "warnings"));
    Object* found = dict_find_str(*modules, *name);
    if (found == nullptr) return OptRef<Object>();
    const Ref<Object> module = Ref<Object>::share(*found);
    return get_attr_opt(ts, *module, id(Name::warn));
}

// What the default filters let through: warnings meant for users, not for developers.
bool shown_by_default(const Type& category) {
    for (const Exc silent : {Exc::DeprecationWarning, Exc::PendingDeprecationWarning, Exc::ImportWarning,
                             Exc::ResourceWarning, Exc::EncodingWarning}) {
        if (is_subtype(category, exc_type(silent))) return false;
    }
    return true;
}

Result<void> warnings_warn(Attached ts, Object&, Object& message, Object* category, Opt<Index> stacklevel,
                           Object* source) {
    const OptRef<Object> function = TRY(python_warn(ts));
    if (function) {
        const Ref<Int> level = TRY(box_int(ts, stacklevel.or_else(1)));
        Object& kind = category != nullptr ? *category : none();
        if (source == nullptr || is_none(*source)) {
            TRY(call(ts, *function, {&message, &kind, level.get()}));
        } else {
            TRY(call(ts, *function, {&message, &kind, level.get(), source}));
        }
        return {};
    }
    Object* kind = is_instance_exact(message, exc_type(Exc::Warning)) ? message.type : category;
    if (kind == nullptr || is_none(*kind)) kind = &exc_type(Exc::UserWarning);
    if (!is_type(*kind) || !is_subtype(static_cast<Type&>(*kind), exc_type(Exc::Warning))) {
        return raise(ts, Exc::TypeError, "category must be a Warning subclass, not '{}'", type_name(*kind));
    }
    if (!shown_by_default(static_cast<Type&>(*kind))) return {};
    const Ref<Str> text = TRY(str(ts, message));
    const std::string_view utf8 = TRY(str_as_utf8(ts, *text));
    const Ref<Str> line = TRY(str_format(ts, "sys:1: {}: {}\n", type_name(static_cast<Type&>(*kind)), utf8));
    const std::string_view shown = TRY(str_as_utf8(ts, *line));
    write_stderr(ts, shown);
    return {};
}

constexpr Method functions[] = {
    method<warnings_warn>("warn($module, /, message, category=None, stacklevel=1, source=None)",
                          "Issues a warning, or maybe ignores it or raises an exception."),
    {},
};

}  // namespace

extern const ModuleSpec warnings_module;
const ModuleSpec warnings_module = {
    .name = "_warnings",
    .doc = "Warnings for importlib; the filters are in the warnings module.",
    .methods = functions,
};

}  // namespace baton
