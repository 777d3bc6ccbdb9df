// str: the type itself: construction, slots, the table of methods.
#include "runtime/codec.h"
#include "runtime/dealloc.h"
#include "runtime/format_builtin.h"
#include "runtime/format_method.h"
#include "runtime/format_percent.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str_case.h"
#include "runtime/types/str_impl.h"
#include "runtime/types/str_iterator.h"
#include "runtime/types/str_methods.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

constexpr Signature kNewSignature = parse_signature("str(object='', encoding='utf-8', errors='strict')");

Result<const char*> text_argument(Attached ts, Value* v, const char* name) {
    if (v == nullptr) return static_cast<const char*>("");
    Object* o = TRY(box_in_place(ts, *v));
    if (!is_str(*o)) {
        return raise(ts, Exc::TypeError, "str() argument '{}' must be str, not {}", name,
                     is_none(*o) ? "None" : type_name(*o));
    }
    return str_as_c_string(ts, static_cast<Str&>(*o));
}

Result<Ref<Object>> new_exact(Attached ts, Value* object, Value* encoding, Value* errors) {
    if (object == nullptr) return str_empty();
    Object* o = TRY(box_in_place(ts, *object));
    if (encoding == nullptr && errors == nullptr) return str(ts, *o);
    const char* encoding_name = TRY(text_argument(ts, encoding, "encoding"));
    const char* errors_name = TRY(text_argument(ts, errors, "errors"));
    if (is_str(*o)) return raise(ts, Exc::TypeError, "decoding str is not supported");
    if (!is_bytes_like(*o)) {
        return raise(ts, Exc::TypeError, "decoding to str: need a bytes-like object, {} found",
                     type_name(*o));
    }
    return decode_bytes(ts, *o, encoding != nullptr ? encoding_name : nullptr,
                        errors != nullptr ? errors_name : nullptr);
}

Result<Ref<Object>> str_new_slot(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[3] = {};
    if (kwnames == nullptr && nargs <= 1) {
        bound[0] = nargs != 0 ? args : nullptr;
    } else {
        TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    }
    auto exact = TRY(new_exact(ts, bound[0], bound[1], bound[2]));
    if (&cls == &PyUnicode_Type) return exact;
    auto blank = TRY(allocate_instance(ts, cls, 0));
    return str_subclass_new(ts, cls, static_cast<Str&>(*exact), std::move(blank));
}

Result<Ref<Object>> repr_slot(Attached ts, Str& self) {
    return str_repr(ts, self);
}
Result<Ref<Object>> str_slot(Attached ts, Str& self) {
    return str_exact(ts, self);
}
Result<Index> hash_slot(Attached, Str& self) {
    return str_hash(self);
}
Result<Index> length_slot(Attached, Str& self) {
    return self.length;
}
Result<Ref<Object>> item_slot(Attached ts, Str& self, Index i) {
    return str_index_char(ts, self, i);
}
Result<Ref<Object>> iter_slot(Attached ts, Str& self) {
    return text_iterator(ts, str_iterator_type(), self);
}

Result<Ref<Object>> compare_slot(Attached, Object& a, Object& b, CompareOp op) {
    if (!is_str(a) || !is_str(b)) return Ref<Object>::share(not_implemented());
    auto& x = static_cast<Str&>(a);
    auto& y = static_cast<Str&>(b);
    bool result;
    switch (op) {
        case CompareOp::eq:
            result = str_eq(x, y);
            break;
        case CompareOp::ne:
            result = !str_eq(x, y);
            break;
        case CompareOp::lt:
            result = str_compare(x, y) < 0;
            break;
        case CompareOp::le:
            result = str_compare(x, y) <= 0;
            break;
        case CompareOp::gt:
            result = str_compare(x, y) > 0;
            break;
        default:
            result = str_compare(x, y) >= 0;
            break;
    }
    return Ref<Object>::share(bool_object(result));
}

Result<Ref<Object>> concat_slot(Attached ts, Str& self, Object& other) {
    if (!is_str(other)) {
        return raise(ts, Exc::TypeError, "can only concatenate str (not \"{}\") to str", type_name(other));
    }
    return str_concat(ts, self, static_cast<Str&>(other));
}
Result<Ref<Object>> repeat_slot(Attached ts, Str& self, Index count) {
    return str_repeat(ts, self, count);
}

