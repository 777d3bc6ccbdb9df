// Catch2 without its CHECK: in this code base CHECK is threadstate/check.h's, which aborts. Tests use
// REQUIRE.
#pragma once

#include <catch2/catch.hpp>

#undef CHECK
