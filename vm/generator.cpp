#include "vm/generator.h"

#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/async_generator.h"
#include "vm/frame_object.h"
#include "vm/interp.h"
#include "vm/run.h"

namespace baton {

namespace {

size_t generator_bytes(const Code& c) {
    return offsetof(Generator, frame) + sizeof(Frame) + static_cast<size_t>(c.nregs) * sizeof(Value);
}

const char* kind_name(const Generator& g) {
    return is_coroutine(g) ? "coroutine" : is_async_generator(g) ? "async generator" : "generator";
}

// Live temporaries of a suspended frame.
int live_temps(const Generator& g) {
    return g.code->depth[g.code->index_of(g.frame.pc)];
}

void drop_temps(Attached ts, Generator& g) {
    Value* temp = g.regs() + g.code->temp_base();
    for (int i = live_temps(g); i > 0;) drop(ts, std::exchange(temp[--i], Value()));
}

// Where a coroutine comes from: (file name, line, function) of the callers, innermost first.
Result<Ref<Tuple>> origin_of(Attached ts, const Frame* at, int depth) {
    Index count = 0;
    for (const Frame* f = at; f && count < depth; f = f->prev) ++count;
    Ref<Tuple> origin = TRY(tuple_alloc(ts, count));
    for (Index i = 0; i < count; ++i, at = at->prev) {
        Ref<Int> line = TRY(box_int(ts, frame_line(*at)));
        origin->item[i] = TRY(tuple_of(ts, {at->code->filename, line.get(), at->code->name})).release();
    }
    return tuple_finish(ts, std::move(origin));
}

}  // namespace

Generator* generator_take_frame(Attached ts, Frame& f) {
    Code& c = *f.code;
    OptRef<Object> origin;
    if (int depth = ts->coroutine_origin_tracking_depth; depth > 0 && c.flags & kCodeCoroutine) [[unlikely]] {
        auto made = origin_of(ts, f.prev, depth);
        if (!made.ok()) return nullptr;
        origin = made.take();
    }
    Type& type = c.flags & kCodeAsyncGenerator ? PyAsyncGen_Type
                 : c.flags & kCodeCoroutine    ? PyCoro_Type
                                               : PyGen_Type;
    auto* g = static_cast<Generator*>(gc_allocate(ts, type, generator_bytes(c)));
    if (!g) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    g->name = Ref<Str>::share(*f.function->name).release();
    g->qualname = Ref<Str>::share(*f.function->qualname).release();
    g->code = Ref<Code>::share(c).release();
    g->weakreflist = nullptr;
    g->origin_or_finalizer = origin.release();
    g->handled = {nullptr, nullptr};
    g->state = GenState::created;
    g->hooks_inited = g->closed = g->running_async = false;
    std::memcpy(static_cast<void*>(&g->frame), &f,
                sizeof(Frame) + static_cast<size_t>(c.temp_base()) * sizeof(Value));
    g->frame.prev = nullptr;
    g->frame.generator = g;
    g->frame.flags = kFrameGenerator;
    if (g->frame.object) g->frame.object->frame = &g->frame;
    gc_track(ts, g);
    return g;
}

void generator_leave(Attached ts, RuntimeThread& t, Generator& g) {
    generator_unlink(t, g);
    g.state = GenState::finished;
    BaseException* handled = std::exchange(g.handled.exception, nullptr);
    frame_clear(ts, &g.frame);
    xdecref(ts, handled);
}

void generator_finish(Attached ts, Generator& g) {
    if (g.state == GenState::finished) return;
    drop_temps(ts, g);
    g.state = GenState::finished;
    BaseException* handled = std::exchange(g.handled.exception, nullptr);
    frame_clear(ts, &g.frame);
    xdecref(ts, handled);
}

Object* generator_delegate(Generator& g) {
    if (g.state != GenState::suspended || opcode(*g.frame.pc) != Op::YIELD_FROM) return nullptr;
    return g.regs()[g.frame.pc->a].object();
}

namespace {

constexpr Sent kSentRaised = {SendStatus::raised, Value()};

// Runs the generator from where frame.pc says.
Sent run_generator(Attached ts, Generator& g, bool throwing) {
    RuntimeThread& t = rt(ts);
    auto keep = Ref<Object>::share(g);
    ++t.recursion_depth;
    generator_link(t, g);
    // What is thrown in while the generator handles an exception happens "during handling" of that one.
    if (throwing && g.handled.exception) chain_context(ts, Ref<BaseException>::share(*g.handled.exception));
    g.frame.flags = kFrameGenerator | kFrameEntry;
    if (throwing && g.handled.exception) chain_context(ts, Ref<BaseException>::share(*g.handled.exception));
    bool yielded = false;
    Value v = run_frame(ts, &g.frame, throwing, &yielded);
    if (!v) return kSentRaised;
    return {yielded ? SendStatus::yielded : SendStatus::returned, v};
}

Raised raise_executing(Attached ts, Generator& g) {
    return raise(ts, Exc::ValueError, "{} already executing", kind_name(g));
}

// An exception is pending and must not be met by the call: it is put aside while `f` runs.
Result<void> check_depth(Attached ts) {
    TRY(enter_recursion(ts, " while calling a Python object"));
    leave_recursion(ts);
    return {};
}

}  // namespace

Sent generator_send(Attached ts, Generator& g, Value value) {
    if (g.state == GenState::running) {
        (void)raise_executing(ts, g);
        return kSentRaised;
    }
    if (g.state == GenState::finished) {
        if (!is_coroutine(g)) return {SendStatus::returned, Value(&none())};
        (void)raise(ts, Exc::RuntimeError, "cannot reuse already awaited coroutine");
        return kSentRaised;
    }
    if (!check_depth(ts).ok()) return kSentRaised;
    const Instr* pc = g.frame.pc;
    Value* R = g.regs();
    switch (opcode(*pc)) {
        case Op::YIELD:
            R[pc->a] = share(value);
            g.frame.pc = pc + 1;
            break;
        case Op::YIELD_FROM:
            R[pc->a + 1] = share(value);
            break;
        default:
            if (value != Value(&none())) {
                (void)raise(ts, Exc::TypeError, "can't send non-None value to a just-started {}",
                            kind_name(g));
                return kSentRaised;
            }
            g.frame.pc = pc + 1;
            break;
    }
    return run_generator(ts, g, false);
}

namespace {

// The value of a pending StopIteration, which is taken away; nothing when something else is pending.
Value take_stop_iteration(Attached ts) {
    if (!pending_is(ts, Exc::StopIteration)) return Value();
    auto e = fetch(ts);
    Object* v = static_cast<StopIterationObject&>(static_cast<BaseException&>(*e)).value;
    return unbox_borrowed(v ? v : &none());
}

Sent sent_result(Attached ts, Result<Ref<Object>> r) {
    if (r.ok()) return {SendStatus::yielded, unbox(ts, r.release())};
    Value v = take_stop_iteration(ts);
    return v ? Sent{SendStatus::returned, v} : kSentRaised;
}

// While the generator passes an exception on to its delegate, it stands below it on the stack.
class Delegating {
  public:
    Delegating(Attached ts, Generator& g) : t_(rt(ts)), g_(g) {
        g.state = GenState::running;
        g.frame.prev = t_.frame;
        t_.frame = &g.frame;
    }
    ~Delegating() {
        t_.frame = g_.frame.prev;
        g_.frame.prev = nullptr;
        g_.state = GenState::suspended;
    }
    Delegating(const Delegating&) = delete;
    Delegating& operator=(const Delegating&) = delete;

