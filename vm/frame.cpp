#include "vm/frame.h"

#include <cstdlib>

#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "vm/frame_object.h"

namespace baton {

namespace {

// A piece of the register stack. One empty chunk above the current one is kept, so that a call at a border is
// cheap.
struct Chunk {
    Chunk* below;
    Chunk* above;
    Value* end;
    Value* saved_top;  // of the chunk below, while this one is current

    Value* start() { return reinterpret_cast<Value*>(this + 1); }
};
constexpr size_t kChunkWords = 32 * 1024;

Chunk* chunk_of(RuntimeThread& t) {
    return static_cast<Chunk*>(t.stack_chunk);
}

Chunk* new_chunk(Attached ts, Chunk* below, size_t need) {
    size_t words = need > kChunkWords ? need : kChunkWords;
    auto* c = static_cast<Chunk*>(std::malloc(sizeof(Chunk) + words * sizeof(Value)));
    if (!c) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    c->below = below;
    c->above = nullptr;
    c->end = c->start() + words;
    if (below) below->above = c;
    return c;
}

}  // namespace

Frame* frame_reserve_slow(Attached ts, RuntimeThread& t, int nregs) {
    auto need = static_cast<size_t>(kFrameWords + nregs);
    Chunk* now = chunk_of(t);
    if (!now) {
        now = new_chunk(ts, nullptr, need);
        if (!now) return nullptr;
        t.stack_chunk = now;
        t.stack_top = now->start();
        t.stack_limit = now->end;
        return frame_reserve(ts, t, nregs);
    }
    Chunk* next = now->above;
    if (next && static_cast<size_t>(next->end - next->start()) < need) {
        std::free(next);
        next = now->above = nullptr;
    }
    if (!next) next = new_chunk(ts, now, need);
    if (!next) return nullptr;
    next->saved_top = t.stack_top;
    t.stack_chunk = next;
    t.stack_limit = next->end;
    t.stack_top = next->start() + need;
    auto* f = reinterpret_cast<Frame*>(next->start());
    f->flags = kFrameChunk;
    return f;
}

void frame_release_slow(RuntimeThread& t) {
    Chunk* now = chunk_of(t);
    t.stack_top = now->saved_top;
    if (now->above) {
        std::free(now->above);
        now->above = nullptr;
    }
    t.stack_chunk = now->below;
    t.stack_limit = now->below->end;
}

void stack_free(RuntimeThread& t) {
    Chunk* c = chunk_of(t);
    while (c && c->above) c = c->above;
    while (c) {
        Chunk* below = c->below;
        std::free(c);
        c = below;
    }
    t.stack_chunk = nullptr;
    t.stack_top = t.stack_limit = nullptr;
}

void frame_clear(Attached ts, Frame* f) {
    if (f->object) [[unlikely]] {
        frame_object_leave(ts, *f);
    } else {
        Value* R = f->regs();
        for (int i = 0, n = f->code->temp_base(); i < n; ++i) {
            Value v = R[i];
            R[i] = Value();
            drop(ts, v);
        }
    }
    if (Object* locals = std::exchange(f->locals, nullptr)) decref(ts, locals);
    if (Function* function = std::exchange(f->function, nullptr)) decref(ts, function);
}

}  // namespace baton
