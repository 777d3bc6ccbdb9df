#include "vm/frame_object.h"

#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "threadstate/check.h"
#include "vm/async_generator.h"
#include "vm/audit.h"
#include "vm/cell.h"
#include "vm/code_tables.h"
#include "vm/frame_jump.h"
#include "vm/generator.h"

namespace baton {

Result<Ref<FrameObject>> frame_object(Attached ts, Frame& f) {
    if (!f.object) {
        const int room = f.code->temp_base();
        auto o = TRY(new_gc_object<FrameObject>(ts, PyFrame_Type, frame_object_bytes(room)));
        o->room = room;
        o->back = nullptr;
        o->frame = &f;
        o->trace = nullptr;
        o->callee = nullptr;
        o->lineno = 0;
        o->jump_to = -1;
        o->on_no_line = o->in_event = false;
        o->last_line = -1;
        o->last_word = -1;
        o->owned = false;
        o->trace_lines = true;
        o->trace_opcodes = false;
        gc_track(ts, o.get());
        f.object = o.release();
    }
    return Ref<FrameObject>::share(*f.object);
}

void frame_object_leave(Attached ts, Frame& f) {
    FrameObject* o = std::exchange(f.object, nullptr);
    int n = f.code->temp_base();
    if (o->refcnt == 1) {
        o->frame = nullptr;
        decref(ts, o);
        for (int i = 0; i < n; ++i) drop(ts, std::exchange(f.regs()[i], Value()));
        return;
    }
    DCHECK(n <= o->room);
    auto* kept = reinterpret_cast<Frame*>(o + 1);
    std::memcpy(static_cast<void*>(kept), &f, sizeof(Frame) + static_cast<size_t>(n) * sizeof(Value));
    kept->prev = nullptr;
    kept->generator = nullptr;
    kept->flags = 0;
    if (f.prev) {
        auto held = fetch(ts);  // making the caller's object must not meet a pending exception
        auto back = frame_object(ts, *f.prev);
        if (back.ok())
            o->back = back.release();
        else
            clear_pending(ts);
        if (held) restore(ts, std::move(held).take());
    }
    // The registers, namespace and function have moved; what is left behind is empty.
    for (int i = 0; i < n; ++i) f.regs()[i] = Value();
    f.locals = nullptr;
    f.function = nullptr;
    o->frame = kept;
    o->owned = true;
    decref(ts, o);
}

int frame_object_line(const FrameObject& f) {
    if (f.lineno || f.on_no_line) return f.lineno;
    if (!f.frame) return -1;
    // An instruction of no line belongs to the line that led to it.
    Frame& frame = *f.frame;
    if (f.last_line >= 0 && code_position(*frame.code, frame.code->index_of(frame.pc)).line < 0)
        return f.last_line;
    return frame_line(frame);
}

namespace {

// Calls visit(name, slot, is_cell) for every variable of a function's frame.
template <class F>
Result<void> for_each_variable(Frame& f, F&& visit) {
    Code& c = *f.code;
    Value* R = f.regs();
    for (int i = 0; i < c.nlocals; ++i) TRY(visit(*c.varnames->item[i], R[i], false));
    for (int i = 0; i < c.ncells; ++i) TRY(visit(*c.cellvars->item[i], R[c.cell_base() + i], true));
    for (int i = 0; i < c.nfrees; ++i) TRY(visit(*c.freevars->item[i], R[c.free_base() + i], true));
    return {};
}

// An argument that is also a cell variable has two registers; the unbound one says nothing.
bool moved_to_cell(Frame& f, Object& name) {
    Tuple& cells = *f.code->cellvars;
    for (Index i = 0; i < cells.size; ++i) {
        if (cells.item[i] == &name && f.regs()[f.code->cell_base() + i]) return true;
    }
    return false;
}

}  // namespace

Result<Ref<Object>> frame_locals(Attached ts, Frame& f) {
    if (!(f.code->flags & kCodeOptimized)) {
        if (f.locals) return Ref<Object>::share(*f.locals);
        return Ref<Object>::share(*f.function->globals);
    }
    if (!f.locals) f.locals = TRY(dict_new(ts)).release();
    auto d = Ref<Object>::share(*f.locals);
    TRY(for_each_variable(f, [&](Object& name, Value& slot, bool cell) -> Result<void> {
        Value v = slot;
        if (cell && !v) return {};  // not yet made: the argument is still in its own register
        if (cell) v = static_cast<Cell*>(v.object())->value;
        if (v) {
            auto o = TRY(box(ts, v));
            return set_item(ts, *d, name, *o);
        }
        if (!cell && moved_to_cell(f, name)) return {};
        if (is_dict(*d)) {
            TRY(dict_del(ts, static_cast<Dict&>(*d), name));
        }
        return {};
    }));
    return d;
}

Result<void> frame_locals_to_fast(Attached ts, FrameObject& o, bool clear) {
    if (!o.frame || !o.frame->locals || !(o.frame->code->flags & kCodeOptimized)) return {};
    Frame& f = *o.frame;
    auto& d = static_cast<Dict&>(*f.locals);
    uint32_t word = f.code->index_of(f.pc);
    return for_each_variable(f, [&](Object& name, Value& slot, bool cell) -> Result<void> {
        Object* value = TRY(dict_find(ts, d, name)).value;
        if (!value && !clear) return {};
        Value v = value ? unbox_borrowed(value) : Value();
        if (cell) {
            if (slot)
                cell_set(ts, static_cast<Cell&>(*slot.object()), v);
            else
                drop(ts, v);
        } else if (moved_to_cell(f, name)) {
            drop(ts, v);
        } else if (v || local_may_be_unbound(*f.code, word, static_cast<uint16_t>(&slot - f.regs()))) {
            drop(ts, std::exchange(slot, v));
        }
        return {};
    });
}

Result<OptRef<FrameObject>> frame_object_back(Attached ts, FrameObject& f) {
    if (f.back) return OptRef<FrameObject>::share(f.back);
    if (!f.frame || f.owned || !f.frame->prev) return OptRef<FrameObject>();
    return OptRef<FrameObject>(TRY(frame_object(ts, *f.frame->prev)));
}

namespace {

void drop_owned_frame(Attached ts, FrameObject& self) {
    Frame* f = std::exchange(self.frame, nullptr);
    if (!f || !self.owned) return;
    self.owned = false;
    for (int i = 0, n = f->code->temp_base(); i < n; ++i) drop(ts, std::exchange(f->regs()[i], Value()));
    xdecref(ts, f->locals);
    xdecref(ts, f->function);
}

void frame_dealloc(Attached ts, FrameObject& self) {
    gc_untrack(&self);
    drop_owned_frame(ts, self);
    xdecref(ts, self.back);
    xdecref(ts, self.trace);
    xdecref(ts, self.callee);
    gc_free(ts, &self, frame_object_bytes(self.room));
}

int frame_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = static_cast<FrameObject&>(*o);
    if (int r = visit_fields<Object>(visit, arg, self.back, self.trace, self.callee)) return r;
    if (!self.owned) return 0;  // a running frame's registers are roots; a generator visits its own
    Frame& f = *self.frame;
    if (int r = visit_fields<Object>(visit, arg, f.locals, f.function)) return r;
    for (int i = 0, n = f.code->temp_base(); i < n; ++i) {
        Value v = f.regs()[i];
        if (v && v.is_object()) {
            if (int r = visit(v.object(), arg)) return r;
        }
    }
    return 0;
}

int frame_tp_clear(Object* o) {
    auto& self = static_cast<FrameObject&>(*o);
    if (Object* t = std::exchange(self.trace, nullptr)) decref_unattached(t);
    if (Object* c = std::exchange(self.callee, nullptr)) decref_unattached(c);
    if (!self.owned) return 0;
    Frame& f = *self.frame;
    for (int i = 0, n = f.code->temp_base(); i < n; ++i) OwnedValue(std::exchange(f.regs()[i], Value()));
    if (Object* l = std::exchange(f.locals, nullptr)) decref_unattached(l);
    return 0;
}

Result<Ref<Object>> frame_repr(Attached ts, FrameObject& self) {
    void* at = &self;
    if (!self.frame) return str_format(ts, "<frame at {}>", at);
    Code& c = *self.frame->code;
    auto file = TRY(show_repr(ts, *c.filename));
    auto name = TRY(str_as_utf8(ts, *c.name));
    return str_format(ts, "<frame at {}, file {}, line {}, code {}>", at, file.view, frame_object_line(self),
                      name);
}

Result<Ref<Object>> get_back(Attached ts, FrameObject& self) {
    auto b = TRY(frame_object_back(ts, self));
    return Ref<Object>::share(b ? static_cast<Object&>(*b) : none());
}
Result<Ref<Object>> get_locals(Attached ts, FrameObject& self) {
    if (!self.frame) return dict_new(ts);
    return frame_locals(ts, *self.frame);
}
Result<Ref<Object>> get_lineno(Attached ts, FrameObject& self) {
    int line = frame_object_line(self);
    if (line < 0) return Ref<Object>::share(none());
    return box_int(ts, line);
}
Result<void> set_lineno(Attached ts, FrameObject& self, Object* value) {
    if (!value) return raise(ts, Exc::AttributeError, "cannot delete attribute");
    return frame_jump(ts, self, *value);
}
Result<Ref<Object>> get_globals(Attached ts, FrameObject& self) {
    if (!self.frame) return dict_new(ts);
    return Ref<Object>::share(*self.frame->function->globals);
}
Result<Ref<Object>> get_builtins(Attached ts, FrameObject& self) {
    if (!self.frame) return dict_new(ts);
    return Ref<Object>::share(*self.frame->function->builtins);
}
Result<Ref<Object>> get_code(Attached ts, FrameObject& self) {
    TRY(audit_attribute(ts, "object.__getattr__", self, "f_code"));
    return Ref<Object>::share(self.frame ? static_cast<Object&>(*self.frame->code) : none());
}
Result<Ref<Object>> get_lasti(Attached ts, FrameObject& self) {
    return box_int(ts, self.frame ? int64_t{self.frame->code->index_of(self.frame->pc)} * kBytesPerWord : -1);
}
Result<Ref<Object>> get_trace(Attached, FrameObject& self) {
    return Ref<Object>::share(self.trace ? *self.trace : none());
}
Result<void> set_trace(Attached ts, FrameObject& self, Object* value) {
    if (value && is_none(*value)) value = nullptr;
    xincref(value);
    Object* old = std::exchange(self.trace, value);
    // A function that is running already goes on on the line it is on.
    if (value && !self.in_event && self.frame && !self.owned) {
        uint32_t word = self.frame->code->index_of(self.frame->pc);
        self.last_line = code_line(*self.frame->code, word);
        self.last_word = static_cast<int32_t>(word);
    }
    xdecref(ts, old);
    return {};
}
template <bool FrameObject::*Field>
Result<Ref<Object>> get_flag(Attached, FrameObject& self) {
    return Ref<Object>::share(bool_object(self.*Field));
}
template <bool FrameObject::*Field>
Result<void> set_flag(Attached ts, FrameObject& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
    if (!is_exact(*value, PyBool_Type)) return raise(ts, Exc::TypeError, "attribute value type must be bool");
    self.*Field = value == &bool_object(true);
    return {};
}

Result<void> frame_clear_method(Attached ts, FrameObject& self) {
    if (!self.frame) return {};
    if (!self.owned) {
        Generator* g = self.frame->generator;
        if (!g || g->state == GenState::running) {
            return raise(ts, Exc::RuntimeError, "cannot clear an executing frame");
        }
        // As when the last reference goes: a coroutine that was never awaited is warned about.
        generator_finalize(ts, *g);
        return {};
    }
    (void)frame_tp_clear(&self);
    return {};
}

constexpr Method frame_methods[] = {
    method<frame_clear_method>("clear($self, /)", "Lets go of the values of the frame's variables."),
    {},
};
constexpr GetSet frame_getset[] = {
    getter<get_back>("f_back"),
    getter<get_locals>("f_locals"),
    property_row<get_lineno, set_lineno>("f_lineno"),
    property_row<get_trace, set_trace>("f_trace"),
    getter<get_globals>("f_globals"),
    getter<get_builtins>("f_builtins"),
    getter<get_code>("f_code"),
    getter<get_lasti>("f_lasti"),
    property_row<get_flag<&FrameObject::trace_lines>, set_flag<&FrameObject::trace_lines>>("f_trace_lines"),
    property_row<get_flag<&FrameObject::trace_opcodes>, set_flag<&FrameObject::trace_opcodes>>(
        "f_trace_opcodes"),
    {},
};

}  // namespace

const TypeSpec frame_spec = {
    .name = "frame",
    .basicsize = sizeof(FrameObject),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = frame_traverse,
    .clear = frame_tp_clear,
    .methods = frame_methods,
    .getset = frame_getset,
    .dealloc = typed_slot<frame_dealloc>,
    .repr = typed_slot<frame_repr>,
};

}  // namespace baton
