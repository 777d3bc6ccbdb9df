// The table of slots and dunders, reading and writing slots, and keeping them in step with the dunders in
// class dicts.
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/type_impl.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "threadstate/check.h"

namespace baton {

// ---- the tables ----

namespace {
template <SlotGroup G>
struct GroupStruct;
template <>
struct GroupStruct<SlotGroup::type> {
    using T = Type;
};
template <>
struct GroupStruct<SlotGroup::number> {
    using T = NumberMethods;
};
template <>
struct GroupStruct<SlotGroup::sequence> {
    using T = SequenceMethods;
};
template <>
struct GroupStruct<SlotGroup::mapping> {
    using T = MappingMethods;
};
template <>
struct GroupStruct<SlotGroup::async> {
    using T = AsyncMethods;
};

constexpr std::string_view kDunderTexts[] = {
#define SLOT(id, kind, group, field, dunder, reflected, doc) dunder, reflected,
#include "runtime/slots.def"
#undef SLOT
};
constexpr const char* kRowDocs[] = {
#define SLOT(id, kind, group, field, dunder, reflected, doc) doc,
#include "runtime/slots.def"
#undef SLOT
};
constexpr std::string_view kNames[] = {
#define NAME(text) #text,
#define NAME_AS(identifier, text) text,
#include "runtime/names.def"
#undef NAME
#undef NAME_AS
};
consteval Name name_of(std::string_view text) {
    for (size_t i = 0; i < std::size(kNames); ++i) {
        if (kNames[i] == text) return static_cast<Name>(i);
    }
    throw "a dunder of slots.def is missing in names.def";
}

struct DunderTable {
    int count = 0;
    Dunder dunder[kDunderCapacity] = {};
    Name name[kDunderCapacity] = {};
};
consteval DunderTable make_dunders() {
    DunderTable t;
    for (int row = 0; row < kSlotCount; ++row) {
        for (int form = 0; form < 2; ++form) {
            std::string_view words = kDunderTexts[2 * row + form];
            uint8_t variant = static_cast<uint8_t>(form);
            while (!words.empty()) {
                size_t space = words.find(' ');
                std::string_view word = words.substr(0, space);
                t.dunder[t.count] = {static_cast<SlotId>(row), variant++};
                t.name[t.count++] = name_of(word);
                words = space == words.npos ? std::string_view() : words.substr(space + 1);
            }
        }
    }
    return t;
}
constexpr DunderTable kDunders = make_dunders();

constexpr const char* signature_of(SlotKind kind, SlotId id, int variant) {
    switch (kind) {
        case SlotKind::Binary:
            return id == SlotId::mp_subscript ? "($self, key, /)" : "($self, value, /)";
        case SlotKind::Ternary:
            return id == SlotId::inplace_power ? "($self, value, /)" : "($self, value, mod=None, /)";
        case SlotKind::IndexArg:
            return id == SlotId::sq_item ? "($self, key, /)" : "($self, value, /)";
        case SlotKind::SetIndex:
        case SlotKind::SetKey:
            return variant ? "($self, key, /)" : "($self, key, value, /)";
        case SlotKind::Contains:
            return "($self, key, /)";
        case SlotKind::Compare:
            return "($self, value, /)";
        case SlotKind::GetAttr:
            return "($self, name, /)";
        case SlotKind::SetAttr:
            return variant ? "($self, name, /)" : "($self, name, value, /)";
        case SlotKind::Call:
        case SlotKind::Init:
        case SlotKind::New:
            return "($self, /, *args, **kwargs)";
        case SlotKind::DescrGet:
            return "($self, instance, owner=None, /)";
        case SlotKind::DescrSet:
            return variant ? "($self, instance, /)" : "($self, instance, value, /)";
        default:
            return "($self, /)";
    }
}

constexpr size_t kDocRoom = 176;
char doc_text[kDunderCapacity][kDocRoom];

// The doc of one dunder, from the row's: op filled in, operands swapped in reflected forms.
void write_doc(int i) {
    const Dunder& d = kDunders.dunder[i];
    const SlotEntry& e = slot_entries[static_cast<int>(d.row)];
    const char* name = dunder_rows[i].name;
    static constexpr const char* kOps[] = {"<", "<=", "==", "!=", ">", ">="};
    char body[128];
    const char* doc = kRowDocs[static_cast<int>(d.row)];
    if (e.kind == SlotKind::Compare) {
        std::snprintf(body, sizeof body, "Stands behind self%svalue.", kOps[d.variant]);
    } else if (d.variant && e.kind == SlotKind::SetAttr) {
        std::snprintf(body, sizeof body, "Stands behind del self.name.");
    } else if (d.variant && e.kind == SlotKind::DescrSet) {
        std::snprintf(body, sizeof body, "Stands behind del instance.name.");
    } else if (d.variant && (e.kind == SlotKind::SetKey || e.kind == SlotKind::SetIndex)) {
        std::snprintf(body, sizeof body, "Stands behind del self[key].");
    } else if (d.variant) {
        char* to = body;
        for (const char* from = doc; *from;) {
            bool self = !std::strncmp(from, "self", 4), value = !std::strncmp(from, "value", 5);
            if (self || value) {
                to += std::snprintf(to, 8, "%s", self ? "value" : "self");
                from += self ? 4 : 5;
            } else {
                *to++ = *from++;
            }
        }
        *to = 0;
    } else {
        std::snprintf(body, sizeof body, "%s", doc);
    }
    std::snprintf(doc_text[i], kDocRoom, "%s%s\n--\n\n%s", name, signature_of(e.kind, d.row, d.variant),
                  body);
}
}  // namespace

#define SLOT(id, kind, group, field, dunder, reflected, doc)                                      \
    {SlotId::id, SlotKind::kind, SlotGroup::group, static_cast<uint16_t>(offsetof(TypeInfo, id)), \
     static_cast<uint16_t>(offsetof(GroupStruct<SlotGroup::group>::T, field))},
const SlotEntry slot_entries[kSlotCount] = {
#include "runtime/slots.def"
};
#undef SLOT

int dunder_count = 0;
const Dunder* const dunders = kDunders.dunder;
SlotRow dunder_rows[kDunderCapacity];

void slots_init_process() {
    if (dunder_count) return;
    for (int i = 0; i < kDunders.count; ++i) {
        Str& name = id(kDunders.name[i]);
        const Dunder& d = kDunders.dunder[i];
        SlotRow& row = dunder_rows[i];
        row.name = static_cast<const char*>(str_data(static_cast<const Str&>(name)));
        row.number = i;
        row.function = python_slot(d.row).c;
        row.wrapper = reinterpret_cast<void*>(&call_wrapped);
        SlotKind k = slot_entries[static_cast<int>(d.row)].kind;
        row.flags = k == SlotKind::Call || k == SlotKind::Init;
        row.name_object = &name;
        write_doc(i);
        row.doc = doc_text[i];
    }
    dunder_count = kDunders.count;
}

// ---- one slot ----

void** c_slot(Type& t, SlotId id) {
    const SlotEntry& e = slot_entries[static_cast<int>(id)];
    void* base = nullptr;
    switch (e.group) {
        case SlotGroup::type:
            base = &t;
            break;
        case SlotGroup::number:
            base = t.as_number;
            break;
        case SlotGroup::sequence:
            base = t.as_sequence;
            break;
        case SlotGroup::mapping:
            base = t.as_mapping;
            break;
        case SlotGroup::async:
            base = t.as_async;
            break;
    }
    return base ? reinterpret_cast<void**>(static_cast<char*>(base) + e.c_offset) : nullptr;
}

SlotFunctions get_slot(const Type& t, SlotId id) {
    return {internal_slot(t, id), c_slot_value(t, id)};
}

namespace {
template <class T>
void make_group(T*& group) {
    group = static_cast<T*>(std::calloc(1, sizeof(T)));
    CHECK(group);
}
}  // namespace

void set_slot(Type& t, SlotId id, SlotFunctions f) {
    internal_slot(t, id) = f.internal;
    void** c = c_slot(t, id);
    if (!c) {
        if (!f.c) return;
        // A static type without the struct: it lives as long as the process, and so does the struct.
        switch (slot_entries[static_cast<int>(id)].group) {
            case SlotGroup::type:
                break;
            case SlotGroup::number:
                make_group(t.as_number);
                break;
            case SlotGroup::sequence:
                make_group(t.as_sequence);
                break;
            case SlotGroup::mapping:
                make_group(t.as_mapping);
                break;
            case SlotGroup::async:
                make_group(t.as_async);
                break;
        }
        c = c_slot(t, id);
    }
    *c = f.c;
}

SlotFunctions spec_slot(const TypeSpec& spec, SlotId id) {
    switch (id) {
#define SLOT(id, kind, group, field, dunder, reflected, doc) \
    case SlotId::id:                                         \
        if (!spec.id.internal) return {};                    \
        return {reinterpret_cast<void*>(spec.id.internal), spec.id.c()};
#include "runtime/slots.def"
#undef SLOT
        case SlotId::count:
            break;
    }
    return {};
}

// ---- from the class dicts to the slots ----

namespace {

Result<Hash> hash_unhashable(Attached ts, Object& o) {
    return raise(ts, Exc::TypeError, "unhashable type: '{}'", type_name(o));
}
constexpr auto unhashable = slot<&hash_unhashable>;

// A method row of one of our types that stands beside its slot for speed (dict.__getitem__): both do the
// same.
bool is_same_as_slot(Type& t, Descr& d, SlotId row) {
    return info(*d.owner).native && is_subtype(t, *d.owner) && get_slot(*d.owner, row);
}

// What the slot of a row is to be, now that the dunders along the MRO are what they are: the function that a
// wrapper or
// __new__ stands for, or, as soon as something else is in the way, the one that looks the dunder up.
SlotFunctions choose(Type& t, SlotId row) {
    SlotFunctions specific;
    const SlotFunctions generic = python_slot(row);
    bool use_generic = false, have_specific = false, any = false;
    auto propose = [&](SlotFunctions f) {
        if (have_specific && !(specific == f)) use_generic = true;
        specific = f;
        have_specific = true;
    };
    for (int i = 0; i < dunder_count; ++i) {
        if (dunders[i].row != row) continue;
        Object* found = type_lookup_uncached(t, *static_cast<Str*>(dunder_rows[i].name_object));
        if (!found) continue;
        any = true;
        if (found->type == &PyWrapperDescr_Type) {
            auto& w = static_cast<NativeWrapperDescr&>(*found);
            if (!is_subtype(t, *w.owner))
                use_generic = true;
            else if (w.base->number == i)
                propose({w.internal, w.wrapped});
            // The wrapper of another row with the same dunder (__len__ of mapping and sequence): both rows
            // come from its owner.
            else if (w.base->name_object == dunder_rows[i].name_object)
                propose(get_slot(*w.owner, row));
            else
                use_generic = true;
        } else if (found->type == &PyMethodDescr_Type &&
                   is_same_as_slot(t, static_cast<Descr&>(*found), row)) {
            propose(get_slot(*static_cast<Descr*>(found)->owner, row));
        } else if (row == SlotId::tp_new && is_own_new(*found)) {
            propose(get_slot(*static_cast<Type*>(static_cast<CFunction&>(*found).self), row));
        } else if (row == SlotId::hash && is_none(*found)) {
            propose(unhashable_slot());
        } else {
            use_generic = true;
        }
    }
    // An iterator that loses its __next__ in use must still have something to be asked.
    if (!any) return row == SlotId::iternext && internal_slot(t, row) ? generic : SlotFunctions();
    if (row == SlotId::getattro && type_lookup_uncached(t, id(Name::__getattr__))) use_generic = true;
    return have_specific && !use_generic ? specific : generic;
}

}  // namespace

// Extensions put this function into tp_hash, and compare with it.
BATON_DATA Hash PyObject_HashNotImplemented(Object* o) {
    return reinterpret_cast<Hash (*)(Object*)>(unhashable.c())(o);
}

SlotFunctions unhashable_slot() {
    return {reinterpret_cast<void*>(unhashable.internal),
            reinterpret_cast<void*>(&PyObject_HashNotImplemented)};
}

void update_slots(Attached ts, Type& t, Str* name) {
    bool seen[kSlotCount] = {};
    for (int i = 0; i < dunder_count; ++i) {
        int row = static_cast<int>(dunders[i].row);
        if (seen[row]) continue;
        bool hit = !name || dunder_rows[i].name_object == name ||
                   (dunders[i].row == SlotId::getattro && name == &id(Name::__getattr__));
        if (!hit) continue;
        seen[row] = true;
        set_slot(t, dunders[i].row, choose(t, dunders[i].row));
    }
}

void update_slots_of_subclasses(Attached ts, Type& t, Str& name) {
    SubclassList& l = info(t).subclasses;
    for (uint32_t i = 0; i < l.count; ++i) {
        Type& sub = *l.item[i];
        if (sub.dict && dict_find_str(*sub.dict, name)) continue;
        update_slots(ts, sub, &name);
        update_slots_of_subclasses(ts, sub, name);
    }
}

}  // namespace baton
