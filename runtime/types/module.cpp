#include "runtime/types/module.h"

#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"

namespace baton {

namespace {

struct NativeModule : Module {
    const ModuleSpec* spec;
    NativeDef* defs;  // malloc'd
};
NativeModule& native(Module& m) {
    return static_cast<NativeModule&>(m);
}

Result<void> set_defaults(Attached ts, Module& m, Object& name, Object* doc) {
    if (!m.dict) m.dict = TRY(dict_new(ts)).release();
    Dict& d = *m.dict;
    TRY(dict_set_str(ts, d, id(Name::__name__), name));
    TRY(dict_set_str(ts, d, id(Name::__doc__), doc ? *doc : none()));
    TRY(dict_set_str(ts, d, id(Name::__package__), none()));
    TRY(dict_set_str(ts, d, id(Name::__loader__), none()));
    TRY(dict_set_str(ts, d, id(Name::__spec__), none()));
    if (is_exact(name, PyUnicode_Type)) {
        incref(&name);
        replace_field<Object>(ts, m.name, &name);
    }
    return {};
}

}  // namespace

Result<Ref<Module>> module_new(Attached ts, Str& name) {
    auto m = TRY(allocate_instance(ts, PyModule_Type)).cast<Module>();
    TRY(set_defaults(ts, *m, name, nullptr));
    return m;
}

const ModuleSpec* spec_of_module(const Module& m) {
    return is_exact(m, PyModule_Type) ? static_cast<const NativeModule&>(m).spec : nullptr;
}

bool is_native_module(const Module& m) {
    return m.def || spec_of_module(m);
}

Result<Ref<Module>> module_from_spec(Attached ts, const ModuleSpec& spec) {
    auto name = TRY(str_intern_utf8(ts, spec.name));
    auto m = TRY(module_new(ts, *name));
    native(*m).spec = &spec;
    if (spec.state_size) {
        m->state = std::calloc(1, spec.state_size);
        if (!m->state) return raise_no_memory(ts);
    }
    if (spec.doc) {
        auto doc = TRY(str_new_utf8(ts, spec.doc));
        TRY(dict_set_str(ts, *m->dict, id(Name::__doc__), *doc));
    }
    if (spec.methods) {
        NativeDef* defs = native(*m).defs = native_defs(spec.methods);
        if (!defs) return raise_no_memory(ts);
        for (NativeDef* d = defs; d->name; ++d) {
            auto f = TRY(cfunction_new(ts, *d, m.get(), name.get(), nullptr));
            TRY(module_add(ts, *m, d->name, *f));
        }
    }
    if (spec.exec) TRY(spec.exec(ts, *m));
    return m;
}

Result<void> module_add(Attached ts, Module& m, const char* name, Object& value) {
    auto key = TRY(str_intern_utf8(ts, name));
    return dict_set_str(ts, *m.dict, *key, value);
}
Result<void> module_add_owned(Attached ts, Module& m, const char* name, Ref<Object> value) {
    return module_add(ts, m, name, *value);
}
Result<void> module_add_int(Attached ts, Module& m, const char* name, int64_t value) {
    auto i = TRY(box_int(ts, value));
    return module_add(ts, m, name, *i);
}
Result<void> module_add_type(Attached ts, Module& m, Type& type) {
    TRY(type_ready(ts, type));
    const char* dot = std::strrchr(type.name, '.');
    return module_add(ts, m, dot ? dot + 1 : type.name, type);
}
Result<Ref<Object>> module_name(Attached ts, Module& m) {
    Object* name = m.dict ? dict_find_str(*m.dict, id(Name::__name__)) : nullptr;
    if (!name || !is_str(*name)) return raise(ts, Exc::SystemError, "nameless module");
    return Ref<Object>::share(*name);
}

// ---- C definitions ----

namespace {
constexpr int kModCreate = 1, kModExec = 2;
constexpr int kApiVersion = 1013, kAbi3Version = 3;

Result<void> check_api_version(Attached ts, const char* name, int version) {
    if (version == kApiVersion || version == kAbi3Version) return {};
    auto text = TRY(str_format(ts,
                               "Python C API version mismatch for module {}: This Python has API version {}, "
                               "module {} has version {}.",
                               name, kApiVersion, name, version));
    return warn(ts, Exc::RuntimeWarning, TRY(str_as_utf8(ts, *text)));
}

Result<void> allocate_state(Attached ts, Module& m, ModuleDef& def) {
    if (def.size <= 0 || m.state) return {};
    m.state = std::calloc(1, static_cast<size_t>(def.size));
    if (!m.state) return raise_no_memory(ts);
    return {};
}
Result<void> set_doc(Attached ts, Module& m, const char* text) {
    auto doc = TRY(str_new_utf8(ts, text));
    return set_attr(ts, m, id(Name::__doc__), *doc);
}
}  // namespace

void module_def_init(ModuleDef& def) {
    if (def.base.index) return;
    def.base.refcnt = kImmortalRefcnt;
    def.base.type = &PyModuleDef_Type;
    // Says that this was done. A count would be a global that interpreters with locks of their own share.
    def.base.index = 1;
}

Result<void> module_add_functions(Attached ts, Module& m, MethodDef* functions) {
    auto name = TRY(module_name(ts, m));
    for (MethodDef* f = functions; f && f->name; ++f) {
        if (f->flags & (kMethClass | kMethStatic)) {
            return raise(ts, Exc::ValueError, "module functions cannot set METH_CLASS or METH_STATIC");
        }
        auto o = TRY(cfunction_new(ts, *f, &m, name.get(), nullptr));
        TRY(module_add(ts, m, f->name, *o));
    }
    return {};
}

Result<Ref<Module>> module_create(Attached ts, ModuleDef& def, int api_version) {
    module_def_init(def);
    TRY(check_api_version(ts, def.name, api_version));
    if (def.slots) {
        return raise(ts, Exc::SystemError, "module {}: PyModule_Create is incompatible with m_slots",
                     def.name);
    }
    auto name = TRY(str_intern_utf8(ts, def.name));
    auto m = TRY(module_new(ts, *name));
    TRY(allocate_state(ts, *m, def));
    if (def.methods) TRY(module_add_functions(ts, *m, def.methods));
    if (def.doc) TRY(set_doc(ts, *m, def.doc));
    m->def = &def;
    return m;
}

Result<Ref<Object>> module_from_def_and_spec(Attached ts, ModuleDef& def, Object& spec, int api_version) {
    module_def_init(def);
    auto given = TRY(get_attr(ts, spec, id(Name::name)));
    if (!is_str(*given))
        return raise(ts, Exc::TypeError, "spec.name must be a string, not {}", type_name(*given));
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*given)));
    TRY(check_api_version(ts, name.data(), api_version));
    if (def.size < 0) {
        return raise(ts, Exc::SystemError,
                     "module {}: m_size may not be negative for multi-phase initialization", name);
    }
    void* create = nullptr;
    bool has_exec = false;
    for (ModuleDefSlot* s = def.slots; s && s->slot; ++s) {
        if (s->slot == kModCreate) {
            if (create) return raise(ts, Exc::SystemError, "module {} has multiple create slots", name);
            create = s->value;
        } else if (s->slot == kModExec) {
            has_exec = true;
        } else {
            return raise(ts, Exc::SystemError, "module {} uses unknown slot ID {}", name, s->slot);
        }
    }
    if (create) {
        auto f = reinterpret_cast<Object* (*)(Object*, ModuleDef*)>(create);
        Object* made = f(&spec, &def);
        if (!made) {
            if (pending(ts)) return already_raised();
            return raise(ts, Exc::SystemError, "creation of module {} failed without setting an exception",
                         name);
        }
        auto m = Ref<Object>::steal(made);
        if (pending(ts)) return already_raised();
        if (!is_module(*m)) {
            if (def.size > 0 || def.traverse || def.clear || def.free) {
                return raise(ts, Exc::SystemError,
                             "module {} is not a module object, but requests module state", name);
            }
            if (has_exec) {
                return raise(ts, Exc::SystemError,
                             "module {} specifies execution slots, but did not create a ModuleType instance",
                             name);
            }
            return m;
        }
        static_cast<Module&>(*m).def = &def;
        if (def.methods) TRY(module_add_functions(ts, static_cast<Module&>(*m), def.methods));
        if (def.doc) TRY(set_doc(ts, static_cast<Module&>(*m), def.doc));
        return m;
    }
    auto m = TRY(module_new(ts, static_cast<Str&>(*given)));
    m->def = &def;
    if (def.methods) TRY(module_add_functions(ts, *m, def.methods));
    if (def.doc) TRY(set_doc(ts, *m, def.doc));
    return m;
}

