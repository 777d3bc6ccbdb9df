// Calls beyond the fast paths of the loop: frames whose arguments need binding, classes, methods, spread
// arguments, calls from C++, and running code in a namespace.
#include <cstdlib>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/bind_args.h"
#include "vm/eval_fast.h"
#include "vm/interp.h"
#include "vm/run.h"

namespace baton {

namespace {

void drop_all(Attached ts, Value* args, size_t n) {
    for (size_t i = 0; i < n; ++i) drop(ts, args[i]);
}
// The registers of a new frame from `i` on: `omitted` parameters by default, then nothing in all below the
// temporaries.
void fill_frame(Function& f, Value* to, int i, int omitted) {
    for (; omitted > 0; --omitted) to[i++] = unbox_borrowed(f.defaults->item[f.defaults->size - omitted]);
    for (int n = f.code->first_temp; i < n; ++i) to[i] = Value();
}
size_t keyword_count(Tuple* kwnames) {
    return kwnames ? static_cast<size_t>(kwnames->size) : 0;
}

// Room for owned arguments that are not in registers.
class ArgumentRoom {
  public:
    ArgumentRoom() = default;
    ArgumentRoom(const ArgumentRoom&) = delete;
    ~ArgumentRoom() {
        if (at_ != reinterpret_cast<Value*>(inline_)) std::free(at_);
    }
    bool reserve(Attached ts, size_t n) {
        if (n + 1 <= kInline) return true;
        auto* p = static_cast<Value*>(std::malloc((n + 1) * sizeof(Value)));
        if (!p) {
            (void)raise_no_memory(ts);
            return false;
        }
        at_ = p;
        return true;
    }
    Value* args() { return at_ + 1; }  // the word in front is scratch

