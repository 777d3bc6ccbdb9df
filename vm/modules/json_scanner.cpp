// _json.make_scanner: JSON text to objects.
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

struct JsonScanner : Object {
    Object *object_hook, *object_pairs_hook, *parse_float, *parse_int, *parse_constant;
    bool strict;
};

// One text, being read. Positions are code points.
class Reading {
  public:
    Reading(Attached ts, JsonScanner& scanner, Str& text, Dict& keys)
        : ts_(ts), s_(scanner), text_(text), keys_(keys) {}

    // The value at `at`; *end: behind it.
    Result<Ref<Object>> value(Index at, Index* end);

  private:
    uint32_t peek(Index at) const { return at < text_.length ? str_char_unchecked(text_, at) : kEnd; }
    Index skip_space(Index at) const {
        for (;; ++at) {
            const uint32_t c = peek(at);
            if (c != ' ' && c != '\t' && c != '\n' && c != '\r') return at;
        }
    }
    bool word(Index at, std::string_view expected) const {
        for (const char c : expected) {
            if (peek(at++) != static_cast<unsigned char>(c)) return false;
        }
        return true;
    }
    Raised nothing_here(Index at) {
        const Ref<Int> where = TRY(box_int(ts_, at));
        return raise_stop_iteration(ts_, where.get());
    }
    bool digit(Index at) const {
        const uint32_t c = peek(at);
        return c >= '0' && c <= '9';
    }
    Result<Ref<Object>> constant(std::string_view name, Index at, Index* end);
    Result<Ref<Object>> number(Index at, Index* end);
    Result<Ref<Object>> array(Index at, Index* end);
    Result<Ref<Object>> object(Index at, Index* end);

    static constexpr uint32_t kEnd = 0xffffffff;
    Attached ts_;
    JsonScanner& s_;
    Str& text_;
    Dict& keys_;  // equal keys become one object
};

Result<Ref<Object>> Reading::constant(std::string_view name, Index at, Index* end) {
    const Ref<Str> text = TRY(str_intern_utf8(ts_, name));
    *end = at + static_cast<Index>(name.size());
    return call(ts_, *s_.parse_constant, {text.get()});
}

Result<Ref<Object>> Reading::number(Index start, Index* end) {
    Index at = start;
    if (peek(at) == '-') ++at;
    if (!digit(at)) return nothing_here(start);
    if (peek(at) == '0')
        ++at;
    else
        while (digit(at)) ++at;
    bool is_float = false;
    if (peek(at) == '.' && digit(at + 1)) {
        is_float = true;
        for (++at; digit(at);) ++at;
    }
    if (peek(at) == 'e' || peek(at) == 'E') {
        Index exponent = at + 1;
        if (peek(exponent) == '-' || peek(exponent) == '+') ++exponent;
        if (digit(exponent)) {
            is_float = true;
            for (at = exponent; digit(at);) ++at;
        }
    }
    *end = at;
    const Ref<Str> text = TRY(str_substring(ts_, text_, start, at));
    Object& parse = is_float ? *s_.parse_float : *s_.parse_int;
    if (is_float && &parse == &float_type()) return box_float(ts_, TRY(float_from_text(ts_, *text)));
    if (!is_float && &parse == &int_type()) return boxed(ts_, int_from_text(ts_, *text, 10));
    return call(ts_, parse, {text.get()});
}

Result<Ref<Object>> Reading::array(Index at, Index* end) {
    RecursionScope scope(ts_);
    TRY(scope.enter(" while decoding a JSON array from a unicode string"));
    Ref<List> list = TRY(list_new(ts_));
    at = skip_space(at);
    if (peek(at) == ']') {
        *end = at + 1;
        return list;
    }
    for (;;) {
        Ref<Object> item = TRY(value(at, &at));
        TRY(list_append_owned(ts_, *list, std::move(item)));
        at = skip_space(at);
        if (peek(at) == ']') break;
        if (peek(at) != ',') return json_raise(ts_, "Expecting ',' delimiter", text_, at);
        at = skip_space(at + 1);
    }
    *end = at + 1;
    return list;
}

Result<Ref<Object>> Reading::object(Index at, Index* end) {
    RecursionScope scope(ts_);
    TRY(scope.enter(" while decoding a JSON object from a unicode string"));
    const bool pairs_wanted = !is_none(*s_.object_pairs_hook);
    Ref<Object> result = pairs_wanted ? Ref<Object>(TRY(list_new(ts_))) : Ref<Object>(TRY(dict_new(ts_)));
    at = skip_space(at);
    while (peek(at) != '}') {
        if (peek(at) != '"')
            return json_raise(ts_, "Expecting property name enclosed in double quotes", text_, at);
        const Ref<Str> fresh = TRY(json_scan_string(ts_, text_, at + 1, s_.strict, &at));
        const Ref<Object> key = TRY(dict_setdefault(ts_, keys_, *fresh, *fresh));
        at = skip_space(at);
        if (peek(at) != ':') return json_raise(ts_, "Expecting ':' delimiter", text_, at);
        const Ref<Object> item = TRY(value(skip_space(at + 1), &at));
        if (pairs_wanted) {
            Ref<Object> pair = TRY(tuple_of(ts_, {key.get(), item.get()}));
            TRY(list_append_owned(ts_, static_cast<List&>(*result), std::move(pair)));
        } else {
            TRY(dict_set(ts_, static_cast<Dict&>(*result), *key, *item));
        }
        at = skip_space(at);
        if (peek(at) == '}') break;
        if (peek(at) != ',') return json_raise(ts_, "Expecting ',' delimiter", text_, at);
        at = skip_space(at + 1);
        if (peek(at) != '"')
            return json_raise(ts_, "Expecting property name enclosed in double quotes", text_, at);
    }
    *end = at + 1;
    if (pairs_wanted) return call(ts_, *s_.object_pairs_hook, {result.get()});
    if (!is_none(*s_.object_hook)) return call(ts_, *s_.object_hook, {result.get()});
    return result;
}

