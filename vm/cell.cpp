#include "vm/cell.h"

#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Cell>> cell_new(Attached ts, Value owned) {
    auto c = new_gc_object<Cell>(ts, PyCell_Type);
    if (!c.ok()) [[unlikely]] {
        drop(ts, owned);
        return already_raised();
    }
    c->value = owned;
    gc_track(ts, c.get());
    return c;
}

Result<OptRef<Object>> cell_get(Attached ts, Cell& c) {
    if (!c.value) return OptRef<Object>();
    TRY(box_in_place(ts, c.value));
    return OptRef<Object>::share(c.value.object());
}

void cell_set(Attached ts, Cell& c, Value owned) {
    Value old = c.value;
    c.value = owned;
    drop(ts, old);
}

namespace {

void cell_dealloc(Attached ts, Cell& self) {
    gc_untrack(&self);
    drop(ts, self.value);
    gc_free(ts, &self, sizeof(Cell));
}

int cell_traverse(Object* o, VisitProc visit, void* arg) {
    Value v = static_cast<Cell*>(o)->value;
    return v && v.is_object() ? visit(v.object(), arg) : 0;
}

int cell_clear(Object* o) {
    auto* c = static_cast<Cell*>(o);
    OwnedValue old(std::exchange(c->value, Value()));
    return 0;
}

Result<Ref<Object>> cell_repr(Attached ts, Cell& self) {
    void* at = &self;
    if (!self.value) return str_format(ts, "<cell at {}: empty>", at);
    auto content = TRY(box(ts, self.value));
    void* content_at = content.get();
    return str_format(ts, "<cell at {}: {:.80} object at {}>", at, content->type->name, content_at);
}

Result<Ref<Object>> cell_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_cell(a) || !is_cell(b)) return Ref<Object>::share(not_implemented());
    Value x = static_cast<Cell&>(a).value, y = static_cast<Cell&>(b).value;
    if (x && y) {
        auto left = TRY(box(ts, x));
        auto right = TRY(box(ts, y));
        return compare(ts, *left, *right, op);
    }
    // An empty cell is less than any other.
    int order = static_cast<int>(static_cast<bool>(x)) - static_cast<int>(static_cast<bool>(y));
    bool r = false;
    switch (op) {
        case CompareOp::lt:
            r = order < 0;
            break;
        case CompareOp::le:
            r = order <= 0;
            break;
        case CompareOp::eq:
            r = order == 0;
            break;
        case CompareOp::ne:
            r = order != 0;
            break;
        case CompareOp::gt:
            r = order > 0;
            break;
        case CompareOp::ge:
            r = order >= 0;
            break;
    }
    return Ref<Object>::share(bool_object(r));
}

Result<Ref<Object>> cell_contents(Attached ts, Cell& self) {
    if (!self.value) return raise(ts, Exc::ValueError, "Cell is empty");
    return box(ts, self.value);
}

Result<void> cell_set_contents(Attached ts, Cell& self, Object* value) {
    cell_set(ts, self, value ? unbox_borrowed(value) : Value());
    return {};
}

Result<Ref<Cell>> cell_make(Attached ts, Type&, Value contents) {
    return cell_new(ts, share(contents));
}
constexpr Method cell_new_row = method<cell_make>("cell($type, contents=<unrepresentable>, /)", nullptr);

Result<Ref<Object>> cell_tp_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "cell() takes no keyword arguments");
    return boxed_result(ts, cell_new_row.fn(ts, cell_new_row, &cls, args, nargs, kwnames));
}

constexpr GetSet cell_getset[] = {
    property_row<cell_contents, cell_set_contents>("cell_contents"),
    {},
};

}  // namespace

const TypeSpec cell_spec = {
    .name = "cell",
    .doc = "Holds a variable that several functions share. Reading one that holds nothing is a ValueError.",
    .basicsize = sizeof(Cell),
    .flags = kTypeHasGc,
    .traverse = cell_traverse,
    .clear = cell_clear,
    .getset = cell_getset,
    .dealloc = typed_slot<cell_dealloc>,
    .repr = typed_slot<cell_repr>,
    .richcompare = slot<cell_compare>,
    .tp_new = slot<cell_tp_new>,
};

}  // namespace baton