  private:
    static constexpr size_t kInline = 12;
    // Raw words: clearing them would cost as much as a short call.
    alignas(Value) char inline_[kInline * sizeof(Value)];
    Value* at_ = reinterpret_cast<Value*>(inline_);
};

}  // namespace

Raised raise_recursion(Attached ts, const char* where) {
    return raise(ts, Exc::RecursionError, "maximum recursion depth exceeded{}", where);
}

Frame* make_frame(Attached ts, Function* function, Value* args, size_t nargs, Tuple* kwnames) {
    RuntimeThread& t = rt(ts);
    Frame* f = nullptr;
    if (t.recursion_depth + t.c_recursion_depth >= ts->interp->recursion_limit) {
        (void)raise_recursion(ts, "");
    } else {
        f = frame_reserve(ts, t, function->code->nregs);
    }
    if (!f) {
        drop_all(ts, args, nargs + keyword_count(kwnames));
        decref(ts, function);
        return nullptr;
    }
    int omitted = function->code->exact_args - static_cast<int>(nargs);
    if (!kwnames && (omitted == 0 || may_omit(*function, omitted))) {
        // Plain parameters, as of most __init__ methods, take the arguments as they are.
        Value* to = f->regs();
        int i = 0;
        for (int n = static_cast<int>(nargs); i < n; ++i) to[i] = args[i];
        fill_frame(*function, to, i, omitted);
    } else if (!bind_python_args(ts, *function, f->regs(), args, nargs, kwnames)) {
        frame_release(t, f);
        decref(ts, function);
        return nullptr;
    }
    ++t.recursion_depth;
    frame_open(*f, *function, *function->code);
    f->pc = f->code->code;
    return f;
}

Value call_consuming(Attached ts, Object* callee, Value* args, size_t nargs, Tuple* kwnames) {
    Value r = call_value(ts, *callee, args, nargs, kwnames);
    drop_all(ts, args, nargs + keyword_count(kwnames));
    decref(ts, callee);
    return r;
}

Value call_found(Attached ts, Value callee, Value* args, size_t nargs) {
    if (callee.is_object()) return call_consuming(ts, callee.object(), args, nargs, nullptr);
    drop_all(ts, args, nargs);
    return raise(ts, Exc::TypeError, "'int' object is not callable");
}

Frame* enter_init(Attached ts, Function* function, Value self, Value* args, size_t nargs) {
    incref(self.object());
    Value saved = std::exchange(args[-1], self);
    Frame* f = make_frame(ts, function, args - 1, nargs + 1, nullptr);
    args[-1] = saved;
    return f;
}

void remember_class(Attached ts, Type& cls, size_t nargs, CallCache& cache) {
    TypeInfo& i = info(cls);
    const TypeInfo& object = info(PyBaseObject_Type);
    if (!i.python_class || !i.tp_new || has_flag(cls, kTypeIsAbstract | kTypeDisallowInstantiation)) return;
    bool plain = i.tp_new == object.tp_new;
    Object* init = type_lookup(cls, id(Name::__init__));
    if (init && init->type == &PyFunction_Type) {
        cache.init = static_cast<Function*>(init);
    } else if (plain && i.init == object.init && nargs == 0) {
        cache.init = nullptr;
    } else {
        return;
    }
    cache.plain = plain;
    cache.version = type_version(ts, cls);
}

Value other_instance(Attached ts, Type& cls, Object* made, Value* args, size_t nargs) {
    auto o = Ref<Object>::steal(made);
    if (is_instance_exact(*o, cls)) {  // of a subclass
        InitFn init = info(*o).init;
        if (init && !init(ts, *o, args, nargs, nullptr).ok()) return Value();
    }
    return unbox(ts, o.release());
}

FoundMethod find_method(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    size_t n = pc->b + 1u;
    Str& name = name_at(R, pc->c);
    if (base->is_object()) {
        Object& o = *base->object();
        uint64_t word = recall(ts, o, name, attr_cache(pc), &AttrMemo::method);
        if (word != kNotRecalled && is_function_word(word) && not_shadowed(o, name)) {
            auto* function = static_cast<Function*>(cached_object(word));
            incref(function);
            return {function, base, n, Value()};
        }
    }
    OptRef<Object> method;
    bool unbound = false;
    bool ok = box_in_place(ts, *base).ok();
    if (ok) {
        auto r = get_method(ts, *base->object(), name, &method);
        ok = r.ok();
        unbound = ok && r.take();
    }
    if (!ok) {
        drop_all(ts, base, n);
        return {};
    }
    remember_attr(ts, *base->object(), name, attr_cache(pc), true);
    if (!unbound) {
        drop(ts, std::exchange(*base, Value()));
        ++base;
        --n;
    }
    Object* callee = method.release();
    if (callee->type == &PyFunction_Type) return {static_cast<Function*>(callee), base, n, Value()};
    return {nullptr, nullptr, 0, call_consuming(ts, callee, base, n, nullptr)};
}

bool LOAD_METHOD_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    if (!box_in_place(ts, *base).ok()) return false;
    Object& o = *base->object();
    Str& name = name_at(R, pc->c);
    uint64_t word = recall(ts, o, name, attr_cache(pc), &AttrMemo::method);
    if (word != kNotRecalled && is_method_word(word) && not_shadowed(o, name)) {
        base[1] = base[0];
        base[0] = share(Value(cached_object(word)));
        return true;
    }
    OptRef<Object> method;
    auto r = get_method(ts, o, name, &method);
    if (!r.ok()) return false;
    remember_attr(ts, o, name, attr_cache(pc), true);
    if (r.take()) {
        base[1] = base[0];
        base[0] = Value(method.release());
    } else {
        Value self = std::exchange(base[0], Value(method.release()));
        base[1] = Value();
        drop(ts, self);
    }
    return true;
}