Result<Ref<Object>> Reading::value(Index at, Index* end) {
    const auto is = [&](std::string_view text, Object& meant) -> Result<Ref<Object>> {
        *end = at + static_cast<Index>(text.size());
        return Ref<Object>::share(meant);
    };
    switch (peek(at)) {
        case kEnd:
            return nothing_here(at);
        case '"':
            return json_scan_string(ts_, text_, at + 1, s_.strict, end);
        case '{':
            return object(at + 1, end);
        case '[':
            return array(at + 1, end);
        case 'n':
            if (word(at, "null")) return is("null", none());
            break;
        case 't':
            if (word(at, "true")) return is("true", bool_object(true));
            break;
        case 'f':
            if (word(at, "false")) return is("false", bool_object(false));
            break;
        case 'N':
            if (word(at, "NaN")) return constant("NaN", at, end);
            break;
        case 'I':
            if (word(at, "Infinity")) return constant("Infinity", at, end);
            break;
        case '-':
            if (word(at, "-Infinity")) return constant("-Infinity", at, end);
            break;
        default:
            break;
    }
    return number(at, end);
}

Result<Ref<Object>> scanner_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("make_scanner($type, context)");
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object& context = *TRY(box_in_place(ts, *bound[0]));
    Ref<JsonScanner> self = TRY(new_instance<JsonScanner>(ts, cls));
    const auto take = [&](const char* name) -> Result<Ref<Object>> {
        return get_attr(ts, context, *TRY(str_intern_utf8(ts, name)));
    };
    const Ref<Object> strict = TRY(take("strict"));
    self->strict = TRY(is_true(ts, *strict));
    self->object_hook = TRY(take("object_hook")).release();
    self->object_pairs_hook = TRY(take("object_pairs_hook")).release();
    self->parse_float = TRY(take("parse_float")).release();
    self->parse_int = TRY(take("parse_int")).release();
    self->parse_constant = TRY(take("parse_constant")).release();
    return self;
}
Value scanner_call(Attached ts, Object& object, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature = parse_signature("scan_once($self, string, idx)");
    const auto run = [&]() -> Result<Ref<Object>> {
        auto& self = static_cast<JsonScanner&>(object);
        Value* bound[3] = {};
        TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
        Object& text = *TRY(box_in_place(ts, *bound[0]));
        const Index start = TRY(convert_index(ts, *bound[1]));
        if (!is_str(text))
            return raise(ts, Exc::TypeError, "first argument must be a string, not {}", type_name(text));
        if (start < 0) return raise(ts, Exc::ValueError, "idx cannot be negative");
        const Ref<Dict> keys = TRY(dict_new(ts));
        Index end;
        const Ref<Object> value = TRY(Reading(ts, self, static_cast<Str&>(text), *keys).value(start, &end));
        const Ref<Int> at = TRY(box_int(ts, end));
        return tuple_of(ts, {value.get(), at.get()});
    };
    return native_result(ts, run());
}

template <Object* JsonScanner::*field>
Result<Ref<Object>> scanner_field(Attached, JsonScanner& self) {
    return Ref<Object>::share(*(self.*field));
}
Result<Ref<Object>> scanner_strict(Attached, JsonScanner& self) {
    return Ref<Object>::share(bool_object(self.strict));
}
constexpr GetSet scanner_getset[] = {
    getter<scanner_strict>("strict", "Whether control characters in strings are refused."),
    getter<scanner_field<&JsonScanner::object_hook>>("object_hook",
                                                     "What makes something of each dict; or None."),
    getter<scanner_field<&JsonScanner::object_pairs_hook>>(
        "object_pairs_hook", "What makes something of each list of pairs; or None."),
    getter<scanner_field<&JsonScanner::parse_float>>("parse_float",
                                                     "What makes a number with a point of its text."),
    getter<scanner_field<&JsonScanner::parse_int>>("parse_int", "What makes an integer of its text."),
    getter<scanner_field<&JsonScanner::parse_constant>>("parse_constant",
                                                        "What makes something of NaN and the infinities."),
    {},
};

}  // namespace

const TypeSpec json_scanner_spec =
    with_gc<JsonScanner, &JsonScanner::object_hook, &JsonScanner::object_pairs_hook,
            &JsonScanner::parse_float, &JsonScanner::parse_int, &JsonScanner::parse_constant>({
        .name = "_json.Scanner",
        .doc = "Reads the JSON value at a place of a text: scanner(string, idx) gives it and where it ends.",
        .getset = scanner_getset,
        .call = slot<scanner_call>,
        .tp_new = slot<scanner_new>,
    });

}  // namespace baton
