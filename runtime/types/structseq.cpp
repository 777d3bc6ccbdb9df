// See structseq.h.
#include "runtime/types/structseq.h"

#include <cstring>

#include "runtime/attr.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/str_builder.h"

namespace baton {
namespace {

// A number the class keeps about itself.
Result<Index> class_number(Attached ts, Type& type, const char* name) {
    auto key = TRY(str_intern_utf8(ts, name));
    Object* o = type_lookup(type, *key);
    if (!o) return raise(ts, Exc::TypeError, "{} has no attribute {}", type.name, name);
    return as_index(ts, *o, Exc::OverflowError);
}

Result<Ref<Tuple>> allocate_struct(Attached ts, Type& type, Index visible, Index total) {
    auto t =
        TRY(new_gc_object<Tuple>(ts, type, sizeof(VarObject) + static_cast<size_t>(total) * sizeof(Object*)));
    t->size = visible;
    std::memset(t->item, 0, static_cast<size_t>(total) * sizeof(Object*));
    return t;
}

Result<Ref<Object>> struct_reduce(Attached ts, Object& self) {
    auto& t = static_cast<Tuple&>(self);
    Index total = TRY(class_number(ts, *self.type, "n_fields"));
    auto visible = TRY(tuple_from(ts, t.item, t.size));
    auto hidden = TRY(dict_new(ts));
    for (const GetSet* row = info(self).spec ? info(self).spec->getset : nullptr; row && row->name; ++row) {
        auto value = TRY(row->get(ts, self));
        for (Index i = t.size; i < total; ++i) {
            if (t.item[i] == value.get())
                TRY(dict_set_str(ts, *hidden, *TRY(str_intern_utf8(ts, row->name)), *value));
        }
    }
    auto args = TRY(tuple_of(ts, {visible.get(), hidden.get()}));
    return tuple_of(ts, {self.type, args.get()});
}

constexpr Method methods[] = {
    method<struct_reduce>("__reduce__($self, /)", "What pickle and copy need to make the object again."),
    {},
};

}  // namespace

const Method* const struct_methods = methods;

void struct_dealloc_items(Attached ts, Object& self, int total) {
    gc_untrack(&self);
    auto& t = static_cast<Tuple&>(self);
    for (int i = 0; i < total; ++i) xdecref(ts, t.item[i]);
    gc_free(ts, &self, sizeof(VarObject) + static_cast<size_t>(total) * sizeof(Object*));
}

Result<Ref<Object>> struct_repr(Attached ts, Object& self) {
    auto& t = static_cast<Tuple&>(self);
    StrBuilder out;
    out.append_utf8(self.type->name);
    out.append('(');
    Index i = 0;
    for (const GetSet* row = info(self).spec->getset; row && row->name && i < t.size; ++row, ++i) {
        if (i) out.append_ascii(", ");
        out.append_utf8(row->name);
        out.append('=');
        out.append(*TRY(repr(ts, *TRY(row->get(ts, self)))));
    }
    out.append(')');
    return out.finish(ts);
}

// cls(sequence, dict={}): items beyond the visible ones may come from the sequence or, by name, from the
// dict.
Result<Ref<Object>> struct_new_slot(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if ((kwnames && kwnames->size) || nargs < 1 || nargs > 2) {
        return raise(ts, Exc::TypeError, "{}() takes a sequence and an optional dict", type_name(cls));
    }
    Index visible = TRY(class_number(ts, cls, "n_sequence_fields"));
    Index total = TRY(class_number(ts, cls, "n_fields"));
    auto seq = TRY(sequence_fast(ts, *TRY(box_in_place(ts, args[0])), "constructor requires a sequence"));
    Object* dict = nargs == 2 ? TRY(box_in_place(ts, args[1])) : nullptr;
    if (dict && !is_dict(*dict))
        return raise(ts, Exc::TypeError, "{}() takes a dict as second arg, if any", cls.name);
    Index n = static_cast<VarObject&>(*seq).size;
    if (n < visible) {
        return raise(ts, Exc::TypeError, "{}() takes {} {}-sequence ({}-sequence given)", cls.name,
                     visible == total ? "a" : "an at least", visible, n);
    }
    if (n > total) {
        return raise(ts, Exc::TypeError, "{}() takes {} {}-sequence ({}-sequence given)", cls.name,
                     visible == total ? "a" : "an at most", total, n);
    }
    Object** items = is_list(*seq) ? static_cast<List&>(*seq).item : static_cast<Tuple&>(*seq).item;
    auto t = TRY(allocate_struct(ts, cls, visible, total));
    for (Index i = 0; i < n; ++i) {
        incref(items[i]);
        t->item[i] = items[i];
    }
    // Names of hidden items stand at the end of the getset rows.
    const GetSet* rows = info(cls).spec ? info(cls).spec->getset : nullptr;
    Index row_count = 0;
    while (rows && rows[row_count].name) ++row_count;
    for (Index i = n; i < total; ++i) {
        Object* value = nullptr;
        Index row = row_count - (total - i);
        if (dict && row >= 0)
            value = TRY(dict_find(ts, static_cast<Dict&>(*dict), *TRY(str_intern_utf8(ts, rows[row].name))))
                        .value;
        if (!value) value = &none();
        incref(value);
        t->item[i] = value;
    }
    gc_track(ts, t.get());
    return t;
}

Result<void> struct_prepare(Attached ts, const StructInfo& info) {
    Dict& d = *info.type->dict;
    if (dict_find_str(d, id(Name::n_fields))) return {};
    TRY(dict_set_str(ts, d, id(Name::n_sequence_fields), *small_int(info.visible)));
    TRY(dict_set_str(ts, d, id(Name::n_unnamed_fields), *small_int(info.unnamed)));
    auto names = TRY(tuple_alloc(ts, info.visible - info.unnamed));
    for (int i = 0, at = 0; i < info.visible; ++i) {
        if (info.names[i]) names->item[at++] = &str_static(ts, info.names[i]);
    }
    TRY(dict_set_str(ts, d, id(Name::__match_args__), *names));
    TRY(dict_set_str(ts, d, id(Name::n_fields), *small_int(info.total)));
    static_type_extended(*info.type);
    return {};
}

Result<Ref<Tuple>> struct_new(Attached ts, const StructInfo& info) {
    return allocate_struct(ts, *info.type, info.visible, info.total);
}

Result<Ref<Tuple>> struct_fill(Attached ts, const StructInfo& info,
                               std::initializer_list<Result<Ref<Object>>*> values) {
    auto t = TRY(struct_new(ts, info));
    int at = 0;
    for (Result<Ref<Object>>* v : values) {
        if (!v->ok()) return already_raised();
        t->item[at++] = v->release();
    }
    gc_track(ts, t.get());
    return t;
}

}  // namespace baton
