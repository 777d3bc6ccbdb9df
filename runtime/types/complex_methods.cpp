#include <cmath>

#include "runtime/allocate_instance.h"
#include "runtime/format_builtin.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/text_number.h"
#include "runtime/text_number_str.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

Ref<Object> answer(Object& o) {
    return Ref<Object>::share(o);
}
bool is_complex(const Object& o) {
    return is_instance_exact(o, complex_type());
}

Result<Ref<Object>> made(Attached ts, ComplexValue v) {
    return complex_from_doubles(ts, v.real, v.imag);
}

// ---- slots ----

using ComplexOp = Result<ComplexValue> (*)(Attached, ComplexValue, ComplexValue);

template <ComplexOp Op>
Result<Ref<Object>> binary_slot(Attached ts, Object& a, Object& b) {
    ComplexValue x, y;
    if (!TRY(complex_operand(ts, a, &x)) || !TRY(complex_operand(ts, b, &y)))
        return answer(not_implemented());
    const ComplexValue result = TRY(Op(ts, x, y));
    return made(ts, result);
}

Result<ComplexValue> plus(Attached, ComplexValue a, ComplexValue b) {
    return ComplexValue{a.real + b.real, a.imag + b.imag};
}
Result<ComplexValue> minus(Attached, ComplexValue a, ComplexValue b) {
    return ComplexValue{a.real - b.real, a.imag - b.imag};
}
Result<ComplexValue> times(Attached, ComplexValue a, ComplexValue b) {
    return complex_product(a, b);
}

Result<Ref<Object>> complex_power_slot(Attached ts, Object& a, Object& b, Object& modulus) {
    ComplexValue x, y;
    if (!TRY(complex_operand(ts, a, &x)) || !TRY(complex_operand(ts, b, &y)))
        return answer(not_implemented());
    if (!is_none(modulus)) return raise(ts, Exc::ValueError, "complex modulo");
    const ComplexValue power = TRY(complex_power(ts, x, y));
    return made(ts, power);
}

Result<Ref<Object>> complex_negative(Attached ts, Complex& self) {
    return made(ts, {-self.real, -self.imag});
}
Result<Ref<Object>> complex_positive(Attached ts, Complex& self) {
    if (is_exact(self, complex_type())) return answer(self);
    return made(ts, {self.real, self.imag});
}
Result<Ref<Object>> complex_absolute(Attached ts, Complex& self) {
    const double modulus = std::hypot(self.real, self.imag);
    if (std::isinf(modulus) && std::isfinite(self.real) && std::isfinite(self.imag)) {
        return raise(ts, Exc::OverflowError, "absolute value too large");
    }
    return float_from_double(ts, modulus);
}
Result<bool> complex_bool(Attached, Complex& self) {
    return self.real != 0.0 || self.imag != 0.0;
}

Result<Index> complex_hash(Attached, Complex& self) {
    const auto real = static_cast<size_t>(float_hash(self, self.real));
    const auto imag = static_cast<size_t>(float_hash(self, self.imag));
    const auto hash = static_cast<Index>(real + 1000003u * imag);
    return hash == -1 ? -2 : hash;
}

Result<Ref<Object>> complex_richcompare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (op != CompareOp::eq && op != CompareOp::ne) return answer(not_implemented());
    const auto& x = static_cast<Complex&>(a);
    bool same;
    if (is_complex(b)) {
        const auto& y = static_cast<Complex&>(b);
        same = x.real == y.real && x.imag == y.imag;
    } else if (is_float(b)) {
        same = x.imag == 0.0 && x.real == static_cast<Float&>(b).value;
    } else if (is_int(b)) {
        // Exactly, like float with int, whose rounding must not make different numbers equal.
        same = x.imag == 0.0 && !std::isnan(x.real) && int_compare_double(Value(&b), x.real) == 0;
    } else {
        return answer(not_implemented());
    }
    return answer(bool_object(same == (op == CompareOp::eq)));
}

Result<Ref<Object>> complex_repr(Attached ts, Complex& self) {
    TextBuffer text;
    if (self.real == 0.0 && !std::signbit(self.real)) {
        format_double(text, self.imag, 'r', 0, kFloatPlain);
        text.append('j');
    } else {
        text.append('(');
        format_double(text, self.real, 'r', 0, kFloatPlain);
        format_double(text, self.imag, 'r', 0, kFloatSign);
        text.append("j)");
    }
    return str_from_buffer(ts, text);
}

