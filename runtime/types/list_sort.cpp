// list.sort: stable, comparing with `<` only.
//
// Each key gets a machine word whose unsigned order is the keys' order as far as a word can tell: the whole
// of a small int or a float, the first characters of a str, the same of a tuple's first item. Long lists are
// sorted by the bytes of those words; what the words leave equal, short lists, and keys without such words
// are sorted by an adaptive merge sort over natural runs (timsort's merge policy), which asks the objects.
// While all this goes on the list looks empty to everybody else, so a comparison that changes the list is
// found out afterwards.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "runtime/call.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

constexpr Index kMinGallop = 7;
constexpr Index kByteSortFrom = 128;  // shorter lists are merged: counting bytes costs 256 steps a pass

// What is moved about. For keys without a word, `word` is the key's address.
struct Elem {
    uint64_t word;
    Index index;  // of the item, and of the key
};

// ---- words ----

uint64_t int_word(int64_t i) {
    return static_cast<uint64_t>(i) ^ (uint64_t{1} << 63);
}
uint64_t float_word(double d) {
    auto bits = std::bit_cast<uint64_t>(d == 0 ? 0.0 : d);  // -0.0 equals 0.0
    return bits >> 63 ? ~bits : bits | (uint64_t{1} << 63);
}
// Eight Latin-1 characters, or the first two code points. A missing character counts as zero, so equal words
// may need a look.
uint64_t latin1_word(const Str& s) {
    uint64_t word = 0;
    std::memcpy(&word, str_data(s), s.length < 8 ? static_cast<size_t>(s.length) : 8);
    return __builtin_bswap64(word);
}
uint64_t wide_word(const Str& s) {
    uint64_t first = s.length > 0 ? str_char_unchecked(s, 0) : 0,
             second = s.length > 1 ? str_char_unchecked(s, 1) : 0;
    return first << 32 | second;
}

// Words for the objects of one well-known exact type. False: they have none. at(i) is object i or a tagged
// int.
template <class At>
bool make_words(Elem* to, Index n, At&& at) {
    Value first = at(0);
    if (first.is_int() || first.object()->type == &PyLong_Type) {
        for (Index i = 0; i < n; ++i) {
            Value v = at(i);
            int64_t x;
            if (v.is_int())
                x = v.as_int();
            else if (v.object()->type != &PyLong_Type || !int_fits_tag(*static_cast<Int*>(v.object()), &x))
                return false;
            to[i] = {int_word(x), i};
        }
        return true;
    }
    Type* type = first.object()->type;
    if (type == &PyFloat_Type) {
        for (Index i = 0; i < n; ++i) {
            Value v = at(i);
            if (v.is_int() || v.object()->type != type) return false;
            double d = static_cast<Float*>(v.object())->value;
            if (std::isnan(d)) return false;  // not in any order
            to[i] = {float_word(d), i};
        }
        return true;
    }
    if (type != &PyUnicode_Type) return false;
    bool latin1 = true;
    for (Index i = 0; i < n; ++i) {
        Value v = at(i);
        if (v.is_int() || v.object()->type != type) return false;
        latin1 &= str_kind(static_cast<Str&>(*v.object())) == 1;
    }
    for (Index i = 0; i < n; ++i) {
        auto& s = static_cast<Str&>(*at(i).object());
        to[i] = {latin1 ? latin1_word(s) : wide_word(s), i};
    }
    return true;
}

// ---- order ----
// What decides after the words. less() may run Python only in Objects and Tuples.

struct Words {  // the word is the whole key
    Result<bool> less(Attached, const Elem& a, const Elem& b) const { return a.word < b.word; }
};
struct Strs {
    const Value* keys;
    Result<bool> less(Attached, const Elem& a, const Elem& b) const {
        if (a.word != b.word) return a.word < b.word;
        auto &x = static_cast<Str&>(*keys[a.index].object()), &y = static_cast<Str&>(*keys[b.index].object());
        return str_compare(x, y) < 0;
    }
};
struct Objects {
    Result<bool> less(Attached ts, const Elem& a, const Elem& b) const {
        auto r = TRY(compare(ts, *reinterpret_cast<Object*>(a.word), *reinterpret_cast<Object*>(b.word),
                             CompareOp::lt));
        return is_true(ts, *r);
    }
};

