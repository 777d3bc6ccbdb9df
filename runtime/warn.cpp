// Warnings and exceptions nobody can catch: handed to Python's hooks when they exist, written to stderr
// otherwise.
#include <unistd.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/namespace.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/structseq.h"
#include "runtime/types/tuple.h"
#include "runtime/vm_hooks.h"

namespace baton {

namespace {

// One write per message, so that messages of several threads do not mix.
void write_stderr(Attached ts, Str& text) {
    auto utf8 = str_as_utf8(ts, text);
    if (!utf8.ok()) {
        clear_pending(ts);
        return;
    }
    const std::string copy(*utf8);
    ts.detached([&] {
        std::string_view rest = copy;
        while (!rest.empty()) {
            const ssize_t n = ::write(2, rest.data(), rest.size());
            if (n <= 0) return;
            rest.remove_prefix(static_cast<size_t>(n));
        }
    });
}

Object* sys_attribute(Attached ts, Str& name) {
    Dict* sys = interp(ts).sys_dict;
    return sys ? dict_find_str(*sys, name) : nullptr;
}

Ref<Object> or_none(Object* o) {
    return Ref<Object>::share(o ? *o : none());
}

// What the hook is called with is a struct sequence of vm's sys module, which shows it to nobody: it is found
// among the native types derived from tuple.
Result<OptRef<Object>> hook_argument_type(Attached ts) {
    auto types = TRY(type_subclasses(ts, PyTuple_Type));
    for (Index i = 0; i < types->size; ++i) {
        auto& type = static_cast<Type&>(*types->item[i]);
        if (info(type).native && std::string_view(type.name) == "UnraisableHookArgs") {
            return OptRef<Object>(Ref<Object>::share(type));
        }
    }
    return OptRef<Object>();
}

// UnraisableHookArgs(...) when sys has been made; a namespace with the same names before.
Result<Ref<Object>> hook_arguments(Attached ts, BaseException& e, Object& message, Object* object) {
    auto traceback = or_none(e.traceback);
    auto about = or_none(object);
    OptRef<Object> type = TRY(hook_argument_type(ts));
    if (type) {
        const StructInfo layout = {static_cast<Type*>(type.get()), 5, 5, 0, nullptr};
        Result<Ref<Object>> values[] = {Ref<Object>::share(*e.type), Ref<Object>::share(e), traceback.copy(),
                                        Ref<Object>::share(message), about.copy()};
        return struct_fill(ts, layout, {&values[0], &values[1], &values[2], &values[3], &values[4]});
    }
    auto fields = TRY(dict_new(ts));
    struct {
        const char* name;
        Object* value;
    } const rows[] = {{"exc_type", e.type},
                      {"exc_value", &e},
                      {"exc_traceback", traceback.get()},
                      {"err_msg", &message},
                      {"object", about.get()}};
    for (auto& r : rows) {
        auto name = TRY(str_intern_utf8(ts, r.name));
        TRY(dict_set_str(ts, *fields, *name, *r.value));
    }
    return namespace_new(ts, *fields);
}

// "Exception ignored in: <object>\nTypeError: text\n" without traceback.
Result<void> report_plainly(Attached ts, BaseException& e, Object& message, Object* object) {
    StrBuilder b;
    if (is_none(message)) {
        b.append_ascii("Exception ignored in");
    } else {
        auto text = TRY(str(ts, message));
        b.append(*text);
    }
    if (object) {
        auto shown = repr(ts, *object);
        b.append_ascii(": ");
        if (shown.ok()) {
            b.append(*shown.take());
        } else {
            clear_pending(ts);
            b.append_ascii("<object repr() failed>");
        }
    }
    b.append('\n');
    b.append_utf8(type_name(e));
    auto text = str(ts, e);
    if (text.ok()) {
        auto shown = text.take();
        if (shown->length) {
            b.append_ascii(": ");
            b.append(*shown);
        }
    } else {
        clear_pending(ts);
        b.append_ascii(": <exception str() failed>");
    }
    b.append('\n');
    auto whole = TRY(b.finish(ts));
    write_stderr(ts, *whole);
    return {};
}

Result<void> report(Attached ts, BaseException& e, const char* what, Object* object) {
    const VmHooks* vm = interp(ts).vm_hooks;
    if (!e.traceback && vm && vm->add_traceback) vm->add_traceback(ts, e);
    Ref<Object> message = Ref<Object>::share(none());
    if (what) message = TRY(str_format(ts, "Exception ignored {}", what));
    Object* hook = sys_attribute(ts, id(Name::unraisablehook));
    if (hook && !is_none(*hook)) {
        auto held = Ref<Object>::share(*hook);
        auto args = hook_arguments(ts, e, *message, object);
        if (args.ok()) {
            auto arguments = args.take();
            // Audit hooks that object keep the hook from being called.
            auto done = !tell_audit(ts, "sys.unraisablehook", {held.get(), arguments.get()}).ok()
                            ? Result<Ref<Object>>(already_raised())
                            : call(ts, *held, {arguments.get()});
            if (done.ok()) return {};
        }
        // The hook failed: report its own exception plainly, then the one it was given.
        auto failure = fetch(ts);
        if (failure) {
            auto text = TRY(str_new_ascii(ts, "Exception ignored in sys.unraisablehook"));
            TRY(report_plainly(ts, *failure, *text, held.get()));
        }
    }
    return report_plainly(ts, e, *message, object);
}

}  // namespace

void write_unraisable(Attached ts, const char* what, Object* object) {
    auto e = fetch(ts);
    if (!e) return;
    if (!report(ts, *e, what, object).ok()) clear_pending(ts);
}

// ---- warnings ----

namespace {

// What CPython's filters do before anybody configures them.
bool shown_by_default(Exc category) {
    switch (category) {
        case Exc::DeprecationWarning:
        case Exc::PendingDeprecationWarning:
        case Exc::ImportWarning:
        case Exc::ResourceWarning:
        case Exc::EncodingWarning:
            return false;
        default:
            return true;
    }
}

// The module below `warnings`: the import system loads it first of all, and scripts that replace
// warnings.warn do not change what native code does.
Object* warnings_module(Attached ts) {
    Dict* modules = interp(ts).sys_modules;
    if (!modules) return nullptr;
    auto name = str_intern_utf8(ts, "_warnings");
    if (!name.ok()) {
        clear_pending(ts);
        return nullptr;
    }
    return dict_find_str(*modules, *name.take());
}

}  // namespace

Result<void> warn_about(Attached ts, Exc category, std::string_view message, Object* source,
                        Index stack_level) {
    Type& type = exc_type(category);
    if (Object* found = warnings_module(ts)) {
        auto module = Ref<Object>::share(*found);
        OptRef<Object> function = TRY(get_attr_opt(ts, *module, id(Name::warn)));
        // At the end of an interpreter names are None.
        if (function && !is_none(*function)) {
            StrBuilder b;
            b.append_utf8(message);
            auto text = TRY(b.finish(ts));
            auto level = TRY(box_int(ts, stack_level));
            if (source) {
                TRY(call(ts, *function, {text.get(), &type, level.get(), source}));
            } else {
                TRY(call(ts, *function, {text.get(), &type, level.get()}));
            }
            return {};
        }
    }
    if (!shown_by_default(category)) return {};
    auto line = TRY(str_format(ts, "sys:1: {}: {}\n", type.name, message));
    write_stderr(ts, *line);
    return {};
}

Result<void> warn(Attached ts, Exc category, std::string_view message, Index stack_level) {
    return warn_about(ts, category, message, nullptr, stack_level);
}

}  // namespace baton