// ---- making ----

bool is_unit(std::string_view text, size_t at) {
    return at < text.size() && (text[at] == 'j' || text[at] == 'J');
}
bool is_sign(std::string_view text, size_t at) {
    return at < text.size() && (text[at] == '+' || text[at] == '-');
}
size_t skip_space(std::string_view text, size_t at) {
    while (at < text.size() && (text[at] == ' ' || (text[at] >= '\t' && text[at] <= '\r'))) ++at;
    return at;
}

// "1", "2j", "1+2j", "j", "1-j", in parentheses or not; the real part, or all of it, may be left out.
bool parse_complex(std::string_view text, ComplexValue& out) {
    size_t at = skip_space(text, 0);
    const bool bracket = at < text.size() && text[at] == '(';
    if (bracket) at = skip_space(text, at + 1);
    out = {0.0, 0.0};
    const auto sign_alone = [&] { return is_sign(text, at) && text[at++] == '-' ? -1.0 : 1.0; };
    double first;
    if (const size_t used = parse_double_prefix(text.substr(at), first)) {
        at += used;
        if (is_sign(text, at)) {
            out.real = first;
            if (const size_t more = parse_double_prefix(text.substr(at), out.imag)) {
                at += more;
            } else {
                out.imag = sign_alone();
            }
            if (!is_unit(text, at++)) return false;
        } else if (is_unit(text, at)) {
            out.imag = first;
            ++at;
        } else {
            out.real = first;
        }
    } else {
        out.imag = sign_alone();
        if (!is_unit(text, at++)) return false;
    }
    at = skip_space(text, at);
    if (bracket) {
        if (at == text.size() || text[at] != ')') return false;
        at = skip_space(text, at + 1);
    }
    return at == text.size();
}

Result<ComplexValue> complex_from_text(Attached ts, Str& s) {
    TextBuffer scratch, plain;
    std::string_view text = TRY(number_text(ts, s, scratch));
    ComplexValue value;
    if (text.find('_') != text.npos) {
        switch (remove_underscores(plain, text)) {
            case FloatParse::Ok:
                text = plain.view();
                break;
            case FloatParse::NoMemory:
                return raise_no_memory(ts);
            case FloatParse::Invalid: {
                const Ref<Str> shown = TRY(repr(ts, s));
                const std::string_view utf8 = TRY(str_as_utf8(ts, *shown));
                return raise(ts, Exc::ValueError, "could not convert string to complex: {}", utf8);
            }
        }
    }
    if (!parse_complex(text, value)) return raise(ts, Exc::ValueError, "complex() arg is a malformed string");
    return value;
}

bool is_real_number(const Object& o) {
    return info(o).nb_float != nullptr || has_index(o);
}

Result<double> real_part(Attached ts, Object& o) {
    const Ref<Object> number = TRY(number_float(ts, o));
    return static_cast<Float&>(*number).value;
}

constexpr Signature kNewSignature = parse_signature("complex($type, real=0, imag=0)");

Result<Ref<Object>> new_complex(Attached ts, Type& cls, ComplexValue value) {
    if (&cls == &complex_type()) return made(ts, value);
    Ref<Object> self = TRY(allocate_instance(ts, cls, 0));
    static_cast<Complex&>(*self).real = value.real;
    static_cast<Complex&>(*self).imag = value.imag;
    return self;
}