Result<bool> contains_slot(Attached ts, Str& self, Object& item) {
    if (!is_str(item)) {
        return raise(ts, Exc::TypeError, "'in <string>' requires string as left operand, not {}",
                     type_name(item));
    }
    return str_contains(self, static_cast<Str&>(item));
}

Result<Ref<Object>> remainder_slot(Attached ts, Object& a, Object& b) {
    if (!is_str(a)) return Ref<Object>::share(not_implemented());
    return str_percent(ts, static_cast<Str&>(a), b);
}

Result<Ref<Str>> format_method(Attached ts, Str& self, Str& spec) {
    return str_format_spec(ts, self, spec);
}
Result<Ref<Str>> join_method(Attached ts, Str& self, Object& iterable) {
    return str_join(ts, self, iterable);
}

Result<const char*> codec_argument(Attached ts, Str* s) {
    if (s == nullptr) return static_cast<const char*>("");
    return str_as_c_string(ts, *s);
}
Result<Ref<Bytes>> encode_method(Attached ts, Str& self, Str* encoding, Str* errors) {
    const char* encoding_name = TRY(codec_argument(ts, encoding));
    const char* errors_name = TRY(codec_argument(ts, errors));
    return encode_str(ts, self, encoding != nullptr ? encoding_name : nullptr,
                      errors != nullptr ? errors_name : nullptr);
}

Result<Index> sizeof_method(Attached, Str& self) {
    Index size;
    if (self.state.compact) {
        size = static_cast<Index>(str_block_size(self));
    } else {
        size = self.type->basicsize + (self.length + 1) * str_kind(self);
    }
    if (!self.state.ascii) {
        auto& wide = static_cast<WideStr&>(self);
        if (wide.utf8 != nullptr && !is_immortal(self)) size += wide.utf8_length + 1;
    }
    return size;
}

Result<Ref<Tuple>> getnewargs_method(Attached ts, Str& self) {
    auto copy = TRY(str_new_kind(ts, str_kind(self), str_data(self), self.length));
    return tuple_of(ts, {copy.get()});
}

