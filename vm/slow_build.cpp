// Making containers and functions, taking containers apart, formatting.
#include "runtime/exceptions.h"
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/function.h"
#include "vm/interp.h"

namespace baton {

namespace {

// Replaces the n temps at `base` by one result.
bool finish(Attached ts, Value* base, int n, Object* result) {
    if (!result) return false;
    for (int i = n - 1; i >= 0; --i) drop(ts, base[i]);
    *base = Value(result);
    return true;
}

// Moves the n temps at `base` into fresh memory for objects; false = raised, nothing moved that is not boxed.
bool move_items(Attached ts, Value* base, int n, Object** to) {
    if (!box_all(ts, base, static_cast<size_t>(n)).ok()) return false;
    for (int i = 0; i < n; ++i) to[i] = base[i].object();
    return true;
}

bool not_iterable(Object& o) {
    return !info(o).iter && !is_sequence(o);
}

}  // namespace

bool BUILD_TUPLE_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    if (pc->b == 0) {
        *base = Value(empty_tuple().release());
        return true;
    }
    auto made = tuple_alloc(ts, pc->b);
    if (!made.ok()) return false;
    auto t = made.take();
    if (!move_items(ts, base, pc->b, t->item)) return false;
    *base = Value(tuple_finish(ts, std::move(t)).release());
    return true;
}

bool BUILD_LIST_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    if (!box_all(ts, base, pc->b).ok()) return false;
    auto made = list_new(ts, pc->b);
    if (!made.ok()) return false;
    auto l = made.take();
    for (int i = 0; i < pc->b; ++i) l->item[i] = base[i].object();
    *base = Value(l.release());
    return true;
}

bool BUILD_SET_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    if (!box_all(ts, base, pc->b).ok()) return false;
    auto s = set_new(ts, nullptr);
    if (!s.ok()) return false;
    for (int i = 0; i < pc->b; ++i) {
        if (!set_add(ts, *s, *base[i].object()).ok()) return false;
    }
    return finish(ts, base, pc->b, s.release());
}

bool BUILD_MAP_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    int n = pc->b * 2;
    if (!box_all(ts, base, static_cast<size_t>(n)).ok()) return false;
    auto d = dict_new_sized(ts, pc->b);
    if (!d.ok()) return false;
    for (int i = 0; i < n; i += 2) {
        if (!dict_set(ts, *d, *base[i].object(), *base[i + 1].object()).ok()) return false;
    }
    return finish(ts, base, n, d.release());
}

bool BUILD_STRING_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    auto nothing = str_empty();
    auto s = str_join_items(ts, *nothing, reinterpret_cast<Object* const*>(base), pc->b);
    return finish(ts, base, pc->b, s.release());
}

bool LIST_APPEND_slow(Attached ts, const Instr* pc, Value* R) {
    auto o = box(ts, R[pc->b]);
    if (!o.ok() || !list_append_owned(ts, static_cast<List&>(*R[pc->a].object()), o.take()).ok())
        return false;
    take_b(ts, pc, R);
    return true;
}
bool SET_ADD_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok() || !set_add(ts, static_cast<Set&>(*R[pc->a].object()), *o).ok()) return false;
    take_b(ts, pc, R);
    return true;
}
bool MAP_ADD_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed k(ts, R[pc->b]), v(ts, R[pc->c]);
    if (!k.ok() || !v.ok() || !dict_set(ts, static_cast<Dict&>(*R[pc->a].object()), *k, *v).ok())
        return false;
    take_b(ts, pc, R);
    take_c(ts, pc, R);
    return true;
}

bool LIST_EXTEND_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return false;
    if (not_iterable(*o)) {
        (void)raise(ts, Exc::TypeError, "Value after * must be an iterable, not {}", type_name(*o));
        return false;
    }
    if (!list_extend(ts, static_cast<List&>(*R[pc->a].object()), *o).ok()) return false;
    take_b(ts, pc, R);
    return true;
}
bool SET_UPDATE_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok() || !set_update(ts, static_cast<Set&>(*R[pc->a].object()), *o).ok()) return false;
    take_b(ts, pc, R);
    return true;
}

bool DICT_UPDATE_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return false;
    if (!dict_merge(ts, static_cast<Dict&>(*R[pc->a].object()), *o, true).ok()) {
        if (pending_is(ts, Exc::AttributeError)) {
            clear_pending(ts);
            (void)raise(ts, Exc::TypeError, "'{}' object is not a mapping", type_name(*o));
        }
        return false;
    }
    take_b(ts, pc, R);
    return true;
}

