#include "runtime/format_method.h"

#include "runtime/attr.h"
#include "runtime/format_builtin.h"
#include "runtime/object_ops.h"
#include "runtime/unicode_data.h"

namespace baton {

Result<bool> MarkupReader::next(Attached ts, Markup& out) {
    out = Markup();
    if (at_ >= end_) return false;
    out.literal.start = at_;
    while (at_ < end_ && str_char_unchecked(text_, at_) != '{' && str_char_unchecked(text_, at_) != '}')
        ++at_;
    out.literal.end = at_;
    if (at_ == end_) return true;
    const uint32_t brace = str_char_unchecked(text_, at_++);
    const bool doubled = at_ < end_ && str_char_unchecked(text_, at_) == brace;
    if (doubled) {
        out.literal.end = at_++;  // one of the two stays
        return true;
    }
    if (brace == '}') return raise(ts, Exc::ValueError, "Single '}}' encountered in format string");
    if (at_ == end_) return raise(ts, Exc::ValueError, "Single '{{' encountered in format string");
    out.has_field = true;
    TRY(read_field(ts, out));
    return true;
}

Result<void> MarkupReader::read_field(Attached ts, Markup& out) {
    out.name.start = at_;
    uint32_t c = 0;
    for (bool in_name = true; in_name && at_ < end_;) {
        c = str_char_unchecked(text_, at_++);
        switch (c) {
            case '{':
                return raise(ts, Exc::ValueError, "unexpected '{{' in field name");
            case '[':  // what is in brackets may be anything
                while (at_ < end_ && str_char_unchecked(text_, at_) != ']') ++at_;
                break;
            case '}':
            case ':':
            case '!':
                in_name = false;
                break;
            default:
                break;
        }
    }
    out.name.end = at_ - 1;
    if (c != '}' && c != ':' && c != '!')
        return raise(ts, Exc::ValueError, "expected '}}' before end of string");
    if (c == '}') return {};
    if (c == '!') {
        if (at_ >= end_) {
            return raise(ts, Exc::ValueError, "end of string while looking for conversion specifier");
        }
        out.conversion = str_char_unchecked(text_, at_++);
        if (at_ < end_) {
            c = str_char_unchecked(text_, at_++);
            if (c == '}') return {};
            if (c != ':') return raise(ts, Exc::ValueError, "expected ':' after conversion specifier");
        }
    }
    out.spec.start = at_;
    for (int depth = 1; at_ < end_;) {
        c = str_char_unchecked(text_, at_++);
        if (c == '{') {
            out.spec_has_fields = true;
            ++depth;
        } else if (c == '}' && --depth == 0) {
            out.spec.end = at_ - 1;
            return {};
        }
    }
    return raise(ts, Exc::ValueError, "unmatched '{{' in format spec");
}

FieldName::FieldName(const Str& text, TextSpan range) : text_(text), at_(range.start), end_(range.end) {
    first_.start = at_;
    while (at_ < end_ && str_char_unchecked(text_, at_) != '.' && str_char_unchecked(text_, at_) != '[')
        ++at_;
    first_.end = at_;
}

Result<Index> FieldName::number(Attached ts, const Str& text, TextSpan span) {
    if (span.empty()) return -1;
    Index value = 0;
    for (Index i = span.start; i < span.end; ++i) {
        const int digit = unicode::record(str_char_unchecked(text, i)).decimal;
        if (digit < 0) return -1;
        if (value > (PTRDIFF_MAX - digit) / 10) {
            return raise(ts, Exc::ValueError, "Too many decimal digits in format string");
        }
        value = value * 10 + digit;
    }
    return value;
}

Result<bool> FieldName::next(Attached ts, Step& out) {
    out = Step();
    if (at_ >= end_) return false;
    const uint32_t c = str_char_unchecked(text_, at_++);
    out.name.start = at_;
    if (c == '.') {
        out.is_attribute = true;
        while (at_ < end_ && str_char_unchecked(text_, at_) != '.' && str_char_unchecked(text_, at_) != '[')
            ++at_;
        out.name.end = at_;
    } else if (c == '[') {
        while (at_ < end_ && str_char_unchecked(text_, at_) != ']') ++at_;
        if (at_ == end_) return raise(ts, Exc::ValueError, "Missing ']' in format string");
        out.name.end = at_++;
        out.index = TRY(number(ts, text_, out.name));
    } else {
        return raise(ts, Exc::ValueError, "Only '.' or '[' may follow ']' in format field specifier");
    }
    if (out.name.empty()) return raise(ts, Exc::ValueError, "Empty attribute in format string");
    return true;
}

namespace {

// What fields may refer to: arguments of a call, or one mapping.
struct Arguments {
    Args positional{nullptr, 0};
    Kwargs named{nullptr, nullptr};
    Object* mapping = nullptr;  // format_map's; then there are no others
};

enum class Numbering { Unknown, Automatic, Manual };

class Formatter {
  public:
    Formatter(Attached ts, Str& text, Arguments arguments) : ts_(ts), text_(text), arguments_(arguments) {}

