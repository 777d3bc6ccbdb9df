// Identifiers that the runtime itself uses: immortal interned strings, one per line in names.def.
//
// id(Name::append) is the str object. They are made once per process (names.cpp), shared by all interpreters,
// and are what interning finds first; so attribute names compare by pointer.
#pragma once
#include "runtime/object.h"

namespace baton {

enum class Name : uint16_t {
#define NAME(text) text,
#define NAME_AS(identifier, text) identifier,
#include "runtime/names.def"
#undef NAME
#undef NAME_AS
    name_count
};
extern Str* const* const identifier_table;
inline Str& id(Name n) {
    return *identifier_table[static_cast<int>(n)];
}

}  // namespace baton
