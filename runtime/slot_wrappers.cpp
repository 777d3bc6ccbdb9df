// Calling a slot as the method that Python sees: checks and converts the arguments, then calls the wrapped
// function.
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_call_c.h"
#include "runtime/slot_table.h"
#include "runtime/type_impl.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

// A slot's functions with the choice between them made: C's for types written in C (whose internal one is a
// bridge that asks type(self)), the internal one for ours.
template <SlotKind K, class Fn>
struct Callable {
    SlotFunctions f;
    bool c;
    template <class... A>
    auto operator()(Attached ts, A&&... a) const {
        if (c) return CCall<K>::call(ts, f.c, std::forward<A>(a)...);
        return reinterpret_cast<Fn>(f.internal)(ts, std::forward<A>(a)...);
    }
};

Result<void> check_count(Attached ts, size_t nargs, size_t want) {
    if (nargs == want) return {};
    return raise(ts, Exc::TypeError, "expected {} argument{}, got {}", want, want == 1 ? "" : "s", nargs);
}
// The space is where CPython's messages have an empty name.
Result<void> check_exactly(Attached ts, size_t nargs, size_t want) {
    if (nargs == want) return {};
    return raise(ts, Exc::TypeError, " expected {} argument{}, got {}", want, want == 1 ? "" : "s", nargs);
}
Result<void> check_range(Attached ts, size_t nargs, size_t min, size_t max) {
    if (nargs < min)
        return raise(ts, Exc::TypeError, " expected at least {} argument{}, got {}", min, min == 1 ? "" : "s",
                     nargs);
    if (nargs > max)
        return raise(ts, Exc::TypeError, " expected at most {} argument{}, got {}", max, max == 1 ? "" : "s",
                     nargs);
    return {};
}

// An index argument of a sequence slot; negative ones count from the end where the type has a length.
Result<Index> sequence_index(Attached ts, Object& self, Object& arg) {
    Index i = TRY(as_index(ts, arg, Exc::OverflowError));
    if (i < 0 && info(self).sq_length) i += TRY(info(self).sq_length(ts, self));
    return i;
}

Result<Str*> attribute_name(Attached ts, Object& o) {
    if (is_str(o)) return static_cast<Str*>(&o);
    return raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(o));
}

// object.__setattr__(list, 'x', 1) must not get around what the metatype forbids: the wrapped function has to
// be the one that type(self)'s nearest base written in C or C++ has.
Result<void> check_setattr(Attached ts, Object& self, SlotFunctions f, const char* what) {
    Type* t = self.type;
    while (t && info(*t).python_class) t = t->base;
    for (Type* b = t; b; b = b->base) {
        if (get_slot(*b, SlotId::setattro) == f) break;
        if (get_slot(*b, SlotId::setattro) && !(get_slot(*b, SlotId::setattro) == f)) {
            return raise(ts, Exc::TypeError, "can't apply this {} to {} object", what, type_name(self));
        }
    }
    return {};
}

Ref<Object> none_ref() {
    return Ref<Object>::share(none());
}

}  // namespace