    // Appends the expansion of a part of the text; specifiers may hold fields, but those fields' specifiers
    // may not.
    Result<void> expand(StrBuilder& out, TextSpan range, int depth) {
        if (depth <= 0) return raise(ts_, Exc::ValueError, "Max string recursion exceeded");
        MarkupReader reader(text_, range);
        Markup markup;
        while (TRY(reader.next(ts_, markup))) {
            if (!markup.literal.empty()) out.append_range(text_, markup.literal.start, markup.literal.end);
            if (markup.has_field) TRY(append_field(out, markup, depth));
        }
        return {};
    }

  private:
    Result<void> append_field(StrBuilder& out, const Markup& markup, int depth) {
        Ref<Object> value = TRY(field_value(markup.name));
        if (markup.conversion != 0) value = TRY(convert(*value, markup.conversion));
        if (!markup.spec_has_fields) {
            if (markup.spec.empty()) return append_formatted(ts_, out, *value, *str_empty());
            const Ref<Str> spec = TRY(str_substring(ts_, text_, markup.spec.start, markup.spec.end));
            return append_formatted(ts_, out, *value, *spec);
        }
        StrBuilder nested;
        TRY(expand(nested, markup.spec, depth - 1));
        const Ref<Str> spec = TRY(nested.finish(ts_));
        return append_formatted(ts_, out, *value, *spec);
    }

    Result<Ref<Object>> convert(Object& value, uint32_t conversion) {
        switch (conversion) {
            case 'r':
                return repr(ts_, value);
            case 's':
                return str(ts_, value);
            case 'a':
                return ascii(ts_, value);
            default:
                break;
        }
        if (conversion > 32 && conversion < 127) {
            return raise(ts_, Exc::ValueError, "Unknown conversion specifier {}",
                         static_cast<char>(conversion));
        }
        return raise(ts_, Exc::ValueError, "Unknown conversion specifier \\x{:x}", conversion);
    }

    Result<Ref<Object>> field_value(TextSpan span) {
        FieldName name(text_, span);
        Ref<Object> value = TRY(first_value(name));
        FieldName::Step step;
        while (TRY(name.next(ts_, step))) {
            if (step.index >= 0) {
                if (is_sequence(*value)) {
                    value = TRY(sequence_item(ts_, *value, step.index));
                } else {
                    const Ref<Int> index = TRY(box_int(ts_, step.index));
                    value = TRY(get_item(ts_, *value, *index));
                }
                continue;
            }
            const Ref<Str> key = TRY(str_substring(ts_, text_, step.name.start, step.name.end));
            auto found = step.is_attribute ? get_attr(ts_, *value, *key) : get_item(ts_, *value, *key);
            value = TRY(found);
        }
        return value;
    }

    Result<Ref<Object>> first_value(const FieldName& name) {
        Index number = TRY(name.first_number(ts_));
        if (name.first().empty() || number >= 0) {
            const Numbering wanted = name.first().empty() ? Numbering::Automatic : Numbering::Manual;
            if (numbering_ == Numbering::Unknown) numbering_ = wanted;
            if (numbering_ != wanted) {
                if (wanted == Numbering::Automatic) {
                    return raise(
                        ts_, Exc::ValueError,
                        "cannot switch from manual field specification to automatic field numbering");
                }
                return raise(ts_, Exc::ValueError,
                             "cannot switch from automatic field numbering to manual field specification");
            }
            if (wanted == Numbering::Automatic) number = next_number_++;
            return positional(number);
        }
        Ref<Str> key = TRY(str_substring(ts_, text_, name.first().start, name.first().end));
        if (arguments_.mapping != nullptr) return get_item(ts_, *arguments_.mapping, *key);
        for (size_t i = 0; i < arguments_.named.size(); ++i) {
            if (str_eq(static_cast<Str&>(*arguments_.named.names->item[i]), *key)) {
                return box(ts_, arguments_.named.v[i]);
            }
        }
        return raise_with(ts_, Exc::KeyError, std::move(key));
    }

    Result<Ref<Object>> positional(Index number) {
        if (arguments_.mapping != nullptr) {
            return raise(ts_, Exc::ValueError, "Format string contains positional fields");
        }
        if (static_cast<size_t>(number) >= arguments_.positional.n) {
            return raise(ts_, Exc::IndexError, "Replacement index {} out of range for positional args tuple",
                         number);
        }
        return box(ts_, arguments_.positional[static_cast<size_t>(number)]);
    }

    Attached ts_;
    Str& text_;
    Arguments arguments_;
    Numbering numbering_ = Numbering::Unknown;
    Index next_number_ = 0;
};

Result<Ref<Str>> formatted(Attached ts, Str& text, Arguments arguments) {
    StrBuilder out;
    Formatter formatter(ts, text, arguments);
    TRY(formatter.expand(out, {0, text.length}, 2));
    return out.finish(ts);
}

}  // namespace

Result<Ref<Str>> str_format_method(Attached ts, Str& self, Args args, Kwargs kwargs) {
    return formatted(ts, self, {args, kwargs, nullptr});
}

Result<Ref<Str>> str_format_map(Attached ts, Str& self, Object& mapping) {
    return formatted(ts, self, {{nullptr, 0}, {nullptr, nullptr}, &mapping});
}

}  // namespace baton