namespace {

// "module.qualname()" of a callee for messages.
Result<Ref<Str>> function_text(Attached ts, Object& f) {
    auto qualname = TRY(get_attr_opt(ts, f, id(Name::__qualname__)));
    if (!qualname) return str(ts, f);
    auto module = TRY(get_attr_opt(ts, f, id(Name::__module__)));
    auto q = TRY(show_str(ts, *qualname));
    if (module && !is_none(*module) &&
        !(is_str(*module) && str_eq(static_cast<Str&>(*module), id(Name::builtins)))) {
        auto m = TRY(show_str(ts, *module));
        return str_format(ts, "{}.{}()", m.view, q.view);
    }
    return str_format(ts, "{}()", q.view);
}

Result<void> merge_keywords(Attached ts, Dict& to, Object& mapping, Object& callee) {
    auto add = [&](Object& key, Object& value) -> Result<void> {
        if (TRY(dict_find(ts, to, key)).value) {
            // While an exception is handled CPython 3.11 does not get from its KeyError to the TypeError.
            if (handled_exception(ts)) return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
            auto f = TRY(function_text(ts, callee));
            auto shown = TRY(str_as_utf8(ts, *f));
            auto text = TRY(str(ts, key));
            auto k = TRY(show_str(ts, *text));
            return raise(ts, Exc::TypeError, "{} got multiple values for keyword argument '{}'", shown,
                         k.view);
        }
        return dict_set(ts, to, key, value);
    };
    if (is_dict(mapping) && mapping.type->iter == PyDict_Type.iter) {
        // Comparing keys may run code that changes it.
        auto items = TRY(dict_new(ts));
        TRY(dict_merge(ts, *items, mapping, true));
        Index at = 0;
        Object *key, *value;
        while (dict_next(*items, &at, &key, &value)) TRY(add(*key, *value));
        return {};
    }
    auto keys = call_method(ts, mapping, id(Name::keys));
    if (!keys.ok()) {
        if (!pending_is(ts, Exc::AttributeError)) return already_raised();
        clear_pending(ts);
        auto f = TRY(function_text(ts, callee));
        auto shown = TRY(str_as_utf8(ts, *f));
        return raise(ts, Exc::TypeError, "{} argument after ** must be a mapping, not {}", shown,
                     type_name(mapping));
    }
    return for_each(ts, *keys, [&](Ref<Object> key) -> Result<bool> {
        auto value = TRY(get_item(ts, mapping, *key));
        TRY(add(*key, *value));
        return true;
    });
}

}  // namespace

bool DICT_MERGE_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->b]), callee(ts, R[pc->c]);
    if (!o.ok() || !callee.ok()) return false;
    if (!merge_keywords(ts, static_cast<Dict&>(*R[pc->a].object()), *o, *callee).ok()) return false;
    take_b(ts, pc, R);
    return true;
}

bool KEYWORD_DICT_slow(Attached ts, const Instr* pc, Value* R) {
    Boxed o(ts, R[pc->a]), callee(ts, R[pc->c]);
    if (!o.ok() || !callee.ok()) return false;
    if (is_exact(*o, PyDict_Type)) return true;
    auto d = dict_new(ts);
    if (!d.ok() || !merge_keywords(ts, *d, *o, *callee).ok()) return false;
    return finish(ts, &R[pc->a], 1, d.release());
}

bool LIST_TO_TUPLE_slow(Attached ts, const Instr* pc, Value* R) {
    auto t = list_to_tuple(ts, static_cast<List&>(*R[pc->a].object()));
    return finish(ts, &R[pc->a], 1, t.release());
}

bool FORMAT_VALUE_slow(Attached ts, const Instr* pc, Value* R) {
    Value* base = &R[pc->a];
    int conversion = pc->b & 3;
    bool has_spec = pc->b & 4;
    if (!has_spec) {
        if (base->is_int() && conversion != 3) {
            auto t = int_to_text(ts, *base);
            return finish(ts, base, 1, t.release());
        }
        if (base->is_object() && is_exact_str(*base->object()) && conversion <= 1) return true;
    }
    auto o = box(ts, *base);
    if (!o.ok()) return false;
    Result<Ref<Object>> text = o.take();
    if (conversion == 1)
        text = Result<Ref<Object>>(str(ts, *text));
    else if (conversion == 2)
        text = Result<Ref<Object>>(repr(ts, *text));
    else if (conversion == 3)
        text = Result<Ref<Object>>(ascii(ts, *text));
    if (!text.ok()) return false;
    if (has_spec || !is_exact_str(*text)) {
        auto empty = str_empty();
        Str& spec = has_spec ? static_cast<Str&>(*base[1].object()) : *empty;
        text = format(ts, *text, spec);
        if (!text.ok()) return false;
    }
    return finish(ts, base, has_spec ? 2 : 1, text.release());
}

