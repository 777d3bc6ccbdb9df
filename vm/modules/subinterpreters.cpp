// _xxsubinterpreters: the module, and interpreters by their ids. See subinterpreters.h.
//
// A thread that works in another interpreter swaps to that one's first state and back; in between it holds
// the lock as before, or the other interpreter's own.
#include "vm/modules/subinterpreters.h"

#include <algorithm>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/interpreter_state.h"
#include "threadstate/process_state.h"
#include "vm/compile.h"
#include "vm/interp_data.h"
#include "vm/run.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

struct InterpreterId : Object {
    int64_t id;
};

Result<int64_t> interpreter_number(Attached ts, Object& o) {
    if (o.type == &baton_interpreter_id_type) return static_cast<InterpreterId&>(o).id;
    if (!has_index(o))
        return raise(ts, Exc::TypeError, "interpreter ID must be an int, got {:.100}", type_name(o));
    const int64_t id = TRY(convert_int64(ts, Value(&o), INT64_MIN, INT64_MAX, "long"));
    if (id >= 0) return id;
    const Shown shown = TRY(show_repr(ts, o));
    return raise(ts, Exc::ValueError, "interpreter ID must be a non-negative int, got {}", shown.view);
}

bool exists(int64_t id) {
    sync::MutexLock lock(process().head);
    return find_interpreter(id) != nullptr;
}

// What is known of an interpreter at one moment.
struct Look {
    ThreadState* first = nullptr;
    InterpreterState* interp = nullptr;
    bool running = false;
};
Result<Look> look_up(Attached ts, Object& o) {
    const int64_t id = TRY(interpreter_number(ts, o));
    Look look;
    bool several = false;
    {
        sync::MutexLock lock(process().head);
        look.interp = find_interpreter(id);
        if (look.interp) {
            look.first = look.interp->threads;
            several = look.first && look.first->next;
            if (look.first) look.running = look.first->upper<RuntimeThread>().frame != nullptr;
        }
    }
    if (!look.interp) return raise(ts, Exc::RuntimeError, "unrecognized interpreter ID {}", id);
    if (several) return raise(ts, Exc::RuntimeError, "interpreter has more than one thread");
    return look;
}

// ---- InterpreterID ----
constexpr Signature kNewSignature = parse_signature("InterpreterID(id, *, force=False)");

Result<Ref<Object>> id_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    const int64_t id = TRY(interpreter_number(ts, *TRY(box_in_place(ts, *bound[0]))));
    const bool force = bound[1] && TRY(truth(ts, *bound[1]));
    if (!force && !exists(id)) return raise(ts, Exc::RuntimeError, "unrecognized interpreter ID {}", id);
    Ref<InterpreterId> made = TRY(new_instance<InterpreterId>(ts, cls));
    made->id = id;
    return made;
}
Result<Ref<Object>> id_repr(Attached ts, InterpreterId& self) {
    return str_format(ts, "{}({})", type_short_name(*self.type), self.id);
}
Result<Ref<Object>> id_str(Attached ts, InterpreterId& self) {
    return str_format(ts, "{}", self.id);
}
Result<Ref<Object>> id_int(Attached ts, InterpreterId& self) {
    return box_int(ts, self.id);
}
Result<Index> id_hash(Attached, Object& self) {
    return int_hash(Value::of_int(static_cast<InterpreterId&>(self).id));
}
Result<Ref<Object>> id_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if ((op != CompareOp::eq && op != CompareOp::ne) || a.type != &baton_interpreter_id_type)
        return Ref<Object>::share(_Py_NotImplementedStruct);
    const int64_t id = static_cast<InterpreterId&>(a).id;
    if (b.type == &baton_interpreter_id_type) {
        const bool same = id == static_cast<InterpreterId&>(b).id;
        return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
    }
    if (!is_number(b)) return Ref<Object>::share(_Py_NotImplementedStruct);
    const Ref<Object> number = TRY(box_int(ts, id));
    return compare(ts, *number, b, op);
}

