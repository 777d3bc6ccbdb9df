#include "runtime/format_builtin.h"

#include "runtime/object_ops.h"
#include "runtime/text_number_str.h"
#include "runtime/thread_data.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_scratch.h"
#include "runtime/unicode_data.h"

namespace baton {

namespace {

int decimal_value(char32_t c) {
    if (c < 128) return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
    return unicode::record(static_cast<uint32_t>(c)).decimal;
}

// A specifier is short, and parsed as UTF-32 whatever its kind; longer ones than the array cannot be valid
// text for a builtin type either, but their error must still come from the parser.
class SpecText {
  public:
    explicit SpecText(const Str& spec) : text_(static_cast<size_t>(spec.length)) {
        if (!text_) return;
        with_text(spec, [&](const auto* from) {
            for (size_t i = 0; i < text_.size(); ++i) text_[i] = from[i];
        });
    }
    explicit operator bool() const { return static_cast<bool>(text_); }
    std::u32string_view view() const { return {text_.data(), text_.size()}; }

  private:
    Scratch<char32_t, 64> text_;
};

Result<void> parse(Attached ts, FormatSpec& out, Str& spec, const Object& value, char type, char align) {
    const SpecText text(spec);
    if (!text) return raise_no_memory(ts);
    if (const SpecFault fault = parse_spec(out, text.view(), type, align, decimal_value)) {
        return raise_spec_fault(ts, fault, spec, value);
    }
    return {};
}

template <class Layout>
Result<void> emit(Attached ts, StrBuilder& out, const Layout& layout) {
    out.reserve(static_cast<Index>(layout.length()));
    StrSink sink{out};
    layout.write(sink);
    return {};
}

Result<void> append_float(Attached ts, StrBuilder& out, double number, const FormatSpec& spec, Str& text,
                          Object& value) {
    if (spec.type != 0 && spec.type != 'n' && !is_float_type(spec.type)) {
        return raise_spec_fault(ts, unknown_format_code(spec.type, type_name(value)), text, value);
    }
    NumberLayout layout;
    if (const SpecFault fault = layout_float(layout, spec, number))
        return raise_spec_fault(ts, fault, text, value);
    return emit(ts, out, layout);
}

Result<void> append_float_object(Attached ts, StrBuilder& out, Object& self, Str& text) {
    FormatSpec spec;
    TRY(parse(ts, spec, text, self, '\0', '>'));
    return append_float(ts, out, static_cast<Float&>(self).value, spec, text, self);
}

Result<void> append_int(Attached ts, StrBuilder& out, Object& self, Str& text) {
    FormatSpec spec;
    TRY(parse(ts, spec, text, self, 'd', '>'));
    if (is_float_type(spec.type)) {
        const double number = TRY(int_to_double(ts, static_cast<Int&>(self)));
        return append_float(ts, out, number, spec, text, self);
    }
    if (!is_int_type(spec.type)) {
        return raise_spec_fault(ts, unknown_format_code(spec.type, type_name(self)), text, self);
    }
    const IntView view(static_cast<Int&>(self));
    NumberLayout layout;
    const SpecFault fault =
        layout_int(layout, spec, view.magnitude(), view.negative(), interp(ts).int_max_str_digits);
    if (fault) return raise_spec_fault(ts, fault, text, self);
    return emit(ts, out, layout);
}

Result<void> append_complex(Attached ts, StrBuilder& out, Object& self, Str& text) {
    FormatSpec spec;
    TRY(parse(ts, spec, text, self, '\0', '>'));
    if (spec.type != 0 && spec.type != 'n' && (!is_float_type(spec.type) || spec.type == '%')) {
        return raise_spec_fault(ts, unknown_format_code(spec.type, type_name(self)), text, self);
    }
    const auto& number = static_cast<Complex&>(self);
    ComplexLayout layout;
    const SpecFault fault = layout_complex(layout, spec, number.real, number.imag);
    if (fault) return raise_spec_fault(ts, fault, text, self);
    return emit(ts, out, layout);
}

Result<void> append_str(Attached ts, StrBuilder& out, Object& self, Str& text) {
    FormatSpec spec;
    TRY(parse(ts, spec, text, self, 's', '<'));
    if (spec.type != 's')
        return raise_spec_fault(ts, unknown_format_code(spec.type, type_name(self)), text, self);
    if (const SpecFault fault = check_string_spec(spec)) return raise_spec_fault(ts, fault, text, self);
    const auto& s = static_cast<Str&>(self);
    const Index shown =
        spec.precision >= 0 && spec.precision < s.length ? static_cast<Index>(spec.precision) : s.length;
    const Padding padding = padding_for(spec, static_cast<size_t>(shown));
    const auto fill = static_cast<uint32_t>(spec.fill);
    if (padding.left != 0) out.append_repeated(fill, static_cast<Index>(padding.left));
    out.append_range(s, 0, shown);
    if (padding.right != 0) out.append_repeated(fill, static_cast<Index>(padding.right));
    return {};
}

template <auto Append>
Result<Ref<Str>> whole(Attached ts, Object& self, Str& spec) {
    if (spec.length == 0) return str(ts, self);
    StrBuilder out;
    TRY(Append(ts, out, self, spec));
    return out.finish(ts);
}

}  // namespace

Raised raise_spec_fault(Attached ts, const SpecFault& fault, Str& spec, const Object& value) {
    switch (fault.kind) {
        case SpecFault::Kind::OverflowError:
            return raise(ts, Exc::OverflowError, "{}", fault.text);
        case SpecFault::Kind::OverLimit:
            return raise_int_digit_limit(ts, 0);
        case SpecFault::Kind::NoMemory:
            return raise_no_memory(ts);
        case SpecFault::Kind::InvalidSpecifier: {
            StrBuilder message;
            message.append_ascii(fault.text);
            message.append_ascii(" '");
            message.append(spec);
            message.append_ascii("' for object of type '");
            message.append_utf8(type_name(value));
            message.append_ascii("'");
            Ref<Str> text = TRY(message.finish(ts));
            return raise_with(ts, Exc::ValueError, std::move(text));
        }
        default:
            return raise(ts, Exc::ValueError, "{}", fault.text);
    }
}

Result<Ref<Str>> int_format(Attached ts, Object& self, Str& spec) {
    return whole<append_int>(ts, self, spec);
}
Result<Ref<Str>> complex_format(Attached ts, Object& self, Str& spec) {
    return whole<append_complex>(ts, self, spec);
}
Result<Ref<Str>> str_format_spec(Attached ts, Object& self, Str& spec) {
    if (spec.length == 0 && is_exact_str(self)) return Ref<Str>::share(static_cast<Str&>(self));
    return whole<append_str>(ts, self, spec);
}

Result<Ref<Str>> float_format(Attached ts, Object& self, Str& spec) {
    return whole<append_float_object>(ts, self, spec);
}

Result<void> append_formatted(Attached ts, StrBuilder& out, Object& value, Str& spec) {
    if (is_exact_str(value)) {
        if (spec.length != 0) return append_str(ts, out, value, spec);
        out.append(static_cast<Str&>(value));
        return {};
    }
    if (is_exact(value, int_type())) {
        if (spec.length != 0) return append_int(ts, out, value, spec);
        const IntView view(static_cast<Int&>(value));
        if (view.is_small()) {
            out.append_int(view.value());
            return {};
        }
    } else if (is_exact(value, float_type()) && spec.length != 0) {
        return append_float_object(ts, out, value, spec);
    }
    const Ref<Object> text = TRY(format(ts, value, spec));
    out.append(static_cast<Str&>(*text));
    return {};
}

}  // namespace baton
