// _csv: dialects, and the readers and writers that follow them.
//
// Invariants. A dialect never changes. Characters are code points; kNoChar is none. Dialects by name and the
// longest field allowed belong to the module. Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

inline constexpr uint32_t kNoChar = 0xffffffff;
enum class CsvQuoting : uint8_t { minimal, all, nonnumeric, none };

struct CsvDialect : Object {
    uint32_t delimiter, quote, escape;
    Str* terminator;
    CsvQuoting quoting;
    bool double_quote, skip_space, strict;
};
struct CsvState {
    Dict* dialects;
    Index field_limit;
};
Raised raise_csv(Attached ts, std::string_view message);
// What dialect and keyword arguments of a reader or writer say.
Result<Ref<CsvDialect>> csv_dialect(Attached ts, Args args, Kwargs kwargs);

// One or two positional arguments: a thing and a dialect.
Result<void> csv_need_first(Attached ts, Args args);
Result<Ref<Object>> csv_reader(Attached ts, Module& module, Args args, Kwargs kwargs);
Result<Ref<Object>> csv_writer(Attached ts, Module& module, Args args, Kwargs kwargs);

extern const TypeSpec csv_error_spec, csv_dialect_spec, csv_reader_spec, csv_writer_spec;

}  // namespace baton
