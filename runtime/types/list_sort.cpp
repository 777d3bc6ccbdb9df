// list.sort: a stable, adaptive merge sort over natural runs (timsort's merge policy), comparing with `<` only.
//
// While it works the list looks empty to everybody else, so a comparison that changes the list is found out afterwards.
// Where all keys are exact str, exact float or exact machine-size int, the comparison runs no Python and no dispatch.
#include <cstdlib>
#include <cstring>

#include "runtime/call.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

constexpr Index kMinGallop = 7;

bool float_less(Object* a, Object* b) { return static_cast<Float*>(a)->value < static_cast<Float*>(b)->value; }
bool int_less(Object* a, Object* b) {
    int64_t x = 0, y = 0;
    int_fits_tag(*static_cast<Int*>(a), &x);
    int_fits_tag(*static_cast<Int*>(b), &y);
    return x < y;
}
bool str_less(Object* a, Object* b) { return str_compare(*static_cast<Str*>(a), *static_cast<Str*>(b)) < 0; }

using PlainLess = bool (*)(Object*, Object*);

// The comparison for keys of one well-known type, or null.
PlainLess plain_comparison(Object* const* keys, Index n) {
    Type* t = keys[0]->type;
    if (t != &PyUnicode_Type && t != &PyFloat_Type && t != &PyLong_Type) return nullptr;
    for (Index i = 0; i < n; ++i) {
        if (keys[i]->type != t) return nullptr;
        int64_t ignored;
        if (t == &PyLong_Type && !int_fits_tag(*static_cast<Int*>(keys[i]), &ignored)) return nullptr;
    }
    return t == &PyUnicode_Type ? str_less : t == &PyFloat_Type ? float_less : int_less;
}

// Keys and, when there is a key function, the items that go with them; both are moved alike.
struct Pairs {
    Object** keys;
    Object** items;  // null: the keys are the items
    Pairs at(Index i) const { return {keys + i, items ? items + i : nullptr}; }
    void set(Index to, const Pairs& from, Index i) const {
        keys[to] = from.keys[i];
        if (items) items[to] = from.items[i];
    }
    void copy(Index to, const Pairs& from, Index i, Index n) const {
        std::memcpy(keys + to, from.keys + i, static_cast<size_t>(n) * sizeof(Object*));
        if (items) std::memcpy(items + to, from.items + i, static_cast<size_t>(n) * sizeof(Object*));
    }
    void move(Index to, Index from, Index n) const {
        std::memmove(keys + to, keys + from, static_cast<size_t>(n) * sizeof(Object*));
        if (items) std::memmove(items + to, items + from, static_cast<size_t>(n) * sizeof(Object*));
    }
};

class Sorter {
  public:
    Sorter(Attached ts, Pairs pairs, Index n) : ts_(ts), all_(pairs), n_(n), plain_(plain_comparison(pairs.keys, n)) {}
    ~Sorter() {
        std::free(scratch_.keys);
        std::free(scratch_.items);
    }
    Result<void> run();

  private:
    struct Run {
        Index start, length;
    };
    Result<bool> less(Object* a, Object* b) {
        if (plain_) return plain_(a, b);
        auto r = TRY(compare(ts_, *a, *b, CompareOp::lt));
        return is_true(ts_, *r);
    }
    Result<Index> count_run(Index start);
    Result<void> insertion(Index start, Index sorted, Index length);
    Result<void> collapse(bool all);
    Result<void> merge(int i);
    Result<void> merge_low(Index a, Index na, Index b, Index nb);
    Result<void> merge_high(Index a, Index na, Index b, Index nb);
    // Positions in a sorted range at which key goes: before (left) or behind (right) its equals; searched outward from hint.
    Result<Index> gallop_left(Object* key, Object** base, Index n, Index hint);
    Result<Index> gallop_right(Object* key, Object** base, Index n, Index hint);
    Result<void> need_scratch(Index n);
    void reverse(Index from, Index to) {
        for (--to; from < to; ++from, --to) {
            std::swap(all_.keys[from], all_.keys[to]);
            if (all_.items) std::swap(all_.items[from], all_.items[to]);
        }
    }

