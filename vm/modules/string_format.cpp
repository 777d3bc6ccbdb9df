// _string: what string.Formatter needs of str.format's own parser.
#include "vm/modules/string_format.h"

#include "runtime/format_method.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// Both iterators keep their str alive and a reader that remembers positions in it.
template <class Reader>
struct ReaderObject : Object {
    Str* text;
    Reader reader;
};
using FormatterIterator = ReaderObject<MarkupReader>;
using FieldNameIterator = ReaderObject<FieldName>;

template <class Reader>
Result<Ref<Object>> new_reader(Attached ts, Type& type, Str& text, const Reader& reader) {
    void* memory = allocate(ts, sizeof(ReaderObject<Reader>));
    if (memory == nullptr) return raise_no_memory(ts);
    incref(&text);
    return Ref<Object>::steal(new (memory) ReaderObject<Reader>{{1, &type}, &text, reader});
}

template <class Reader>
void reader_dealloc(Attached ts, Object& self) {
    Str* text = static_cast<ReaderObject<Reader>&>(self).text;
    free_block(ts, &self);
    decref(ts, text);
}

Result<Ref<Object>> self_iter(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Result<Ref<Object>> part(Attached ts, Str& text, TextSpan span) {
    if (span.empty()) return str_empty();
    return str_substring(ts, text, span.start, span.end);
}

Next formatter_next(Attached ts, FormatterIterator& self) {
    Markup markup;
    auto more = self.reader.next(ts, markup);
    if (!more.ok()) return already_raised();
    if (!more.take()) return Next::done();
    const auto step = [&]() -> Result<Ref<Object>> {
        const Ref<Object> literal = TRY(part(ts, *self.text, markup.literal));
        if (!markup.has_field) return tuple_of(ts, {literal.get(), &none(), &none(), &none()});
        const Ref<Object> name = TRY(part(ts, *self.text, markup.name));
        const Ref<Object> spec = TRY(part(ts, *self.text, markup.spec));
        if (markup.conversion == 0) return tuple_of(ts, {literal.get(), name.get(), spec.get(), &none()});
        const Ref<Str> conversion = TRY(str_from_char(ts, markup.conversion));
        return tuple_of(ts, {literal.get(), name.get(), spec.get(), conversion.get()});
    };
    auto item = step();
    if (!item.ok()) return already_raised();
    return item.take();
}

Next field_name_next(Attached ts, FieldNameIterator& self) {
    FieldName::Step field;
    auto more = self.reader.next(ts, field);
    if (!more.ok()) return already_raised();
    if (!more.take()) return Next::done();
    const auto step = [&]() -> Result<Ref<Object>> {
        Object& is_attribute = bool_object(field.is_attribute);
        if (field.index >= 0) {
            const Ref<Int> index = TRY(box_int(ts, field.index));
            return tuple_of(ts, {&is_attribute, index.get()});
        }
        const Ref<Object> name = TRY(part(ts, *self.text, field.name));
        return tuple_of(ts, {&is_attribute, name.get()});
    };
    auto item = step();
    if (!item.ok()) return already_raised();
    return item.take();
}

Result<Ref<Object>> formatter_parser(Attached ts, Object&, Object& string) {
    if (!is_str(string)) return raise(ts, Exc::TypeError, "expected str, got {}", type_name(string));
    auto& text = static_cast<Str&>(string);
    return new_reader(ts, formatter_iterator_type(), text, MarkupReader(text, {0, text.length}));
}

Result<Ref<Object>> formatter_field_name_split(Attached ts, Object&, Object& string) {
    if (!is_str(string)) return raise(ts, Exc::TypeError, "expected str, got {}", type_name(string));
    auto& text = static_cast<Str&>(string);
    const FieldName name(text, {0, text.length});
    const Index number = TRY(name.first_number(ts));
    const Ref<Object> rest = TRY(new_reader(ts, field_name_iterator_type(), text, name));
    if (number >= 0) {
        const Ref<Int> first = TRY(box_int(ts, number));
        return tuple_of(ts, {first.get(), rest.get()});
    }
    const Ref<Object> first = TRY(part(ts, text, name.first()));
    return tuple_of(ts, {first.get(), rest.get()});
}

constexpr Method functions[] = {
    method<formatter_parser>("formatter_parser($module, string, /)",
                             "The literals and fields of a format string."),
    method<formatter_field_name_split>(
        "formatter_field_name_split($module, string, /)",
        "The first part of a field name, and an iterator over its further steps."),
    {},
};

}  // namespace

const TypeSpec formatter_iterator_spec = {
    .name = "formatteriterator",
    .basicsize = sizeof(FormatterIterator),
    .flags = kTypeDisallowInstantiation,
    .dealloc = slot<reader_dealloc<MarkupReader>>,
    .iter = slot<self_iter>,
    .iternext = typed_slot<formatter_next>,
};

const TypeSpec field_name_iterator_spec = {
    .name = "fieldnameiterator",
    .basicsize = sizeof(FieldNameIterator),
    .flags = kTypeDisallowInstantiation,
    .dealloc = slot<reader_dealloc<FieldName>>,
    .iter = slot<self_iter>,
    .iternext = typed_slot<field_name_next>,
};

extern const ModuleSpec string_module;
const ModuleSpec string_module = {
    .name = "_string",
    .doc = "Helpers of the string module.",
    .methods = functions,
};

}  // namespace baton
