// Names: cells, namespaces, globals, imports.
#include <fmt/format.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/cell.h"
#include "vm/import.h"
#include "vm/interp.h"
#include "vm/sys_access.h"

namespace baton {

namespace {

Str& variable_name(const Code& c, int reg) {
    Object* name = reg < c.nlocals       ? c.varnames->item[reg]
                   : reg < c.free_base() ? c.cellvars->item[reg - c.cell_base()]
                                         : c.freevars->item[reg - c.free_base()];
    return static_cast<Str&>(*name);
}

bool raise_unbound(Attached ts, Value* R, int reg) {
    const Code& c = *frame_of(R)->code;
    auto name = str_as_utf8(ts, variable_name(c, reg));
    if (!name.ok()) return false;
    if (reg >= c.free_base()) {
        (void)raise(
            ts, Exc::NameError,
            "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
            name.take());
    } else {
        (void)raise(ts, Exc::UnboundLocalError,
                    "cannot access local variable '{}' where it is not associated with a value", name.take());
    }
    return false;
}

// The value of a name in a namespace; empty = not there.
Result<OptRef<Object>> find_name(Attached ts, Object& ns, Str& name) {
    if (is_exact(ns, PyDict_Type))
        return OptRef<Object>::share(TRY(dict_find(ts, static_cast<Dict&>(ns), name)).value);
    auto r = get_item(ts, ns, name);
    if (r.ok()) return OptRef<Object>(r.take());
    if (!pending_is(ts, Exc::KeyError)) return already_raised();
    clear_pending(ts);
    return OptRef<Object>();
}

uint64_t value_offset(Dict& d, Index i) {
    return static_cast<uint64_t>(reinterpret_cast<char*>(&dict_entries(d)[i].value) -
                                 reinterpret_cast<char*>(d.keys));
}

// Globals, then builtins; NameError. Remembers exact dicts.
Result<Ref<Object>> find_global(Attached ts, Function& f, Str& name, GlobalCache* cache) {
    Dict &globals = *f.globals, &builtins = *f.builtins;
    if (!is_exact(globals, PyDict_Type) || !is_exact(builtins, PyDict_Type)) {
        for (Object* ns : {static_cast<Object*>(&globals), static_cast<Object*>(&builtins)}) {
            auto found = TRY(find_name(ts, *ns, name));
            if (found) return std::move(found).take();
        }
        return raise_name_error(ts, name);
    }
    if (Object* v = TRY(dict_find(ts, globals, name)).value) {
        if (cache) {
            Index i = dict_entry_index(globals, name);
            uint32_t version = i >= 0 ? dict_keys_version(ts, globals) : 0;
            if (version) *cache = {version, 0, value_offset(globals, i)};
        }
        return Ref<Object>::share(*v);
    }
    if (Object* v = TRY(dict_find(ts, builtins, name)).value) {
        if (cache) {
            Index i = dict_entry_index(builtins, name);
            uint32_t outer = i >= 0 ? dict_keys_version(ts, builtins) : 0;
            uint32_t version = outer ? dict_keys_version(ts, globals) : 0;
            if (version) *cache = {version, outer, value_offset(builtins, i)};
        }
        return Ref<Object>::share(*v);
    }
    return raise_name_error(ts, name);
}

Object& namespace_of(Frame& f) {
    return f.locals ? *f.locals : *f.function->globals;
}

template <bool Local>
bool load_global(Attached ts, const Instr* pc, Value* R) {
    Object* o = find_global(ts, *frame_of(R)->function, name_at(R, pc->bc()), &global_cache(pc)).release();
    if (!o) return false;
    set_result<Local>(ts, R[pc->a], unbox(ts, o));
    return true;
}

Result<Ref<Object>> load_name(Attached ts, Frame& f, Str& name, GlobalCache& cache) {
    Object& ns = namespace_of(f);
    bool top = &ns == f.function->globals && is_exact(ns, PyDict_Type);
    if (!top) {
        auto found = TRY(find_name(ts, ns, name));
        if (found) return std::move(found).take();
    }
    return find_global(ts, *f.function, name, top ? &cache : nullptr);
}

Result<void> store_name(Attached ts, Object& ns, Str& name, Object& value) {
    if (is_exact(ns, PyDict_Type)) return dict_set(ts, static_cast<Dict&>(ns), name, value);
    return set_item(ts, ns, name, value);
}

Result<void> delete_name(Attached ts, Object& ns, Str& name) {
    if (is_exact(ns, PyDict_Type)) {
        if (TRY(dict_del(ts, static_cast<Dict&>(ns), name))) return {};
        return raise_name_error(ts, name);
    }
    auto r = del_item(ts, ns, name);
    if (!r.ok() && pending_is(ts, Exc::KeyError)) {
        clear_pending(ts);
        return raise_name_error(ts, name);
    }
    return r;
}

}  // namespace

bool CHECK_BOUND_slow(Attached ts, const Instr* pc, Value* R) {
    return raise_unbound(ts, R, pc->a);
}

bool MAKE_CELL_slow(Attached ts, const Instr* pc, Value* R) {
    Value content = pc->b == kNoRegister ? Value() : std::exchange(R[pc->b], Value());
    auto c = cell_new(ts, content);
    if (!c.ok()) return false;
    set_local(ts, R[pc->a], Value(c.release()));
    return true;
}
bool LOAD_CELL_T_slow(Attached ts, const Instr* pc, Value* R) {
    return raise_unbound(ts, R, pc->b);
}
bool LOAD_CELL_L_slow(Attached ts, const Instr* pc, Value* R) {
    return raise_unbound(ts, R, pc->b);
}
bool DELETE_CELL_slow(Attached ts, const Instr* pc, Value* R) {
    auto& cell = static_cast<Cell&>(*R[pc->a].object());
    if (!cell.value) return raise_unbound(ts, R, pc->a);
    cell_set(ts, cell, Value());
    return true;
}
bool LOAD_CLASSCELL_slow(Attached ts, const Instr* pc, Value* R) {
    Str& name = variable_name(*frame_of(R)->code, pc->b);
    auto found = find_name(ts, namespace_of(*frame_of(R)), name);
    if (!found.ok()) return false;
    if (auto o = found.take()) {
        R[pc->a] = unbox(ts, o.release());
        return true;
    }
    Value v = static_cast<Cell*>(R[pc->b].object())->value;
    if (!v) return raise_unbound(ts, R, pc->b);
    R[pc->a] = share(v);
    return true;
}

bool LOAD_GLOBAL_T_slow(Attached ts, const Instr* pc, Value* R) {
    return load_global<false>(ts, pc, R);
}
bool LOAD_GLOBAL_L_slow(Attached ts, const Instr* pc, Value* R) {
    return load_global<true>(ts, pc, R);
}
bool LOAD_NAME_slow(Attached ts, const Instr* pc, Value* R) {
    Object* o = load_name(ts, *frame_of(R), name_at(R, pc->bc()), global_cache(pc)).release();
    if (!o) return false;
    R[pc->a] = unbox(ts, o);
    return true;
}
bool STORE_NAME_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed v(ts, R[pc->a]);
    if (!v.ok() || !store_name(ts, namespace_of(*frame_of(R)), name_at(R, pc->bc()), *v).ok()) return false;
    take_a(ts, pc, R);
    return true;
}
bool DELETE_NAME_slow(Attached ts, const Instr* pc, Value* R) {
    return delete_name(ts, namespace_of(*frame_of(R)), name_at(R, pc->bc())).ok();
}
bool STORE_GLOBAL_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed v(ts, R[pc->a]);
    if (!v.ok() || !dict_set(ts, *frame_of(R)->function->globals, name_at(R, pc->bc()), *v).ok())
        return false;
    take_a(ts, pc, R);
    return true;
}
bool DELETE_GLOBAL_slow(Attached ts, const Instr* pc, Value* R) {
    return delete_name(ts, *frame_of(R)->function->globals, name_at(R, pc->bc())).ok();
}