    Attached ts_;
    Pairs all_;
    Index n_;
    PlainLess plain_;
    Pairs scratch_{nullptr, nullptr};
    Index scratch_size_ = 0;
    Run runs_[90];
    int run_count_ = 0;
    Index min_gallop_ = kMinGallop;
};

Result<void> Sorter::need_scratch(Index n) {
    if (n <= scratch_size_) return {};
    std::free(scratch_.keys);
    std::free(scratch_.items);
    scratch_.keys = static_cast<Object**>(std::malloc(static_cast<size_t>(n) * sizeof(Object*)));
    scratch_.items = all_.items ? static_cast<Object**>(std::malloc(static_cast<size_t>(n) * sizeof(Object*))) : nullptr;
    scratch_size_ = n;
    if (!scratch_.keys || (all_.items && !scratch_.items)) {
        scratch_size_ = 0;
        return raise_no_memory(ts_);
    }
    return {};
}

// Length of the run at `start`; a strictly descending one is turned round.
Result<Index> Sorter::count_run(Index start) {
    Index i = start + 1;
    if (i == n_) return 1;
    Object** k = all_.keys;
    if (TRY(less(k[i], k[i - 1]))) {
        for (++i; i < n_ && TRY(less(k[i], k[i - 1])); ++i) {}
        reverse(start, i);
    } else {
        for (++i; i < n_ && !TRY(less(k[i], k[i - 1])); ++i) {}
    }
    return i - start;
}

// Binary insertion: [start, start+sorted) is in order; makes [start, start+length) so.
Result<void> Sorter::insertion(Index start, Index sorted, Index length) {
    for (Index i = start + sorted; i < start + length; ++i) {
        Object* key = all_.keys[i];
        Object* item = all_.items ? all_.items[i] : nullptr;
        Index lo = start, hi = i;
        while (lo < hi) {
            Index mid = lo + (hi - lo) / 2;
            if (TRY(less(key, all_.keys[mid]))) hi = mid;
            else lo = mid + 1;
        }
        all_.move(lo + 1, lo, i - lo);
        all_.keys[lo] = key;
        if (item) all_.items[lo] = item;
    }
    return {};
}

Result<Index> Sorter::gallop_left(Object* key, Object** base, Index n, Index hint) {
    Index last = 0, at = 1, lo, hi;
    if (TRY(less(base[hint], key))) {
        Index max = n - hint;
        while (at < max && TRY(less(base[hint + at], key))) {
            last = at;
            at = at > max / 2 ? max : at * 2 + 1;
        }
        lo = hint + last + 1;
        hi = hint + (at > max ? max : at);
    } else {
        Index max = hint + 1;
        while (at < max && !TRY(less(base[hint - at], key))) {
            last = at;
            at = at > max / 2 ? max : at * 2 + 1;
        }
        lo = hint - (at > max ? max : at) + 1;
        hi = hint - last;
    }
    while (lo < hi) {
        Index mid = lo + (hi - lo) / 2;
        if (TRY(less(base[mid], key))) lo = mid + 1;
        else hi = mid;
    }
    return hi;
}
Result<Index> Sorter::gallop_right(Object* key, Object** base, Index n, Index hint) {
    Index last = 0, at = 1, lo, hi;
    if (TRY(less(key, base[hint]))) {
        Index max = hint + 1;
        while (at < max && TRY(less(key, base[hint - at]))) {
            last = at;
            at = at > max / 2 ? max : at * 2 + 1;
        }
        lo = hint - (at > max ? max : at) + 1;
        hi = hint - last;
    } else {
        Index max = n - hint;
        while (at < max && !TRY(less(key, base[hint + at]))) {
            last = at;
            at = at > max / 2 ? max : at * 2 + 1;
        }
        lo = hint + last + 1;
        hi = hint + (at > max ? max : at);
    }
    while (lo < hi) {
        Index mid = lo + (hi - lo) / 2;
        if (TRY(less(key, base[mid]))) hi = mid;
        else lo = mid + 1;
    }
    return hi;
}