// ---- interpreters ----
Result<Ref<Object>> create(Attached ts, Module&, Opt<bool> isolated) {
    InterpreterConfig config = kLegacyConfig;
    if (isolated.or_else(true)) config.allow_fork = config.allow_exec = config.allow_threads = 0;
    ThreadState& mine = ts.state();
    const char* error = nullptr;
    ThreadState* made = new_interpreter(config, &error, "create");
    if (made == nullptr) return raise(ts, Exc::RuntimeError, "interpreter creation failed");
    const int64_t id = made->interp->id;
    swap_thread(&mine, "create");
    return interpreter_id_new(ts, id);
}
Result<void> destroy(Attached ts, Module&, Object& id) {
    const Look look = TRY(look_up(ts, id));
    if (look.interp == ts->interp)
        return raise(ts, Exc::RuntimeError, "cannot destroy the current interpreter");
    if (is_main_interpreter(*look.interp))
        return raise(ts, Exc::RuntimeError, "cannot destroy the main interpreter");
    if (look.running) return raise(ts, Exc::RuntimeError, "interpreter running");
    if (!look.first) return raise(ts, Exc::RuntimeError, "interpreter has no thread");
    ThreadState& mine = ts.state();
    swap_thread(look.first, "destroy");
    end_interpreter(look.first, "destroy");
    swap_thread(&mine, "destroy");
    return {};
}
Result<Ref<Object>> list_all(Attached ts, Module&) {
    std::vector<int64_t> ids;
    {
        sync::MutexLock lock(process().head);
        for (InterpreterState* i = process().interpreters; i; i = i->next) ids.push_back(i->id);
    }
    const Ref<List> out = TRY(list_new(ts, 0));
    std::sort(ids.begin(), ids.end());
    for (const int64_t id : ids) TRY(list_append_owned(ts, *out, TRY(interpreter_id_new(ts, id))));
    return out.copy();
}
Result<Ref<Object>> get_current(Attached ts, Module&) {
    return interpreter_id_new(ts, ts->interp->id);
}
Result<Ref<Object>> get_main(Attached ts, Module&) {
    return interpreter_id_new(ts, process().main.load()->id);
}
Result<bool> is_running(Attached ts, Module&, Object& id) {
    return TRY(look_up(ts, id)).running;
}
Result<bool> module_is_shareable(Attached, Module&, Object& obj) {
    return is_shareable(obj);
}

// ---- running ----
struct SharedName {
    std::string name;
    SharedValue value;
};

// In the other interpreter.
Result<void> run_there(Attached ts, std::string_view source, const std::vector<SharedName>& shared) {
    const Ref<Str> main_name = TRY(str_intern_utf8(ts, "__main__"));
    Object* found = TRY(dict_find(ts, *interp(ts).sys_modules, *main_name)).value;
    if (!found || !is_module(*found)) return raise(ts, Exc::RuntimeError, "unable to get __main__");
    const Ref<Object> main = Ref<Object>::share(*found);
    Dict& names = *static_cast<Module&>(*main).dict;
    for (const SharedName& s : shared) {
        const Ref<Object> value = TRY(unshare_value(ts, s.value));
        TRY(dict_set(ts, names, *TRY(str_new_utf8(ts, s.name)), *value));
    }
    const Ref<Str> filename = TRY(str_intern_utf8(ts, "<string>"));
    CompileFlags flags;
    flags.source_is_text = true;
    const Ref<Code> code = TRY(compile_source(ts, source, *filename, CompileMode::Exec, flags));
    TRY(run_code(ts, *code, names, &names));
    return {};
}
// "type: text" of the pending exception, as data.
std::string describe_failure(Attached ts) {
    const Ref<BaseException> e = fetch(ts).take();
    std::string out;
    for (Object* o : {static_cast<Object*>(e->type), static_cast<Object*>(e.get())}) {
        auto shown = show_str(ts, *o);
        if (!shown.ok()) {
            clear_pending(ts);
            break;
        }
        if (!out.empty()) out += ": ";
        out += shown.take().view;
    }
    return out;
}
Result<void> run_string(Attached ts, Module&, Object& id, Str& script, Object* shared) {
    const Look look = TRY(look_up(ts, id));
    const std::string source(TRY(str_as_utf8(ts, script)));
    std::vector<SharedName> values;
    if (shared && !is_none(*shared)) {
        if (!is_dict(*shared))
            return raise(ts, Exc::TypeError, "run_string() argument 3 must be dict, not {}",
                         type_name(*shared));
        Index pos = 0;
        Object *key, *value;
        while (dict_next(static_cast<Dict&>(*shared), &pos, &key, &value)) {
            if (!is_str(*key)) return raise(ts, Exc::TypeError, "names must be str, not {}", type_name(*key));
            std::string name(TRY(str_as_utf8(ts, static_cast<Str&>(*key))));
            values.push_back({std::move(name), TRY(share_value(ts, *value))});
        }
    }
    if (look.running) return raise(ts, Exc::RuntimeError, "interpreter already running");
    if (!look.first) return raise(ts, Exc::RuntimeError, "interpreter has no thread");
    ThreadState& mine = ts.state();
    swap_thread(look.first, "run_string");
    std::string failure;
    {
        Attached there = attached_unchecked(*look.first);
        if (!run_there(there, source, values).ok()) failure = describe_failure(there);
    }
    swap_thread(&mine, "run_string");
    if (!failure.empty()) return raise_from_module(ts, "RunFailedError", failure);
    return {};
}