constexpr Method str_method_rows[] = {
    method<encode_method>("encode($self, /, encoding='utf-8', errors='strict')",
                          "The bytes that encode this text."),
    method<str_replace_method>(
        "replace($self, old, new, count=-1, /)",
        "A copy with occurrences of old replaced by new, at most count of them if given."),
    method<str_split>("split($self, /, sep=None, maxsplit=-1)",
                      "The words of the text, split at sep (or white space), at most maxsplit times."),
    method<str_rsplit>("rsplit($self, /, sep=None, maxsplit=-1)", "As split, from the end of the text."),
    method<join_method>("join($self, iterable, /)", "The strings of iterable with this text between them."),
    method<str_capitalize>("capitalize($self, /)",
                           "A copy with its first character capital and the rest lower case."),
    method<str_casefold>("casefold($self, /)", "A version for comparing without regard to case."),
    method<str_title>("title($self, /)", "A version in which each word starts with a capital letter."),
    method<str_center>("center($self, width, fillchar=' ', /)", "The text centred in width columns."),
    method<str_count_method>("count($self, *args)",
                             "How often sub occurs in self[start:end] without overlap."),
    method<str_expandtabs>("expandtabs($self, /, tabsize=8)", "A copy with tabs replaced by spaces."),
    method<str_find_method>("find($self, *args)",
                            "The lowest index of sub within self[start:end], -1 if absent."),
    method<str_partition>("partition($self, sep, /)",
                          "What stands before sep, sep itself, and what follows it."),
    method<str_index_method>("index($self, *args)", "As find, but absence is a ValueError."),
    method<str_ljust>("ljust($self, width, fillchar=' ', /)", "The text flush left in width columns."),
    method<str_lower>("lower($self, /)", "A copy in lower case."),
    method<str_lstrip>("lstrip($self, chars=None, /)", "A copy without leading white space (or chars)."),
    method<str_rfind_method>("rfind($self, *args)",
                             "The highest index of sub within self[start:end], -1 if absent."),
    method<str_rindex_method>("rindex($self, *args)", "As rfind, but absence is a ValueError."),
    method<str_rjust>("rjust($self, width, fillchar=' ', /)", "The text flush right in width columns."),
    method<str_rstrip>("rstrip($self, chars=None, /)", "A copy without trailing white space (or chars)."),
    method<str_rpartition>("rpartition($self, sep, /)", "As partition, at the last occurrence of sep."),
    method<str_splitlines>("splitlines($self, /, keepends=False)",
                           "The lines of the text, with their ends if asked."),
    method<str_strip>("strip($self, chars=None, /)", "A copy without white space (or chars) at either end."),
    method<str_swapcase>("swapcase($self, /)", "A copy with upper and lower case exchanged."),
    method<str_translate>("translate($self, table, /)",
                          "A copy in which the table has replaced each character."),
    method<str_upper>("upper($self, /)", "A copy in upper case."),
    method<str_startswith>("startswith($self, *args)",
                           "Whether self[start:end] starts with prefix, or with one of a tuple of them."),
    method<str_endswith>("endswith($self, *args)",
                         "Whether self[start:end] ends with suffix, or with one of a tuple of them."),
    method<str_removeprefix>("removeprefix($self, prefix, /)", "A copy without the prefix, if it is there."),
    method<str_removesuffix>("removesuffix($self, suffix, /)", "A copy without the suffix, if it is there."),
    method<str_isascii>("isascii($self, /)", "Whether all characters are ASCII."),
    method<str_islower>("islower($self, /)",
                        "Whether the cased characters, at least one, are all lower case."),
    method<str_isupper>("isupper($self, /)",
                        "Whether the cased characters, at least one, are all upper case."),
    method<str_istitle>("istitle($self, /)", "Whether words start with capitals and go on in lower case."),
    method<str_isspace>("isspace($self, /)", "Whether all characters, at least one, are white space."),
    method<str_isdecimal>("isdecimal($self, /)", "Whether all characters, at least one, are decimal digits."),
    method<str_isdigit>("isdigit($self, /)", "Whether all characters, at least one, are digits."),
    method<str_isnumeric>("isnumeric($self, /)",
                          "Whether all characters, at least one, have a numeric value."),
    method<str_isalpha>("isalpha($self, /)", "Whether all characters, at least one, are letters."),
    method<str_isalnum>("isalnum($self, /)", "Whether all characters, at least one, are letters or numbers."),
    method<str_isidentifier>("isidentifier($self, /)",
                             "Whether the text is a Python identifier (keywords included)."),
    method<str_isprintable>("isprintable($self, /)", "Whether repr() would show all characters as they are."),
    method<str_zfill>("zfill($self, width, /)",
                      "The text with zeros in front, after its sign, up to width columns."),
    method<str_format_method>("format($self, /, *args, **kwargs)", "The text with its {} fields filled in."),
    method<str_format_map>("format_map($self, mapping, /)", "As format, with the names of one mapping."),
    method<format_method>("__format__($self, format_spec, /)", "The text laid out by format_spec."),
    static_method<str_maketrans>("maketrans($self, x, y=<unrepresentable>, z=<unrepresentable>, /)",
                                 "A table for translate(): from a dict, or from two or three strings."),
    method<sizeof_method>("__sizeof__($self, /)", "Size of the object in bytes."),
    method<getnewargs_method>("__getnewargs__($self, /)", "Arguments for copying and pickling."),
    {},
};

}  // namespace

const TypeSpec str_spec = {
    .name = "str",
    .doc =
        "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
        "The text form of an object, or bytes decoded as text.",
    .basicsize = sizeof(SubclassStr),
    .flags = kTypeBaseType | kTypeUnicode | kTypeMatchSelf,
    .methods = str_method_rows,
    .dealloc = typed_slot<str_dealloc>,
    .repr = typed_slot<repr_slot>,
    .hash = typed_slot<hash_slot>,
    .str = typed_slot<str_slot>,
    .richcompare = slot<compare_slot>,
    .iter = typed_slot<iter_slot>,
    .tp_new = slot<str_new_slot>,
    .remainder = slot<remainder_slot>,
    .mp_length = typed_slot<length_slot>,
    .mp_subscript = typed_slot<str_subscript>,
    .sq_length = typed_slot<length_slot>,
    .sq_concat = typed_slot<concat_slot>,
    .sq_repeat = typed_slot<repeat_slot>,
    .sq_item = typed_slot<item_slot>,
    .sq_contains = typed_slot<contains_slot>,
};

}  // namespace baton