// Exact tuples, item by item: the first that differ decide. Ints and strs are compared on the spot.
Result<bool> tuple_less(Attached ts, Tuple& a, Tuple& b) {
    Index n = a.size < b.size ? a.size : b.size;
    for (Index i = 0; i < n; ++i) {
        Object *x = a.item[i], *y = b.item[i];
        if (x == y) continue;
        if (x->type == &PyLong_Type && y->type == &PyLong_Type) {
            int64_t p, q;
            if (int_fits_tag(*static_cast<Int*>(x), &p) && int_fits_tag(*static_cast<Int*>(y), &q)) {
                if (p == q) continue;
                return p < q;
            }
        } else if (x->type == &PyUnicode_Type && y->type == &PyUnicode_Type) {
            int order = str_compare(static_cast<Str&>(*x), static_cast<Str&>(*y));
            if (order == 0) continue;
            return order < 0;
        }
        if (TRY(compare_bool(ts, *x, *y, CompareOp::eq))) continue;
        auto r = TRY(compare(ts, *x, *y, CompareOp::lt));
        return is_true(ts, *r);
    }
    return a.size < b.size;
}
struct Tuples {
    const Value* keys;
    Result<bool> less(Attached ts, const Elem& a, const Elem& b) const {
        if (a.word != b.word) return a.word < b.word;
        return tuple_less(ts, static_cast<Tuple&>(*keys[a.index].object()),
                          static_cast<Tuple&>(*keys[b.index].object()));
    }
};

// Memory for n elements, given back at the end.
class ElemArray {
  public:
    explicit ElemArray(Attached ts) : ts_(ts) {}
    ElemArray(const ElemArray&) = delete;
    ~ElemArray() { free_block(ts_, p_); }
    Result<Elem*> get(Index n) {  // what was there before is lost
        if (n <= size_) return p_;
        free_block(ts_, p_);
        p_ = static_cast<Elem*>(allocate(ts_, static_cast<size_t>(n) * sizeof(Elem)));
        size_ = p_ ? n : 0;
        if (!p_) return raise_no_memory(ts_);
        return p_;
    }

  private:
    Attached ts_;
    Elem* p_ = nullptr;
    Index size_ = 0;
};

// ---- merge sort ----

template <class Order>
class Sorter {
  public:
    Sorter(Attached ts, Order order, Elem* all, Index n)
        : ts_(ts), order_(order), all_(all), n_(n), memory_(ts) {}
    Result<void> run();

  private:
    struct Run {
        Index start, length;
    };
    Result<bool> less(const Elem& a, const Elem& b) { return order_.less(ts_, a, b); }
    Result<Index> count_run(Index start);
    Result<void> insertion(Index start, Index sorted, Index length);
    Result<void> collapse(bool all);
    Result<void> merge(int i);
    Result<void> merge_low(Index a, Index na, Index b, Index nb);
    Result<void> merge_high(Index a, Index na, Index b, Index nb);
    // Positions in a sorted range at which key goes: before (left) or behind (right) its equals; searched
    // outward from hint.
    Result<Index> gallop_left(const Elem& key, const Elem* base, Index n, Index hint);
    Result<Index> gallop_right(const Elem& key, const Elem* base, Index n, Index hint);
    static void copy(Elem* to, const Elem* from, Index n) {
        std::memcpy(to, from, static_cast<size_t>(n) * sizeof(Elem));
    }
    static void move(Elem* to, const Elem* from, Index n) {
        std::memmove(to, from, static_cast<size_t>(n) * sizeof(Elem));
    }

    Attached ts_;
    Order order_;
    Elem* all_;
    Index n_;
    ElemArray memory_;
    Run runs_[90];
    int run_count_ = 0;
    Index min_gallop_ = kMinGallop;
};