// Merges run a with the run b behind it, a being copied out. The keys all stay in the array when a comparison fails:
// what is left in the scratch is put back first.
Result<void> Sorter::merge_low(Index a, Index na, Index b, Index nb) {
    TRY(need_scratch(na));
    scratch_.copy(0, all_, a, na);
    Index i = 0, j = b, to = a;
    Index end_b = b + nb;
    bool failed = false;
    Index wins_a = 0, wins_b = 0;
    while (i < na && j < end_b) {
        auto r = less(all_.keys[j], scratch_.keys[i]);
        if (!r.ok()) {
            failed = true;
            break;
        }
        if (r.take()) {
            all_.set(to++, all_, j++);
            ++wins_b;
            wins_a = 0;
        } else {
            all_.set(to++, scratch_, i++);
            ++wins_a;
            wins_b = 0;
        }
        if (wins_a + wins_b < min_gallop_ || i >= na || j >= end_b) continue;
        // One side keeps winning: find out by how much.
        auto behind = gallop_right(all_.keys[j], scratch_.keys + i, na - i, 0);
        if (!behind.ok()) {
            failed = true;
            break;
        }
        Index run_a = behind.take();
        all_.copy(to, scratch_, i, run_a);
        to += run_a;
        i += run_a;
        if (i >= na) break;
        auto before = gallop_left(scratch_.keys[i], all_.keys + j, end_b - j, 0);
        if (!before.ok()) {
            failed = true;
            break;
        }
        Index run_b = before.take();
        all_.move(to, j, run_b);
        to += run_b;
        j += run_b;
        min_gallop_ = run_a >= kMinGallop || run_b >= kMinGallop ? (min_gallop_ > 1 ? min_gallop_ - 1 : 1) : min_gallop_ + 2;
        wins_a = wins_b = 0;
    }
    if (i < na) all_.copy(to, scratch_, i, na - i);
    if (failed) return already_raised();
    return {};
}
Result<void> Sorter::merge_high(Index a, Index na, Index b, Index nb) {
    TRY(need_scratch(nb));
    scratch_.copy(0, all_, b, nb);
    Index i = a + na - 1, j = nb - 1, to = b + nb - 1;
    bool failed = false;
    Index wins_a = 0, wins_b = 0;
    while (i >= a && j >= 0) {
        auto r = less(scratch_.keys[j], all_.keys[i]);
        if (!r.ok()) {
            failed = true;
            break;
        }
        if (r.take()) {
            all_.set(to--, all_, i--);
            ++wins_a;
            wins_b = 0;
        } else {
            all_.set(to--, scratch_, j--);
            ++wins_b;
            wins_a = 0;
        }
        if (wins_a + wins_b < min_gallop_ || i < a || j < 0) continue;
        auto behind = gallop_right(scratch_.keys[j], all_.keys + a, i - a + 1, i - a);
        if (!behind.ok()) {
            failed = true;
            break;
        }
        Index run_a = i - a + 1 - behind.take();
        to -= run_a;
        i -= run_a;
        all_.move(to + 1, i + 1, run_a);
        if (i < a) break;
        auto before = gallop_left(all_.keys[i], scratch_.keys, j + 1, j);
        if (!before.ok()) {
            failed = true;
            break;
        }
        Index run_b = j + 1 - before.take();
        to -= run_b;
        j -= run_b;
        all_.copy(to + 1, scratch_, j + 1, run_b);
        min_gallop_ = run_a >= kMinGallop || run_b >= kMinGallop ? (min_gallop_ > 1 ? min_gallop_ - 1 : 1) : min_gallop_ + 2;
        wins_a = wins_b = 0;
    }
    if (j >= 0) all_.copy(to - j, scratch_, 0, j + 1);
    if (failed) return already_raised();
    return {};
}

