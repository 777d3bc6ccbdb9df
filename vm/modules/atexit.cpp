// The module atexit. The callbacks are the interpreter's (VmInterp::atexit); run_atexit (lifecycle.h) runs
// them at its end.
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"
#include "vm/interp_data.h"
#include "vm/lifecycle.h"

namespace baton {
namespace {

void drop_callback(Attached ts, AtexitCallback c) {
    xdecref(ts, c.function);
    xdecref(ts, c.args);
    xdecref(ts, c.kwargs);
}

Result<Ref<Object>> atexit_register(Attached ts, Module&, Args args, Kwargs kwargs) {
    if (args.n == 0) return raise(ts, Exc::TypeError, "register() takes at least 1 argument (0 given)");
    Object& function = *TRY(box_in_place(ts, args.v[0]));
    if (!is_callable(function)) return raise(ts, Exc::TypeError, "the first argument must be callable");
    auto rest = TRY(tuple_from_values(ts, args.v + 1, static_cast<Index>(args.n - 1)));
    OptRef<Dict> named;
    if (kwargs.size()) {
        auto d = TRY(dict_new(ts));
        for (size_t i = 0; i < kwargs.size(); ++i) {
            Object& value = *TRY(box_in_place(ts, kwargs.v[i]));
            TRY(dict_set(ts, *d, *kwargs.names->item[i], value));
        }
        named = std::move(d);
    }
    vm_interp(ts).atexit.push_back({Ref<Object>::share(function).release(), rest.release(), named.release()});
    return Ref<Object>::share(function);
}

// Equality may run code that registers or unregisters: entries are looked at by number, and only marked.
Result<void> atexit_unregister(Attached ts, Module&, Object& function) {
    auto& callbacks = vm_interp(ts).atexit;
    for (size_t i = 0; i < callbacks.size(); ++i) {
        if (!callbacks[i].function) continue;
        auto registered = Ref<Object>::share(*callbacks[i].function);
        if (!TRY(equal(ts, *registered, function))) continue;
        if (i < callbacks.size() && callbacks[i].function == registered.get()) {
            drop_callback(ts, std::exchange(callbacks[i], AtexitCallback{nullptr, nullptr, nullptr}));
        }
    }
    return {};
}
Result<void> atexit_clear(Attached ts, Module&) {
    std::vector<AtexitCallback> all;
    all.swap(vm_interp(ts).atexit);
    for (AtexitCallback& c : all) drop_callback(ts, c);
    return {};
}
Result<Index> atexit_count(Attached ts, Module&) {
    Index n = 0;
    for (const AtexitCallback& c : vm_interp(ts).atexit) n += c.function != nullptr;
    return n;
}
Result<void> atexit_run(Attached ts, Module&) {
    run_atexit(ts);
    return {};
}

constexpr Method methods[] = {
    method<atexit_register>("register($module, *args, **kwargs)",
                            "register(func, *args, **kwargs) -> func\n\nHas func(*args, **kwargs) called "
                            "when the interpreter shuts down, the last registered first."),
    method<atexit_clear>("_clear($module, /)", "Forgets what was registered."),
    method<atexit_unregister>("unregister($module, func, /)", "Forgets every registration of func."),
    method<atexit_run>("_run_exitfuncs($module, /)", "Calls what was registered, now."),
    method<atexit_count>("_ncallbacks($module, /)", "How many calls are registered."),
    {},
};

}  // namespace

extern const ModuleSpec atexit_module;
const ModuleSpec atexit_module = {
    .name = "atexit",
    .doc = "Functions to be called when the interpreter ends.",
    .methods = methods,
};

}  // namespace baton
