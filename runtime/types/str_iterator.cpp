// The iterators of str, bytes and bytearray: a sequence and a position in it.
#include "runtime/builtins.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"
#include "runtime/types/str_iterator.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

struct TextCursor : Object {
    Object* sequence;  // owned; null once exhausted
    Index index;
};

Index current_size(const Object& sequence) {
    return is_str(sequence) ? static_cast<const Str&>(sequence).length
                            : static_cast<const VarObject&>(sequence).size;
}

int cursor_traverse(Object* self, VisitProc visit, void* arg) {
    Object* sequence = static_cast<TextCursor*>(self)->sequence;
    return sequence != nullptr ? visit(sequence, arg) : 0;
}

void cursor_dealloc(Attached ts, TextCursor& self) {
    gc_untrack(&self);
    xdecref(ts, self.sequence);
    gc_free(ts, &self, sizeof(TextCursor));
}

Result<Ref<Object>> cursor_iter(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Next exhaust(Attached ts, TextCursor& self) {
    decref(ts, std::exchange(self.sequence, nullptr));
    return Next::done();
}

Next str_next(Attached ts, TextCursor& self) {
    if (self.sequence == nullptr) return Next::done();
    auto& s = static_cast<Str&>(*self.sequence);
    if (self.index >= s.length) return exhaust(ts, self);
    auto c = str_from_char(ts, str_char_unchecked(s, self.index));
    if (!c.ok()) return already_raised();
    ++self.index;
    return Next(c.take());
}

Next bytes_next(Attached ts, TextCursor& self) {
    if (self.sequence == nullptr) return Next::done();
    auto& b = static_cast<Bytes&>(*self.sequence);
    if (self.index >= b.size) return exhaust(ts, self);
    return Next(small_int(static_cast<uint8_t>(b.data[self.index++])));
}

Next bytearray_next(Attached ts, TextCursor& self) {
    if (self.sequence == nullptr) return Next::done();
    auto& b = static_cast<ByteArray&>(*self.sequence);
    if (self.index >= b.size) return exhaust(ts, self);
    return Next(small_int(static_cast<uint8_t>(b.start[self.index++])));
}

Result<Index> cursor_length_hint(Attached, TextCursor& self) {
    if (self.sequence == nullptr) return Index{0};
    Index left = current_size(*self.sequence) - self.index;
    return left > 0 ? left : Index{0};
}

template <auto Empty>
Result<Ref<Tuple>> cursor_reduce(Attached ts, TextCursor& self) {
    auto iter = TRY(builtin(ts, id(Name::iter)));
    if (self.sequence == nullptr) {
        auto empty = Empty();
        auto args = TRY(tuple_of(ts, {empty.get()}));
        return tuple_of(ts, {iter.get(), args.get()});
    }
    auto args = TRY(tuple_of(ts, {self.sequence}));
    auto index = TRY(box_int(ts, self.index));
    return tuple_of(ts, {iter.get(), args.get(), index.get()});
}

Result<void> cursor_setstate(Attached, TextCursor& self, Index index) {
    if (self.sequence == nullptr) return {};
    Index size = current_size(*self.sequence);
    self.index = index < 0 ? 0 : index > size ? size : index;
    return {};
}

template <auto Empty>
constexpr Method cursor_methods[] = {
    method<cursor_length_hint>("__length_hint__($self, /)", "An estimate of how many items are left."),
    method<cursor_reduce<Empty>>("__reduce__($self, /)", "State for pickling."),
    method<cursor_setstate>("__setstate__($self, state, /)", "Restores what __reduce__ gave."),
    {},
};

template <auto Empty>
constexpr TypeSpec cursor_spec(const char* name, SlotPair<IterNextFn> next) {
    return {
        .name = name,
        .basicsize = sizeof(TextCursor),
        .flags = kTypeHasGc | kTypeDisallowInstantiation,
        .traverse = cursor_traverse,
        .methods = cursor_methods<Empty>,
        .dealloc = typed_slot<cursor_dealloc>,
        .iter = slot<cursor_iter>,
        .iternext = next,
    };
}

}  // namespace

Result<Ref<Object>> text_iterator(Attached ts, Type& type, Object& sequence) {
    auto cursor = TRY(new_gc_object<TextCursor>(ts, type));
    incref(&sequence);
    cursor->sequence = &sequence;
    cursor->index = 0;
    gc_track(ts, cursor.get());
    return cursor;
}

const TypeSpec str_iterator_spec = cursor_spec<str_empty>("str_iterator", typed_slot<str_next>);
const TypeSpec bytes_iterator_spec = cursor_spec<bytes_empty>("bytes_iterator", typed_slot<bytes_next>);
const TypeSpec bytearray_iterator_spec =
    cursor_spec<bytes_empty>("bytearray_iterator", typed_slot<bytearray_next>);

}  // namespace baton
