#include "vm/traceback.h"

#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "vm/audit.h"
#include "vm/code_tables.h"

namespace baton {

namespace {

Result<Ref<Traceback>> traceback_new(Attached ts, Traceback* next, FrameObject& frame, int lasti,
                                     int lineno) {
    auto t = TRY(new_gc_object<Traceback>(ts, PyTraceBack_Type));
    xincref(next);
    t->next = next;
    t->frame = Ref<FrameObject>::share(frame).release();
    t->lasti = lasti;
    t->lineno = lineno;
    gc_track(ts, t.get());
    return t;
}

}  // namespace

void traceback_here(Attached ts, Frame& f) {
    RuntimeThread& t = rt(ts);
    BaseException* e = t.pending;
    t.pending = nullptr;  // ours meanwhile
    auto link = [&]() -> Result<void> {
        auto frame = TRY(frame_object(ts, f));
        auto* next = static_cast<Traceback*>(e->traceback);
        int lasti = static_cast<int>(f.code->index_of(f.pc)) * static_cast<int>(kBytesPerWord);
        auto tb = TRY(traceback_new(ts, next, *frame, lasti, -1));
        Object* old = std::exchange(e->traceback, tb.release());
        xdecref(ts, old);
        return {};
    };
    if (!link().ok()) clear_pending(ts);  // out of memory: the entry is missing, the exception is not
    t.pending = e;
}

int traceback_line(const Traceback& t) {
    if (t.lineno >= 0 || !t.frame->frame) return t.lineno;
    return code_line(*t.frame->frame->code, static_cast<uint32_t>(t.lasti / kBytesPerWord));
}

namespace {

void traceback_dealloc(Attached ts, Traceback& self) {
    gc_untrack(&self);
    xdecref(ts, self.next);
    xdecref(ts, self.frame);
    gc_free(ts, &self, sizeof(Traceback));
}
int traceback_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = static_cast<Traceback&>(*o);
    return visit_fields<Object>(visit, arg, self.next, self.frame);
}
int traceback_clear(Object* o) {
    auto& self = static_cast<Traceback&>(*o);
    if (Object* n = std::exchange(self.next, nullptr)) decref_unattached(n);
    return 0;
}

Result<Ref<Object>> get_next(Attached, Traceback& self) {
    return Ref<Object>::share(self.next ? static_cast<Object&>(*self.next) : none());
}
Result<void> set_next(Attached ts, Traceback& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "can't delete tb_next attribute");
    if (is_none(*value)) {
        value = nullptr;
    } else if (!is_traceback(*value)) {
        return raise(ts, Exc::TypeError, "expected traceback object or None, got '{}'", value->type->name);
    }
    for (auto* t = static_cast<Traceback*>(value); t; t = t->next) {
        if (t == &self) return raise(ts, Exc::ValueError, "traceback loop detected");
    }
    xincref(value);
    Traceback* old = std::exchange(self.next, static_cast<Traceback*>(value));
    xdecref(ts, old);
    return {};
}
Result<Ref<Object>> get_frame(Attached ts, Traceback& self) {
    TRY(audit_attribute(ts, "object.__getattr__", self, "tb_frame"));
    return Ref<Object>::share(*self.frame);
}
Result<Ref<Object>> get_lasti(Attached ts, Traceback& self) {
    return box_int(ts, self.lasti);
}
Result<Ref<Object>> get_lineno(Attached ts, Traceback& self) {
    int line = traceback_line(self);
    if (line < 0) return Ref<Object>::share(none());
    return box_int(ts, line);
}

Result<Ref<Object>> traceback_make(Attached ts, Type&, Object& tb_next, Object& tb_frame, int tb_lasti,
                                   int tb_lineno) {
    Traceback* next = nullptr;
    if (is_traceback(tb_next)) {
        next = static_cast<Traceback*>(&tb_next);
    } else if (!is_none(tb_next)) {
        return raise(ts, Exc::TypeError, "expected traceback object or None, got '{}'", tb_next.type->name);
    }
    if (!is_frame(tb_frame)) {
        return raise(ts, Exc::TypeError, "TracebackType() argument 'tb_frame' must be frame, not {}",
                     type_name(tb_frame));
    }
    return traceback_new(ts, next, static_cast<FrameObject&>(tb_frame), tb_lasti, tb_lineno);
}
constexpr Method traceback_new_row =
    method<traceback_make>("TracebackType($type, tb_next, tb_frame, tb_lasti, tb_lineno)", nullptr);
Result<Ref<Object>> traceback_tp_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, traceback_new_row.fn(ts, traceback_new_row, &cls, args, nargs, kwnames));
}

Result<Ref<List>> traceback_dir(Attached ts, Traceback&) {
    auto names = TRY(list_new(ts));
    for (const char* n : {"tb_frame", "tb_next", "tb_lasti", "tb_lineno"}) {
        TRY(list_append_owned(ts, *names, TRY(str_intern_utf8(ts, n))));
    }
    return names;
}

constexpr Method traceback_methods[] = {
    method<traceback_dir>("__dir__($self, /)", nullptr),
    {},
};
constexpr GetSet traceback_getset[] = {
    property_row<get_next, set_next>("tb_next"),
    getter<get_frame>("tb_frame"),
    getter<get_lasti>("tb_lasti"),
    getter<get_lineno>("tb_lineno"),
    {},
};

}  // namespace

const TypeSpec traceback_spec = {
    .name = "traceback",
    .doc = "The way of an exception through the calls, a link for each frame.",
    .basicsize = sizeof(Traceback),
    .flags = kTypeHasGc,
    .traverse = traceback_traverse,
    .clear = traceback_clear,
    .methods = traceback_methods,
    .getset = traceback_getset,
    .dealloc = typed_slot<traceback_dealloc>,
    .tp_new = slot<traceback_tp_new>,
};

}  // namespace baton
