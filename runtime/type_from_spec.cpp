// Heap types that C code describes by a PyType_Spec.
#include <cstdlib>
#include <cstring>
#include <iterator>

#include "runtime/attr.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/type_impl.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

// The field of PyHeapTypeObject for each slot number; 0 = none.
constexpr uint16_t kAt[] = {
    0,
#define TYPE_SLOT(number, name, field) static_cast<uint16_t>(offsetof(HeapType, field)),
#include "runtime/typeslots.def"
#undef TYPE_SLOT
};
enum : int {
#define TYPE_SLOT(number, name, field) kSlot_##name = number,
#include "runtime/typeslots.def"
#undef TYPE_SLOT
};
constexpr int kSlotBase = kSlot_tp_base, kSlotBases = kSlot_tp_bases, kSlotDoc = kSlot_tp_doc,
              kSlotMembers = kSlot_tp_members;
constexpr int kSlotLast = std::size(kAt) - 1;
static_assert(kSlotLast == kSlot_am_send);

// The dealloc of a spec without one: what a Python class does, without inline attributes.
void spec_dealloc(Object* self) {
    Attached ts = current_attached();
    Type* t = self->type;
    if (has_flag(*t, kTypeHasGc)) gc_untrack(self);
    if (!call_finalizer(ts, *self)) return;
    Type* base = t->base;
    while (base && base->dealloc == reinterpret_cast<void*>(&spec_dealloc)) base = base->base;
    if (base && base->dealloc && base != &PyBaseObject_Type) {
        reinterpret_cast<void (*)(Object*)>(base->dealloc)(self);
        if (!has_flag(*base, kTypeHeap)) decref(ts, t);
        return;
    }
    t->free(self);
    decref(ts, t);
}

Result<Ref<Tuple>> bases_of(Attached ts, const CTypeSpec& spec, Object* bases) {
    if (!bases) {
        Object *base = nullptr, *tuple = nullptr;
        for (CTypeSlot* s = spec.slots; s->slot; ++s) {
            if (s->slot == kSlotBase) base = static_cast<Object*>(s->function);
            if (s->slot == kSlotBases) tuple = static_cast<Object*>(s->function);
        }
        if (!tuple) return tuple_of(ts, {base ? base : &PyBaseObject_Type});
        bases = tuple;
    }
    if (is_tuple(*bases)) return Ref<Tuple>::share(static_cast<Tuple&>(*bases));
    return tuple_of(ts, {bases});
}

// Members may tell the offsets of the special fields.
Result<void> take_special_members(Attached ts, HeapType& t, const MemberDef* m) {
    for (; m && m->name; ++m) {
        if (!std::strcmp(m->name, "__weaklistoffset__")) t.weaklistoffset = m->offset;
        if (!std::strcmp(m->name, "__dictoffset__")) t.dictoffset = m->offset;
        if (!std::strcmp(m->name, "__vectorcalloffset__")) t.vectorcall_offset = m->offset;
    }
    return {};
}

// The doc as tp_doc keeps it: a copy that lives as long as the type.
Result<void> copy_doc(Attached ts, HeapType& t, const char* doc) {
    if (!doc) return {};
    const size_t size = std::strlen(doc) + 1;
    auto* copy = static_cast<char*>(allocate(ts, size));
    if (!copy) return raise_no_memory(ts);
    std::memcpy(copy, doc, size);
    free_block(ts, const_cast<char*>(t.doc));
    t.doc = copy;
    return {};
}

}  // namespace

