// Struct sequences that C programs describe: tuples whose items have names too.
//
// Such a type keeps n_fields, n_sequence_fields and n_unnamed_fields in its dict; its methods find the names
// in its members, whose offsets say which item each is. Items beyond the visible ones stand behind them in
// memory.
#include "capi/shared.h"
#include "runtime/gc.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

BATON_DATA const char* const PyStructSequence_UnnamedField;
const char* const PyStructSequence_UnnamedField = "unnamed field";

namespace baton::api {
namespace {

constexpr int kObjectEx = 16;  // T_OBJECT: null reads as None is kObject
constexpr int kObject = 6, kReadOnly = 1;

Index class_number(Type& type, Str& name) {
    Object* o = type_lookup(type, name);
    int64_t n = 0;
    return o && is_int(*o) && int_fits_tag(static_cast<Int&>(*o), &n) ? n : -1;
}
Index total_of(Type& type) {
    return class_number(type, id(Name::n_fields));
}
Index visible_of(Type& type) {
    return class_number(type, id(Name::n_sequence_fields));
}
// The type in the MRO that PyStructSequence made, and its members.
const MemberDef* members_of(Type& type) {
    Type* t = &type;
    while (t && !t->members) t = t->base;
    return t ? t->members : nullptr;
}
Index index_of(const MemberDef& m) {
    return (m.offset - static_cast<Index>(offsetof(Tuple, item))) / static_cast<Index>(sizeof(Object*));
}

void struct_dealloc(Object* self) {
    Attached ts = calling_thread("PyStructSequence dealloc");
    gc_untrack(self);
    auto& t = static_cast<Tuple&>(*self);
    Type* type = self->type;
    const Index n = total_of(*type);
    for (Index i = 0; i < n; ++i) xdecref(ts, t.item[i]);
    gc_free(ts, self, 0);
    if (has_flag(*type, kTypeHeap)) decref(ts, type);
}
int struct_traverse(Object* self, VisitProc visit, void* arg) {
    if (has_flag(*self->type, kTypeHeap)) {
        if (int r = visit(self->type, arg)) return r;
    }
    const Index n = total_of(*self->type);
    for (Index i = 0; i < n; ++i) {
        if (int r = visit_field(static_cast<Tuple*>(self)->item[i], visit, arg)) return r;
    }
    return 0;
}
Object* struct_repr(Object* self) {
    Attached ts = calling_thread("PyStructSequence repr");
    auto make = [&]() -> Result<Ref<Str>> {
        auto& t = static_cast<Tuple&>(*self);
        StrBuilder out;
        out.append_utf8(self->type->name);
        out.append('(');
        const MemberDef* m = members_of(*self->type);
        for (Index i = 0; i < t.size; ++i) {
            if (i) out.append_ascii(", ");
            for (const MemberDef* row = m; row && row->name; ++row) {
                if (index_of(*row) == i) {
                    out.append_utf8(row->name);
                    out.append('=');
                }
            }
            out.append(*TRY(repr(ts, *t.item[i])));
        }
        out.append(')');
        return out.finish(ts);
    };
    return give(make());
}
Object* struct_reduce(Object* self, Object*) {
    Attached ts = calling_thread("PyStructSequence __reduce__");
    auto make = [&]() -> Result<Ref<Tuple>> {
        auto& t = static_cast<Tuple&>(*self);
        const Index visible = visible_of(*self->type);
        auto items = TRY(tuple_from(ts, t.item, visible));
        auto hidden = TRY(dict_new(ts));
        for (const MemberDef* m = members_of(*self->type); m && m->name; ++m) {
            const Index i = index_of(*m);
            if (i >= visible && t.item[i])
                TRY(dict_set_str(ts, *hidden, *TRY(str_intern_utf8(ts, m->name)), *t.item[i]));
        }
        auto args = TRY(tuple_of(ts, {items.get(), hidden.get()}));
        return tuple_of(ts, {self->type, args.get()});
    };
    return give(make());
}
Result<Ref<Tuple>> allocate(Attached ts, Type& type) {
    const Index total = total_of(type), visible = visible_of(type);
    auto t =
        TRY(new_gc_object<Tuple>(ts, type, sizeof(VarObject) + static_cast<size_t>(total) * sizeof(Object*)));
    if (!has_flag(type, kTypeHeap)) decref(ts, &type);
    t->size = visible;
    std::memset(t->item, 0, static_cast<size_t>(total) * sizeof(Object*));
    return t;
}
Object* struct_new(Type* type, Object* args, Object* kwargs) {
    Attached ts = calling_thread("PyStructSequence new");
    auto make = [&]() -> Result<Ref<Object>> {
        auto& given = static_cast<Tuple&>(*args);
        auto* names = static_cast<Dict*>(kwargs);
        Object* sequence = given.size > 0 ? given.item[0] : nullptr;
        Object* dict = given.size > 1 ? given.item[1] : nullptr;
        if (names && !sequence) sequence = dict_find_str(*names, *TRY(str_intern_utf8(ts, "sequence")));
        if (names && !dict) dict = dict_find_str(*names, *TRY(str_intern_utf8(ts, "dict")));
        if (!sequence)
            return raise(ts, Exc::TypeError, "{}() missing required argument 'sequence' (pos 1)",
                         type_short_name(*type));
        auto items = TRY(sequence_fast(ts, *sequence, "constructor requires a sequence"));
        if (dict && !is_dict(*dict))
            return raise(ts, Exc::TypeError, "{}() takes a dict as second arg, if any", type->name);
        const Index n = static_cast<VarObject&>(*items).size;
        const Index visible = visible_of(*type), total = total_of(*type);
        if (n < visible || n > total)
            return raise(ts, Exc::TypeError, "{}() takes {} {}-sequence ({}-sequence given)", type->name,
                         visible == total ? "a"
                         : n < visible    ? "an at least"
                                          : "an at most",
                         n < visible ? visible : total, n);
        auto t = TRY(allocate(ts, *type));
        Object** from = is_list(*items) ? static_cast<List&>(*items).item : static_cast<Tuple&>(*items).item;
        for (Index i = 0; i < n; ++i) {
            incref(from[i]);
            t->item[i] = from[i];
        }
        for (const MemberDef* m = members_of(*type); m && m->name; ++m) {
            const Index i = index_of(*m);
            if (i < n || t->item[i]) continue;
            Object* value =
                dict ? dict_find_str(static_cast<Dict&>(*dict), *TRY(str_intern_utf8(ts, m->name))) : nullptr;
            if (!value) value = &none();
            incref(value);
            t->item[i] = value;
        }
        for (Index i = n; i < total; ++i) {
            if (!t->item[i]) t->item[i] = &none();
        }
        gc_track(ts, t.get());
        return t;
    };
    return give(make());
}

MethodDef struct_methods[] = {
    {"__reduce__", reinterpret_cast<decltype(MethodDef::meth)>(struct_reduce), 4, nullptr},
    {},
};

struct Counts {
    Index total = 0, unnamed = 0;
};
Counts count_fields(const CStructSequenceDesc& desc) {
    Counts c;
    for (; desc.fields[c.total].name; ++c.total) {
        if (desc.fields[c.total].name == PyStructSequence_UnnamedField) ++c.unnamed;
    }
    return c;
}
std::vector<MemberDef> member_rows(const CStructSequenceDesc& desc) {
    std::vector<MemberDef> rows;
    for (Index i = 0; desc.fields[i].name; ++i) {
        if (desc.fields[i].name == PyStructSequence_UnnamedField) continue;
        MemberDef m{};
        m.name = desc.fields[i].name;
        m.type = kObject;
        m.offset = static_cast<Index>(offsetof(Tuple, item)) + i * static_cast<Index>(sizeof(Object*));
        m.flags = kReadOnly;
        m.doc = desc.fields[i].doc;
        rows.push_back(m);
    }
    rows.push_back(MemberDef{});
    return rows;
}
Result<void> add_numbers(Attached ts, Type& type, const CStructSequenceDesc& desc) {
    const Counts c = count_fields(desc);
    Dict& d = *type.dict;
    TRY(dict_set_str(ts, d, id(Name::n_sequence_fields), *TRY(box_int(ts, desc.visible))));
    TRY(dict_set_str(ts, d, id(Name::n_fields), *TRY(box_int(ts, c.total))));
    TRY(dict_set_str(ts, d, id(Name::n_unnamed_fields), *TRY(box_int(ts, c.unnamed))));
    auto names = TRY(to_list(ts, *empty_tuple()));
    for (Index i = 0; i < desc.visible && desc.fields[i].name; ++i) {
        if (desc.fields[i].name == PyStructSequence_UnnamedField) continue;
        TRY(list_append_owned(ts, *names, TRY(str_intern_utf8(ts, desc.fields[i].name))));
    }
    TRY(dict_set_str(ts, d, id(Name::__match_args__), *TRY(list_to_tuple(ts, *names))));
    type_modified(type);
    return {};
}
}  // namespace

Type* PyStructSequence_NewType(Attached ts, CStructSequenceDesc* desc) {
    return _PyStructSequence_NewType(ts, desc, 0);
}
Type* _PyStructSequence_NewType(Attached ts, CStructSequenceDesc* desc, unsigned long more_flags) {
    auto rows = member_rows(*desc);
    CTypeSlot slots[] = {
        {52, reinterpret_cast<void*>(struct_dealloc)},
        {66, reinterpret_cast<void*>(struct_repr)},
        {56, const_cast<char*>(desc->doc)},
        {64, struct_methods},
        {65, reinterpret_cast<void*>(struct_new)},
        {72, rows.data()},
        {71, reinterpret_cast<void*>(struct_traverse)},
        {0, nullptr},
    };
    const auto flags = static_cast<unsigned>(kTypeHasGc | (1u << 18) | more_flags);
    CTypeSpec spec{desc->name, sizeof(VarObject), sizeof(Object*), flags, slots};
    auto bases = tuple_of(ts, {&PyTuple_Type});
    if (!bases.ok()) return nullptr;
    auto type = type_from_c_spec(ts, nullptr, spec, bases.get(), nullptr);
    if (!type.ok() || !add_numbers(ts, *type, *desc).ok()) return nullptr;
    return type.release();
}
int PyStructSequence_InitType2(Attached ts, Type* type, CStructSequenceDesc* desc) {
    if (type->refcnt > 1 && has_flag(*type, kTypeReady)) {
        (void)raise_bad_internal_call(ts, "PyStructSequence_InitType2");
        return -1;
    }
    auto rows = member_rows(*desc);
    auto* kept = static_cast<MemberDef*>(
        std::malloc(rows.size() * sizeof(MemberDef)));  // lives as the type does: for ever
    if (!kept) {
        (void)raise_no_memory(ts);
        return -1;
    }
    std::copy(rows.begin(), rows.end(), kept);
    *type = Type{};
    type->refcnt = 1;
    type->name = desc->name;
    type->basicsize = sizeof(VarObject);
    type->itemsize = sizeof(Object*);
    type->dealloc = reinterpret_cast<void*>(struct_dealloc);
    type->repr = reinterpret_cast<void*>(struct_repr);
    type->flags = kTypeHasGc | (1ul << 18);
    type->doc = desc->doc;
    type->traverse = struct_traverse;
    type->methods = struct_methods;
    type->members = kept;
    type->base = &PyTuple_Type;
    type->new_ = reinterpret_cast<void*>(struct_new);
    if (!type_ready(ts, *type).ok()) return -1;
    return status(add_numbers(ts, *type, *desc));
}
void PyStructSequence_InitType(Attached ts, Type* type, CStructSequenceDesc* desc) {
    (void)PyStructSequence_InitType2(ts, type, desc);
}
Object* PyStructSequence_New(Attached ts, Type* type) {
    if (total_of(*type) < 0) {
        (void)raise(ts, Exc::TypeError, "Missed attribute 'n_fields' of type {}", type->name);
        return nullptr;
    }
    return give(allocate(ts, *type));
}
void PyStructSequence_SetItem(Attached ts, Object* o, Index i, Object* value) {
    auto& t = static_cast<Tuple&>(*o);
    t.item[i] = value;
    if (value && has_flag(*value->type, kTypeHasGc)) gc_track(ts, o);
}
Object* PyStructSequence_GetItem(Object* o, Index i) {
    return static_cast<Tuple*>(o)->item[i];
}

}  // namespace baton::api