bool MAKE_FUNCTION_slow(Attached ts, const Instr* pc, Value* R) {
    Frame* f = frame_of(R);
    auto& code = static_cast<Code&>(*f->code->constants[pc->bc()].object());
    auto made = function_new(ts, code, *f->function->globals, nullptr);
    if (!made.ok()) return false;
    auto fn = made.take();
    Value* part = &R[pc->a];
    if (pc->flags & kWithDefaults) fn->defaults = static_cast<Tuple*>((part++)->object());
    if (pc->flags & kWithKwDefaults) fn->kwdefaults = static_cast<Dict*>((part++)->object());
    if (pc->flags & kWithAnnotations) fn->annotations = (part++)->object();
    if (pc->flags & kWithClosure) fn->closure = static_cast<Tuple*>((part++)->object());
    R[pc->a] = Value(fn.release());
    return true;
}

// ---- taking apart ----

namespace {

Raised raise_too_few(Attached ts, bool at_least, Index expected, Index got) {
    return raise(ts, Exc::ValueError, "not enough values to unpack (expected {}{}, got {})",
                 at_least ? "at least " : "", expected, got);
}

// The items of an iterable, at most `limit` + 1 of them (limit < 0: all).
Result<Ref<Object>> collect(Attached ts, Object& o, Index limit) {
    if (is_exact(o, PyList_Type) || is_exact(o, PyTuple_Type)) return Ref<Object>::share(o);
    if (not_iterable(o))
        return raise(ts, Exc::TypeError, "cannot unpack non-iterable {} object", type_name(o));
    auto items = TRY(list_new(ts));
    TRY(for_each(ts, o, [&](Ref<Object> item) -> Result<bool> {
        TRY(list_append_owned(ts, *items, std::move(item)));
        return limit < 0 || items->size <= limit;
    }));
    return items;
}
Object** items_of(Object& list_or_tuple) {
    return is_list(list_or_tuple) ? static_cast<List&>(list_or_tuple).item
                                  : static_cast<Tuple&>(list_or_tuple).item;
}

Result<void> unpack(Attached ts, const Instr* pc, Value* R) {
    Index n = pc->c;
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return already_raised();
    auto items = TRY(collect(ts, *o, n));
    Index got = static_cast<VarObject&>(*items).size;
    if (got < n) return raise_too_few(ts, false, n, got);
    if (got > n) return raise(ts, Exc::ValueError, "too many values to unpack (expected {})", n);
    take_b(ts, pc, R);  // `items` keeps what is read below
    Object** item = items_of(*items);
    for (Index i = 0; i < n; ++i) R[pc->a + n - 1 - i] = unbox_borrowed(item[i]);
    return {};
}

Result<void> unpack_ex(Attached ts, const Instr* pc, Value* R) {
    Extra x = extra_of(pc);
    Index before = x.x, after = x.y;
    Boxed o(ts, R[pc->b]);
    if (!o.ok()) return already_raised();
    auto items = TRY(collect(ts, *o, -1));
    Index got = static_cast<VarObject&>(*items).size;
    if (got < before + after) return raise_too_few(ts, true, before + after, got);
    Index middle = got - before - after;
    auto rest = TRY(list_from(ts, items_of(*items) + before, middle));
    if (pc->flags & kTakeB) drop(ts, R[pc->b]);
    Object** item = items_of(*items);
    Value* top = &R[pc->a + before + after];
    for (Index i = 0; i < before; ++i) *top-- = unbox_borrowed(item[i]);
    *top-- = Value(rest.release());
    for (Index i = 0; i < after; ++i) *top-- = unbox_borrowed(item[before + middle + i]);
    return {};
}

}  // namespace

bool UNPACK_slow(Attached ts, const Instr* pc, Value* R) {
    return unpack(ts, pc, R).ok();
}
bool UNPACK_EX_slow(Attached ts, const Instr* pc, Value* R) {
    return unpack_ex(ts, pc, R).ok();
}

}  // namespace baton
