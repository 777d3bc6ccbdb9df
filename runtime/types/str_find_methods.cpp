// str: find, index, count, startswith, endswith, replace and the two removers.
#include "runtime/object_ops.h"
#include "runtime/types/str_impl.h"
#include "runtime/types/str_methods.h"
#include "runtime/unicode_text.h"

namespace baton {

Result<Index> position_argument(Attached ts, Value v, Index missing) {
    if (v.is_int()) return static_cast<Index>(v.as_int());
    if (!v || is_none(*v.object())) return missing;
    if (!has_index(*v.object())) {
        return raise(ts, Exc::TypeError,
                     "slice indices must be integers or None or have an __index__ method");
    }
    bool raised = false;
    Index i = as_index_clamped_or(ts, *v.object(), &raised);
    if (raised) return already_raised();
    return i;
}

Result<SearchArguments> search_arguments(Attached ts, const char* method, Args args) {
    if (args.n < 1 || args.n > 3) {
        bool few = args.n < 1;
        return raise(ts, Exc::TypeError, "{}() takes at {} {} argument{} ({} given)", method,
                     few ? "least" : "most", few ? 1 : 3, few ? "" : "s", args.n);
    }
    Object* sub = TRY(box_in_place(ts, args.v[0]));
    return SearchArguments{sub, args.n > 1 ? args[1] : Value(), args.n > 2 ? args[2] : Value()};
}

namespace {

struct Range {
    Index start, end;
};
Result<Range> range_argument(Attached ts, const Str& self, Value start, Value end) {
    Range range;
    range.start = TRY(position_argument(ts, start, 0));
    range.end = TRY(position_argument(ts, end, PTRDIFF_MAX));
    adjust_range(self.length, range.start, range.end);
    return range;
}

Result<Str*> str_argument(Attached ts, Object& o) {
    if (!is_str(o)) return raise(ts, Exc::TypeError, "must be str, not {}", type_name(o));
    return static_cast<Str*>(&o);
}

template <auto Search>
Result<Index> search_method(Attached ts, Str& self, const char* name, Args args) {
    SearchArguments given = TRY(search_arguments(ts, name, args));
    Str* needle = TRY(str_argument(ts, *given.sub));
    Range range = TRY(range_argument(ts, self, given.start, given.end));
    return Search(self, *needle, range.start, range.end);
}

Result<Index> must_be_found(Attached ts, Result<Index> found) {
    Index at = TRY(std::move(found));
    if (at < 0) return raise(ts, Exc::ValueError, "substring not found");
    return at;
}

bool matches_at_end(const Str& self, const Str& affix, Range range, bool at_start) {
    if (range.end - range.start < affix.length) return false;
    if (affix.length == 0) return true;
    if (affix.state.kind > self.state.kind) return false;
    Index at = at_start ? range.start : range.end - affix.length;
    return with_text(self, [&](auto* p) {
        return with_text(affix, [&](auto* q) { return text::equal(p + at, q, affix.length); });
    });
}

Result<bool> affix_method(Attached ts, Str& self, Args args, bool at_start) {
    const char* name = at_start ? "startswith" : "endswith";
    SearchArguments given = TRY(search_arguments(ts, name, args));
    Object& affix = *given.sub;
    Range range = TRY(range_argument(ts, self, given.start, given.end));
    if (is_tuple(affix)) {
        auto& tuple = static_cast<Tuple&>(affix);
        for (Index i = 0; i < tuple.size; ++i) {
            Object& item = *tuple.item[i];
            if (!is_str(item)) {
                return raise(ts, Exc::TypeError, "tuple for {} must only contain str, not {}", name,
                             type_name(item));
            }
            if (matches_at_end(self, static_cast<Str&>(item), range, at_start)) return true;
        }
        return false;
    }
    if (!is_str(affix)) {
        return raise(ts, Exc::TypeError, "{} first arg must be str or a tuple of str, not {}", name,
                     type_name(affix));
    }
    return matches_at_end(self, static_cast<Str&>(affix), range, at_start);
}

}  // namespace

Result<Index> str_find_method(Attached ts, Str& self, Args args) {
    return search_method<str_find>(ts, self, "find", args);
}
Result<Index> str_rfind_method(Attached ts, Str& self, Args args) {
    return search_method<str_rfind>(ts, self, "rfind", args);
}
Result<Index> str_index_method(Attached ts, Str& self, Args args) {
    return must_be_found(ts, search_method<str_find>(ts, self, "index", args));
}
Result<Index> str_rindex_method(Attached ts, Str& self, Args args) {
    return must_be_found(ts, search_method<str_rfind>(ts, self, "rindex", args));
}
Result<Index> str_count_method(Attached ts, Str& self, Args args) {
    return search_method<str_count>(ts, self, "count", args);
}

Result<bool> str_startswith(Attached ts, Str& self, Args args) {
    return affix_method(ts, self, args, true);
}
Result<bool> str_endswith(Attached ts, Str& self, Args args) {
    return affix_method(ts, self, args, false);
}

Result<Ref<Str>> str_replace_method(Attached ts, Str& self, Str& from, Str& to, Opt<Index> count) {
    return str_replace(ts, self, from, to, count.or_else(-1));
}

Result<Ref<Str>> str_removeprefix(Attached ts, Str& self, Str& prefix) {
    if (str_starts_with(self, prefix)) return str_substring(ts, self, prefix.length, self.length);
    return str_exact(ts, self);
}

Result<Ref<Str>> str_removesuffix(Attached ts, Str& self, Str& suffix) {
    if (str_ends_with(self, suffix)) return str_substring(ts, self, 0, self.length - suffix.length);
    return str_exact(ts, self);
}

}  // namespace baton
