// _json.make_encoder: objects to JSON text.
#include <cmath>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "vm/modules/json.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

struct JsonEncoder : Object {
    Object *markers, *default_, *encoder, *indent, *key_separator, *item_separator;
    bool sort_keys, skipkeys, allow_nan;
    JsonEncoderKind kind;
};

// One call: everything goes into one text.
class Writing {
  public:
    Writing(Attached ts, JsonEncoder& encoder) : ts_(ts), e_(encoder) {}
    Result<void> value(Object& o);
    Result<Ref<Str>> finish() { return out_.finish(ts_); }

  private:
    Result<void> string(Object& o);
    Result<void> number(Object& o);
    Result<void> list(Object& o);
    Result<void> dict(Object& o);
    Result<void> key(Object& o);
    Result<void> other(Object& o);
    // An object that contains itself is an error; `leave` takes back what `enter` has noted.
    Result<OptRef<Object>> enter(Object& o);
    Result<void> leave(const OptRef<Object>& mark);
    bool constant(const Object& o);

    Attached ts_;
    JsonEncoder& e_;
    StrBuilder out_;
};

Result<OptRef<Object>> Writing::enter(Object& o) {
    if (is_none(*e_.markers)) return OptRef<Object>();
    Ref<Object> mark = TRY(int_from_uint64(ts_, reinterpret_cast<uintptr_t>(&o)));
    auto& markers = static_cast<Dict&>(*e_.markers);
    if (TRY(dict_find(ts_, markers, *mark)).value)
        return raise(ts_, Exc::ValueError, "Circular reference detected");
    TRY(dict_set(ts_, markers, *mark, o));
    return OptRef<Object>(std::move(mark));
}
Result<void> Writing::leave(const OptRef<Object>& mark) {
    if (mark) TRY(dict_del(ts_, static_cast<Dict&>(*e_.markers), *mark));
    return {};
}
bool Writing::constant(const Object& o) {
    if (is_none(o))
        out_.append_ascii("null");
    else if (&o == &bool_object(true))
        out_.append_ascii("true");
    else if (&o == &bool_object(false))
        out_.append_ascii("false");
    else
        return false;
    return true;
}
Result<void> Writing::string(Object& o) {
    if (e_.kind != JsonEncoderKind::foreign) {
        json_append_string(out_, static_cast<Str&>(o), e_.kind == JsonEncoderKind::escape_ascii);
        return {};
    }
    const Ref<Object> text = TRY(call(ts_, *e_.encoder, {&o}));
    if (!is_str(*text))
        return raise(ts_, Exc::TypeError, "encoder() must return a string, not {}", type_name(*text));
    out_.append(static_cast<Str&>(*text));
    return {};
}
// Subclasses are written as the plain number that they are.
Result<void> Writing::number(Object& o) {
    if (is_int(o)) {
        const Ref<Str> text = TRY(int_to_text(ts_, borrowed_value(o)));
        out_.append(*text);
        return {};
    }
    const double d = static_cast<Float&>(o).value;
    if (std::isfinite(d)) {
        const Ref<Str> text = TRY(float_repr_text(ts_, d));
        out_.append(*text);
        return {};
    }
    if (!e_.allow_nan) return raise(ts_, Exc::ValueError, "Out of range float values are not JSON compliant");
    out_.append_ascii(std::isnan(d) ? "NaN" : d < 0 ? "-Infinity" : "Infinity");
    return {};
}
Result<void> Writing::list(Object& o) {
    const Ref<Object> items = TRY(sequence_fast(ts_, o, "_iterencode_list needs a sequence"));
    if (TRY(length(ts_, *items)) == 0) {
        out_.append_ascii("[]");
        return {};
    }
    const OptRef<Object> mark = TRY(enter(o));
    out_.append('[');
    bool first = true;
    TRY(for_each(ts_, *items, [&](Ref<Object> item) -> Result<bool> {
        if (!first) out_.append(static_cast<Str&>(*e_.item_separator));
        first = false;
        TRY(value(*item));
        return true;
    }));
    TRY(leave(mark));
    out_.append(']');
    return {};
}
Result<void> Writing::key(Object& o) {
    if (is_str(o)) return string(o);
    StrBuilder text;
    if (is_float(o) || (is_int(o) && !is_exact(o, PyBool_Type))) {
        out_.append('"');
        TRY(number(o));
    } else {
        out_.append('"');
        constant(o);
    }
    out_.append('"');
    return {};
}
Result<void> Writing::dict(Object& o) {
    if (TRY(length(ts_, o)) == 0) {
        out_.append_ascii("{}");
        return {};
    }
    const OptRef<Object> mark = TRY(enter(o));
    Ref<List> items = is_exact(o, PyDict_Type)
                          ? TRY(dict_items_list(ts_, static_cast<Dict&>(o)))
                          : TRY(to_list(ts_, *TRY(call_method(ts_, o, *TRY(str_intern_utf8(ts_, "items"))))));
    if (e_.sort_keys) TRY(call_method(ts_, *items, *TRY(str_intern_utf8(ts_, "sort"))));
    out_.append('{');
    bool first = true;
    for (Index i = 0; i < items->size; ++i) {
        const Ref<Object> item = Ref<Object>::share(*items->item[i]);
        if (!is_tuple(*item) || static_cast<Tuple&>(*item).size != 2)
            return raise(ts_, Exc::ValueError, "items must return 2-tuples");
        auto& pair = static_cast<Tuple&>(*item);
        Object& k = *pair.item[0];
        if (!is_str(k) && !is_float(k) && !is_int(k) && !is_none(k)) {
            if (e_.skipkeys) continue;
            return raise(ts_, Exc::TypeError, "keys must be str, int, float, bool or None, not {}",
                         type_name(k));
        }
        if (!first) out_.append(static_cast<Str&>(*e_.item_separator));
        first = false;
        TRY(key(k));
        out_.append(static_cast<Str&>(*e_.key_separator));
        TRY(value(*pair.item[1]));
    }
    TRY(leave(mark));
    out_.append('}');
    return {};
}
Result<void> Writing::other(Object& o) {
    const OptRef<Object> mark = TRY(enter(o));
    const Ref<Object> stand_in = TRY(call(ts_, *e_.default_, {&o}));
    RecursionScope scope(ts_);
    TRY(scope.enter(" while encoding a JSON object"));
    TRY(value(*stand_in));
    return leave(mark);
}
Result<void> Writing::value(Object& o) {
    if (constant(o)) return {};
    if (is_str(o)) return string(o);
    if (is_int(o) || is_float(o)) return number(o);
    if (!is_list(o) && !is_tuple(o) && !is_dict(o)) return other(o);
    RecursionScope scope(ts_);
    TRY(scope.enter(" while encoding a JSON object"));
    return is_dict(o) ? dict(o) : list(o);
}

