// Between internal slots and C slots: the bridges that types written in C get, and the out-of-line part of
// the thunks.
#include "runtime/memory.h"
#include "runtime/slot_call_c.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/check.h"

namespace baton {

// ---- arguments ----

Result<void> pack_arguments(Attached ts, Value* args, size_t nargs, Tuple* kwnames, CArguments* out) {
    TRY(box_all(ts, args, nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0)));
    out->args = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs)));
    if (!kwnames || kwnames->size == 0) return {};
    auto kwargs = TRY(dict_new(ts));
    for (Index i = 0; i < kwnames->size; ++i) {
        TRY(dict_set(ts, *kwargs, *kwnames->item[i], *args[nargs + static_cast<size_t>(i)].object()));
    }
    out->kwargs = std::move(kwargs);
    return {};
}

Value CCall<SlotKind::Call>::call(Attached ts, void* f, Object& a, Value* args, size_t nargs,
                                  Tuple* kwnames) {
    CArguments c;
    TRY(pack_arguments(ts, args, nargs, kwnames, &c));
    auto call = reinterpret_cast<Object* (*)(Object*, Object*, Object*)>(f);
    Object* r = call(&a, c.args.get(), c.kwargs.get());
    return check_outcome(ts, a, r ? unbox(ts, r) : Value());
}
Result<void> CCall<SlotKind::Init>::call(Attached ts, void* f, Object& a, Value* args, size_t nargs,
                                         Tuple* kwnames) {
    CArguments c;
    TRY(pack_arguments(ts, args, nargs, kwnames, &c));
    auto init = reinterpret_cast<int (*)(Object*, Object*, Object*)>(f);
    if (init(&a, c.args.get(), c.kwargs.get()) < 0) return failed_silently(ts);
    return {};
}
Result<Ref<Object>> CCall<SlotKind::New>::call(Attached ts, void* f, Type& cls, Value* args, size_t nargs,
                                               Tuple* kwnames) {
    CArguments c;
    TRY(pack_arguments(ts, args, nargs, kwnames, &c));
    auto make = reinterpret_cast<Object* (*)(Type*, Object*, Object*)>(f);
    return from_c_checked(ts, make(&cls, c.args.get(), c.kwargs.get()));
}

// ---- C -> internal ----

namespace {

// The Values of a C call: positional arguments, then one per keyword, with room for a bound self before them.
// All borrowed from the tuple and the dict, which live as long as the call; values the callee boxes belong to
// this.
class UnpackedArguments {
  public:
    UnpackedArguments(Attached ts, Object* args_tuple, Object* kwargs_dict) : ts_(ts) {
        auto* args = static_cast<Tuple*>(args_tuple);
        auto* kwargs = static_cast<Dict*>(kwargs_dict);
        nargs_ = args ? static_cast<size_t>(args->size) : 0;
        count_ = nargs_ + (kwargs ? static_cast<size_t>(kwargs->used) : 0);
        if (count_ + 1 > kInline) {
            room_ = static_cast<Value*>(allocate(ts, (count_ + 1) * sizeof(Value)));
            if (!room_) {
                count_ = 0;
                return;
            }
        }
        for (size_t i = 0; i < nargs_; ++i) values()[i] = unbox_borrowed(args->item[i]);
        if (!kwargs || kwargs->used == 0) {
            ok_ = true;
            return;
        }
        auto names = tuple_alloc(ts, kwargs->used);
        if (!names.ok()) {
            count_ = nargs_;
            return;
        }
        Ref<Tuple> tuple = names.take();
        Index pos = 0, n = 0;
        Object *key, *value;
        while (dict_next(*kwargs, &pos, &key, &value)) {
            incref(key);
            tuple->item[n] = key;
            values()[nargs_ + static_cast<size_t>(n)] = unbox_borrowed(value);
            ++n;
        }
        kwnames_ = tuple_finish(ts, std::move(tuple));
        ok_ = true;
    }
    ~UnpackedArguments() {
        for (size_t i = 0; i < count_; ++i) drop(ts_, values()[i]);
        if (room_ != inline_) free_block(ts_, room_);
    }
    UnpackedArguments(const UnpackedArguments&) = delete;
    UnpackedArguments& operator=(const UnpackedArguments&) = delete;
    bool ok() const { return ok_; }
    Value* values() { return room_ + 1; }
    size_t nargs() const { return nargs_; }
    Tuple* kwnames() const { return kwnames_.get(); }

  private:
    static constexpr size_t kInline = 9;
    Attached ts_;
    size_t nargs_, count_;
    bool ok_ = false;
    OptRef<Tuple> kwnames_;
    Value inline_[kInline];
    Value* room_ = inline_;
};

}  // namespace