namespace {

// What the message calls the callee: "f()" or "module.f()".
Raised raise_spread(Attached ts, Object& callee, const char* what, Object& got) {
    auto qualname = get_attr_opt(ts, callee, id(Name::__qualname__));
    if (!qualname.ok()) return already_raised();
    auto q = qualname.take();
    auto shown = q ? show_str(ts, *q) : show_str(ts, callee);
    if (!shown.ok()) return already_raised();
    auto module = get_attr_opt(ts, callee, id(Name::__module__));
    if (!module.ok()) return already_raised();
    auto m = module.take();
    Shown prefix;
    bool qualified = q && m && is_str(*m) && !str_eq(static_cast<Str&>(*m), id(Name::builtins));
    if (qualified) {
        auto s = show_str(ts, *m);
        if (!s.ok()) return already_raised();
        prefix = s.take();
    }
    return raise(ts, Exc::TypeError, "{}{}{}{} argument after * must be {}, not {}", prefix.view,
                 qualified ? "." : "", (*shown).view, q ? "()" : "", what, type_name(got));
}

// A frame whose plain parameters are exactly the items; takes `function` over. Null = raised, nothing taken.
Frame* make_plain_frame(Attached ts, Function& function, Tuple& items) {
    RuntimeThread& t = rt(ts);
    Code& code = *function.code;
    if (t.recursion_depth + t.c_recursion_depth >= ts->interp->recursion_limit) {
        (void)raise_recursion(ts, "");
        return nullptr;
    }
    Frame* f = frame_reserve(ts, t, code.nregs);
    if (!f) return nullptr;
    Value* to = f->regs();
    int i = 0;
    for (int n = static_cast<int>(items.size); i < n; ++i) to[i] = unbox_borrowed(items.item[i]);
    fill_frame(function, to, i, 0);
    ++t.recursion_depth;
    frame_open(*f, function, code);
    f->pc = code.code;
    return f;
}

// Fills args with shared items and the values of kwargs; *names for these.
Result<OptRef<Tuple>> spread(Attached ts, Tuple& positional, Dict* kwargs, ArgumentRoom& room) {
    auto n = static_cast<size_t>(positional.size);
    size_t nkw = kwargs ? static_cast<size_t>(kwargs->used) : 0;
    if (!room.reserve(ts, n + nkw)) return already_raised();
    OptRef<Tuple> names;
    if (nkw) {
        names = TRY(tuple_alloc(ts, static_cast<Index>(nkw)));
        Index at = 0, i = 0;
        Object *key, *value;
        while (dict_next(*kwargs, &at, &key, &value)) {
            incref(key);
            names->item[i++] = key;
            if (!is_str(*key)) {
                for (; i < static_cast<Index>(nkw); ++i)
                    names->item[i] = Ref<Object>::share(none()).release();
                return raise(ts, Exc::TypeError, "keywords must be strings");
            }
        }
        tuple_track(ts, *names);
        at = 0;
        i = 0;
        while (dict_next(*kwargs, &at, &key, &value))
            room.args()[n + static_cast<size_t>(i++)] = unbox_borrowed(value);
    }
    for (size_t i = 0; i < n; ++i) room.args()[i] = unbox_borrowed(positional.item[i]);
    return names;
}

}  // namespace

SpreadCall call_spread(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    size_t taken = 2u + pc->b;
    auto give_up = [&] {
        drop_all(ts, base, taken);
        return SpreadCall{};
    };
    if (!box_all(ts, base, taken).ok()) return give_up();
    Object& callee = *base[0].object();
    Object& iterable = *base[1].object();
    if (!is_tuple(iterable)) {
        if (!info(iterable).iter && !is_sequence(iterable)) {
            (void)raise_spread(ts, callee, "an iterable", iterable);
            return give_up();
        }
        auto t = to_tuple(ts, iterable);
        if (!t.ok()) return give_up();
        set_local(ts, base[1], Value(t.release()));
    }
    auto& positional = static_cast<Tuple&>(*base[1].object());
    auto* kwargs = pc->b ? static_cast<Dict*>(base[2].object()) : nullptr;
    auto n = static_cast<size_t>(positional.size);
    if (callee.type == &PyFunction_Type && (!kwargs || kwargs->used == 0) &&
        static_cast<Function&>(callee).code->exact_args == static_cast<int>(n)) {
        Frame* f = make_plain_frame(ts, static_cast<Function&>(callee), positional);
        if (!f) return give_up();
        for (size_t i = 1; i < taken; ++i) drop(ts, base[i]);
        return {f, Value()};
    }
    ArgumentRoom room;
    auto spread_out = spread(ts, positional, kwargs, room);
    if (!spread_out.ok()) return give_up();
    auto names = spread_out.take();
    for (size_t i = 1; i < taken; ++i) drop(ts, base[i]);
    if (callee.type == &PyFunction_Type) {
        return {make_frame(ts, static_cast<Function*>(&callee), room.args(), n, names.get()), Value()};
    }
    return {nullptr, call_consuming(ts, &callee, room.args(), n, names.get())};
}

