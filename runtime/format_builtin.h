// __format__ of the builtin types: the format mini-language applied to real objects.
//
// Callers: attached threads. An empty spec gives str(value), as in Python.
#pragma once
#include "runtime/format_spec.h"
#include "runtime/types/str_builder.h"

namespace baton {

Result<Ref<Str>> int_format(Attached ts, Object& self, Str& spec);
Result<Ref<Str>> float_format(Attached ts, Object& self, Str& spec);
Result<Ref<Str>> complex_format(Attached ts, Object& self, Str& spec);
Result<Ref<Str>> str_format_spec(Attached ts, Object& self, Str& spec);

// Appends format(value, spec): the exact builtin types go straight into the builder, others through
// __format__.
Result<void> append_formatted(Attached ts, StrBuilder& out, Object& value, Str& spec);

// The exception a SpecFault stands for. `spec` and `value` complete "Invalid format specifier".
Raised raise_spec_fault(Attached ts, const SpecFault& fault, Str& spec, const Object& value);

}  // namespace baton