Result<Ref<Object>> call_wrapped(Attached ts, const SlotRow& row, SlotFunctions f, Object& self, Value* args,
                                 size_t nargs, Tuple* kwnames) {
    const Dunder& d = dunder_of(row);
    const SlotKind kind = slot_entries[static_cast<int>(d.row)].kind;
    const bool c = f.internal == slot_bridges[static_cast<int>(d.row)];
    if (kwnames && kwnames->size && !row.flags) {
        return raise(ts, Exc::TypeError, "wrapper {}() takes no keyword arguments", row.name);
    }
    if (kind != SlotKind::Call && kind != SlotKind::Init) TRY(box_all(ts, args, nargs));
    auto arg = [&](size_t i) -> Object& { return *args[i].object(); };
#define CALLABLE(K)                     \
    Callable<SlotKind::K, K##Fn> call { \
        f, c                            \
    }
    switch (kind) {
        case SlotKind::Unary: {
            CALLABLE(Unary);
            TRY(check_count(ts, nargs, 0));
            return call(ts, self);
        }
        case SlotKind::Binary: {
            CALLABLE(Binary);
            TRY(check_count(ts, nargs, 1));
            return d.variant ? call(ts, arg(0), self) : call(ts, self, arg(0));
        }
        case SlotKind::Ternary: {
            CALLABLE(Ternary);
            TRY(check_range(ts, nargs, 1, 2));
            Object& modulus = nargs == 2 ? arg(1) : none();
            return d.variant ? call(ts, arg(0), self, modulus) : call(ts, self, arg(0), modulus);
        }
        case SlotKind::Predicate: {
            CALLABLE(Predicate);
            TRY(check_count(ts, nargs, 0));
            bool b = TRY(call(ts, self));
            return Ref<Object>::share(bool_object(b));
        }
        case SlotKind::Length: {
            CALLABLE(Length);
            TRY(check_count(ts, nargs, 0));
            return box_int(ts, TRY(call(ts, self)));
        }
        case SlotKind::HashOf: {
            CALLABLE(HashOf);
            TRY(check_count(ts, nargs, 0));
            return box_int(ts, TRY(call(ts, self)));
        }
        case SlotKind::IndexArg: {
            CALLABLE(IndexArg);
            TRY(d.row == SlotId::sq_item ? check_count(ts, nargs, 1) : check_exactly(ts, nargs, 1));
            Index i = d.row == SlotId::sq_item ? TRY(sequence_index(ts, self, arg(0)))
                                               : TRY(as_index(ts, arg(0), Exc::OverflowError));
            return call(ts, self, i);
        }
        case SlotKind::SetIndex: {
            CALLABLE(SetIndex);
            TRY(d.variant ? check_count(ts, nargs, 1) : check_exactly(ts, nargs, 2));
            Index i = TRY(sequence_index(ts, self, arg(0)));
            TRY(call(ts, self, i, d.variant ? nullptr : &arg(1)));
            return none_ref();
        }
        case SlotKind::SetKey: {
            CALLABLE(SetKey);
            TRY(d.variant ? check_count(ts, nargs, 1) : check_exactly(ts, nargs, 2));
            TRY(call(ts, self, arg(0), d.variant ? nullptr : &arg(1)));
            return none_ref();
        }
        case SlotKind::Contains: {
            CALLABLE(Contains);
            TRY(check_count(ts, nargs, 1));
            bool b = TRY(call(ts, self, arg(0)));
            return Ref<Object>::share(bool_object(b));
        }
        case SlotKind::Compare: {
            CALLABLE(Compare);
            TRY(check_count(ts, nargs, 1));
            return call(ts, self, arg(0), static_cast<CompareOp>(d.variant));
        }
        case SlotKind::GetAttr: {
            CALLABLE(GetAttr);
            TRY(check_count(ts, nargs, 1));
            Str& name = *TRY(attribute_name(ts, arg(0)));
            return call(ts, self, name);
        }
        case SlotKind::SetAttr: {
            CALLABLE(SetAttr);
            TRY(d.variant ? check_count(ts, nargs, 1) : check_exactly(ts, nargs, 2));
            TRY(check_setattr(ts, self, f, row.name));
            Str& name = *TRY(attribute_name(ts, arg(0)));
            TRY(call(ts, self, name, d.variant ? nullptr : &arg(1)));
            return none_ref();
        }
        case SlotKind::Call: {
            CALLABLE(Call);
            return boxed_result(ts, call(ts, self, args, nargs, kwnames));
        }
        case SlotKind::IterNext: {
            TRY(check_count(ts, nargs, 0));
            if (c) {
                Object* r = reinterpret_cast<Object* (*)(Object*)>(f.c)(&self);
                if (r) return Ref<Object>::steal(r);
                if (pending(ts)) return already_raised();
                return raise_none(ts, Exc::StopIteration);
            }
            Next n = reinterpret_cast<IterNextFn>(f.internal)(ts, self);
            if (n.has_item()) return n.take();
            if (n.is_done()) return raise_none(ts, Exc::StopIteration);
            return already_raised();
        }
        case SlotKind::DescrGet: {
            CALLABLE(DescrGet);
            TRY(check_range(ts, nargs, 1, 2));
            Object* instance = is_none(arg(0)) ? nullptr : &arg(0);
            Object* owner = nargs < 2 || is_none(arg(1)) ? nullptr : &arg(1);
            if (!instance && !owner) return raise(ts, Exc::TypeError, "__get__(None, None) is invalid");
            return call(ts, self, instance, owner);
        }
        case SlotKind::DescrSet: {
            CALLABLE(DescrSet);
            TRY(d.variant ? check_count(ts, nargs, 1) : check_exactly(ts, nargs, 2));
            TRY(call(ts, self, arg(0), d.variant ? nullptr : &arg(1)));
            return none_ref();
        }
        case SlotKind::Init: {
            CALLABLE(Init);
            TRY(call(ts, self, args, nargs, kwnames));
            return none_ref();
        }
        case SlotKind::Finalize: {
            CALLABLE(Finalize);
            TRY(check_count(ts, nargs, 0));
            call(ts, self);
            return none_ref();
        }
        case SlotKind::New:
        case SlotKind::Dealloc:
            break;
    }
#undef CALLABLE
    return raise(ts, Exc::SystemError, "slot {} has no wrapper", row.name);
}

}  // namespace baton