constexpr Method functions[] = {
    method<create>("create($module, /, isolated=True)", "Makes an interpreter: its id."),
    method<destroy>("destroy($module, /, id)", "Ends an interpreter that is neither this one nor at work."),
    method<list_all>("list_all($module, /)", "The ids of all interpreters."),
    method<get_current>("get_current($module, /)", "The id of this interpreter."),
    method<get_main>("get_main($module, /)", "The id of the first interpreter."),
    method<is_running>("is_running($module, /, id)", "Whether that interpreter is at work."),
    method<run_string>(
        "run_string($module, /, id, script, shared=None)",
        "Runs a text in __main__ of that interpreter, in this thread. shared: values by name, put there "
        "before.\nAn exception comes back as RunFailedError with its text."),
    method<module_is_shareable>("is_shareable($module, /, obj)",
                                "Whether the data of this object can pass to another interpreter."),
    method<channel_create>("channel_create($module, /)", "Makes a channel between interpreters: its id."),
    method<channel_destroy>("channel_destroy($module, /, cid)", "Forgets the channel, whoever uses it."),
    method<channel_list_all>("channel_list_all($module, /)", "The ids of all channels."),
    method<channel_list_interpreters>(
        "channel_list_interpreters($module, /, cid, *, send)",
        "Who has sent, or else received, through the channel and not let it go."),
    method<channel_send>("channel_send($module, /, cid, obj)",
                         "Puts the data of an object into the channel."),
    method<channel_recv>(
        "channel_recv($module, /, cid, default=<unrepresentable>)",
        "Takes the first data out of the channel, as a new object; default if there are none."),
    method<channel_close>(
        "channel_close($module, /, cid, *, send=None, recv=None, force=False)",
        "Closes the channel for everybody. What is in it can still be taken out if only send "
        "is closed."),
    method<channel_release>("channel_release($module, /, cid, *, send=None, recv=None, force=True)",
                            "Closes an end, or both, for this interpreter alone."),
    method<channel_id_make>(
        "_channel_id($module, /, id, *, send=None, recv=None, force=False, _resolve=False)",
        "A ChannelID for this number."),
    {},
};

Result<void> add_exception(Attached ts, Module& module, const char* name, Object& base) {
    const Ref<Dict> body = TRY(dict_new(ts));
    TRY(dict_set_str(ts, *body, *TRY(str_intern_utf8(ts, "__module__")),
                     *TRY(str_intern_utf8(ts, "_xxsubinterpreters"))));
    const Ref<Str> text = TRY(str_intern_utf8(ts, name));
    const Ref<Tuple> bases = TRY(tuple_of(ts, {&base}));
    return module_add_owned(ts, module, name,
                            TRY(call(ts, PyType_Type, {text.get(), bases.get(), body.get()})));
}
Result<void> subinterpreters_exec(Attached ts, Module& module) {
    TRY(add_exception(ts, module, "RunFailedError", exc_type(Exc::RuntimeError)));
    TRY(add_exception(ts, module, "ChannelError", exc_type(Exc::RuntimeError)));
    const Ref<Object> base = TRY(get_attr(ts, module, *TRY(str_intern_utf8(ts, "ChannelError"))));
    for (const char* name :
         {"ChannelNotFoundError", "ChannelClosedError", "ChannelEmptyError", "ChannelNotEmptyError"})
        TRY(add_exception(ts, module, name, *base));
    TRY(module_add_type(ts, module, baton_interpreter_id_type));
    return module_add_type(ts, module, baton_channel_id_type);
}

}  // namespace

Result<Ref<Object>> interpreter_id_new(Attached ts, int64_t id) {
    Ref<InterpreterId> made = TRY(new_instance<InterpreterId>(ts, baton_interpreter_id_type));
    made->id = id;
    return made;
}

const TypeSpec interpreter_id_spec = {
    .name = "_xxsubinterpreters.InterpreterID",
    .doc = "Stands for an interpreter; usable wherever an integer is.",
    .basicsize = sizeof(InterpreterId),
    .repr = typed_slot<id_repr>,
    .hash = slot<id_hash>,
    .str = typed_slot<id_str>,
    .richcompare = slot<id_compare>,
    .tp_new = slot<id_new>,
    .nb_int = typed_slot<id_int>,
    .index = typed_slot<id_int>,
};

extern const ModuleSpec subinterpreters_module;
const ModuleSpec subinterpreters_module = {
    .name = "_xxsubinterpreters",
    .doc = "Several interpreters in one process, and channels between them; used through interpreters.",
    .methods = functions,
    .exec = subinterpreters_exec,
};

}  // namespace baton
