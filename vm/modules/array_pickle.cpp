// array.array: taking arrays apart and putting them together again on any machine.
#include <bit>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/modules/array.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// How items lie in memory, by the numbers that pickles hold.
struct MachineFormat {
    enum Family : uint8_t { kInteger, kFloat, kText } family;
    uint8_t size;
    bool is_signed, big_endian;
};
constexpr MachineFormat kFormats[] = {
    {MachineFormat::kInteger, 1, false, false}, {MachineFormat::kInteger, 1, true, false},
    {MachineFormat::kInteger, 2, false, false}, {MachineFormat::kInteger, 2, false, true},
    {MachineFormat::kInteger, 2, true, false},  {MachineFormat::kInteger, 2, true, true},
    {MachineFormat::kInteger, 4, false, false}, {MachineFormat::kInteger, 4, false, true},
    {MachineFormat::kInteger, 4, true, false},  {MachineFormat::kInteger, 4, true, true},
    {MachineFormat::kInteger, 8, false, false}, {MachineFormat::kInteger, 8, false, true},
    {MachineFormat::kInteger, 8, true, false},  {MachineFormat::kInteger, 8, true, true},
    {MachineFormat::kFloat, 4, true, false},    {MachineFormat::kFloat, 4, true, true},
    {MachineFormat::kFloat, 8, true, false},    {MachineFormat::kFloat, 8, true, true},
    {MachineFormat::kText, 2, false, false},    {MachineFormat::kText, 2, false, true},
    {MachineFormat::kText, 4, false, false},    {MachineFormat::kText, 4, false, true},
};
constexpr int kFormatCount = sizeof kFormats / sizeof *kFormats;
constexpr bool kBigEndian = std::endian::native == std::endian::big;

int format_of(const ArrayKind& kind) {
    const auto family = kind.code == 'u' ? MachineFormat::kText
                        : kind.integer   ? MachineFormat::kInteger
                                         : MachineFormat::kFloat;
    for (int i = 0; i < kFormatCount; ++i) {
        const MachineFormat& f = kFormats[i];
        if (f.family == family && f.size == kind.size &&
            (f.is_signed == kind.is_signed || family != MachineFormat::kInteger) &&
            (f.size == 1 || f.big_endian == kBigEndian))
            return i;
    }
    return -1;
}

void swap_items(std::string* bytes, size_t unit) {
    for (size_t i = 0; i + unit <= bytes->size(); i += unit) {
        for (size_t a = 0, b = unit - 1; a < b; ++a, --b) std::swap((*bytes)[i + a], (*bytes)[i + b]);
    }
}

Result<Ref<Object>> text_array(Attached ts, Type& type, const ArrayKind& kind, const MachineFormat& format,
                               Object& items) {
    const char* codec = format.size == 2 ? (format.big_endian ? "utf-16-be" : "utf-16-le")
                                         : (format.big_endian ? "utf-32-be" : "utf-32-le");
    const Ref<Str> decode = TRY(str_intern_utf8(ts, "decode"));
    const Ref<Str> name = TRY(str_new_ascii(ts, codec));
    const Ref<Object> text = TRY(call_method(ts, items, *decode, {name.get()}));
    if (!is_str(*text)) return raise(ts, Exc::TypeError, "decoder did not return a str");
    Ref<ArrayObject> made = TRY(array_new(ts, type, kind, 0));
    if (kind.code == 'u') {
        TRY(array_append_text(ts, *made, static_cast<Str&>(*text)));
    } else {
        TRY(array_extend(ts, *made, *text));
    }
    return made;
}

}  // namespace

