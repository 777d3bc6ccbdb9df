// builtins that loop over an iterable.
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/iterators.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "vm/modules/builtins_functions.h"

namespace baton {

Result<bool> builtin_all(Attached ts, Object&, Object& iterable) {
    bool all = true;
    TRY(for_each(ts, iterable, [&](Ref<Object> o) -> Result<bool> { return all = TRY(is_true(ts, *o)); }));
    return all;
}
Result<bool> builtin_any(Attached ts, Object&, Object& iterable) {
    bool any = false;
    TRY(for_each(ts, iterable, [&](Ref<Object> o) -> Result<bool> { return !(any = TRY(is_true(ts, *o))); }));
    return any;
}

Result<Ref<Object>> builtin_iter(Attached ts, Object&, Object& object, Object* sentinel) {
    if (!sentinel) return get_iter(ts, object);
    if (!is_callable(object)) return raise(ts, Exc::TypeError, "iter(v, w): v must be callable");
    return callable_iterator_new(ts, object, *sentinel);
}

Result<Ref<Object>> builtin_next(Attached ts, Object&, Object& iterator, Object* fallback) {
    if (!is_iterator(iterator))
        return raise(ts, Exc::TypeError, "'{}' object is not an iterator", type_name(iterator));
    if (!fallback) {
        // The iterator's own StopIteration, with its value, is what the caller sees.
        Next n = info(iterator).iternext(ts, iterator);
        if (n.has_item()) return n.take();
        if (n.raised()) return already_raised();
        return raise_none(ts, Exc::StopIteration);
    }
    Next n = iter_next(ts, iterator);
    if (n.raised()) return already_raised();
    if (n.is_done()) return Ref<Object>::share(*fallback);
    return n.take();
}

namespace {

// max and min of the arguments, or of the one iterable argument.
Result<Value> extreme(Attached ts, const char* who, CompareOp better, Args args, Object* key,
                      Object* fallback) {
    if (key && is_none(*key)) key = nullptr;
    if (args.n == 0) return raise(ts, Exc::TypeError, "{} expected at least 1 argument, got 0", who);
    bool many = args.n > 1;
    if (many && fallback) {
        return raise(ts, Exc::TypeError,
                     "Cannot specify a default for {}() with multiple positional arguments", who);
    }
    if (args.n == 2 && !key && args.v[0].is_int() && args.v[1].is_int()) {
        int64_t a = args.v[0].as_int(), b = args.v[1].as_int();
        return better == CompareOp::gt ? (b > a ? args.v[1] : args.v[0]) : (b < a ? args.v[1] : args.v[0]);
    }
    OptRef<Object> best, best_key;
    auto consider = [&](Ref<Object> item) -> Result<bool> {
        auto item_key = key ? TRY(call(ts, *key, {item.get()})) : item.copy();
        if (!best) {
            best = std::move(item);
            best_key = std::move(item_key);
        } else if (TRY(compare_bool(ts, *item_key, *best_key, better))) {
            best = std::move(item);
            best_key = std::move(item_key);
        }
        return true;
    };
    if (many) {
        for (size_t i = 0; i < args.n; ++i)
            TRY(consider(Ref<Object>::share(*TRY(box_in_place(ts, args.v[i])))));
    } else {
        TRY(for_each(ts, *TRY(box_in_place(ts, args.v[0])), consider));
    }
    if (best) return Result<Value>(std::move(best).take());
    if (fallback) return Result<Value>(Ref<Object>::share(*fallback));
    return raise(ts, Exc::ValueError, "{}() arg is an empty sequence", who);
}

}  // namespace

Result<Value> builtin_max(Attached ts, Object&, Args args, Object* key, Object* fallback) {
    return extreme(ts, "max", CompareOp::gt, args, key, fallback);
}
Result<Value> builtin_min(Attached ts, Object&, Args args, Object* key, Object* fallback) {
    return extreme(ts, "min", CompareOp::lt, args, key, fallback);
}

// Machine ints and floats are added without objects as long as the items allow it.
Result<Value> builtin_sum(Attached ts, Object&, Object& iterable, Object* start) {
    if (start && (is_str(*start) || is_bytes(*start) || is_subtype(*start->type, PyByteArray_Type))) {
        TRY(get_iter(ts, iterable));  // its error comes first
        if (is_str(*start))
            return raise(ts, Exc::TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
        return raise(ts, Exc::TypeError, "sum() can't sum {} [use b''.join(seq) instead]",
                     is_bytes(*start) ? "bytes" : "bytearray");
    }
    enum { ints, floats, objects } mode = objects;
    int64_t int_total = 0;
    double float_total = 0;
    OptRef<Object> total;
    if (!start) {
        mode = ints;
    } else if (is_exact(*start, PyLong_Type) && int_fits_tag(static_cast<Int&>(*start), &int_total)) {
        mode = ints;
    } else if (is_exact(*start, PyFloat_Type)) {
        mode = floats;
        float_total = static_cast<Float&>(*start).value;
    } else {
        total = Ref<Object>::share(*start);
    }
    auto leave_fast_mode = [&]() -> Result<void> {
        if (mode == ints)
            total = Ref<Object>(TRY(box_int(ts, int_total)));
        else
            total = Ref<Object>(TRY(box_float(ts, float_total)));
        mode = objects;
        return {};
    };
    TRY(for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
        int64_t i;
        bool small = is_exact(*item, PyLong_Type) && int_fits_tag(static_cast<Int&>(*item), &i);
        if (mode == ints) {
            int64_t next;
            if (small && !__builtin_add_overflow(int_total, i, &next)) {
                int_total = next;
                return true;
            }
            if (is_exact(*item, PyFloat_Type)) {
                mode = floats;
                float_total = static_cast<double>(int_total) + static_cast<Float&>(*item).value;
                return true;
            }
            TRY(leave_fast_mode());
        } else if (mode == floats) {
            if (is_exact(*item, PyFloat_Type)) {
                float_total += static_cast<Float&>(*item).value;
                return true;
            }
            if (small) {
                float_total += static_cast<double>(i);
                return true;
            }
            TRY(leave_fast_mode());
        }
        total = TRY(binary(ts, BinaryOp::add, *total, *item));
        return true;
    }));
    if (mode != objects) TRY(leave_fast_mode());
    return Result<Value>(std::move(total).take());
}

Result<Ref<Object>> builtin_sorted(Attached ts, Object&, Object& iterable, Object* key, Opt<bool> reverse) {
    auto list = TRY(to_list(ts, iterable));
    TRY(list_sort(ts, *list, key && !is_none(*key) ? key : nullptr, reverse.or_else(false)));
    return list;
}

}  // namespace baton