Result<void> module_exec_def(Attached ts, Module& m, ModuleDef& def) {
    auto given = TRY(module_name(ts, m));
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*given)));
    TRY(allocate_state(ts, m, def));
    for (ModuleDefSlot* s = def.slots; s && s->slot; ++s) {
        if (s->slot != kModExec) continue;
        int r = reinterpret_cast<int (*)(Object*)>(s->value)(&m);
        if (r != 0) {
            if (pending(ts)) return already_raised();
            return raise(ts, Exc::SystemError, "execution of module {} failed without setting an exception",
                         name);
        }
        if (pending(ts)) return already_raised();
    }
    return {};
}

void module_clear_names(Attached ts, Dict& names) {
    auto d = Ref<Dict>::share(names);
    for (int round = 0; round < 2; ++round) {
        Index pos = 0;
        Object *key, *value;
        while (dict_next(*d, &pos, &key, &value)) {
            if (is_none(*value) || !is_str(*key)) continue;
            auto& name = static_cast<Str&>(*key);
            const bool first_wave = name.length && str_char_unchecked(name, 0) == '_' &&
                                    !(name.length > 1 && str_char_unchecked(name, 1) == '_');
            if (round == 0 ? !first_wave : str_eq_ascii(name, "__builtins__")) continue;
            auto keep = Ref<Object>::share(*key);
            if (!dict_set(ts, *d, *keep, none()).ok()) clear_pending(ts);
        }
    }
}

