// What the object layer asks of running Python code.
#include "runtime/vm_hooks.h"

#include "vm/audit.h"
#include "vm/cell.h"
#include "vm/frame.h"
#include "vm/interp.h"
#include "vm/interp_data.h"
#include "vm/run.h"
#include "vm/traceback.h"

namespace baton {

namespace {

Dict* current_globals(Attached ts) {
    Frame* f = rt(ts).frame;
    return f ? f->function->globals : nullptr;
}

// CPython 3.11: super_init_without_args (Objects/typeobject.c).
Result<void> super_arguments(Attached ts, Type** type, Object** self) {
    Frame* f = rt(ts).frame;
    if (!f) return raise(ts, Exc::RuntimeError, "super(): no current frame");
    Code& c = *f->code;
    if (c.argcount == 0) return raise(ts, Exc::RuntimeError, "super(): no arguments");
    Value* R = f->regs();
    Value first = R[0];
    if (!first) {  // an argument that closures use has moved into its cell
        Object* name = c.varnames->item[0];
        for (int i = 0; i < c.ncells && !first; ++i) {
            if (c.cellvars->item[i] == name && R[c.cell_base() + i]) {
                first = static_cast<Cell*>(R[c.cell_base() + i].object())->value;
            }
        }
    }
    if (!first) return raise(ts, Exc::RuntimeError, "super(): arg[0] deleted");
    Object* found = nullptr;
    for (int i = 0; i < c.nfrees; ++i) {
        if (c.freevars->item[i] != &id(Name::__class__)) continue;
        Value content = static_cast<Cell*>(R[c.free_base() + i].object())->value;
        if (!content) return raise(ts, Exc::RuntimeError, "super(): empty __class__ cell");
        if (content.is_int() || !is_type(*content.object())) {
            return raise(ts, Exc::RuntimeError, "super(): __class__ is not a type ({})",
                         content.is_int() ? "int" : content.object()->type->name);
        }
        found = content.object();
    }
    if (!found) return raise(ts, Exc::RuntimeError, "super(): __class__ cell not found");
    if (first.is_int()) {  // the first argument of a method of an int subclass is never an exact int; super()
                           // will refuse it
        return raise(ts, Exc::TypeError, "super(type, obj): obj must be an instance or subtype of type");
    }
    *type = static_cast<Type*>(found);
    *self = first.object();
    return {};
}

void add_traceback(Attached ts, BaseException& e) {
    Frame* f = rt(ts).frame;
    if (!f) return;
    auto outer = fetch(ts);
    restore(ts, Ref<BaseException>::share(e));
    traceback_here(ts, *f);
    clear_pending(ts);
    if (outer) restore(ts, std::move(outer).take());
}

bool dev_mode(Attached ts) {
    return vm_interp(ts).config.dev_mode != 0;
}

}  // namespace

const VmHooks vm_hooks = {.current_globals = current_globals,
                          .poll = vm_poll,
                          .super_arguments = super_arguments,
                          .add_traceback = add_traceback,
                          .dev_mode = dev_mode,
                          .audit = audit};

}  // namespace baton
