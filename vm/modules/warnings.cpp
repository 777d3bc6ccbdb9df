// _warnings: issuing warnings by the filters, which warnings.py shares with this module.
//
// The filters, the default action and the registry of what was shown once are kept here; as soon as the
// warnings module exists its attributes of these names count instead, because programs replace them. A
// registry remembers what was shown and the version of the filters it remembers it for.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/frame.h"
#include "vm/modules/warnings_context.h"
#include "vm/source_lines.h"
#include "vm/sys_access.h"

namespace baton {

namespace {

struct WarningsState {
    List* filters;
    Dict* once_registry;
    Str* default_action;
    int64_t version;
};

Result<Ref<Str>> text_of(Attached ts, const char* name) {
    return str_intern_utf8(ts, name);
}

// warnings.name, if that module has been imported.
Result<OptRef<Object>> python_attribute(Attached ts, const char* name) {
    Dict* modules = interp(ts).sys_modules;
    if (modules == nullptr) return OptRef<Object>();
    const Ref<Str> module_key = TRY(text_of(ts, "warnings"));
    Object* found = dict_find_str(*modules, *module_key);
    if (found == nullptr) return OptRef<Object>();
    const Ref<Object> module = Ref<Object>::share(*found);
    const Ref<Str> attribute = TRY(text_of(ts, name));
    return get_attr_opt(ts, *module, *attribute);
}

Result<Ref<Object>> filters_of(Attached ts, WarningsState& state) {
    OptRef<Object> filters = TRY(python_attribute(ts, "filters"));
    if (!filters) return Ref<Object>::share(*state.filters);
    if (!is_list(*filters)) return raise(ts, Exc::ValueError, "_warnings.filters must be a list");
    // Kept for when the attribute is gone.
    Ref<Object> found = std::move(filters).take();
    incref(found.get());
    xdecref(ts, std::exchange(state.filters, static_cast<List*>(found.get())));
    return found;
}
Result<Ref<Object>> default_action_of(Attached ts, WarningsState& state) {
    OptRef<Object> action = TRY(python_attribute(ts, "defaultaction"));
    if (!action) return Ref<Object>::share(*state.default_action);
    if (!is_str(*action)) {
        return raise(ts, Exc::TypeError, "_warnings.defaultaction must be a string, not '{}'",
                     type_name(*action));
    }
    return std::move(action).take();
}
Result<Ref<Object>> once_registry_of(Attached ts, WarningsState& state) {
    OptRef<Object> registry = TRY(python_attribute(ts, "onceregistry"));
    if (!registry) return Ref<Object>::share(*state.once_registry);
    if (!is_dict(*registry)) {
        return raise(ts, Exc::TypeError, "_warnings.onceregistry must be a dict, not '{}'",
                     type_name(*registry));
    }
    return std::move(registry).take();
}

// A filter's pattern against a text: None fits all, a str must be equal, anything else is asked by match().
Result<bool> pattern_fits(Attached ts, Object& pattern, Object& text) {
    if (is_none(pattern)) return true;
    if (is_exact_str(pattern)) return compare_bool(ts, pattern, text, CompareOp::eq);
    const Ref<Str> match = TRY(text_of(ts, "match"));
    const Ref<Object> found = TRY(call_method(ts, pattern, *match, {&text}));
    return is_true(ts, *found);
}

Result<Ref<Object>> action_for(Attached ts, WarningsState& state, Object& category, Object& text,
                               int64_t line, Object& module, OptRef<Object>* chosen) {
    const Ref<Object> filters = TRY(filters_of(ts, state));
    auto& list = static_cast<List&>(*filters);
    // Patterns run code, which may change the list.
    for (Index i = 0; i < list.size; ++i) {
        Ref<Object> item = Ref<Object>::share(*list.item[i]);
        if (!is_tuple(*item) || static_cast<Tuple&>(*item).size != 5) {
            return raise(ts, Exc::ValueError, "_warnings.filters item {} isn't a 5-tuple", i);
        }
        Object* const* part = static_cast<Tuple&>(*item).item;
        if (!is_str(*part[0])) {
            return raise(ts, Exc::TypeError, "action must be a string, not '{}'", type_name(*part[0]));
        }
        if (!TRY(pattern_fits(ts, *part[1], text)) || !TRY(is_subclass(ts, category, *part[2])) ||
            !TRY(pattern_fits(ts, *part[3], module))) {
            continue;
        }
        const Index wanted = TRY(as_index(ts, *part[4], Exc::OverflowError));
        if (wanted != 0 && wanted != line) continue;
        Ref<Object> action = Ref<Object>::share(*part[0]);
        *chosen = std::move(item);
        return action;
    }
    return default_action_of(ts, state);
}

// Whether the registry, if it is of these filters, has the key; `add` enters it.
Result<bool> already_warned(Attached ts, WarningsState& state, Object& registry, Object& key, bool add) {
    auto& dict = static_cast<Dict&>(registry);
    const Ref<Str> version_key = TRY(text_of(ts, "version"));
    const Found version = TRY(dict_find(ts, dict, *version_key));
    int overflow = 0;
    const bool current = version.value != nullptr && is_int(*version.value) &&
                         int_as_int64(static_cast<Int&>(*version.value), &overflow) == state.version;
    if (!current) {
        dict_clear(ts, dict);
        const Ref<Int> number = TRY(box_int(ts, state.version));
        TRY(dict_set(ts, dict, *version_key, *number));
    } else {
        const Found known = TRY(dict_find(ts, dict, key));
        if (known.value != nullptr) {
            const Ref<Object> value = Ref<Object>::share(*known.value);
            if (TRY(is_true(ts, *value))) return true;
        }
    }
    if (add) TRY(dict_set(ts, dict, key, bool_object(true)));
    return false;
}

// "module.py" as a module is called when nobody says: the file's name without its ending.
Result<Ref<Object>> module_of_file(Attached ts, Object& filename) {
    auto& name = static_cast<Str&>(filename);
    if (name.length == 0) return str_new_ascii(ts, "<unknown>");
    const Ref<Str> ending = TRY(text_of(ts, ".py"));
    if (str_ends_with(name, *ending)) return str_substring(ts, name, 0, name.length - 3);
    return Ref<Object>::share(filename);
}

// Before the warnings module is there: one line on stderr, and the source line if there is a file.
Result<void> show_plainly(Attached ts, Object& filename, int64_t line, Object& text, Object& category) {
    const Ref<Str> name = TRY(get_attr(ts, category, id(Name::__name__))).cast<Str>();
    const Ref<Str> file = TRY(str(ts, filename));
    const Ref<Str> message = TRY(str(ts, text));
    const std::string_view f = TRY(str_as_utf8(ts, *file));
    const std::string_view n = TRY(str_as_utf8(ts, *name));
    const std::string_view m = TRY(str_as_utf8(ts, *message));
    const Ref<Str> shown = TRY(str_format(ts, "{}:{}: {}: {}\n", f, line, n, m));
    const std::string_view whole = TRY(str_as_utf8(ts, *shown));
    write_stderr(ts, whole);
    std::string source;
    if (source_line_of(ts, *file, static_cast<int>(line), &source)) {
        const size_t from = source.find_first_not_of(" \t\f");
        if (from != source.npos) write_stderr(ts, fmt::format("  {}\n", source.substr(from)));
    }
    return {};
}

Result<void> show(Attached ts, Object& category, Object& text, Object& message, Object& filename,
                  int64_t line, Object* source) {
    const OptRef<Object> function = TRY(python_attribute(ts, "_showwarnmsg"));
    const OptRef<Object> type = TRY(python_attribute(ts, "WarningMessage"));
    if (!function) return show_plainly(ts, filename, line, text, category);
    if (!is_callable(*function))
        return raise(ts, Exc::TypeError, "warnings._showwarnmsg() must be set to a callable");
    if (!type) return raise(ts, Exc::RuntimeError, "unable to get warnings.WarningMessage");
    const Ref<Int> number = TRY(box_int(ts, line));
    Object& about = source != nullptr ? *source : none();
    const Ref<Object> record =
        TRY(call(ts, *type, {&message, &category, &filename, number.get(), &none(), &none(), &about}));
    TRY(call(ts, *function, {record.get()}));
    return {};
}

Result<bool> register_once(Attached ts, WarningsState& state, Object& registry, Object& text,
                           Object& category) {
    const Ref<Tuple> key = TRY(tuple_of(ts, {&text, &category}));
    return already_warned(ts, state, registry, *key, true);
}

Result<void> warn_explicit_core(Attached ts, WarningsState& state, Object& given_category, Object& given,
                                Object& filename, int64_t line, Object* module, Object* registry,
                                Object* source) {
    if (module != nullptr && is_none(*module)) return {};  // the end of an interpreter: names are gone
    if (registry != nullptr && is_none(*registry)) registry = nullptr;
    if (registry != nullptr && !is_dict(*registry)) {
        return raise(ts, Exc::TypeError, "'registry' must be a dict or None");
    }
    const Ref<Object> module_name =
        module != nullptr ? Ref<Object>::share(*module) : TRY(module_of_file(ts, filename));

    const bool is_warning = is_instance_exact(given, exc_type(Exc::Warning));
    Object& category = is_warning ? *given.type : given_category;
    const Ref<Object> text = is_warning ? Ref<Object>(TRY(str(ts, given))) : Ref<Object>::share(given);
    const Ref<Object> message = is_warning ? Ref<Object>::share(given) : TRY(call(ts, category, {&given}));

    const Ref<Int> number = TRY(box_int(ts, line));
    const Ref<Tuple> key = TRY(tuple_of(ts, {text.get(), &category, number.get()}));
    if (registry != nullptr && TRY(already_warned(ts, state, *registry, *key, false))) return {};

    OptRef<Object> chosen;
    const Ref<Object> action_object =
        TRY(action_for(ts, state, category, *text, line, *module_name, &chosen));
    const auto& action = static_cast<Str&>(*action_object);
    if (str_eq_ascii(action, "error")) return raise_type(ts, *message->type, message.get());
    if (str_eq_ascii(action, "ignore")) return {};
    bool seen = false;
    if (!str_eq_ascii(action, "always")) {
        if (registry != nullptr) TRY(dict_set(ts, static_cast<Dict&>(*registry), *key, bool_object(true)));
        if (str_eq_ascii(action, "once")) {
            const Ref<Object> once =
                registry != nullptr ? Ref<Object>::share(*registry) : TRY(once_registry_of(ts, state));
            seen = TRY(register_once(ts, state, *once, *text, category));
        } else if (str_eq_ascii(action, "module")) {
            if (registry != nullptr) seen = TRY(register_once(ts, state, *registry, *text, category));
        } else if (!str_eq_ascii(action, "default")) {
            const Ref<Str> shown = TRY(repr(ts, *action_object));
            const Ref<Str> item = TRY(repr(ts, chosen ? *chosen : none()));
            const std::string_view a = TRY(str_as_utf8(ts, *shown));
            const std::string_view b = TRY(str_as_utf8(ts, *item));
            return raise(ts, Exc::RuntimeError, "Unrecognized action ({}) in warnings.filters:\n {}", a, b);
        }
    }
    if (seen) return {};
    return show(ts, category, *text, *message, filename, line, source);
}

// The warning's class: the message's own, else the one given, UserWarning when there is none.
Result<Object*> category_of(Attached ts, Object& message, Object* category) {
    if (is_instance_exact(message, exc_type(Exc::Warning))) return message.type;
    if (category == nullptr || is_none(*category)) return &exc_type(Exc::UserWarning);
    const auto derived = is_subclass(ts, *category, exc_type(Exc::Warning));
    const bool fits = is_type(*category) && is_subtype(static_cast<Type&>(*category), exc_type(Exc::Warning));
    if (!derived.ok()) clear_pending(ts);
    if (!fits) {
        return raise(ts, Exc::TypeError, "category must be a Warning subclass, not '{}'",
                     type_name(*category));
    }
    return category;
}

// ---- the module's functions ----

WarningsState& state_of(Module& module) {
    return module_state<WarningsState>(module);
}

Result<void> warnings_warn(Attached ts, Module& module, Object& message, Object* category,
                           Opt<Index> stacklevel, Object* source) {
    Object& kind = *TRY(category_of(ts, message, category));
    WarningContext context = TRY(warning_context(ts, stacklevel.or_else(1)));
    if (source != nullptr && is_none(*source)) source = nullptr;
    return warn_explicit_core(ts, state_of(module), kind, message, *context.filename, context.line,
                              context.module.get(), context.registry.get(), source);
}

Result<void> warnings_warn_explicit(Attached ts, Module& module, Object& message, Object& category,
                                    Str& filename, Index lineno, Object* module_name, Object* registry,
                                    Object* module_globals, Object* source) {
    if (module_globals != nullptr && !is_none(*module_globals) && !is_dict(*module_globals)) {
        return raise(ts, Exc::TypeError, "module_globals must be a dict, not '{}'",
                     type_name(*module_globals));
    }
    if (source != nullptr && is_none(*source)) source = nullptr;
    return warn_explicit_core(ts, state_of(module), category, message, filename, lineno, module_name,
                              registry, source);
}

Result<void> warnings_filters_mutated(Attached, Module& module) {
    ++state_of(module).version;
    return {};
}

constexpr Method functions[] = {
    method<warnings_warn>("warn($module, /, message, category=None, stacklevel=1, source=None)",
                          "Treats a warning as the filters say: shows it, drops it or raises it."),
    method<warnings_warn_explicit>(
        "warn_explicit($module, /, message, category, filename, lineno, module=<unrepresentable>, "
        "registry=None, module_globals=None, source=None)",
        "Issue a warning for a place that is named."),
    method<warnings_filters_mutated>("_filters_mutated($module, /)", "Says that the filters have changed."),
    {},
};

Result<void> add_filter(Attached ts, List& filters, const char* action, Exc category, const char* module) {
    const Ref<Str> what = TRY(text_of(ts, action));
    const Ref<Object> where =
        module != nullptr ? Ref<Object>(TRY(text_of(ts, module))) : Ref<Object>::share(none());
    Ref<Tuple> item =
        TRY(tuple_of(ts, {what.get(), &none(), &exc_type(category), where.get(), small_int(0).get()}));
    return list_append_owned(ts, filters, std::move(item));
}

Result<void> warnings_exec(Attached ts, Module& module) {
    WarningsState& state = state_of(module);
    Ref<List> filters = TRY(list_new(ts, 0));
    state.filters = filters.copy().release();
    Ref<Dict> once = TRY(dict_new(ts));
    state.once_registry = once.copy().release();
    Ref<Str> action = TRY(text_of(ts, "default"));
    state.default_action = action.copy().release();
    TRY(add_filter(ts, *filters, "default", Exc::DeprecationWarning, "__main__"));
    TRY(add_filter(ts, *filters, "ignore", Exc::DeprecationWarning, nullptr));
    TRY(add_filter(ts, *filters, "ignore", Exc::PendingDeprecationWarning, nullptr));
    TRY(add_filter(ts, *filters, "ignore", Exc::ImportWarning, nullptr));
    TRY(add_filter(ts, *filters, "ignore", Exc::ResourceWarning, nullptr));
    TRY(module_add(ts, module, "filters", *filters));
    TRY(module_add(ts, module, "_onceregistry", *once));
    return module_add(ts, module, "_defaultaction", *action);
}

int warnings_traverse(Module& module, VisitProc visit, void* arg) {
    const WarningsState& state = state_of(module);
    return visit_fields<Object>(visit, arg, state.filters, state.once_registry, state.default_action);
}
void warnings_clear(Attached ts, Module& module) {
    WarningsState& state = state_of(module);
    xdecref(ts, std::exchange(state.filters, nullptr));
    xdecref(ts, std::exchange(state.once_registry, nullptr));
    xdecref(ts, std::exchange(state.default_action, nullptr));
}

}  // namespace

extern const ModuleSpec warnings_module;
const ModuleSpec warnings_module = {
    .name = "_warnings",
    .doc = "The heart of the warnings module: filters, and the functions that issue warnings.",
    .methods = functions,
    .exec = warnings_exec,
    .state_size = sizeof(WarningsState),
    .traverse = warnings_traverse,
    .clear = warnings_clear,
};

}  // namespace baton