// ---- the type ----

namespace {

int module_traverse(Object* o, VisitProc visit, void* arg) {
    auto* m = static_cast<NativeModule*>(o);
    if (m->def && m->def->traverse && (m->def->size <= 0 || m->state)) {
        if (int r = m->def->traverse(m, visit, arg)) return r;
    }
    if (m->spec && m->spec->traverse && m->state) {
        if (int r = m->spec->traverse(*m, visit, arg)) return r;
    }
    return visit_field(m->dict, visit, arg);
}
int module_clear(Object* o) {
    auto* m = static_cast<NativeModule*>(o);
    Attached ts = current_attached();
    int r = 0;
    if (m->def && m->def->clear && (m->def->size <= 0 || m->state)) r = m->def->clear(m);
    if (m->spec && m->spec->clear && m->state) m->spec->clear(ts, *m);
    // The dict stays as it is: functions that outlive the module look their names up in it. A cycle that goes
    // through the dict is cut by the dict's own clear.
    return r;
}
void module_dealloc(Attached ts, NativeModule& m) {
    gc_untrack(&m);
    if (m.weaklist) weakref_clear_all(ts, m);
    if (m.def && m.def->free && (m.def->size <= 0 || m.state)) m.def->free(&m);
    if (m.spec && m.spec->clear && m.state) m.spec->clear(ts, m);
    replace_field<Dict>(ts, m.dict, nullptr);
    replace_field<Object>(ts, m.name, nullptr);
    std::free(m.state);
    std::free(m.defs);
    free_instance(ts, m);
}

Result<Ref<Object>> module_new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto m = TRY(allocate_instance(ts, cls)).cast<Module>();
    m->dict = TRY(dict_new(ts)).release();
    return m;
}
Result<void> module_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("module($self, name, doc=None)");
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object& name = *TRY(box_in_place(ts, *bound[0]));
    if (!is_str(name)) return raise_bad_argument(ts, kSignature, 0, "str", *bound[0]);
    Object* doc = bound[1] ? TRY(box_in_place(ts, *bound[1])) : nullptr;
    return set_defaults(ts, static_cast<Module&>(self), name, doc);
}