  private:
    RuntimeThread& t_;
    Generator& g_;
};

// The delegate has returned `value` (owned): the generator goes on behind its YIELD_FROM.
Sent resume_after_delegate(Attached ts, Generator& g, Value value) {
    const Instr* pc = g.frame.pc;
    Value* R = g.regs();
    Value it = std::exchange(R[pc->a], value);
    g.frame.pc = pc + 1;
    drop(ts, it);
    return run_generator(ts, g, false);
}

Result<void> close_iterator(Attached ts, Object& it) {
    if (is_generator(it) || is_coroutine(it)) return generator_close(ts, static_cast<Generator&>(it));
    auto method = get_attr_opt(ts, it, id(Name::close));
    if (!method.ok()) {
        write_unraisable(ts, nullptr, &it);
        return {};
    }
    auto m = method.take();
    if (m) TRY(call(ts, *m));
    return {};
}

}  // namespace

Sent send_value(Attached ts, Object& it, Value value) {
    if (is_generator(it) || is_coroutine(it)) return generator_send(ts, static_cast<Generator&>(it), value);
    if (value == Value(&none()) && info(it).iternext) {
        Next n = info(it).iternext(ts, it);  // not iter_next: the StopIteration's value counts
        if (n.has_item()) return {SendStatus::yielded, unbox(ts, n.take().release())};
        if (n.is_done()) return {SendStatus::returned, Value(&none())};
        Value v = take_stop_iteration(ts);
        return v ? Sent{SendStatus::returned, v} : kSentRaised;
    }
    Boxed v(ts, value);
    if (!v.ok()) return kSentRaised;
    return sent_result(ts, call_method(ts, it, id(Name::send), {&*v}));
}

// CPython 3.11: _gen_throw (Objects/genobject.c).
Sent generator_throw_pending(Attached ts, Generator& g, bool close_on_exit) {
    if (g.state == GenState::running) {
        clear_pending(ts);
        (void)raise_executing(ts, g);
        return kSentRaised;
    }
    if (Object* delegate = generator_delegate(g)) {
        auto it = Ref<Object>::share(*delegate);
        if (close_on_exit && pending_is(ts, Exc::GeneratorExit)) {
            auto e = fetch(ts);
            bool ok;
            {
                Delegating delegating(ts, g);
                ok = close_iterator(ts, *it).ok();
            }
            if (ok) restore(ts, std::move(e).take());
            return run_generator(ts, g, true);
        }
        Sent r;
        if (is_generator(*it) || is_coroutine(*it)) {
            Delegating delegating(ts, g);
            r = generator_throw_pending(ts, static_cast<Generator&>(*it), close_on_exit);
        } else {
            auto e = fetch(ts);
            auto method = get_attr_opt(ts, *it, id(Name::throw_));
            if (!method.ok()) return kSentRaised;
            auto m = method.take();
            if (!m) {
                restore(ts, std::move(e).take());
                return run_generator(ts, g, true);
            }
            Object* traceback = e->traceback ? e->traceback : &none();
            Delegating delegating(ts, g);
            r = sent_result(ts, call(ts, *m, {e->type, e.get(), traceback}));
        }
        if (r.status == SendStatus::yielded) return r;
        if (r.status == SendStatus::returned) return resume_after_delegate(ts, g, r.value);
        if (Value v = take_stop_iteration(ts)) return resume_after_delegate(ts, g, v);
        return run_generator(ts, g, true);
    }
    if (g.state == GenState::finished) {
        if (is_coroutine(g)) {
            clear_pending(ts);
            (void)raise(ts, Exc::RuntimeError, "cannot reuse already awaited coroutine");
        }
        return kSentRaised;
    }
    auto e = fetch(ts);
    if (!check_depth(ts).ok()) return kSentRaised;
    restore(ts, std::move(e).take());
    return run_generator(ts, g, true);
}

// CPython 3.11: gen_close.
Result<void> generator_close(Attached ts, Generator& g) {
    if (g.state == GenState::finished) return {};
    if (g.state == GenState::running) return raise_executing(ts, g);
    if (g.state == GenState::created) {
        generator_finish(ts, g);
        return {};
    }
    auto keep = Ref<Object>::share(g);
    bool ok = true;
    if (Object* delegate = generator_delegate(g)) {
        auto it = Ref<Object>::share(*delegate);
        Delegating delegating(ts, g);
        ok = close_iterator(ts, *it).ok();
    }
    if (ok) (void)raise_none(ts, Exc::GeneratorExit);
    Sent r = run_generator(ts, g, true);
    if (r.status == SendStatus::yielded) {
        drop(ts, r.value);
        return raise(ts, Exc::RuntimeError, "{} ignored GeneratorExit", kind_name(g));
    }
    if (r.status == SendStatus::returned) {
        drop(ts, r.value);
        return {};
    }
    if (pending_is(ts, Exc::StopIteration) || pending_is(ts, Exc::GeneratorExit)) {
        clear_pending(ts);
        return {};
    }
    return already_raised();
}

// ---- end of life ----

void generator_dealloc(Attached ts, Object& self) {
    auto& g = static_cast<Generator&>(self);
    gc_untrack(&g);
    if (g.weakreflist) weakref_clear_all(ts, g);
    if (generator_needs_finalizer(g)) {
        gc_track(ts, &g);
        if (!call_finalizer(ts, g)) return;
        gc_untrack(&g);
    }
    generator_finish(ts, g);
    size_t bytes = generator_bytes(*g.code);
    Object* owned[] = {g.name, g.qualname, g.code, g.origin_or_finalizer};
    for (Object* o : owned) xdecref(ts, o);
    gc_free(ts, &g, bytes);
}

// Would closing it run any code? Otherwise dropping the frame is all there is to do.
bool generator_needs_finalizer(Generator& g) {
    if (g.state == GenState::finished) return false;
    if (is_coroutine(g) && g.state == GenState::created) return true;  // "was never awaited"
    if (is_async_generator(g) && g.origin_or_finalizer) return true;
    if (g.state == GenState::created) return false;
    return generator_delegate(g) || code_handler(*g.code, g.code->index_of(g.frame.pc));
}

int generator_traverse(Object* self, VisitProc visit, void* arg) {
    auto& g = static_cast<Generator&>(*self);
    if (int r = visit_fields<Object>(visit, arg, g.code, g.name, g.qualname, g.origin_or_finalizer,
                                     g.handled.exception)) {
        return r;
    }
    if (g.state == GenState::finished) return 0;
    Frame& f = g.frame;
    if (int r = visit_fields<Object>(visit, arg, f.function, f.object, f.locals)) return r;
    int n = g.code->temp_base() + (g.state == GenState::running ? 0 : live_temps(g));
    for (int i = 0; i < n; ++i) {
        Value v = g.regs()[i];
        if (v && v.is_object()) {
            if (int r = visit(v.object(), arg)) return r;
        }
    }
    return 0;
}

void generator_finalize(Attached ts, Object& self) {
    auto& g = static_cast<Generator&>(self);
    if (g.state == GenState::finished) return;
    auto held = fetch(ts);
    bool done = false;
    if (is_async_generator(g)) done = async_generator_finalize(ts, g);
    if (!done && is_coroutine(g) && g.state == GenState::created) {
        warn_never_awaited(ts, g);
        generator_finish(ts, g);
    } else if (!done && !generator_close(ts, g).ok()) {
        write_unraisable(ts, nullptr, &g);
    }
    if (held) restore(ts, std::move(held).take());
}

}  // namespace baton