bool SETUP_ANNOTATIONS_slow(Attached ts, const Instr*, Value* R) {
    Object& ns = namespace_of(*frame_of(R));
    Str& name = id(Name::__annotations__);
    auto found = find_name(ts, ns, name);
    if (!found.ok()) return false;
    if (found.take()) return true;
    auto d = dict_new(ts);
    return d.ok() && store_name(ts, ns, name, *d).ok();
}

bool LOAD_BUILD_CLASS_slow(Attached ts, const Instr* pc, Value* R) {
    auto found = dict_find(ts, *frame_of(R)->function->builtins, id(Name::__build_class__));
    if (!found.ok()) return false;
    Object* o = found.take().value;
    if (!o) {
        (void)raise(ts, Exc::NameError, "__build_class__ not found");
        return false;
    }
    incref(o);
    R[pc->a] = Value(o);
    return true;
}

// ---- imports ----

namespace {

Result<Ref<Object>> import_name(Attached ts, Frame& f, Str& name, Value level, Object& fromlist) {
    Object* func = TRY(dict_find(ts, *f.function->builtins, id(Name::__import__))).value;
    if (!func) return raise(ts, Exc::ImportError, "__import__ not found");
    Object* locals = f.locals ? f.locals : &none();
    if (func == interp(ts).import_func) {
        return import_level(ts, name, f.function->globals, locals, &fromlist,
                            static_cast<int>(level.as_int()));
    }
    auto n = TRY(box(ts, level));
    return call(ts, *func, {&name, f.function->globals, locals, &fromlist, n.get()});
}

Result<bool> is_initializing(Attached ts, Object& module) {
    auto spec = TRY(get_attr_opt(ts, module, id(Name::__spec__)));
    if (!spec) return false;
    auto flag = TRY(get_attr_opt(ts, *spec, id(Name::_initializing)));
    if (!flag) return false;
    return is_true(ts, *flag);
}

Result<Ref<Object>> import_from(Attached ts, Object& module, Str& name) {
    auto found = TRY(get_attr_opt(ts, module, name));
    if (found) return std::move(found).take();
    auto package = TRY(get_attr_opt(ts, module, id(Name::__name__)));
    bool named = package && is_str(*package);
    if (named) {
        auto p = TRY(str_as_utf8(ts, static_cast<Str&>(*package)));
        auto n = TRY(str_as_utf8(ts, name));
        auto full = TRY(str_format(ts, "{}.{}", p, n));
        Found m = TRY(dict_find(ts, *interp(ts).sys_modules, *full));
        if (m.value) return Ref<Object>::share(*m.value);
    }
    OptRef<Object> file;
    if (is_exact(module, PyModule_Type)) file = TRY(get_attr_opt(ts, module, id(Name::__file__)));
    auto shown = TRY(show_repr(ts, name));
    Shown from;
    if (named) from = TRY(show_repr(ts, *package));
    std::string_view from_text = named ? from.view : "'<unknown module name>'";
    fmt::basic_memory_buffer<char, 250> text;
    auto out = std::back_inserter(text);
    if (!file || !is_str(*file)) {
        fmt::format_to(out, "cannot import name {} from {} (unknown location)", shown.view, from_text);
        return raise_import_error(ts, Exc::ImportError, {text.data(), text.size()}, package.get(), nullptr);
    }
    bool partly = TRY(is_initializing(ts, module));
    auto where = TRY(show_str(ts, *file));
    fmt::format_to(out, "cannot import name {} from {}{}{} ({})", shown.view,
                   partly ? "partially initialized module " : "", from_text,
                   partly ? " (most likely due to a circular import)" : "", where.view);
    return raise_import_error(ts, Exc::ImportError, {text.data(), text.size()}, package.get(), file.get());
}

Result<void> import_star(Attached ts, Object& module, Object& ns) {
    auto all = TRY(get_attr_opt(ts, module, id(Name::__all__)));
    bool skip_private = !all;
    if (!all) {
        auto dict = TRY(get_attr_opt(ts, module, id(Name::__dict__)));
        if (!dict) return raise(ts, Exc::ImportError, "from-import-* object has no __dict__ and no __all__");
        all = TRY(to_list(ts, *dict));
    }
    for (Index i = 0;; ++i) {
        auto name = sequence_item(ts, *all, i);
        if (!name.ok()) {
            if (!pending_is(ts, Exc::IndexError)) return already_raised();
            clear_pending(ts);
            return {};
        }
        if (!is_str(*name)) {
            auto module_name = TRY(get_attr(ts, module, id(Name::__name__)));
            auto shown = TRY(show_str(ts, *module_name));
            if (skip_private) {
                return raise(ts, Exc::TypeError, "Key in {}.__dict__ must be str, not {}", shown.view,
                             type_name(*name));
            }
            return raise(ts, Exc::TypeError, "Item in {}.__all__ must be str, not {}", shown.view,
                         type_name(*name));
        }
        auto& s = static_cast<Str&>(*name);
        if (skip_private && s.length && str_char_unchecked(s, 0) == '_') continue;
        auto value = TRY(get_attr(ts, module, s));
        TRY(store_name(ts, ns, s, *value));
    }
}

}  // namespace