// Length of the run at `start`; a strictly descending one is turned round.
template <class Order>
Result<Index> Sorter<Order>::count_run(Index start) {
    Index i = start + 1;
    if (i == n_) return 1;
    const Elem* k = all_;
    if (TRY(less(k[i], k[i - 1]))) {
        for (++i; i < n_ && TRY(less(k[i], k[i - 1])); ++i) {
        }
        std::reverse(all_ + start, all_ + i);
    } else {
        for (++i; i < n_ && !TRY(less(k[i], k[i - 1])); ++i) {
        }
    }
    return i - start;
}

// Binary insertion: [start, start+sorted) is in order; makes [start, start+length) so.
template <class Order>
Result<void> Sorter<Order>::insertion(Index start, Index sorted, Index length) {
    for (Index i = start + sorted; i < start + length; ++i) {
        Elem key = all_[i];
        Index lo = start, hi = i;
        while (lo < hi) {
            Index mid = lo + (hi - lo) / 2;
            if (TRY(less(key, all_[mid])))
                hi = mid;
            else
                lo = mid + 1;
        }
        move(all_ + lo + 1, all_ + lo, i - lo);
        all_[lo] = key;
    }
    return {};
}

template <class Order>
Result<Index> Sorter<Order>::gallop_left(const Elem& key, const Elem* base, Index n, Index hint) {
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
        if (TRY(less(base[mid], key)))
            lo = mid + 1;
        else
            hi = mid;
    }
    return hi;
}
template <class Order>
Result<Index> Sorter<Order>::gallop_right(const Elem& key, const Elem* base, Index n, Index hint) {
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
        if (TRY(less(key, base[mid])))
            hi = mid;
        else
            lo = mid + 1;
    }
    return hi;
}

// Merges run a with the run b behind it, a being copied out. The keys all stay in the array when a comparison
// fails: what is left in the scratch is put back first.
template <class Order>
Result<void> Sorter<Order>::merge_low(Index a, Index na, Index b, Index nb) {
    Elem* scratch = TRY(memory_.get(na));
    copy(scratch, all_ + a, na);
    Index i = 0, j = b, to = a;
    Index end_b = b + nb;
    bool failed = false;
    Index wins_a = 0, wins_b = 0;
    while (i < na && j < end_b) {
        auto r = less(all_[j], scratch[i]);
        if (!r.ok()) {
            failed = true;
            break;
        }
        if (r.take()) {
            all_[to++] = all_[j++];
            ++wins_b;
            wins_a = 0;
        } else {
            all_[to++] = scratch[i++];
            ++wins_a;
            wins_b = 0;
        }
        if (wins_a + wins_b < min_gallop_ || i >= na || j >= end_b) continue;
        // One side keeps winning: find out by how much.
        auto behind = gallop_right(all_[j], scratch + i, na - i, 0);
        if (!behind.ok()) {
            failed = true;
            break;
        }
        Index run_a = behind.take();
        copy(all_ + to, scratch + i, run_a);
        to += run_a;
        i += run_a;
        if (i >= na) break;
        auto before = gallop_left(scratch[i], all_ + j, end_b - j, 0);
        if (!before.ok()) {
            failed = true;
            break;
        }
        Index run_b = before.take();
        move(all_ + to, all_ + j, run_b);
        to += run_b;
        j += run_b;
        min_gallop_ = run_a >= kMinGallop || run_b >= kMinGallop ? (min_gallop_ > 1 ? min_gallop_ - 1 : 1)
                                                                 : min_gallop_ + 2;
        wins_a = wins_b = 0;
    }
    if (i < na) copy(all_ + to, scratch + i, na - i);
    if (failed) return already_raised();
    return {};
}
template <class Order>
Result<void> Sorter<Order>::merge_high(Index a, Index na, Index b, Index nb) {
    Elem* scratch = TRY(memory_.get(nb));
    copy(scratch, all_ + b, nb);
    Index i = a + na - 1, j = nb - 1, to = b + nb - 1;
    bool failed = false;
    Index wins_a = 0, wins_b = 0;
    while (i >= a && j >= 0) {
        auto r = less(scratch[j], all_[i]);
        if (!r.ok()) {
            failed = true;
            break;
        }
        if (r.take()) {
            all_[to--] = all_[i--];
            ++wins_a;
            wins_b = 0;
        } else {
            all_[to--] = scratch[j--];
            ++wins_b;
            wins_a = 0;
        }
        if (wins_a + wins_b < min_gallop_ || i < a || j < 0) continue;
        auto behind = gallop_right(scratch[j], all_ + a, i - a + 1, i - a);
        if (!behind.ok()) {
            failed = true;
            break;
        }
        Index run_a = i - a + 1 - behind.take();
        to -= run_a;
        i -= run_a;
        move(all_ + to + 1, all_ + i + 1, run_a);
        if (i < a) break;
        auto before = gallop_left(all_[i], scratch, j + 1, j);
        if (!before.ok()) {
            failed = true;
            break;
        }
        Index run_b = j + 1 - before.take();
        to -= run_b;
        j -= run_b;
        copy(all_ + to + 1, scratch + j + 1, run_b);
        min_gallop_ = run_a >= kMinGallop || run_b >= kMinGallop ? (min_gallop_ > 1 ? min_gallop_ - 1 : 1)
                                                                 : min_gallop_ + 2;
        wins_a = wins_b = 0;
    }
    if (j >= 0) copy(all_ + to - j, scratch, j + 1);
    if (failed) return already_raised();
    return {};
}

