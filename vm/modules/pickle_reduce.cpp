// Pickling by name and by __reduce_ex__.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/modules/pickle_write.h"

namespace baton {

namespace {

Result<OptRef<Object>> attribute(Attached ts, Object& o, std::string_view name) {
    return get_attr_opt(ts, o, *TRY(str_intern_utf8(ts, name)));
}

// The name of the module an object says it is from, or the one that has it under that name.
Result<Ref<Object>> module_of(Attached ts, Object& o, Str& name) {
    OptRef<Object> own = TRY(attribute(ts, o, "__module__"));
    if (own && !is_none(*own)) return std::move(own).take();
    const Ref<Object> modules = TRY(pickle_library(ts, "sys", "modules"));
    const Ref<List> pairs =
        TRY(to_list(ts, *TRY(call_method(ts, *modules, *TRY(str_intern_utf8(ts, "items"))))));
    for (Index i = 0; i < pairs->size; ++i) {
        auto& pair = static_cast<Tuple&>(*pairs->item[i]);
        Object &module_name = *pair.item[0], &module = *pair.item[1];
        if (is_none(module) ||
            (is_str(module_name) && str_eq_ascii(static_cast<Str&>(module_name), "__main__")))
            continue;
        OptRef<Object> parent;
        auto found = pickle_dotted(ts, module, name, &parent);
        if (!found.ok()) {
            if (!pending_is(ts, Exc::AttributeError)) return already_raised();
            clear_pending(ts);
            continue;
        }
        if (found.get() == &o) return Ref<Object>::share(module_name);
    }
    return str_intern_utf8(ts, "__main__");
}

// Python 3's name for something in Python 2's, where protocols below 3 want that.
Result<void> map_to_python2(Attached ts, Ref<Object>& module, Ref<Object>& name) {
    const Ref<Tuple> key = TRY(tuple_of(ts, {module.get(), name.get()}));
    const Ref<Object> names = TRY(pickle_library(ts, "_compat_pickle", "REVERSE_NAME_MAPPING"));
    if (Object* pair = TRY(dict_find(ts, static_cast<Dict&>(*names), *key)).value) {
        if (!is_tuple(*pair) || static_cast<Tuple&>(*pair).size != 2)
            return raise(ts, Exc::RuntimeError,
                         "_compat_pickle.REVERSE_NAME_MAPPING values should be 2-tuples, not {}",
                         type_name(*pair));
        Ref<Object> keep = Ref<Object>::share(*pair);
        module = Ref<Object>::share(*static_cast<Tuple&>(*keep).item[0]);
        name = Ref<Object>::share(*static_cast<Tuple&>(*keep).item[1]);
        return {};
    }
    const Ref<Object> modules = TRY(pickle_library(ts, "_compat_pickle", "REVERSE_IMPORT_MAPPING"));
    if (Object* other = TRY(dict_find(ts, static_cast<Dict&>(*modules), *module)).value)
        module = Ref<Object>::share(*other);
    return {};
}

}  // namespace

Result<Ref<Object>> pickle_library(Attached ts, std::string_view module, std::string_view name) {
    const Ref<Object> m = TRY(import_module(ts, module));
    return get_attr(ts, *m, *TRY(str_intern_utf8(ts, name)));
}
Raised raise_pickle(Attached ts, Type& error, std::string_view message) {
    const Ref<Str> text = TRY(str_new_utf8(ts, message));
    return raise_type(ts, error, text.get());
}
Result<Ref<Object>> pickle_dotted(Attached ts, Object& o, Str& name, OptRef<Object>* parent) {
    Ref<Object> at = Ref<Object>::share(o);
    for (Index start = 0; start <= name.length;) {
        const Index dot = str_find_char(name, '.', start, name.length);
        const Index end = dot < 0 ? name.length : dot;
        const Ref<Str> part = TRY(str_intern(ts, TRY(str_substring(ts, name, start, end))));
        OptRef<Object> next;
        if (!str_eq_ascii(*part, "<locals>")) next = TRY(get_attr_opt(ts, *at, *part));
        if (!next) {
            const Shown n = TRY(show_repr(ts, name)), where = TRY(show_repr(ts, o));
            return raise(ts, Exc::AttributeError, "Can't get {}attribute {} on {}",
                         str_eq_ascii(*part, "<locals>") ? "local " : "", n.view, where.view);
        }
        *parent = OptRef<Object>(std::move(at));
        at = std::move(next).take();
        start = end + 1;
    }
    return at;
}

// ---- by name ----

Result<void> PickleWriter::save_extension(Object& code, Object& o) {
    if (!is_int(code)) {
        const Shown shown = TRY(show_repr(ts_, o)), c = TRY(show_repr(ts_, code));
        return raise_pickling(ts_, pickling_error_type(),
                              "Can't pickle {}: extension code {} isn't an integer", shown.view, c.view);
    }
    int overflow;
    const int64_t n = int_as_int64(static_cast<Int&>(code), &overflow);
    if (overflow || n <= 0 || n > INT32_MAX) {
        const Shown shown = TRY(show_repr(ts_, o)), c = TRY(show_repr(ts_, code));
        return raise(ts_, Exc::RuntimeError, "Can't pickle {}: extension code {} is out of range", shown.view,
                     c.view);
    }
    const int bytes = n < 0x100 ? 1 : n < 0x10000 ? 2 : 4;
    put(bytes == 1 ? Op::EXT1 : bytes == 2 ? Op::EXT2 : Op::EXT4, static_cast<uint64_t>(n), bytes);
    return {};
}

Result<void> PickleWriter::save_global_text(Object& o, Object& module_name, Str& name) {
    Ref<Object> module = Ref<Object>::share(module_name), global = Ref<Object>::share(name);
    if (s_.fix_imports && s_.protocol < 3) TRY(map_to_python2(ts_, module, global));
    put(Op::GLOBAL);
    for (Object* part : {module.get(), global.get()}) {
        if (!is_str(*part))
            return raise(ts_, Exc::TypeError, "names of modules and globals must be str, not {}",
                         type_name(*part));
        auto& text = static_cast<Str&>(*part);
        auto encoded = s_.protocol >= 3 ? encode_utf8(ts_, text, nullptr) : encode_ascii(ts_, text, nullptr);
        if (!encoded.ok()) {
            if (!pending_is(ts_, Exc::UnicodeEncodeError)) return already_raised();
            clear_pending(ts_);
            const Shown shown = TRY(show_str(ts_, text));
            return raise_pickling(ts_, pickling_error_type(),
                                  "can't pickle {} identifier '{}' using pickle protocol {}",
                                  part == module.get() ? "module" : "global", shown.view, s_.protocol);
        }
        put(bytes_view(*encoded));
        put("\n");
    }
    return memoize(o);
}

Result<void> PickleWriter::save_global(Object& o, Str* given) {
    Ref<Object> named = given ? Ref<Object>::share(*given) : Ref<Object>::share(none());
    if (!given) {
        OptRef<Object> own = TRY(attribute(ts_, o, "__qualname__"));
        if (!own) own = OptRef<Object>(TRY(get_attr(ts_, o, *TRY(str_intern_utf8(ts_, "__name__")))));
        named = std::move(own).take();
    }
    if (!is_str(*named))
        return raise(ts_, Exc::TypeError, "__qualname__ must be str, not {}", type_name(*named));
    auto& name = static_cast<Str&>(*named);
    const Ref<Str> locals = TRY(str_new_ascii(ts_, "<locals>"));
    if (str_contains(name, *locals)) {
        const Shown shown = TRY(show_repr(ts_, name));
        return raise(ts_, Exc::AttributeError, "Can't pickle local object {}", shown.view);
    }
    const Ref<Object> module_name = TRY(module_of(ts_, o, name));
    const Shown shown_module = TRY(show_str(ts_, *module_name)), shown_name = TRY(show_str(ts_, name));
    const auto cannot = [&](std::string_view why) -> Raised {
        clear_pending(ts_);
        const Shown shown = TRY(show_repr(ts_, o));
        return raise_pickling(ts_, pickling_error_type(), "Can't pickle {}: {}", shown.view, why);
    };
    // Imported by its name, then taken from sys.modules, as its name may have dots.
    auto module = [&]() -> Result<Ref<Object>> {
        if (!is_str(*module_name)) return raise(ts_, Exc::TypeError, "module name must be a string");
        const Shown dotted = TRY(show_str(ts_, *module_name));
        return import_module(ts_, dotted.view);
    }();
    if (!module.ok()) {
        const Shown quoted = [&] {
            auto keep = fetch(ts_);
            auto r = show_repr(ts_, *module_name);
            Shown s = r.ok() ? r.take() : Shown{};
            if (!r.ok()) clear_pending(ts_);
            restore(ts_, std::move(keep).take());
            return s;
        }();
        return cannot(fmt::format("import of module {} failed", quoted.view));
    }
    OptRef<Object> parent;
    auto found = pickle_dotted(ts_, *module, name, &parent);
    if (!found.ok())
        return cannot(fmt::format("attribute lookup {} on {} failed", shown_name.view, shown_module.view));
    if (found.get() != &o)
        return cannot(fmt::format("it's not the same object as {}.{}", shown_module.view, shown_name.view));

    if (s_.protocol >= 2) {
        const Ref<Object> registry = TRY(pickle_library(ts_, "copyreg", "_extension_registry"));
        const Ref<Tuple> key = TRY(tuple_of(ts_, {module_name.get(), &name}));
        if (Object* code = TRY(dict_find(ts_, static_cast<Dict&>(*registry), *key)).value)
            return save_extension(*code, o);
    }
    if (s_.protocol >= 4) {
        TRY(save(*module_name));
        TRY(save(name));
        put(Op::STACK_GLOBAL);
        return memoize(o);
    }
    // Below a class older protocols call getattr; all of them look up the last part only.
    const Index dot = str_rfind_char(name, '.', 0, name.length);
    const Ref<Str> last = TRY(str_substring(ts_, name, dot + 1, name.length));
    if (parent.get() == module.get()) return save_global_text(o, *module_name, *last);
    const Ref<Object> getattr = TRY(pickle_library(ts_, "builtins", "getattr"));
    return save_call(*getattr, {parent.get(), last.get()}, &o);
}

// The types of the singletons have no name to be found by.
Result<void> PickleWriter::save_type(Type& type) {
    Object* one = &type == none().type              ? &none()
                  : &type == ellipsis().type        ? &ellipsis()
                  : &type == not_implemented().type ? &not_implemented()
                                                    : nullptr;
    if (one) return save_call(PyType_Type, {one}, &type);
    return save_global(type, nullptr);
}

// ---- by __reduce_ex__ ----

Result<OptRef<Object>> PickleWriter::reduce_of(Object& o) {
    if (reducer_override_) {
        Ref<Object> answer = TRY(call(ts_, *reducer_override_, {&o}));
        if (answer.get() != &not_implemented()) return OptRef<Object>(std::move(answer));
    }
    if (o.type == &PyType_Type) {
        TRY(save_type(static_cast<Type&>(o)));
        return OptRef<Object>();
    }
    if (o.type == &PyFunction_Type) {
        TRY(save_global(o, nullptr));
        return OptRef<Object>();
    }
    OptRef<Object> reducer;
    if (s_.dispatch_table) {
        auto found = get_item(ts_, *s_.dispatch_table, *o.type);
        if (found.ok()) {
            reducer = OptRef<Object>(found.take());
        } else {
            if (!pending_is(ts_, Exc::KeyError)) return already_raised();
            clear_pending(ts_);
        }
    } else {
        const Ref<Object> table = TRY(pickle_library(ts_, "copyreg", "dispatch_table"));
        reducer = OptRef<Object>::share(TRY(dict_find(ts_, static_cast<Dict&>(*table), *o.type)).value);
    }
    if (reducer) return OptRef<Object>(TRY(call(ts_, *reducer, {&o})));
    if (is_type(o)) {
        TRY(save_global(o, nullptr));
        return OptRef<Object>();
    }
    if (const OptRef<Object> reduce_ex = TRY(attribute(ts_, o, "__reduce_ex__"))) {
        const Ref<Int> protocol = small_int(s_.protocol);
        return OptRef<Object>(TRY(call(ts_, *reduce_ex, {protocol.get()})));
    }
    if (const OptRef<Object> reduce = TRY(attribute(ts_, o, "__reduce__")))
        return OptRef<Object>(TRY(call(ts_, *reduce)));
    const Shown shown = TRY(show_repr(ts_, o));
    return raise_pickling(ts_, pickling_error_type(), "can't pickle '{}' object: {}", type_name(o),
                          shown.view);
}
Result<void> PickleWriter::save_reduced(Object& o) {
    const OptRef<Object> parts = TRY(reduce_of(o));
    if (!parts) return {};
    if (is_str(*parts)) return save_global(o, static_cast<Str*>(parts.get()));
    if (!is_tuple(*parts))
        return raise_pickling(ts_, pickling_error_type(), "__reduce__ must return a string or tuple");
    return save_reduce(static_cast<Tuple&>(*parts), &o);
}
Result<void> PickleWriter::save_call(Object& callable, std::initializer_list<Object*> args, Object* o) {
    const Ref<Tuple> arguments = TRY(tuple_of(ts_, args));
    const Ref<Tuple> parts = TRY(tuple_of(ts_, {&callable, arguments.get()}));
    return save_reduce(*parts, o);
}

// cls.__new__(cls, *args, **kwargs) of copyreg.__newobj_ex__
Result<void> PickleWriter::save_new_object_ex(Object& arguments) {
    auto& args = static_cast<Tuple&>(arguments);
    Type& error = pickling_error_type();
    if (args.size != 3)
        return raise_pickling(ts_, error, "length of the NEWOBJ_EX argument tuple must be exactly 3, not {}",
                              args.size);
    Object &cls = *args.item[0], &positional = *args.item[1], &named = *args.item[2];
    if (!is_type(cls))
        return raise_pickling(ts_, error, "first item from NEWOBJ_EX argument tuple must be a class, not {}",
                              type_name(cls));
    if (!is_tuple(positional))
        return raise_pickling(ts_, error, "second item from NEWOBJ_EX argument tuple must be a tuple, not {}",
                              type_name(positional));
    if (!is_dict(named))
        return raise_pickling(ts_, error, "third item from NEWOBJ_EX argument tuple must be a dict, not {}",
                              type_name(named));
    if (s_.protocol >= 4) {
        TRY(save(cls));
        TRY(save(positional));
        TRY(save(named));
        put(Op::NEWOBJ_EX);
        return {};
    }
    const Ref<Object> partial = TRY(pickle_library(ts_, "functools", "partial"));
    const Ref<Object> make = TRY(get_attr(ts_, cls, *TRY(str_intern_utf8(ts_, "__new__"))));
    const Ref<List> all = TRY(list_of(ts_, {make.get(), &cls}));
    TRY(list_extend(ts_, *all, positional));
    const Ref<Tuple> all_args = TRY(list_to_tuple(ts_, *all));
    const Ref<Object> bound = TRY(call_tuple(ts_, *partial, *all_args, static_cast<Dict*>(&named)));
    TRY(save(*bound));
    const Ref<Tuple> nothing = TRY(tuple_of(ts_, {}));
    TRY(save(*nothing));
    put(Op::REDUCE);
    return {};
}
// cls.__new__(cls, *args) of copyreg.__newobj__
Result<void> PickleWriter::save_new_object(Object& arguments, Object* o) {
    auto& args = static_cast<Tuple&>(arguments);
    Type& error = pickling_error_type();
    if (args.size < 1) return raise_pickling(ts_, error, "__newobj__ arglist is empty");
    Object& cls = *args.item[0];
    if (!is_type(cls)) return raise_pickling(ts_, error, "args[0] from __newobj__ args is not a type");
    if (o) {
        const OptRef<Object> own = TRY(attribute(ts_, *o, "__class__"));
        if (own.get() != &cls)
            return raise_pickling(ts_, error, "args[0] from __newobj__ args has the wrong class");
    }
    TRY(save(cls));
    const Ref<Tuple> rest = TRY(tuple_slice(ts_, args, 1, args.size));
    TRY(save(*rest));
    put(Op::NEWOBJ);
    return {};
}

Result<void> PickleWriter::save_reduce(Tuple& parts, Object* o) {
    Type& error = pickling_error_type();
    if (parts.size < 2 || parts.size > 6)
        return raise_pickling(ts_, error, "tuple returned by __reduce__ must contain 2 through 6 elements");
    const auto optional = [&](Index i) {
        return i < parts.size && !is_none(*parts.item[i]) ? parts.item[i] : nullptr;
    };
    Object &callable = *parts.item[0], &args = *parts.item[1];
    Object *state = optional(2), *items = optional(3), *pairs = optional(4), *set_state = optional(5);
    if (!is_callable(callable))
        return raise_pickling(ts_, error, "first item of the tuple returned by __reduce__ must be callable");
    if (!is_tuple(args))
        return raise_pickling(ts_, error, "second item of the tuple returned by __reduce__ must be a tuple");
    if (items && !is_iterator(*items))
        return raise_pickling(
            ts_, error, "fourth element of the tuple returned by __reduce__ must be an iterator, not {}",
            type_name(*items));
    if (pairs && !is_iterator(*pairs))
        return raise_pickling(ts_, error,
                              "fifth element of the tuple returned by __reduce__ must be an iterator, not {}",
                              type_name(*pairs));
    if (set_state && !is_callable(*set_state))
        return raise_pickling(ts_, error,
                              "sixth element of the tuple returned by __reduce__ must be a function, not {}",
                              type_name(*set_state));
    OptRef<Object> name;
    if (s_.protocol >= 2) name = TRY(attribute(ts_, callable, "__name__"));
    const auto is_named = [&](std::string_view n) {
        return name && is_str(*name) && str_eq_ascii(static_cast<Str&>(*name), n);
    };
    if (is_named("__newobj_ex__")) {
        TRY(save_new_object_ex(args));
    } else if (is_named("__newobj__")) {
        TRY(save_new_object(args, o));
    } else {
        TRY(save(callable));
        TRY(save(args));
        put(Op::REDUCE);
    }
    if (o) {
        // Arguments that contain the object have saved it meanwhile: what was just made is dropped.
        if (const Index number = s_.memo.find(*o); number >= 0) {
            put(Op::POP);
            return recall(number);
        }
        TRY(memoize(*o));
    }
    if (items) TRY(append_items(*items));
    if (pairs) TRY(set_items(*pairs));
    if (!state) return {};
    if (!set_state) {
        TRY(save(*state));
        put(Op::BUILD);
        return {};
    }
    // set_state(o, state), and its result is dropped.
    TRY(save(*set_state));
    TRY(save(*o));
    TRY(save(*state));
    put(Op::TUPLE2);
    put(Op::REDUCE);
    put(Op::POP);
    return {};
}

}  // namespace baton