Result<Ref<Object>> array_reduce_ex(Attached ts, ArrayObject& self, Object& protocol) {
    if (!is_int(protocol)) return raise(ts, Exc::TypeError, "__reduce_ex__ argument should be an integer");
    const int64_t version = TRY(convert_int64(ts, Value(&protocol), INT64_MIN, INT64_MAX, "long"));
    const OptRef<Object> dict = TRY(get_attr_opt(ts, self, id(Name::__dict__)));
    Object& state = dict ? *dict : none();
    const Ref<Str> code = TRY(str_from_char(ts, static_cast<uint32_t>(self.kind->code)));
    if (version < 3) {
        const Ref<List> items = TRY(array_list(ts, self));
        const Ref<Tuple> args = TRY(tuple_of(ts, {code.get(), items.get()}));
        return tuple_of(ts, {self.type, args.get(), &state});
    }
    const Ref<Object> module = TRY(import_module(ts, "array"));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "_array_reconstructor"));
    const Ref<Object> function = TRY(get_attr(ts, *module, *name));
    const Ref<Bytes> bytes = TRY(bytes_new(ts, array_bytes(self)));
    const Value parts[] = {Value(self.type), Value(code.get()), Value::of_int(format_of(*self.kind)),
                           Value(bytes.get())};
    const Ref<Tuple> args = TRY(tuple_from_values(ts, parts, 4));
    return tuple_of(ts, {function.get(), args.get(), &state});
}

Result<Ref<Object>> array_reconstructor(Attached ts, Module&, Object& type, Object& code, int format,
                                        Object& items) {
    if (!is_type(type)) {
        return raise(ts, Exc::TypeError, "first argument must be a type object, not {}", type_name(type));
    }
    auto& cls = static_cast<Type&>(type);
    if (!is_subtype(cls, baton_array_type)) {
        return raise(ts, Exc::TypeError, "{} is not a subtype of {}", type_name(cls),
                     type_name(baton_array_type));
    }
    if (!is_str(code) || static_cast<Str&>(code).length != 1) {
        return raise(ts, Exc::TypeError,
                     "_array_reconstructor() argument 2 must be a unicode character, not {}",
                     type_name(code));
    }
    const ArrayKind* kind = array_kind(str_char_unchecked(static_cast<Str&>(code), 0));
    if (kind == nullptr) return raise(ts, Exc::ValueError, "second argument must be a valid type code");
    if (format < 0 || format >= kFormatCount)
        return raise(ts, Exc::ValueError, "third argument must be a valid machine format code.");
    if (!is_bytes(items)) {
        return raise(ts, Exc::TypeError, "fourth argument should be bytes, not {}", type_name(items));
    }
    const MachineFormat& as = kFormats[format];
    std::string bytes(bytes_view(static_cast<Bytes&>(items)));
    if (format != format_of(*kind)) {
        if (bytes.size() % as.size != 0)
            return raise(ts, Exc::ValueError, "bytes length not a multiple of item size");
        if (as.family == MachineFormat::kText) return text_array(ts, cls, *kind, as, items);
        // The machine's own items of that shape; a type code whose items have it holds them as they are.
        if (as.big_endian != kBigEndian) swap_items(&bytes, as.size);
        const ArrayKind* shape = nullptr;
        for (const ArrayKind& k : array_kinds()) {
            if (k.size != as.size || k.code == 'u') continue;
            if (as.family == MachineFormat::kInteger ? k.integer && k.is_signed == as.is_signed
                                                     : !k.integer) {
                shape = &k;
                break;
            }
        }
        if (as.family == MachineFormat::kFloat) {
            const Ref<ArrayObject> values = TRY(array_new(ts, baton_array_type, *shape, 0));
            TRY(array_append_bytes(ts, *values, bytes));
            const Ref<List> list = TRY(array_list(ts, *values));
            Ref<ArrayObject> made = TRY(array_new(ts, cls, *kind, 0));
            TRY(array_extend(ts, *made, *list));
            return made;
        }
        kind = shape;
    }
    Ref<ArrayObject> made = TRY(array_new(ts, cls, *kind, 0));
    TRY(array_append_bytes(ts, *made, bytes));
    return made;
}

}  // namespace baton