Result<Ref<Object>> complex_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    if (bound[0] == nullptr && bound[1] == nullptr) return new_complex(ts, cls, {0.0, 0.0});
    Object* given = bound[0] == nullptr ? small_int(0).get() : TRY(box_in_place(ts, *bound[0]));
    Object* second = bound[1] == nullptr ? nullptr : TRY(box_in_place(ts, *bound[1]));
    if (second == nullptr && is_exact(*given, complex_type()) && &cls == &complex_type())
        return answer(*given);
    if (is_str(*given)) {
        if (second != nullptr)
            return raise(ts, Exc::TypeError, "complex() can't take second arg if first is a string");
        const ComplexValue value = TRY(complex_from_text(ts, static_cast<Str&>(*given)));
        return new_complex(ts, cls, value);
    }
    if (second != nullptr && is_str(*second))
        return raise(ts, Exc::TypeError, "complex() second arg can't be a string");

    // What __complex__ gives stands for the first argument.
    OptRef<Object> special;
    if (!is_exact(*given, complex_type())) {
        OptRef<Complex> converted = TRY(complex_special(ts, *given));
        if (converted) special = OptRef<Object>(std::move(converted).take());
    }
    Object& first = special ? *special : *given;
    if (!is_complex(first) && !is_real_number(first)) {
        return raise(ts, Exc::TypeError, "complex() first argument must be a string or a number, not '{}'",
                     type_name(first));
    }
    if (second != nullptr && !is_complex(*second) && !is_real_number(*second)) {
        return raise(ts, Exc::TypeError, "complex() second argument must be a number, not '{}'",
                     type_name(*second));
    }
    // complex(a, b) is a + b*1j, whatever a and b are.
    ComplexValue value{0.0, 0.0};
    double turned = 0.0;  // what the first argument adds to the imaginary part
    if (is_complex(first)) {
        value.real = static_cast<Complex&>(first).real;
        turned = static_cast<Complex&>(first).imag;
    } else {
        value.real = TRY(real_part(ts, first));
    }
    if (second == nullptr) {
        value.imag = turned;
        return new_complex(ts, cls, value);
    }
    if (is_complex(*second)) {
        value.real -= static_cast<Complex&>(*second).imag;
        value.imag = static_cast<Complex&>(*second).real;
    } else {
        value.imag = TRY(real_part(ts, *second));
    }
    if (is_complex(first)) value.imag += turned;
    return new_complex(ts, cls, value);
}

// ---- methods ----

Result<Ref<Object>> complex_conjugate(Attached ts, Complex& self) {
    return made(ts, {self.real, -self.imag});
}
Result<Ref<Object>> complex_getnewargs(Attached ts, Complex& self) {
    const Ref<Float> real = TRY(float_from_double(ts, self.real));
    const Ref<Float> imag = TRY(float_from_double(ts, self.imag));
    return tuple_of(ts, {real.get(), imag.get()});
}
Result<Ref<Str>> complex_format_method(Attached ts, Complex& self, Str& format_spec) {
    return complex_format(ts, self, format_spec);
}

constexpr Method complex_methods[] = {
    method<complex_positive>("__complex__($self, /)", "The number as an exact complex."),
    method<complex_conjugate>("conjugate($self, /)", "The number with its imaginary part negated."),
    method<complex_getnewargs>("__getnewargs__($self, /)", nullptr),
    method<complex_format_method>("__format__($self, format_spec, /)", "The number as format_spec asks."),
    {},
};

// Codes of CPython's structmember.h: a C double, read-only.
constexpr int kMemberDouble = 4;
constexpr int kMemberReadOnly = 1;
MemberDef complex_members[] = {
    {"real", kMemberDouble, offsetof(Complex, real), kMemberReadOnly, "The part without the imaginary unit."},
    {"imag", kMemberDouble, offsetof(Complex, imag), kMemberReadOnly, "The factor of the imaginary unit."},
    {},
};

}  // namespace

const TypeSpec complex_spec = {
    .name = "complex",
    .doc = "complex(real=0, imag=0)\n--\n\nThe complex number real + imag*1j, or the one a text stands for.",
    .basicsize = sizeof(Complex),
    .flags = kTypeBaseType,
    .methods = complex_methods,
    .members = complex_members,
    .repr = typed_slot<complex_repr>,
    .hash = typed_slot<complex_hash>,
    .richcompare = slot<complex_richcompare>,
    .tp_new = slot<complex_new>,
    .add = slot<binary_slot<plus>>,
    .subtract = slot<binary_slot<minus>>,
    .multiply = slot<binary_slot<times>>,
    .power = slot<complex_power_slot>,
    .negative = typed_slot<complex_negative>,
    .positive = typed_slot<complex_positive>,
    .absolute = typed_slot<complex_absolute>,
    .nb_bool = typed_slot<complex_bool>,
    .true_divide = slot<binary_slot<complex_quotient>>,
};

}  // namespace baton
