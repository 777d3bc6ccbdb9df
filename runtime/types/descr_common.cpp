#include "runtime/types/descr_common.h"

#include <cstring>

#include "runtime/builtins.h"
#include "runtime/raise.h"
#include "runtime/types/descr.h"
#include "runtime/types/tuple.h"

namespace baton {

Result<void> check_receiver(Attached ts, Descr& d, Object& o) {
    if (is_instance_exact(o, *d.owner)) [[likely]]
        return {};
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*d.name)));
    return raise(ts, Exc::TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object", name,
                 type_name(*d.owner), type_name(o));
}

Result<Ref<Object>> descr_repr(Attached ts, Descr& d, const char* kind) {
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*d.name)));
    return str_format(ts, "<{} '{}' of '{}' objects>", kind, name, type_name(*d.owner));
}
Result<Ref<Object>> descr_reduce(Attached ts, Descr& d) {
    auto getattr = TRY(builtin(ts, id(Name::getattr)));
    auto args = TRY(tuple_of(ts, {d.owner, d.name}));
    return tuple_of(ts, {getattr.get(), args.get()});
}
Result<Ref<Object>> descr_name(Attached, Descr& d) {
    return Ref<Object>::share(*d.name);
}
Result<Ref<Object>> descr_qualname(Attached ts, Descr& d) {
    if (d.qualname) return Ref<Object>::share(*d.qualname);
    auto owner = TRY(type_get_qualname(ts, *d.owner));
    if (!is_str(*owner))
        return raise(ts, Exc::TypeError, "<descriptor>.__objclass__.__qualname__ is not a unicode object");
    // Computed each time: descriptors of static types are shared by all interpreters.
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*d.name)));
    return str_format(ts, "{}.{}", TRY(str_as_utf8(ts, static_cast<Str&>(*owner))), name);
}
Result<Ref<Object>> descr_objclass(Attached, Descr& d) {
    return Ref<Object>::share(*d.owner);
}

void descr_dealloc(Attached ts, Descr& d) {
    gc_untrack(&d);
    decref(ts, d.owner);
    xdecref(ts, d.name);
    xdecref(ts, d.qualname);
    gc_free(ts, &d, 0);
}
int descr_traverse(Object* self, VisitProc visit, void* arg) {
    return visit(static_cast<Descr*>(self)->owner, arg);
}

// ---- docs with signatures ----

namespace {
// The doc text after "name(...)\n--\n\n", and the signature in between.
struct SplitDoc {
    std::string_view signature;  // "(...)", empty = none
    const char* text;
};
SplitDoc split(const char* name, const char* doc) {
    if (const char* dot = std::strrchr(name, '.')) name = dot + 1;
    size_t n = std::strlen(name);
    if (std::strncmp(doc, name, n) != 0 || doc[n] != '(') return {{}, doc};
    const char* end = std::strstr(doc + n, ")\n--\n\n");
    if (!end) return {{}, doc};
    return {std::string_view(doc + n, static_cast<size_t>(end + 1 - (doc + n))), end + 6};
}
}  // namespace

Result<Ref<Object>> doc_without_signature(Attached ts, const char* name, const char* doc) {
    if (!doc) return Ref<Object>::share(none());
    const char* text = split(name, doc).text;
    if (!*text) return Ref<Object>::share(none());
    return str_new_utf8(ts, text);
}
Result<Ref<Object>> doc_signature(Attached ts, const char* name, const char* doc) {
    if (!doc) return Ref<Object>::share(none());
    auto s = split(name, doc).signature;
    if (s.empty()) return Ref<Object>::share(none());
    return str_new_utf8(ts, s);
}
Result<Ref<Object>> method_doc(Attached ts, const MethodDef& def) {
    if (const Method* row = native_row(def)) {
        if (!row->doc) return Ref<Object>::share(none());
        return str_new_utf8(ts, row->doc);
    }
    return doc_without_signature(ts, def.name, def.doc);
}
Result<Ref<Object>> method_text_signature(Attached ts, const MethodDef& def) {
    if (const Method* row = native_row(def)) {
        std::string_view text(row->signature.text);
        return str_new_utf8(ts, text.substr(row->signature.name_length));
    }
    return doc_signature(ts, def.name, def.doc);
}

}  // namespace baton
