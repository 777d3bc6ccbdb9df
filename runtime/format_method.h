// str.format: the replacement-field language ("{0.name[key]!r:>{width}}").
//
// Invariants. Reading is separate from doing: MarkupReader cuts a format string into literals and fields,
// FieldName cuts a field name into its steps; both only remember positions in the str, which must outlive
// them. Numbering of fields is either automatic or manual for a whole format string, nested specifiers
// included.
//
// Callers: attached threads, no exception pending.
#pragma once
#include "runtime/native.h"
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Str>> str_format_method(Attached ts, Str& self, Args args,
                                   Kwargs kwargs);                         // self.format(*args, **kwargs)
Result<Ref<Str>> str_format_map(Attached ts, Str& self, Object& mapping);  // self.format_map(mapping)

struct TextSpan {
    Index start = 0, end = 0;
    bool empty() const { return start >= end; }
};

// One step of a format string: literal text, then perhaps a field.
struct Markup {
    TextSpan literal;
    bool has_field = false;
    TextSpan name, spec;
    bool spec_has_fields = false;
    uint32_t conversion = 0;  // the character after '!', 0 for none
};
class MarkupReader {
  public:
    MarkupReader(const Str& text, TextSpan range) : text_(text), at_(range.start), end_(range.end) {}
    // False at the end of the text.
    Result<bool> next(Attached ts, Markup& out);

  private:
    Result<void> read_field(Attached ts, Markup& out);
    const Str& text_;
    Index at_, end_;
};

// The steps after the first part of a field name: ".attribute" and "[index]".
class FieldName {
  public:
    FieldName(const Str& text, TextSpan range);
    TextSpan first() const { return first_; }
    Result<Index> first_number(Attached ts) const { return number(ts, text_, first_); }  // -1: not a number
    struct Step {
        bool is_attribute = false;
        Index index = -1;  // of an item step; -1: the name is the key
        TextSpan name;
    };
    Result<bool> next(Attached ts, Step& out);

    static Result<Index> number(Attached ts, const Str& text, TextSpan span);

  private:
    const Str& text_;
    TextSpan first_;
    Index at_, end_;
};

}  // namespace baton
