// Instructions that stand for several steps: slices without slice objects, super().name, context managers.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/cell.h"
#include "vm/interp.h"

namespace baton {

// ---- slices ----

namespace {

struct SliceParts {
    Value start, stop, step;  // borrowed; nothing = not given
    int count;
};
SliceParts parts_of(const Instr* pc, Value* R) {
    Value* next = &R[pc->a] + 1;
    SliceParts p{};
    if (pc->b & 1) p.start = *next++;
    if (pc->b & 2) p.stop = *next++;
    if (pc->b & 4) p.step = *next++;
    p.count = static_cast<int>(next - &R[pc->a]) - 1;
    return p;
}

bool is_absent(Value v) {
    return !v || (v.is_object() && v.object() == &none());
}
bool is_plain(Value v) {
    return v.is_int() || is_absent(v);
}

// The bounds when they are ints or missing. False: something else has to decide.
bool plain_bounds(const SliceParts& p, Index length, SliceBounds* out) {
    if (!is_plain(p.start) || !is_plain(p.stop) || !is_plain(p.step)) return false;
    out->step = is_absent(p.step) ? 1 : p.step.as_int();
    if (out->step == 0) return false;
    bool down = out->step < 0;
    out->start = is_absent(p.start) ? (down ? PTRDIFF_MAX : 0) : p.start.as_int();
    out->stop = is_absent(p.stop) ? (down ? PTRDIFF_MIN : PTRDIFF_MAX) : p.stop.as_int();
    slice_adjust(*out, length);
    return true;
}

Result<Ref<Object>> slice_object(Attached ts, const SliceParts& p) {
    auto part = [&](Value v) {
        return is_absent(v) ? Result<Ref<Object>>(Ref<Object>::share(none())) : box(ts, v);
    };
    auto start = TRY(part(p.start));
    auto stop = TRY(part(p.stop));
    auto step = TRY(part(p.step));
    return slice_new(ts, start.get(), stop.get(), step.get());
}

Result<Ref<Object>> get_slice(Attached ts, Object& o, const SliceParts& p) {
    SliceBounds b;
    if (is_exact(o, PyList_Type)) {
        auto& l = static_cast<List&>(o);
        if (plain_bounds(p, l.size, &b)) {
            auto made = TRY(list_new(ts, b.length));
            for (Index i = 0, at = b.start; i < b.length; ++i, at += b.step)
                made->item[i] = Ref<Object>::share(*l.item[at]).release();
            return made;
        }
    } else if (is_exact(o, PyTuple_Type)) {
        auto& t = static_cast<Tuple&>(o);
        if (plain_bounds(p, t.size, &b) && b.step == 1)
            return tuple_slice(ts, t, b.start, b.start + b.length);
    } else if (is_exact(o, PyUnicode_Type)) {
        auto& s = static_cast<Str&>(o);
        if (plain_bounds(p, s.length, &b) && b.step == 1)
            return str_substring(ts, s, b.start, b.start + b.length);
    }
    auto key = TRY(slice_object(ts, p));
    return get_item(ts, o, *key);
}

Result<void> set_slice(Attached ts, Object& o, const SliceParts& p, Object& value) {
    SliceBounds b;
    if (is_exact(o, PyList_Type) && plain_bounds(p, static_cast<List&>(o).size, &b) && b.step == 1)
        return list_set_slice(ts, static_cast<List&>(o), b.start, b.start + b.length, &value);
    auto key = TRY(slice_object(ts, p));
    return set_item(ts, o, *key, value);
}

}  // namespace

bool GET_SLICE_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    SliceParts p = parts_of(pc, R);
    Boxed o(ts, *base);
    if (!o.ok()) return false;
    Object* r = get_slice(ts, *o, p).release();
    if (!r) return false;
    for (int i = p.count; i > 0; --i) drop(ts, base[i]);
    set_local(ts, *base, unbox(ts, r));
    return true;
}

bool SET_SLICE_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    SliceParts p = parts_of(pc, R);
    Boxed o(ts, *base), value(ts, R[pc->c]);
    if (!o.ok() || !value.ok() || !set_slice(ts, *o, p, *value).ok()) return false;
    for (int i = p.count; i >= 0; --i) drop(ts, base[i]);
    take_c(ts, pc, R);
    return true;
}

// ---- special methods ready to be called ----