template <class Order>
Result<void> Sorter<Order>::merge(int i) {
    Run a = runs_[i], b = runs_[i + 1];
    runs_[i].length = a.length + b.length;
    if (i == run_count_ - 3) runs_[i + 1] = runs_[i + 2];
    --run_count_;
    // What of a stands before b already, and what of b behind a.
    Index skip = TRY(gallop_right(all_[b.start], all_ + a.start, a.length, 0));
    a.start += skip;
    a.length -= skip;
    if (a.length == 0) return {};
    b.length = TRY(gallop_left(all_[a.start + a.length - 1], all_ + b.start, b.length, b.length - 1));
    if (b.length == 0) return {};
    return a.length <= b.length ? merge_low(a.start, a.length, b.start, b.length)
                                : merge_high(a.start, a.length, b.start, b.length);
}

// Keeps run lengths growing from the top of the stack down, so that merges stay balanced.
template <class Order>
Result<void> Sorter<Order>::collapse(bool all) {
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

template <class Order>
Result<void> Sorter<Order>::run() {
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

// ---- sort by bytes ----

bool in_order(const Elem* e, Index n) {
    for (Index i = 1; i < n; ++i) {
        if (e[i].word < e[i - 1].word) return false;
    }
    return true;
}

// Stable: one pass for each byte, from the last, in which not all words agree.
Result<void> sort_by_bytes(Attached ts, Elem* all, Index n) {
    ElemArray memory(ts);
    Elem *from = all, *to = TRY(memory.get(n));
    uint64_t differ = 0;
    for (Index i = 1; i < n; ++i) differ |= all[i].word ^ all[0].word;
    for (int shift = 0; shift < 64; shift += 8) {
        if (!(differ >> shift & 0xff)) continue;
        Index place[256] = {};
        for (Index i = 0; i < n; ++i) ++place[from[i].word >> shift & 0xff];
        Index sum = 0;
        for (Index& p : place) sum += std::exchange(p, sum);
        for (Index i = 0; i < n; ++i) to[place[from[i].word >> shift & 0xff]++] = from[i];
        std::swap(from, to);
    }
    if (from != all) std::memcpy(all, from, static_cast<size_t>(n) * sizeof(Elem));
    return {};
}

template <class Order>
Result<void> sort_ordered(Attached ts, Order order, Elem* all, Index n, bool worded) {
    if (!worded || n < kByteSortFrom) return Sorter<Order>(ts, order, all, n).run();
    if (!in_order(all, n)) TRY(sort_by_bytes(ts, all, n));
    if constexpr (!std::is_same_v<Order, Words>) {
        for (Index i = 0, j; i < n; i = j) {
            for (j = i + 1; j < n && all[j].word == all[i].word; ++j) {
            }
            if (j - i > 1) TRY(Sorter<Order>(ts, order, all + i, j - i).run());
        }
    }
    return {};
}

bool all_tuples(const Value* keys, Index n) {
    for (Index i = 0; i < n; ++i) {
        if (keys[i].is_int() || keys[i].object()->type != &PyTuple_Type) return false;
    }
    return true;
}

// Chooses the order for the keys and sorts. Keys may get boxed in place.
Result<void> sort_elems(Attached ts, Value* keys, Elem* all, Index n) {
    if (make_words(all, n, [&](Index i) { return keys[i]; })) {
        if (keys[0].is_int() || keys[0].object()->type != &PyUnicode_Type)
            return sort_ordered(ts, Words{}, all, n, true);
        return sort_ordered(ts, Strs{keys}, all, n, true);
    }
    if (all_tuples(keys, n)) {
        bool none_empty = true;
        for (Index i = 0; i < n; ++i) none_empty &= static_cast<Tuple*>(keys[i].object())->size > 0;
        bool worded = none_empty && make_words(all, n, [&](Index i) {
                          return Value(static_cast<Tuple*>(keys[i].object())->item[0]);
                      });
        for (Index i = 0; !worded && i < n; ++i) all[i] = {0, i};
        return sort_ordered(ts, Tuples{keys}, all, n, worded);
    }
    for (Index i = 0; i < n; ++i) all[i] = {keys[i].w, i};
    return sort_ordered(ts, Objects{}, all, n, false);
}

// Puts the items into the order of their keys, an item being its own key where there is no key function.
Result<void> sort_items(Attached ts, Object** items, Value* keys, Index n) {
    if (n < 2) return {};
    ElemArray memory(ts);
    Elem* all = TRY(memory.get(n));
    // Tagged keys among others: all become objects. Only ints stay tagged, for which words are enough.
    bool ints = true;
    for (Index i = 0; i < n && ints; ++i) ints = keys[i].is_int();
    if (!ints) TRY(box_all(ts, keys, static_cast<size_t>(n)));
    Result<void> r = sort_elems(ts, keys, all, n);
    for (Index i = 0; i < n; ++i) all[i].word = reinterpret_cast<uintptr_t>(items[all[i].index]);
    for (Index i = 0; i < n; ++i) items[i] = reinterpret_cast<Object*>(all[i].word);
    return r;
}

// The keys of all items, owned, in new memory.
Result<Value*> make_keys(Attached ts, Object* const* items, Index n, Object& function) {
    auto* keys = static_cast<Value*>(allocate(ts, static_cast<size_t>(n ? n : 1) * sizeof(Value)));
    if (!keys) return raise_no_memory(ts);
    for (Index i = 0; i < n; ++i) {
        Value argument[2] = {Value(), borrowed_value(*items[i])};
        Value k = call_value(ts, function, argument + 1, 1, nullptr);
        if (argument[1].is_object() && argument[1].object() != items[i])
            decref(ts, argument[1].object());  // boxed by the callee
        if (!k) {
            while (i-- > 0) drop(ts, keys[i]);
            free_block(ts, keys);
            return already_raised();
        }
        keys[i] = k;
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
        // Descending and stable: ascending over the reversed array, reversed again.
        Value* keys = reinterpret_cast<Value*>(items);  // an object pointer is a Value
        if (key) keys = TRY(make_keys(ts, items, n, *key));
        if (reverse) {
            std::reverse(items, items + n);
            if (key) std::reverse(keys, keys + n);
        }
        Result<void> r = sort_items(ts, items, keys, n);
        if (reverse) std::reverse(items, items + n);
        if (key) {
            for (Index i = 0; i < n; ++i) drop(ts, keys[i]);
            free_block(ts, keys);
        }
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
