// Iterators, awaitables and what drives them.
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/types/dict.h"
#include "runtime/types/lazy_iterators.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "vm/async_generator.h"
#include "vm/interp.h"

namespace baton {

namespace {

bool set_taken(Attached ts, const Instr* pc, Value* R, Result<Ref<Object>> r) {
    Object* o = r.release();
    if (!o) return false;
    take_b(ts, pc, R);
    R[pc->a] = unbox(ts, o);
    return true;
}

// For `yield from`: generators and, in coroutines, coroutines drive themselves.
Result<Ref<Object>> yield_from_iter(Attached ts, Object& o, int code_flags) {
    if (is_coroutine(o)) {
        if (!(code_flags & (kCodeCoroutine | kCodeIterableCoroutine))) {
            return raise(ts, Exc::TypeError,
                         "cannot 'yield from' a coroutine object in a non-coroutine generator");
        }
        return Ref<Object>::share(o);
    }
    if (is_generator(o)) return Ref<Object>::share(o);
    return get_iter(ts, o);
}

Result<Ref<Object>> get_awaitable(Attached ts, Object& o, int from) {
    auto it = awaitable_iter(ts, o);
    if (!it.ok()) {
        if (from && !info(o).am_await && pending_is(ts, Exc::TypeError)) {
            clear_pending(ts);
            return raise(ts, Exc::TypeError,
                         "'async with' received an object from {} that does not implement __await__: {}",
                         from == 1 ? "__aenter__" : "__aexit__", type_name(o));
        }
        return already_raised();
    }
    if (is_coroutine(*it) && generator_delegate(static_cast<Generator&>(*it))) {
        return raise(ts, Exc::RuntimeError, "coroutine is being awaited already");
    }
    return it;
}

Result<Ref<Object>> get_aiter(Attached ts, Object& o) {
    UnaryFn f = info(o).am_aiter;
    if (!f)
        return raise(ts, Exc::TypeError, "'async for' requires an object with __aiter__ method, got {}",
                     type_name(o));
    auto it = TRY(f(ts, o));
    if (!info(*it).am_anext) {
        return raise(ts, Exc::TypeError,
                     "'async for' received an object from __aiter__ that does not implement __anext__: {}",
                     type_name(*it));
    }
    return it;
}

Result<Ref<Object>> get_anext(Attached ts, Object& o) {
    if (is_async_generator(o)) return async_generator_anext(ts, static_cast<Generator&>(o));
    UnaryFn f = info(o).am_anext;
    if (!f) {
        return raise(ts, Exc::TypeError, "'async for' requires an iterator with __anext__ method, got {}",
                     type_name(o));
    }
    auto next = TRY(f(ts, o));
    auto it = awaitable_iter(ts, *next);
    if (it.ok()) return it;
    auto cause = fetch(ts);
    (void)raise(ts, Exc::TypeError, "'async for' received an invalid object from __anext__: {}",
                type_name(*next));
    set_cause(ts, *pending(ts), OptRef<Object>::share(cause.get()));
    set_context(ts, *pending(ts), std::move(cause));
    return already_raised();
}

}  // namespace

namespace {

// The next item, owned; nothing = *end says which of done and raised.
Value next_value(Attached ts, Object& it, PairStep* end) {
    if (it.type == &PyListIter_Type) {
        auto& c = static_cast<SequenceCursor&>(it);
        auto* l = static_cast<List*>(c.seq);
        if (l && c.index < l->size) return unbox_borrowed(l->item[c.index++]);
    }
    Next step = iter_next(ts, it);
    if (step.has_item()) return unbox(ts, step.take().release());
    *end = step.raised() ? PairStep::raised : PairStep::done;
    return Value();
}

}  // namespace

PairStep step_pair(Attached ts, Object& it, Value* pair) {
    PairStep end = PairStep::ask;
    if (it.type == &PyDictIterItem_Type) {
        auto& c = static_cast<DictCursor&>(it);
        Object *key, *value;
        if (!c.dict || c.dict->used != c.used || c.left <= 0 || !dict_next(*c.dict, &c.pos, &key, &value))
            return end;
        --c.left;
        pair[1] = unbox_borrowed(key);
        pair[0] = unbox_borrowed(value);
        return PairStep::pair;
    }
    if (it.type == &PyEnum_Type) {
        auto& e = static_cast<Enumerate&>(it);
        if (!fits_tag(e.index)) return end;
        Value item = next_value(ts, *e.iterator, &end);
        if (!item) return end;
        pair[1] = Value::of_int(e.index++);
        pair[0] = item;
        return PairStep::pair;
    }
    auto& z = static_cast<Zip&>(it);
    if (z.count != 2 || z.strict) return end;
    Value first = next_value(ts, *z.iterators->item[0], &end);
    if (!first) return end;
    Value second = next_value(ts, *z.iterators->item[1], &end);
    if (!second) {
        drop(ts, first);
        return end;
    }
    pair[1] = first;
    pair[0] = second;
    return PairStep::pair;
}

bool GET_ITER_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    return o.ok() && set_taken(ts, pc, R, get_iter(ts, *o));
}
bool GET_YIELD_FROM_ITER_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    return o.ok() && set_taken(ts, pc, R, yield_from_iter(ts, *o, frame_of(R)->code->flags));
}
bool GET_AWAITABLE_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    return o.ok() && set_taken(ts, pc, R, get_awaitable(ts, *o, pc->c));
}
bool GET_AITER_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    return o.ok() && set_taken(ts, pc, R, get_aiter(ts, *o));
}
bool GET_ANEXT_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->a]);
    if (!o.ok()) return false;
    Object* r = get_anext(ts, *o).release();
    if (!r) return false;
    R[pc->b] = Value(r);
    return true;
}
bool END_ASYNC_FOR_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    auto& e = static_cast<BaseException&>(*base[1].object());
    if (!exception_matches(ts, e, exc_type(Exc::StopAsyncIteration))) {
        restore(ts, Ref<BaseException>::share(e));
        return false;
    }
    drop(ts, base[1]);
    drop(ts, base[0]);
    return true;
}

}  // namespace baton