namespace {

// A function of either kind that takes self first.
bool takes_self(const Object& f) {
    return f.type == &PyFunction_Type || f.type == &PyMethodDescr_Type;
}

// o's special method as LOAD_METHOD leaves methods, owned. False inside: o has none.
Result<bool> load_special(Attached ts, Object& o, Str& name, Value* pair) {
    Object* found = type_lookup(*o.type, name);
    if (!found) return false;
    if (takes_self(*found)) {
        pair[0] = Value(Ref<Object>::share(*found).release());
        pair[1] = unbox_borrowed(&o);
        return true;
    }
    auto bound = TRY(lookup_special(ts, o, name));
    if (!bound) return false;
    pair[0] = Value(bound.release());
    pair[1] = Value();
    return true;
}

Result<void> before_with(Attached ts, Value* base, bool async) {
    Boxed manager(ts, base[0]);
    if (!manager.ok()) return already_raised();
    const char* kind = async ? "asynchronous context manager" : "context manager";
    Value enter[2], exit[2];
    if (!TRY(load_special(ts, *manager, id(async ? Name::__aenter__ : Name::__enter__), enter)))
        return raise(ts, Exc::TypeError, "'{}' object does not support the {} protocol", type_name(*manager),
                     kind);
    auto has_exit = load_special(ts, *manager, id(async ? Name::__aexit__ : Name::__exit__), exit);
    if (!has_exit.ok() || !has_exit.take()) {
        if (has_exit.ok())
            (void)raise(ts, Exc::TypeError, "'{}' object does not support the {} protocol (missed {} method)",
                        type_name(*manager), kind, async ? "__aexit__" : "__exit__");
        drop(ts, enter[0]);
        drop(ts, enter[1]);
        return already_raised();
    }
    base[2] = enter[0];
    base[3] = enter[1];
    base[1] = exit[1];
    set_local(ts, base[0], exit[0]);
    return {};
}

}  // namespace

bool BEFORE_WITH_slow(Attached ts, const Instr* pc, Value* R) {
    return before_with(ts, &R[pc->a], false).ok();
}
bool BEFORE_ASYNC_WITH_slow(Attached ts, const Instr* pc, Value* R) {
    return before_with(ts, &R[pc->a], true).ok();
}

bool WITH_EXCEPT_slow(Attached, const Instr* pc, Value* R) {
    Value* from = &R[pc->a];
    Value* to = &R[pc->b];
    auto& e = static_cast<BaseException&>(*from[2].object());
    to[0] = share(from[0]);
    to[1] = share(from[1]);
    to[2] = Value(Ref<Object>::share(*e.type).release());
    to[3] = Value(Ref<Object>::share(e).release());
    to[4] = Value(Ref<Object>::share(e.traceback ? *e.traceback : none()).release());
    return true;
}

// ---- super().name ----

namespace {

// What the classes after `cls` in the order of the object's class know by `name`; null: leave it to super
// itself.
Object* after_class(Value cls, Value self, Str& name) {
    if (!cls || cls.is_int() || !is_type(*cls.object()) || !self || self.is_int()) return nullptr;
    auto& start = static_cast<Type&>(*cls.object());
    Type& own = *self.object()->type;
    if (!own.mro || &name == &id(Name::__class__)) return nullptr;
    Tuple& mro = *own.mro;
    Index i = 0;
    while (i < mro.size && mro.item[i] != &start) ++i;
    for (++i; i < mro.size; ++i) {
        if (Object* found = dict_find_str(*static_cast<Type*>(mro.item[i])->dict, name)) return found;
    }
    return nullptr;
}

Result<void> load_super_method(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    Str& name = name_at(R, pc->c);
    if (base[0].is_object() && base[0].object() == &PySuper_Type) {
        Object* found = after_class(static_cast<Cell*>(R[pc->b].object())->value, R[0], name);
        // A method of C is bound, as super() binds it: its messages then name the class of self, not its own.
        if (found && found->type == &PyFunction_Type) {
            Value self = share(R[0]);
            set_local(ts, base[0], Value(Ref<Object>::share(*found).release()));
            base[1] = self;
            return {};
        }
    }
    Boxed callee(ts, base[0]);
    if (!callee.ok()) return already_raised();
    auto super = TRY(call(ts, *callee));
    auto bound = TRY(get_attr(ts, *super, name));
    set_local(ts, base[0], Value(bound.release()));
    base[1] = Value();
    return {};
}

}  // namespace

bool LOAD_SUPER_METHOD_slow(Attached ts, const Instr* pc, Value* R) {
    return load_super_method(ts, pc, R).ok();
}

}  // namespace baton
