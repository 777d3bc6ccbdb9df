// The functions of the math module, by family; math.cpp has the table.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

// math_int.cpp
Result<Value> math_gcd(Attached ts, Object& module, Args integers);
Result<Value> math_lcm(Attached ts, Object& module, Args integers);
Result<Value> math_factorial(Attached ts, Object& module, Object& x);
Result<Value> math_comb(Attached ts, Object& module, Object& n, Object& k);
Result<Value> math_perm(Attached ts, Object& module, Object& n, Object* k);
Result<Value> math_isqrt(Attached ts, Object& module, Object& n);

// math_sum.cpp
Result<double> math_fsum(Attached ts, Object& module, Object& seq);
Result<Ref<Object>> math_prod(Attached ts, Object& module, Object& iterable, Object* start);
Result<double> math_dist(Attached ts, Object& module, Object& p, Object& q);
Result<double> math_hypot(Attached ts, Object& module, Args coordinates);

// The two errors of the module, and what its functions do with a result: infinite from finite means overflow
// (or a pole, where the function cannot overflow), NaN from a number means outside the domain.
Raised raise_math_domain(Attached ts);
Raised raise_math_range(Attached ts);

}  // namespace baton