Result<Ref<Type>> type_from_c_spec(Attached ts, Object* module, const CTypeSpec& spec, Object* given_bases,
                                   Type* metatype) {
    Index member_count = 0;
    const MemberDef* members = nullptr;
    for (CTypeSlot* s = spec.slots; s->slot; ++s) {
        if (s->slot < 0 || s->slot > kSlotLast) return raise(ts, Exc::RuntimeError, "invalid slot offset");
        if (s->slot != kSlotMembers) continue;
        members = static_cast<const MemberDef*>(s->function);
        for (const MemberDef* m = members; m->name; ++m) ++member_count;
    }
    if (!spec.name) return raise(ts, Exc::SystemError, "Type spec does not define the name field.");
    auto bases = TRY(bases_of(ts, spec, given_bases));
    Type* base = TRY(best_base(ts, *bases));
    Type* meta = TRY(calculate_metaclass(ts, metatype ? *metatype : PyType_Type, *bases));
    if (metatype && info(*meta).tp_new != info(PyType_Type).tp_new) {
        return raise(ts, Exc::TypeError, "Metaclasses with custom tp_new are not supported.");
    }
    auto made = TRY(allocate_instance(ts, *meta, member_count)).cast<Type>();
    auto& t = static_cast<HeapType&>(*made);
    t.info = new_type_info();
    if (!t.info) return raise_no_memory(ts);
    t.as_async = &t.as_async_;
    t.as_number = &t.as_number_;
    t.as_mapping = &t.as_mapping_;
    t.as_sequence = &t.as_sequence_;
    t.as_buffer = &t.as_buffer_;
    t.flags = spec.flags | kTypeHeap | (1ul << 18);
    t.basicsize = spec.basicsize;
    t.itemsize = spec.itemsize;
    incref(base);
    t.base = base;
    t.bases = bases.release();
    t.ht_tpname = ::strdup(spec.name);
    if (!t.ht_tpname) return raise_no_memory(ts);
    t.name = t.ht_tpname;
    const char* dot = std::strrchr(spec.name, '.');
    t.ht_name = TRY(str_intern_utf8(ts, dot ? dot + 1 : spec.name)).release();
    incref(t.ht_name);
    t.ht_qualname = t.ht_name;
    t.ht_module = OptRef<Object>::share(module).release();
    for (CTypeSlot* s = spec.slots; s->slot; ++s) {
        if (s->slot == kSlotBase || s->slot == kSlotBases) continue;
        if (s->slot == kSlotDoc) {
            TRY(copy_doc(ts, t, static_cast<const char*>(s->function)));
        } else if (s->slot == kSlotMembers) {
            auto* own = reinterpret_cast<MemberDef*>(reinterpret_cast<char*>(&t) + meta->basicsize);
            std::memcpy(own, members, static_cast<size_t>(member_count) * sizeof(MemberDef));
            t.members = own;
        } else {
            *reinterpret_cast<void**>(reinterpret_cast<char*>(&t) + kAt[s->slot]) = s->function;
        }
    }
    TRY(take_special_members(ts, t, members));
    if (!t.dealloc) t.dealloc = reinterpret_cast<void*>(&spec_dealloc);
    t.dict = TRY(dict_new(ts)).release();
    TRY(type_ready(ts, t));
    // The instance's own __dict__ word is never inline storage, whatever the base had: C code looks at it.
    if (!dict_find_str(*t.dict, id(Name::__module__))) {
        if (dot) {
            auto text =
                TRY(str_intern_utf8(ts, std::string_view(spec.name, static_cast<size_t>(dot - spec.name))));
            TRY(dict_set_str(ts, *t.dict, id(Name::__module__), *text));
        } else {
            auto message = TRY(str_format(ts, "builtin type {} has no __module__ attribute", t.name));
            TRY(warn(ts, Exc::DeprecationWarning, TRY(str_as_utf8(ts, *message))));
        }
    }
    return made;
}

void* type_get_c_slot(Type& t, int slot) {
    if (slot <= 0 || slot > kSlotLast) return nullptr;
    const size_t at = kAt[slot];
    if (at < sizeof(Type)) return *reinterpret_cast<void**>(reinterpret_cast<char*>(&t) + at);
    // Static types keep the groups apart.
    struct Group {
        size_t from, to;
        void* base;
    };
    const Group groups[] = {
        {offsetof(HeapType, as_async_), offsetof(HeapType, as_number_), t.as_async},
        {offsetof(HeapType, as_number_), offsetof(HeapType, as_mapping_), t.as_number},
        {offsetof(HeapType, as_mapping_), offsetof(HeapType, as_sequence_), t.as_mapping},
        {offsetof(HeapType, as_sequence_), offsetof(HeapType, as_buffer_), t.as_sequence},
        {offsetof(HeapType, as_buffer_), offsetof(HeapType, ht_name), t.as_buffer},
    };
    for (const Group& g : groups) {
        if (at < g.from || at >= g.to) continue;
        return g.base ? *reinterpret_cast<void**>(static_cast<char*>(g.base) + (at - g.from)) : nullptr;
    }
    return nullptr;
}

}  // namespace baton
