// Struct sequences: tuples whose items also have names (sys.version_info, os.stat_result, time.struct_time).
//
// Layout: a tuple of `visible` items with more, named but hidden from indexing, behind them. Each is a static
// type:
//     constexpr const char* kFields[] = {"major", "minor"};
//     constexpr auto getset = struct_getset(kFields);
//     const TypeSpec version_info_spec = struct_spec<2>("sys.version_info", getset.data(), "doc");
// and a row in a types table; struct_prepare sets n_fields and its kin before first use.
// Invariants: all items are set once the object is visible. Callers: attached threads.
#pragma once
#include <array>

#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/tuple.h"

namespace baton {

struct StructInfo {
    Type* type;
    int visible, total;
    int unnamed;               // visible items without a name
    const char* const* names;  // of all items, null for unnamed ones
};
Result<void> struct_prepare(Attached ts,
                            const StructInfo& info);  // once per process and type; again: nothing to do
// An instance with null items: fill all `total` of them with struct_set.
Result<Ref<Tuple>> struct_new(Attached ts, const StructInfo& info);
inline void struct_set(Tuple& t, int i, Ref<Object> value) {
    t.item[i] = value.release();
}
// Fills from `values`; each is consumed, also on failure.
Result<Ref<Tuple>> struct_fill(Attached ts, const StructInfo& info,
                               std::initializer_list<Result<Ref<Object>>*> values);

// ---- parts of the specs ----
template <int I>
Result<Ref<Object>> struct_item(Attached, Object& self) {
    return Ref<Object>::share(*static_cast<Tuple&>(self).item[I]);
}
template <size_t N, size_t... I>
constexpr std::array<GetSet, N + 1> struct_getset_of(const char* const (&names)[N],
                                                     std::index_sequence<I...>) {
    std::array<GetSet, N + 1> rows{};
    size_t at = 0;
    ((names[I] ? void(rows[at++] = GetSet{names[I], &struct_item<static_cast<int>(I)>, nullptr, nullptr})
               : void()),
     ...);
    return rows;
}
template <size_t N>
constexpr std::array<GetSet, N + 1> struct_getset(const char* const (&names)[N]) {
    return struct_getset_of(names, std::make_index_sequence<N>());
}

Result<Ref<Object>> struct_repr(Attached ts, Object& self);
Result<Ref<Object>> struct_new_slot(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames);
void struct_dealloc_items(Attached ts, Object& self, int total);
extern const Method* const struct_methods;

template <int Total>
void struct_dealloc(Attached ts, Object& self) {
    struct_dealloc_items(ts, self, Total);
}
template <int Total>
int struct_traverse(Object* self, VisitProc visit, void* arg) {
    for (int i = 0; i < Total; ++i) {
        Object* o = static_cast<Tuple*>(self)->item[i];
        if (!o) continue;
        if (int r = visit(o, arg)) return r;
    }
    return 0;
}
template <int Total>
TypeSpec struct_spec(const char* name, const GetSet* getset, const char* doc = nullptr) {
    return {
        .name = name,
        .doc = doc,
        .basicsize = sizeof(VarObject),
        .itemsize = sizeof(Object*),
        .flags = kTypeHasGc | kTypeTuple | kTypeSequence,
        .base = &PyTuple_Type,
        .traverse = struct_traverse<Total>,
        .methods = struct_methods,
        .getset = getset,
        .dealloc = slot<struct_dealloc<Total>>,
        .repr = slot<struct_repr>,
        .tp_new = slot<struct_new_slot>,
    };
}

}  // namespace baton