Result<Ref<Object>> encoder_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature(
        "make_encoder($type, markers, default, encoder, indent, key_separator, item_separator, sort_keys, "
        "skipkeys, allow_nan)");
    Value* bound[10] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object* o[9];
    for (int i = 0; i < 9; ++i) o[i] = TRY(box_in_place(ts, *bound[i]));
    if (!is_dict(*o[0]) && !is_none(*o[0]))
        return raise(ts, Exc::TypeError, "make_encoder() argument 1 must be dict or None, not {}",
                     type_name(*o[0]));
    for (const int i : {4, 5})
        if (!is_str(*o[i]))
            return raise(ts, Exc::TypeError, "make_encoder() argument {} must be str, not {}", i + 1,
                         type_name(*o[i]));
    const bool sort_keys = TRY(is_true(ts, *o[6])), skipkeys = TRY(is_true(ts, *o[7])),
               allow_nan = TRY(is_true(ts, *o[8]));
    Ref<JsonEncoder> self = TRY(new_instance<JsonEncoder>(ts, cls));
    const auto keep = [](Object& what) { return Ref<Object>::share(what).release(); };
    self->markers = keep(*o[0]);
    self->default_ = keep(*o[1]);
    self->encoder = keep(*o[2]);
    self->indent = keep(*o[3]);
    self->key_separator = keep(*o[4]);
    self->item_separator = keep(*o[5]);
    self->sort_keys = sort_keys;
    self->skipkeys = skipkeys;
    self->allow_nan = allow_nan;
    self->kind = json_encoder_kind(*o[2]);
    return self;
}
Value encoder_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("_iterencode($self, obj, _current_indent_level)");
    const auto run = [&]() -> Result<Ref<Object>> {
        Value* bound[3] = {};
        TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
        Object& o = *TRY(box_in_place(ts, *bound[0]));
        TRY(convert_index(ts, *bound[1]));  // the level of indentation, which only the Python form uses
        Writing w(ts, static_cast<JsonEncoder&>(self));
        TRY(w.value(o));
        const Ref<Str> text = TRY(w.finish());
        return list_of(ts, {text.get()});
    };
    return native_result(ts, run());
}

template <Object* JsonEncoder::*field>
Result<Ref<Object>> encoder_field(Attached, JsonEncoder& self) {
    return Ref<Object>::share(*(self.*field));
}
template <bool JsonEncoder::*field>
Result<Ref<Object>> encoder_flag(Attached, JsonEncoder& self) {
    return Ref<Object>::share(bool_object(self.*field));
}
constexpr GetSet encoder_getset[] = {
    getter<encoder_field<&JsonEncoder::markers>>(
        "markers", "The containers that are being written, by address; or None."),
    getter<encoder_field<&JsonEncoder::default_>>("default",
                                                  "What finds something to be written for other objects."),
    getter<encoder_field<&JsonEncoder::encoder>>("encoder", "What writes a string."),
    getter<encoder_field<&JsonEncoder::indent>>("indent", "How far to indent; not used here."),
    getter<encoder_field<&JsonEncoder::key_separator>>("key_separator",
                                                       "What stands between a key and its value."),
    getter<encoder_field<&JsonEncoder::item_separator>>("item_separator", "What stands between two items."),
    getter<encoder_flag<&JsonEncoder::sort_keys>>("sort_keys", "Whether keys are written in order."),
    getter<encoder_flag<&JsonEncoder::skipkeys>>("skipkeys",
                                                 "Whether keys that JSON cannot have are left out."),
    {},
};

}  // namespace

const TypeSpec json_encoder_spec =
    with_gc<JsonEncoder, &JsonEncoder::markers, &JsonEncoder::default_, &JsonEncoder::encoder,
            &JsonEncoder::indent, &JsonEncoder::key_separator, &JsonEncoder::item_separator>({
        .name = "_json.Encoder",
        .doc = "Writes an object as JSON text: encoder(obj, level) gives a list of pieces.",
        .getset = encoder_getset,
        .call = slot<encoder_call>,
        .tp_new = slot<encoder_new>,
    });

}  // namespace baton
