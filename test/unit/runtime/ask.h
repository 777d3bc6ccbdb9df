// Short words for tests that make objects and look at their repr.
#pragma once
#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "test/unit/runtime/started.h"

namespace baton {

struct Asker {
    Attached ts;

    Ref<Object> i(int64_t v) const { return must(ts, box_int(ts, v)); }
    Ref<Object> s(std::string_view v) const { return must(ts, str_new_utf8(ts, v)); }
    template <class... R>
    Ref<Object> t(const R&... items) const {
        return must(ts, tuple_of(ts, {items.get()...}));
    }
    template <class... R>
    Ref<Object> l(const R&... items) const {
        return must(ts, list_of(ts, {items.get()...}));
    }
    Ref<Object> none_ref() const { return Ref<Object>::share(none()); }
    Ref<Object> ref(Object& o) const { return Ref<Object>::share(o); }

    std::string show(Result<Ref<Object>> r) const { return r.ok() ? shown(ts, *r) : raised(ts); }
    template <class... R>
    Result<Ref<Object>> call_it(Object& f, const R&... args) const {
        return call(ts, f, {args.get()...});
    }
    // repr of f(args...), or the exception.
    template <class... R>
    std::string of(Object& f, const R&... args) const {
        return show(call(ts, f, {args.get()...}));
    }
    template <class... R>
    Ref<Object> made(Object& f, const R&... args) const {
        return must(ts, call(ts, f, {args.get()...}));
    }
    // repr of o.name(args...), or the exception.
    template <class... R>
    std::string method(const Ref<Object>& o, std::string_view name, const R&... args) const {
        auto f = get_attr(ts, *o, *word(ts, name));
        if (!f.ok()) return raised(ts);
        return show(call(ts, *f, {args.get()...}));
    }
    std::string listed(const Ref<Object>& iterable) const {
        auto r = to_list(ts, *iterable);
        return r.ok() ? shown(ts, *r) : raised(ts);
    }
    std::string item(const Ref<Object>& o, const Ref<Object>& key) const {
        return show(get_item(ts, *o, *key));
    }
    std::string text(const Ref<Object>& o) const {
        auto r = str(ts, *o);
        if (!r.ok()) return raised(ts);
        return std::string(must(ts, str_as_utf8(ts, *r)));
    }
};

}  // namespace baton