Result<Ref<Object>> spec_field(Attached ts, Object& spec, const char* name) {
    auto key = TRY(str_intern_utf8(ts, name));
    OptRef<Object> v = TRY(get_attr_opt(ts, spec, *key));
    if (v) return std::move(v).take();
    return Ref<Object>::share(none());
}
Result<Ref<Object>> module_repr(Attached ts, Module& m) {
    auto show = [&](Object& o) -> Result<Ref<Str>> { return repr(ts, o); };
    Object* name = m.dict ? dict_find_str(*m.dict, id(Name::__name__)) : nullptr;
    Object* spec = m.dict ? dict_find_str(*m.dict, id(Name::__spec__)) : nullptr;
    if (spec && !is_none(*spec)) {
        auto keep = Ref<Object>::share(*spec);
        auto spec_name = TRY(spec_field(ts, *keep, "name"));
        auto origin = TRY(spec_field(ts, *keep, "origin"));
        auto text = is_none(*spec_name) ? TRY(str_new_ascii(ts, "?")) : TRY(show(*spec_name));
        auto n = TRY(str_as_utf8(ts, *text));
        if (!is_none(*origin)) {
            auto located = TRY(spec_field(ts, *keep, "has_location"));
            bool has_location = TRY(is_true(ts, *located));
            auto o = has_location ? TRY(show(*origin)) : TRY(str(ts, *origin));
            auto v = TRY(str_as_utf8(ts, *o));
            if (has_location) return str_format(ts, "<module {} from {}>", n, v);
            return str_format(ts, "<module {} ({})>", n, v);
        }
        auto loader = TRY(spec_field(ts, *keep, "loader"));
        if (is_none(*loader)) return str_format(ts, "<module {}>", n);
        auto l = TRY(show(*loader));
        return str_format(ts, "<module {} ({})>", n, TRY(str_as_utf8(ts, *l)));
    }
    if (Object* loader = m.dict ? dict_find_str(*m.dict, id(Name::__loader__)) : nullptr;
        loader && !is_none(*loader)) {
        // Loaders of old have their own say; what goes wrong there does not matter.
        auto keep = Ref<Object>::share(*loader);
        auto key = TRY(str_intern_utf8(ts, "module_repr"));
        OptRef<Object> f = TRY(get_attr_opt(ts, *keep, *key));
        if (f) {
            auto r = call(ts, *f, {&m});
            if (r.ok()) return r;
            clear_pending(ts);
        }
    }
    auto text = name ? TRY(show(*name)) : TRY(str_new_ascii(ts, "'?'"));
    auto n = TRY(str_as_utf8(ts, *text));
    if (Object* file = m.dict ? dict_find_str(*m.dict, id(Name::__file__)) : nullptr) {
        auto f = TRY(show(*file));
        return str_format(ts, "<module {} from {}>", n, TRY(str_as_utf8(ts, *f)));
    }
    Object* loader = m.dict ? dict_find_str(*m.dict, id(Name::__loader__)) : nullptr;
    if (loader && !is_none(*loader)) {
        auto l = TRY(show(*loader));
        return str_format(ts, "<module {} ({})>", n, TRY(str_as_utf8(ts, *l)));
    }
    return str_format(ts, "<module {}>", n);
}

// A submodule that is being imported and not yet an attribute of its package: importlib keeps a list.
Result<bool> is_unfinished_submodule(Attached ts, Object& spec, Str& name) {
    const Ref<Str> key = TRY(str_intern_utf8(ts, "_uninitialized_submodules"));
    const OptRef<Object> list = TRY(get_attr_opt(ts, spec, *key));
    if (!list) return false;
    return contains(ts, *list, name);
}
Result<bool> is_initializing(Attached ts, Object& spec) {
    auto key = TRY(str_intern_utf8(ts, "_initializing"));
    OptRef<Object> v = TRY(get_attr_opt(ts, spec, *key));
    return v && TRY(is_true(ts, *v));
}

