// See sequence_common.h.
#include "runtime/types/sequence_common.h"

#include "runtime/types/str_builder.h"

namespace baton {

Result<Ref<Object>> sequence_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    ItemsView x(a), y(b);
    if (x.size() != y.size() && (op == CompareOp::eq || op == CompareOp::ne)) {
        return Ref<Object>::share(bool_object(op == CompareOp::ne));
    }
    Index i = 0;
    for (; i < x.size() && i < y.size(); ++i) {
        if (&x.at(i) == &y.at(i)) continue;
        auto p = Ref<Object>::share(x.at(i));
        auto q = Ref<Object>::share(y.at(i));
        if (!TRY(compare_bool(ts, *p, *q, CompareOp::eq))) break;
    }
    if (i >= x.size() || i >= y.size()) {
        Index m = x.size(), n = y.size();
        bool r = false;
        switch (op) {
            case CompareOp::lt:
                r = m < n;
                break;
            case CompareOp::le:
                r = m <= n;
                break;
            case CompareOp::eq:
                r = m == n;
                break;
            case CompareOp::ne:
                r = m != n;
                break;
            case CompareOp::gt:
                r = m > n;
                break;
            case CompareOp::ge:
                r = m >= n;
                break;
        }
        return Ref<Object>::share(bool_object(r));
    }
    if (op == CompareOp::eq) return Ref<Object>::share(bool_object(false));
    if (op == CompareOp::ne) return Ref<Object>::share(bool_object(true));
    auto p = Ref<Object>::share(x.at(i));
    auto q = Ref<Object>::share(y.at(i));
    return compare(ts, *p, *q, op);
}

Result<Index> sequence_index_of(Attached ts, Object& seq, Object& item, Index start, Index stop) {
    ItemsView view(seq);
    for (Index i = start; i < stop && i < view.size(); ++i) {
        auto candidate = Ref<Object>::share(view.at(i));
        if (TRY(compare_bool(ts, *candidate, item, CompareOp::eq))) return i;
    }
    return -1;
}
Result<bool> sequence_contains(Attached ts, Object& seq, Object& item) {
    return TRY(sequence_index_of(ts, seq, item, 0, PTRDIFF_MAX)) >= 0;
}
Result<Index> sequence_count(Attached ts, Object& seq, Object& item) {
    ItemsView view(seq);
    Index n = 0;
    for (Index i = 0; i < view.size(); ++i) {
        auto candidate = Ref<Object>::share(view.at(i));
        if (TRY(compare_bool(ts, *candidate, item, CompareOp::eq))) ++n;
    }
    return n;
}

Index clamp_bound(Index i, Index size) {
    if (i < 0) {
        i += size;
        return i < 0 ? 0 : i;
    }
    return i > size ? size : i;
}
Result<Index> bound_argument(Attached ts, Object* o, Index fallback) {
    if (!o) return fallback;
    if (!has_index(*o)) {
        return raise(ts, Exc::TypeError, "slice indices must be integers or have an __index__ method");
    }
    bool raised = false;
    Index i = as_index_clamped_or(ts, *o, &raised);
    if (raised) return already_raised();
    return i;
}

Result<Ref<Object>> sequence_repr(Attached ts, Object& seq, const char* open, const char* close) {
    ItemsView view(seq);
    StrBuilder out;
    if (!TRY(enter_repr(ts, seq))) {
        out.append_ascii(open);
        out.append_ascii("...");
        out.append_ascii(close);
        return out.finish(ts);
    }
    auto body = [&]() -> Result<void> {
        for (Index i = 0; i < view.size(); ++i) {
            auto item = Ref<Object>::share(view.at(i));
            if (i) out.append_ascii(", ");
            out.append(*TRY(repr(ts, *item)));
        }
        return {};
    };
    out.append_ascii(open);
    auto done = body();
    leave_repr(ts, seq);
    TRY(std::move(done));
    if (!view.list && view.size() == 1) out.append(',');
    out.append_ascii(close);
    return out.finish(ts);
}

}  // namespace baton
