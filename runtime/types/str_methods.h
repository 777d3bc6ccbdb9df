// The methods of str, by the file that has them; str_type.cpp lists them in one table. Callers: native.h
// only.
#pragma once
#include "runtime/native.h"
#include "runtime/types/str.h"

namespace baton {

// An optional position: nothing and None mean `missing`; huge values are clamped; TypeError without
// __index__.
Result<Index> position_argument(Attached ts, Value v, Index missing);

// str_find_methods.cpp. These seven take (sub[, start[, end]]) and count their arguments themselves: the
// wording is their own, shared with bytes.
struct SearchArguments {
    Object* sub;
    Value start, end;
};
Result<SearchArguments> search_arguments(Attached ts, const char* method, Args args);
Result<Index> str_find_method(Attached ts, Str& self, Args args);
Result<Index> str_rfind_method(Attached ts, Str& self, Args args);
Result<Index> str_index_method(Attached ts, Str& self, Args args);
Result<Index> str_rindex_method(Attached ts, Str& self, Args args);
Result<Index> str_count_method(Attached ts, Str& self, Args args);
Result<bool> str_startswith(Attached ts, Str& self, Args args);
Result<bool> str_endswith(Attached ts, Str& self, Args args);
Result<Ref<Str>> str_replace_method(Attached ts, Str& self, Str& from, Str& to, Opt<Index> count);
Result<Ref<Str>> str_removeprefix(Attached ts, Str& self, Str& prefix);
Result<Ref<Str>> str_removesuffix(Attached ts, Str& self, Str& suffix);

// str_split.cpp
Result<Ref<List>> str_split(Attached ts, Str& self, Object* separator, Opt<Index> maxsplit);
Result<Ref<List>> str_rsplit(Attached ts, Str& self, Object* separator, Opt<Index> maxsplit);
Result<Ref<List>> str_splitlines(Attached ts, Str& self, Opt<bool> keepends);
Result<Ref<Tuple>> str_partition(Attached ts, Str& self, Object& separator);
Result<Ref<Tuple>> str_rpartition(Attached ts, Str& self, Object& separator);
Result<Ref<Str>> str_strip(Attached ts, Str& self, Object* chars);
Result<Ref<Str>> str_lstrip(Attached ts, Str& self, Object* chars);
Result<Ref<Str>> str_rstrip(Attached ts, Str& self, Object* chars);

// str_layout.cpp
Result<Ref<Str>> str_center(Attached ts, Str& self, Index width, Object* fill);
Result<Ref<Str>> str_ljust(Attached ts, Str& self, Index width, Object* fill);
Result<Ref<Str>> str_rjust(Attached ts, Str& self, Index width, Object* fill);
Result<Ref<Str>> str_zfill(Attached ts, Str& self, Index width);
Result<Ref<Str>> str_expandtabs(Attached ts, Str& self, Opt<int> tabsize);
Result<Ref<Object>> str_maketrans(Attached ts, Object* none, Object& x, Str* y, Str* z);
Result<Ref<Str>> str_translate(Attached ts, Str& self, Object& table);

// str_predicates.cpp
Result<bool> str_isascii(Attached ts, Str& self);
Result<bool> str_islower(Attached ts, Str& self);
Result<bool> str_isupper(Attached ts, Str& self);
Result<bool> str_istitle(Attached ts, Str& self);
Result<bool> str_isspace(Attached ts, Str& self);
Result<bool> str_isdecimal(Attached ts, Str& self);
Result<bool> str_isdigit(Attached ts, Str& self);
Result<bool> str_isnumeric(Attached ts, Str& self);
Result<bool> str_isalpha(Attached ts, Str& self);
Result<bool> str_isalnum(Attached ts, Str& self);
Result<bool> str_isidentifier(Attached ts, Str& self);
Result<bool> str_isprintable(Attached ts, Str& self);

}  // namespace baton