Result<Ref<Object>> module_getattro(Attached ts, Object& self, Str& name) {
    auto& m = static_cast<Module&>(self);
    auto r = generic_get_attr_opt(ts, self, name);
    if (r.ok()) {
        OptRef<Object> found = r.take();
        if (found) return std::move(found).take();
    } else {
        if (!pending_is(ts, Exc::AttributeError)) return already_raised();
        clear_pending(ts);
    }
    auto attribute = TRY(str_as_utf8(ts, name));
    if (!m.dict) return raise(ts, Exc::AttributeError, "module has no attribute '{}'", attribute);
    if (Object* f = dict_find_str(*m.dict, id(Name::__getattr__))) {
        auto keep = Ref<Object>::share(*f);
        return call(ts, *keep, {static_cast<Object*>(&name)});
    }
    Object* own = dict_find_str(*m.dict, id(Name::__name__));
    if (!own || !is_str(*own))
        return raise(ts, Exc::AttributeError, "module has no attribute '{}'", attribute);
    auto keep = Ref<Object>::share(*own);
    auto module = TRY(str_as_utf8(ts, static_cast<Str&>(*keep)));
    Object* spec = dict_find_str(*m.dict, id(Name::__spec__));
    auto fail = [&]() -> Result<Ref<Object>> {
        if (spec && !is_none(*spec) && TRY(is_initializing(ts, *spec))) {
            return raise(ts, Exc::AttributeError,
                         "partially initialized module '{}' has no attribute '{}' (most likely due to a "
                         "circular import)",
                         module, attribute);
        }
        if (spec && !is_none(*spec) && TRY(is_unfinished_submodule(ts, *spec, name))) {
            return raise(ts, Exc::AttributeError,
                         "cannot access submodule '{}' of module '{}' (most likely due to a circular import)",
                         attribute, module);
        }
        return raise(ts, Exc::AttributeError, "module '{}' has no attribute '{}'", module, attribute);
    };
    auto failed = fail();
    if (BaseException* e = pending(ts); e && is_exact(*e, exc_type(Exc::AttributeError))) {
        auto& a = static_cast<AttributeErrorObject&>(*e);
        incref(&self);
        replace_field<Object>(ts, a.obj, &self);
        incref(&name);
        replace_field<Object>(ts, a.name, &name);
    }
    return failed;
}

Result<Ref<Object>> module_dir(Attached ts, Module& m) {
    OptRef<Object> d = TRY(get_attr_opt(ts, m, id(Name::__dict__)));
    if (!d || !is_dict(*d)) return raise(ts, Exc::TypeError, "<module>.__dict__ is not a dictionary");
    if (Object* f = dict_find_str(static_cast<Dict&>(*d), id(Name::__dir__))) {
        auto keep = Ref<Object>::share(*f);
        return call(ts, *keep);
    }
    return dict_keys_list(ts, static_cast<Dict&>(*d));
}
Result<Ref<Object>> get_annotations(Attached ts, Module& m) {
    if (Object* a = dict_find_str(*m.dict, id(Name::__annotations__))) return Ref<Object>::share(*a);
    auto made = TRY(dict_new(ts));
    TRY(dict_set_str(ts, *m.dict, id(Name::__annotations__), *made));
    return made;
}
Result<void> set_annotations(Attached ts, Module& m, Object* value) {
    if (value) return dict_set_str(ts, *m.dict, id(Name::__annotations__), *value);
    if (TRY(dict_del(ts, *m.dict, id(Name::__annotations__)))) return {};
    return raise(ts, Exc::AttributeError, "__annotations__");
}

MemberDef module_members[] = {
    {"__dict__", 6, offsetof(Module, dict), 1, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
constexpr Method module_methods[] = {
    method<module_dir>("__dir__($self, /)",
                       "__dir__() -> list\nSorted names of its variables, or what its own __dir__() gives."),
    {},
};
constexpr GetSet module_getset[] = {
    property_row<get_annotations, set_annotations>("__annotations__"),
    {},
};

}  // namespace

extern const TypeSpec module_spec, moduledef_spec;
const TypeSpec module_spec = {
    .name = "module",
    .doc =
        "An object whose attributes are the global variables of a file.\n\nname is a string; doc becomes its "
        "__doc__.",
    .basicsize = sizeof(NativeModule),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = module_traverse,
    .clear = module_clear,
    .weaklistoffset = offsetof(Module, weaklist),
    .dictoffset = offsetof(Module, dict),
    .methods = module_methods,
    .getset = module_getset,
    .members = module_members,
    .dealloc = typed_slot<module_dealloc>,
    .repr = typed_slot<module_repr>,
    .getattro = slot<module_getattro>,
    .init = slot<module_init>,
    .tp_new = slot<module_new_slot>,
};
const TypeSpec moduledef_spec = {
    .name = "moduledef",
    .basicsize = sizeof(ModuleDef),
};

}  // namespace baton
