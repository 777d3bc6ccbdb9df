// float and complex: what the rest of the runtime and the VM need of them.
//
// Invariants. Arithmetic here takes and gives plain doubles; only the last step makes an object. Comparisons
// of float with int are exact, never by rounding the int. Errors are Python's, texts included.
//
// Callers: attached threads. Parameters are borrowed, results owned.
#pragma once
#include "runtime/box.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/slots.h"
#include "runtime/type.h"

namespace baton {

inline Result<Ref<Float>> float_from_double(Attached ts, double d) {
    Ref<Float> fresh = TRY(new_object<Float>(ts, float_type()));
    fresh->value = d;
    return fresh;
}
Result<Ref<Complex>> complex_from_doubles(Attached ts, double real, double imaginary);

// a // b, a % b and both; "float floor division by zero", "float modulo", "float divmod()".
struct FloatDivision {
    double quotient, remainder;
};
FloatDivision float_divide_floor(double a, double b);  // b != 0
Result<double> float_truediv(Attached ts, double a, double b);
Result<double> float_floordiv(Attached ts, double a, double b);
Result<double> float_mod(Attached ts, double a, double b);
// a ** b where the result is real: a negative base needs an integral exponent (the caller has checked).
Result<double> float_pow_real(Attached ts, double a, double b);
// a ** b for any doubles: a float, or a complex when a negative base meets a fraction.
Result<Ref<Object>> float_pow(Attached ts, double a, double b);

// The value of a float or int operand: false when it is neither; raises when an int is too large.
Result<bool> float_operand(Attached ts, Object& o, double* out);
// PyFloat_AsDouble: also through __float__ and __index__; "must be real number, not str".
Result<double> as_double(Attached ts, Object& o);
// float(text) for a str, bytes, bytearray or buffer; "could not convert string to float: 'x'".
Result<double> float_from_text(Attached ts, Object& text);
// hash(float): of the number, or of the object's address for NaN.
Hash float_hash(Object& self, double value);
Result<Ref<Str>> float_repr_text(Attached ts, double value);

// The order of two operands of which at least one is a float; NotImplemented when the other is no number.
Result<Ref<Object>> float_compare(Attached ts, Object& a, Object& b, CompareOp op);

struct ComplexValue {
    double real, imag;
};
// The value of a complex, float or int operand, as float_operand.
Result<bool> complex_operand(Attached ts, Object& o, ComplexValue* out);
// What type(o).__complex__ gives; empty when there is none.
Result<OptRef<Complex>> complex_special(Attached ts, Object& o);
// complex(o) through __complex__, __float__, __index__: PyComplex_AsCComplex.
Result<ComplexValue> as_complex(Attached ts, Object& o);
ComplexValue complex_product(ComplexValue a, ComplexValue b);
Result<ComplexValue> complex_quotient(Attached ts, ComplexValue a, ComplexValue b);
Result<ComplexValue> complex_power(Attached ts, ComplexValue a, ComplexValue b);

extern const TypeSpec float_spec;
extern const TypeSpec complex_spec;

}  // namespace baton