void raise_init_result(Attached ts, Value owned) {
    (void)raise(ts, Exc::TypeError, "__init__() should return None, not '{}'",
                owned.is_int() ? "int" : type_name(*owned.object()));
    drop(ts, owned);
}

// ---- from C++ ----

namespace {

// Links a frame as the innermost one and runs it until it is left.
Value run_entry(Attached ts, Frame* f) {
    RuntimeThread& t = rt(ts);
    f->prev = t.frame;
    f->flags |= kFrameEntry;
    t.frame = f;
    // A loop in C++ that calls Python functions has no other poll. In mode ticks the function's own
    // instructions count.
    if (!ts->gil->counting()) --ts->ticks;
    // What is overdue is delivered at the function's entry, as if raised there.
    bool raised = ts->ticks < 0 && !vm_poll(ts);
    return run_frame(ts, f, raised, nullptr);
}

// A call with plain positional parameters, the last `omitted` of them by default. The recursion has been
// counted for C++ and is counted by the frame instead.
Value call_plain(Attached ts, Function& function, Value* args, size_t nargs, int omitted) {
    RuntimeThread& t = rt(ts);
    Code& code = *function.code;
    Frame* f = frame_reserve(ts, t, code.nregs);
    if (!f) return Value();
    Value* to = f->regs();
    int i = 0;
    for (int n = static_cast<int>(nargs); i < n; ++i) to[i] = from_outside(args[i]);
    fill_frame(function, to, i, omitted);
    incref(&function);
    frame_open(*f, function, code);
    f->pc = code.code;
    --t.c_recursion_depth;
    ++t.recursion_depth;
    Value r = run_entry(ts, f);
    ++t.c_recursion_depth;
    return r;
}

}  // namespace

Value call_function(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& function = static_cast<Function&>(callee);
    if (!enter_recursion(ts, "").ok()) return Value();
    Value r;
    if (int omitted = function.code->exact_args - static_cast<int>(nargs);
        !kwnames && (omitted == 0 || may_omit(function, omitted))) {
        r = call_plain(ts, function, args, nargs, omitted);
        leave_recursion(ts);
        return r;
    }
    size_t all = nargs + keyword_count(kwnames);
    ArgumentRoom room;  // the caller's array keeps its references, so the frame gets references of its own
    if (room.reserve(ts, all)) {
        for (size_t i = 0; i < all; ++i) room.args()[i] = from_outside(args[i]);
        incref(&function);
        --rt(ts).c_recursion_depth;  // the frame counts itself
        Frame* f = make_frame(ts, &function, room.args(), nargs, kwnames);
        if (f) r = run_entry(ts, f);
        ++rt(ts).c_recursion_depth;
    }
    leave_recursion(ts);
    return r;
}

Result<Ref<Object>> run_code(Attached ts, Code& code, Dict& globals, Object* locals, Tuple* closure) {
    RecursionScope scope(ts);
    TRY(scope.enter(""));
    auto function = TRY(function_new(ts, code, globals, nullptr));
    if (closure) function->closure = Ref<Tuple>::share(*closure).release();
    Frame* f = make_frame(ts, function.release(), nullptr, 0, nullptr);
    if (!f) return already_raised();
    if (!(code.flags & kCodeOptimized)) f->locals = Ref<Object>::share(locals ? *locals : globals).release();
    return boxed_result(ts, run_entry(ts, f));
}

Result<Ref<Object>> run_function_in(Attached ts, Function& function, Object& ns) {
    RecursionScope scope(ts);
    TRY(scope.enter(""));
    incref(&function);
    Frame* f = make_frame(ts, &function, nullptr, 0, nullptr);
    if (!f) return already_raised();
    f->locals = Ref<Object>::share(ns).release();
    return boxed_result(ts, run_entry(ts, f));
}

}  // namespace baton