Object* enter_call(Attached ts, CallFn f, Object* self, Object* args_tuple, Object* kwargs_dict) {
    UnpackedArguments a(ts, args_tuple, kwargs_dict);
    if (!a.ok()) {
        if (!pending(ts)) (void)raise_no_memory(ts);
        return nullptr;
    }
    return boxed_result(ts, f(ts, *self, a.values(), a.nargs(), a.kwnames())).release();
}
int enter_init(Attached ts, InitFn f, Object* self, Object* args_tuple, Object* kwargs_dict) {
    UnpackedArguments a(ts, args_tuple, kwargs_dict);
    if (!a.ok()) {
        if (!pending(ts)) (void)raise_no_memory(ts);
        return -1;
    }
    return f(ts, *self, a.values(), a.nargs(), a.kwnames()).to_c();
}
Object* enter_new(Attached ts, NewFn f, Type* cls, Object* args_tuple, Object* kwargs_dict) {
    UnpackedArguments a(ts, args_tuple, kwargs_dict);
    if (!a.ok()) {
        if (!pending(ts)) (void)raise_no_memory(ts);
        return nullptr;
    }
    return f(ts, *cls, a.values(), a.nargs(), a.kwnames()).release();
}
Str* entered_name(Attached ts, Object* name) {
    if (is_str(*name)) return static_cast<Str*>(name);
    (void)raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(*name));
    return nullptr;
}

// ---- internal -> C ----

namespace {

// Bridge<id>::f calls the C function that type(self) has for the row: an inherited one is the same function.
template <SlotId Id, SlotKind K, class Fn>
struct Bridge;
template <SlotId Id, SlotKind K, class R, class S, class... P>
struct Bridge<Id, K, R (*)(Attached, S&, P...)> {
    static R f(Attached ts, S& self, P... p) {
        const Type* t;
        if constexpr (std::is_same_v<S, Type>)
            t = &self;
        else
            t = self.type;
        return CCall<K>::call(ts, c_slot_value(*t, Id), self, p...);
    }
};
// Number slots are called for either operand. Two types written in C share a bridge, so the caller takes
// their slots for one and the same function: the choice between their C functions is made here, as for any
// binary operation.
template <SlotId Id, SlotKind K, class... More>
Result<Ref<Object>> bridge_number(Attached ts, void* own, Object& a, Object& b, More&... more) {
    void* fa = internal_slot(*a.type, Id) == own ? c_slot_value(*a.type, Id) : nullptr;
    void* fb = b.type != a.type && internal_slot(*b.type, Id) == own ? c_slot_value(*b.type, Id) : nullptr;
    if (fa == fb) fb = nullptr;
    if (fa && fb && is_subtype(*b.type, *a.type)) {
        auto r = TRY(CCall<K>::call(ts, fb, a, b, more...));
        if (r.get() != &not_implemented()) return r;
        fb = nullptr;
    }
    if (fa) {
        auto r = TRY(CCall<K>::call(ts, fa, a, b, more...));
        if (r.get() != &not_implemented() || !fb) return r;
    }
    if (fb) return CCall<K>::call(ts, fb, a, b, more...);
    return Ref<Object>::share(not_implemented());
}
template <SlotId Id, SlotKind K>
struct NumberBridge;
template <SlotId Id>
struct NumberBridge<Id, SlotKind::Binary> {
    static Result<Ref<Object>> f(Attached ts, Object& a, Object& b) {
        return bridge_number<Id, SlotKind::Binary>(ts, reinterpret_cast<void*>(&f), a, b);
    }
};
template <SlotId Id>
struct NumberBridge<Id, SlotKind::Ternary> {
    static Result<Ref<Object>> f(Attached ts, Object& a, Object& b, Object& c) {
        void* own = reinterpret_cast<void*>(&f);
        if (internal_slot(*a.type, Id) != own && internal_slot(*b.type, Id) != own) {
            return CCall<SlotKind::Ternary>::call(ts, c_slot_value(*c.type, Id), a, b, c);
        }
        return bridge_number<Id, SlotKind::Ternary>(ts, own, a, b, c);
    }
};
template <SlotId Id, SlotKind K, SlotGroup G, class Fn>
constexpr Fn pick_bridge() {
    if constexpr (G == SlotGroup::number && (K == SlotKind::Binary || K == SlotKind::Ternary))
        return &NumberBridge<Id, K>::f;
    else
        return &Bridge<Id, K, Fn>::f;
}

}  // namespace

#define SLOT(id, kind, group, field, dunder, reflected, doc) \
    reinterpret_cast<void*>(pick_bridge<SlotId::id, SlotKind::kind, SlotGroup::group, kind##Fn>()),
void* const slot_bridges[kSlotCount] = {
#include "runtime/slots.def"
};
#undef SLOT

}  // namespace baton
