// Pickling containers: a container is memoized before its items, so that it may contain itself.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/pickle_write.h"

namespace baton {

namespace {
constexpr int kBatch = 1000;      // items per APPENDS, SETITEMS, ADDITEMS
constexpr int kFastNesting = 50;  // from here on fast mode looks for cycles
}  // namespace

// Fast mode has no memo: what contains itself would never end.
Result<void> PickleWriter::enter_fast(Object& o, bool* entered) {
    *entered = s_.fast != 0;
    if (!s_.fast || ++fast_depth_ < kFastNesting) return {};
    if (!fast_seen_) fast_seen_ = OptRef<Dict>(TRY(dict_new(ts_)));
    const Ref<Int> key = TRY(int_from_uint64(ts_, reinterpret_cast<uintptr_t>(&o)));
    if (TRY(dict_find(ts_, *fast_seen_, *key)).value) {
        --fast_depth_;
        *entered = false;
        return raise(ts_, Exc::ValueError,
                     "fast mode: can't pickle cyclic objects including object type {} at {}", type_name(o),
                     static_cast<void*>(&o));
    }
    return dict_set(ts_, *fast_seen_, *key, none());
}
void PickleWriter::leave_fast(Object& o) {
    if (fast_depth_-- < kFastNesting) return;
    const auto forget = [&]() -> Result<void> {
        const Ref<Int> key = TRY(int_from_uint64(ts_, reinterpret_cast<uintptr_t>(&o)));
        TRY(dict_del(ts_, *fast_seen_, *key));
        return {};
    };
    if (!pending(ts_) && !forget().ok()) clear_pending(ts_);
}

// All items of an iterator: put_item(item) saves one. A batch of one has the opcode `one` behind it, a larger
// one MARK before and `many` behind; protocol 0 has only the first form. Where the size is known (not
// negative) only a single item counts as a batch of one, as in CPython.
template <class F>
Result<void> PickleWriter::in_batches(Object& iterator, Index size, Op one, Op many, F&& put_item) {
    const auto next = [&](OptRef<Object>* out) -> Result<bool> {
        Next n = iter_next(ts_, iterator);
        if (n.raised()) return already_raised();
        if (n.is_done()) return false;
        *out = OptRef<Object>(n.take());
        return true;
    };
    OptRef<Object> item;
    if (s_.protocol == 0) {
        while (TRY(next(&item))) {
            TRY(put_item(*item));
            put(one);
        }
        return {};
    }
    bool more = TRY(next(&item));
    while (more) {
        const OptRef<Object> first = std::move(item);
        more = TRY(next(&item));
        if (size < 0 ? !more : size == 1) {
            TRY(put_item(*first));
            put(one);
            return {};
        }
        put(Op::MARK);
        TRY(put_item(*first));
        for (int n = 1; more && n < kBatch; ++n) {
            TRY(put_item(*item));
            more = TRY(next(&item));
        }
        put(many);
    }
    return {};
}
Result<void> PickleWriter::append_items(Object& iterator, Index size) {
    return in_batches(iterator, size, Op::APPEND, Op::APPENDS, [&](Object& item) { return save(item); });
}
Result<void> PickleWriter::set_items(Object& iterator, Index size) {
    return in_batches(iterator, size, Op::SETITEM, Op::SETITEMS, [&](Object& item) -> Result<void> {
        if (!is_tuple(item) || static_cast<Tuple&>(item).size != 2)
            return raise(ts_, Exc::TypeError, "dict items iterator must return 2-tuples");
        auto& pair = static_cast<Tuple&>(item);
        TRY(save(*pair.item[0]));
        return save(*pair.item[1]);
    });
}

Result<void> PickleWriter::save_list(List& l) {
    bool entered;
    TRY(enter_fast(l, &entered));
    const auto body = [&]() -> Result<void> {
        if (s_.bin) {
            put(Op::EMPTY_LIST);
        } else {
            put(Op::MARK);
            put(Op::LIST);
        }
        TRY(memoize(l));
        if (l.size == 0) return {};
        const Ref<Object> items = TRY(get_iter(ts_, l));
        return append_items(*items, l.size);
    };
    auto r = body();
    if (entered) leave_fast(l);
    return r;
}

Result<void> PickleWriter::save_dict(Dict& d) {
    bool entered;
    TRY(enter_fast(d, &entered));
    const auto body = [&]() -> Result<void> {
        if (s_.bin) {
            put(Op::EMPTY_DICT);
        } else {
            put(Op::MARK);
            put(Op::DICT);
        }
        TRY(memoize(d));
        if (d.used == 0) return {};
        const Ref<Object> view = TRY(call_method(ts_, d, *TRY(str_intern_utf8(ts_, "items"))));
        const Ref<Object> items = TRY(get_iter(ts_, *view));
        return set_items(*items, d.used);
    };
    auto r = body();
    if (entered) leave_fast(d);
    return r;
}

Result<void> PickleWriter::save_set(Set& s) {
    if (s_.protocol < 4) {
        const Ref<List> items = TRY(to_list(ts_, s));
        return save_call(PySet_Type, {items.get()}, &s);
    }
    put(Op::EMPTY_SET);
    TRY(memoize(s));
    const Index size = s.used;
    Index at = 0;
    Object* key;
    bool more = set_next(s, &at, &key, nullptr);
    while (more) {
        put(Op::MARK);
        for (int n = 0; more && n < kBatch; ++n) {
            const Ref<Object> item = Ref<Object>::share(*key);
            TRY(save(*item));
            if (s.used != size) return raise(ts_, Exc::RuntimeError, "set changed size during iteration");
            more = set_next(s, &at, &key, nullptr);
        }
        put(Op::ADDITEMS);
    }
    return {};
}

// An immutable container may come up again while its items are saved: then it is in the memo already.
Result<void> PickleWriter::save_frozenset(Set& s) {
    if (s_.protocol < 4) {
        const Ref<List> items = TRY(to_list(ts_, s));
        return save_call(PyFrozenSet_Type, {items.get()}, &s);
    }
    put(Op::MARK);
    Index at = 0;
    Object* key;
    while (set_next(s, &at, &key, nullptr)) {
        const Ref<Object> item = Ref<Object>::share(*key);
        TRY(save(*item));
    }
    if (const Index number = s_.memo.find(s); number >= 0 && !s_.fast) {
        put(Op::POP_MARK);
        return recall(number);
    }
    put(Op::FROZENSET);
    return memoize(s);
}

Result<void> PickleWriter::save_tuple(Tuple& t) {
    static constexpr Op kShort[] = {Op::EMPTY_TUPLE, Op::TUPLE1, Op::TUPLE2, Op::TUPLE3};
    if (t.size == 0) {
        if (s_.protocol > 0) {
            put(Op::EMPTY_TUPLE);
        } else {
            put(Op::MARK);
            put(Op::TUPLE);
        }
        return {};
    }
    const bool is_short = t.size <= 3 && s_.protocol >= 2;
    if (!is_short) put(Op::MARK);
    for (Index i = 0; i < t.size; ++i) TRY(save(*t.item[i]));
    if (const Index number = s_.memo.find(t); number >= 0) {
        if (is_short || s_.protocol == 0) {
            for (Index i = 0; i < t.size + !is_short; ++i) put(Op::POP);
        } else {
            put(Op::POP_MARK);
        }
        return recall(number);
    }
    put(is_short ? kShort[t.size] : Op::TUPLE);
    return memoize(t);
}

}  // namespace baton