bool IMPORT_NAME_slow(Attached ts, const Instr* pc, Value* R) {
    auto m = import_name(ts, *frame_of(R), name_at(R, pc->bc()), R[pc->a], *R[pc->a + 1].object());
    if (!m.ok()) return false;
    drop(ts, R[pc->a + 1]);
    R[pc->a] = Value(m.release());
    return true;
}
bool IMPORT_FROM_slow(Attached ts, const Instr* pc, Value* R) {
    Object* o = import_from(ts, *R[pc->b].object(), name_at(R, pc->c)).release();
    if (!o) return false;
    R[pc->a] = unbox(ts, o);
    return true;
}
bool IMPORT_STAR_slow(Attached ts, const Instr* pc, Value* R) {
    if (!import_star(ts, *R[pc->a].object(), namespace_of(*frame_of(R))).ok()) return false;
    take_a(ts, pc, R);
    return true;
}

bool PRINT_EXPR_slow(Attached ts, const Instr* pc, Value* R) {
    auto hook = sys_get(ts, id(Name::displayhook));
    if (!hook) {
        (void)raise(ts, Exc::RuntimeError, "lost sys.displayhook");
        return false;
    }
    Boxed v(ts, R[pc->a]);
    if (!v.ok() || !call(ts, *hook, {&*v}).ok()) return false;
    take_a(ts, pc, R);
    return true;
}

}  // namespace baton