Result<void> Sorter::merge(int i) {
    Run a = runs_[i], b = runs_[i + 1];
    runs_[i].length = a.length + b.length;
    if (i == run_count_ - 3) runs_[i + 1] = runs_[i + 2];
    --run_count_;
    // What of a stands before b already, and what of b behind a.
    Index skip = TRY(gallop_right(all_.keys[b.start], all_.keys + a.start, a.length, 0));
    a.start += skip;
    a.length -= skip;
    if (a.length == 0) return {};
    b.length = TRY(gallop_left(all_.keys[a.start + a.length - 1], all_.keys + b.start, b.length, b.length - 1));
    if (b.length == 0) return {};
    return a.length <= b.length ? merge_low(a.start, a.length, b.start, b.length) : merge_high(a.start, a.length, b.start, b.length);
}

// Keeps run lengths growing from the top of the stack down, so that merges stay balanced.
Result<void> Sorter::collapse(bool all) {
    while (run_count_ > 1) {
        int i = run_count_ - 2;
        bool unbalanced = (i > 0 && runs_[i - 1].length <= runs_[i].length + runs_[i + 1].length) ||
                          (i > 1 && runs_[i - 2].length <= runs_[i - 1].length + runs_[i].length);
        if (all || unbalanced) {
            if (i > 0 && runs_[i - 1].length < runs_[i + 1].length) --i;
        } else if (runs_[i].length > runs_[i + 1].length) {
            break;
        }
        TRY(merge(i));
    }
    return {};
}

Result<void> Sorter::run() {
    Index min_run = n_, odd = 0;
    while (min_run >= 64) {
        odd |= min_run & 1;
        min_run >>= 1;
    }
    min_run += odd;
    for (Index start = 0; start < n_;) {
        Index length = TRY(count_run(start));
        if (length < min_run) {
            Index forced = n_ - start < min_run ? n_ - start : min_run;
            TRY(insertion(start, length, forced));
            length = forced;
        }
        runs_[run_count_++] = {start, length};
        TRY(collapse(false));
        start += length;
    }
    return collapse(true);
}

void reverse_array(Object** p, Index n) {
    for (Index i = 0, j = n - 1; i < j; ++i, --j) std::swap(p[i], p[j]);
}

// The keys of all items, owned, in new memory.
Result<Object**> make_keys(Attached ts, Object* const* items, Index n, Object& key) {
    auto** keys = static_cast<Object**>(std::malloc(static_cast<size_t>(n ? n : 1) * sizeof(Object*)));
    if (!keys) return raise_no_memory(ts);
    for (Index i = 0; i < n; ++i) {
        auto k = call(ts, key, {items[i]});
        if (!k.ok()) {
            while (i-- > 0) decref(ts, keys[i]);
            std::free(keys);
            return already_raised();
        }
        keys[i] = k.release();
    }
    return keys;
}

}  // namespace

Result<void> list_sort(Attached ts, List& l, Object* key, bool reverse) {
    // Take the items away: the list is empty for everybody until we are done.
    Object** items = std::exchange(l.item, nullptr);
    Index n = std::exchange(l.size, 0);
    Index allocated = std::exchange(l.allocated, -1);
    auto sort = [&]() -> Result<void> {
        if (n < 2 && !key) return {};
        Object** keys = nullptr;
        if (key) keys = TRY(make_keys(ts, items, n, *key));
        // Descending and stable: ascending over the reversed array, reversed again.
        if (reverse) {
            reverse_array(items, n);
            if (keys) reverse_array(keys, n);
        }
        Result<void> r;
        if (n > 1) r = Sorter(ts, keys ? Pairs{keys, items} : Pairs{items, nullptr}, n).run();
        if (reverse) reverse_array(items, n);
        for (Index i = 0; keys && i < n; ++i) decref(ts, keys[i]);
        std::free(keys);
        return r;
    };
    Result<void> r = sort();
    bool changed = l.allocated != -1;
    if (changed) list_clear(ts, l);
    l.item = items;
    l.size = n;
    l.allocated = allocated;
    if (r.ok() && changed) return raise(ts, Exc::ValueError, "list modified during sort");
    return r;
}

}  // namespace baton
