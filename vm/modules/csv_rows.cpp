// _csv: readers and writers.
#include <vector>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/str_builder.h"
#include "vm/modules/csv.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// ---- reading ----

struct CsvReader : Object {
    Object* lines;  // an iterator
    Object* dialect;
    Object* module;
    Index line_number;
};

bool is_newline(uint32_t c) {
    return c == '\n' || c == '\r';
}

// Takes one row apart, character by character; a row may have several lines.
class RowParser {
  public:
    RowParser(Attached ts, const CsvDialect& dialect, Index limit, List& row)
        : ts_(ts), d_(dialect), limit_(limit), row_(row) {}

    bool complete() const { return state_ == State::row_start; }
    // Input ended here: is something left that belongs to the row?
    bool unfinished() const { return !field_.empty() || state_ == State::quoted; }

    Result<void> line(Str& text) {
        for (Index i = 0; i < text.length; ++i) TRY(step(str_char_unchecked(text, i)));
        return step(kEnd);
    }
    Result<void> end_field() {
        Ref<Object> field = TRY(str_new_ucs4(ts_, field_.data(), static_cast<Index>(field_.size())));
        field_.clear();
        if (number_) {
            number_ = false;
            field = TRY(number_float(ts_, *field));
        }
        return list_append_owned(ts_, row_, std::move(field));
    }

  private:
    enum class State : uint8_t {
        row_start,
        field_start,
        plain,
        escaped,
        behind_escaped_newline,
        quoted,
        escaped_in_quotes,
        quote_in_quotes,
        row_end,
    };
    static constexpr uint32_t kEnd = kNoChar - 1;  // of the line

    Result<void> add(uint32_t c) {
        if (static_cast<Index>(field_.size()) >= limit_)
            return raise_csv(ts_, fmt::format("field larger than field limit ({})", limit_));
        field_.push_back(c);
        return {};
    }
    bool ends_line(uint32_t c) const { return c == kEnd || is_newline(c); }
    bool quotes(uint32_t c) const { return c == d_.quote && d_.quoting != CsvQuoting::none; }
    Result<void> close(uint32_t c, State next) {
        TRY(end_field());
        state_ = ends_line(c) ? (c == kEnd ? State::row_start : State::row_end) : next;
        return {};
    }

    Result<void> step(uint32_t c) {
        switch (state_) {
            case State::row_start:
                if (c == kEnd) return {};  // an empty line is an empty row
                if (is_newline(c)) {
                    state_ = State::row_end;
                    return {};
                }
                [[fallthrough]];
            case State::field_start:
                return start_field(c);
            case State::escaped:
                state_ = is_newline(c) ? State::behind_escaped_newline : State::plain;
                return add(c == kEnd ? '\n' : c);
            case State::behind_escaped_newline:
                if (c == kEnd) return {};
                [[fallthrough]];
            case State::plain:
                if (ends_line(c) || c == d_.delimiter) return close(c, State::field_start);
                if (c == d_.escape) {
                    state_ = State::escaped;
                    return {};
                }
                state_ = State::plain;
                return add(c);
            case State::quoted:
                return inside_quotes(c);
            case State::escaped_in_quotes:
                state_ = State::quoted;
                return add(c == kEnd ? '\n' : c);
            case State::quote_in_quotes:
                return behind_quote(c);
            case State::row_end:
                break;
        }
        if (c == kEnd)
            state_ = State::row_start;
        else if (!is_newline(c))
            return raise_csv(ts_,
                             "new-line character seen in unquoted field - do you need to open the file in "
                             "universal-newline mode?");
        return {};
    }
    Result<void> start_field(uint32_t c) {
        state_ = State::field_start;
        if (ends_line(c) || c == d_.delimiter) return close(c, State::field_start);
        if (quotes(c)) {
            state_ = State::quoted;
        } else if (c == d_.escape) {
            state_ = State::escaped;
        } else if (c != ' ' || !d_.skip_space) {
            number_ = d_.quoting == CsvQuoting::nonnumeric;
            state_ = State::plain;
            return add(c);
        }
        return {};
    }
    Result<void> inside_quotes(uint32_t c) {
        if (c == kEnd) return {};
        if (c == d_.escape) {
            state_ = State::escaped_in_quotes;
        } else if (quotes(c)) {
            state_ = d_.double_quote ? State::quote_in_quotes : State::plain;
        } else {
            return add(c);
        }
        return {};
    }
    // Behind a quote inside quotes: its double, or the end of the field.
    Result<void> behind_quote(uint32_t c) {
        if (quotes(c)) {
            state_ = State::quoted;
            return add(c);
        }
        if (ends_line(c) || c == d_.delimiter) return close(c, State::field_start);
        if (d_.strict) {
            StrBuilder text;
            text.append_ascii("'");
            text.append(d_.delimiter);
            text.append_ascii("' expected after '");
            text.append(d_.quote);
            text.append_ascii("'");
            const Ref<Str> message = TRY(text.finish(ts_));
            return raise_type(ts_, baton_csv_error_type, message.get());
        }
        state_ = State::plain;
        return add(c);
    }

    Attached ts_;
    const CsvDialect& d_;
    Index limit_;
    List& row_;
    std::vector<uint32_t> field_;
    State state_ = State::row_start;
    bool number_ = false;
};

// The collector takes objects of a ring apart, and a finalizer may still hold one.
Raised raise_cleared(Attached ts) {
    return raise(ts, Exc::ReferenceError, "the object has been taken apart by the garbage collector");
}

Next reader_next(Attached ts, CsvReader& self) {
    if (self.lines == nullptr) return raise_cleared(ts);
    auto made = list_new(ts, 0);
    if (!made.ok()) return already_raised();
    Ref<List> row = made.take();
    const Ref<Object> dialect = Ref<Object>::share(*self.dialect), lines = Ref<Object>::share(*self.lines);
    RowParser parser(ts, static_cast<CsvDialect&>(*dialect),
                     module_state<CsvState>(static_cast<Module&>(*self.module)).field_limit, *row);
    do {
        Next line = iter_next(ts, *lines);
        if (line.raised()) return already_raised();
        if (line.is_done()) {
            if (!parser.unfinished()) return Next::done();
            if (static_cast<CsvDialect&>(*dialect).strict) return raise_csv(ts, "unexpected end of data");
            if (!parser.end_field().ok()) return already_raised();
            break;
        }
        const Ref<Object> text = line.take();
        if (!is_str(*text)) {
            return raise_csv(
                ts,
                fmt::format("iterator should return strings, not {} (the file should be opened in text mode)",
                            type_name(*text)));
        }
        ++self.line_number;
        if (!parser.line(static_cast<Str&>(*text)).ok()) return already_raised();
    } while (!parser.complete());
    return row;
}
Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}
Result<Ref<Object>> reader_dialect(Attached ts, Object& self) {
    Object* dialect = static_cast<CsvReader&>(self).dialect;
    if (dialect == nullptr) return raise_cleared(ts);
    return Ref<Object>::share(*dialect);
}
Result<Ref<Object>> reader_line_num(Attached ts, Object& self) {
    return box_int(ts, static_cast<CsvReader&>(self).line_number);
}
constexpr GetSet reader_getset[] = {
    GetSet{"dialect", reader_dialect, nullptr, "how the lines are read"},
    GetSet{"line_num", reader_line_num, nullptr, "how many lines were taken so far"},
    {},
};

// ---- writing ----

struct CsvWriter : Object {
    Object* write;  // the file's method
    Object* dialect;
};

// One row as text.
class RowText {
  public:
    RowText(Attached ts, const CsvDialect& dialect) : ts_(ts), d_(dialect) {}

    Result<void> field(Object& value) {
        bool quoted =
            d_.quoting == CsvQuoting::all || (d_.quoting == CsvQuoting::nonnumeric && !is_number(value));
        if (is_none(value)) return append(*str_empty(), quoted);
        const Ref<Str> text = TRY(baton::str(ts_, value));
        return append(*text, quoted);
    }
    Result<Ref<Str>> finish() {
        // A row of one empty field would be taken for an empty row.
        if (fields_ > 0 && text_.size() == 0) {
            if (d_.quoting == CsvQuoting::none)
                return raise_csv(ts_, "single empty field record must be quoted");
            fields_ = 0;
            TRY(append(*str_empty(), true));
        }
        text_.append(*d_.terminator);
        return text_.finish(ts_);
    }

  private:
    bool special(uint32_t c) const {
        return c == d_.delimiter || c == d_.escape || c == d_.quote ||
               str_find_char(*d_.terminator, c, 0, d_.terminator->length) >= 0;
    }
    // Which characters need another before them; whether the field needs quotes shows on the way.
    Result<void> append(Str& value, bool quoted) {
        StrBuilder body;
        for (Index i = 0; i < value.length; ++i) {
            const uint32_t c = str_char_unchecked(value, i);
            if (special(c)) {
                bool escape = d_.quoting == CsvQuoting::none || c == d_.escape;
                if (!escape && c == d_.quote) {
                    if (d_.double_quote)
                        body.append(d_.quote);
                    else
                        escape = true;
                }
                if (!escape) {
                    quoted = true;
                } else if (d_.escape == kNoChar) {
                    return raise_csv(ts_, "need to escape, but no escapechar set");
                } else {
                    body.append(d_.escape);
                }
            }
            body.append(c);
        }
        const Ref<Str> text = TRY(body.finish(ts_));
        if (fields_++ > 0) text_.append(d_.delimiter);
        if (quoted) text_.append(d_.quote);
        text_.append(*text);
        if (quoted) text_.append(d_.quote);
        return {};
    }

    Attached ts_;
    const CsvDialect& d_;
    StrBuilder text_;
    Index fields_ = 0;
};

Result<Ref<Object>> writer_writerow(Attached ts, CsvWriter& self, Object& row) {
    if (self.write == nullptr) return raise_cleared(ts);
    auto fields = get_iter(ts, row);
    if (!fields.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return raise_csv(ts, fmt::format("iterable expected, not {}", type_name(row)));
    }
    const Ref<Object> dialect = Ref<Object>::share(*self.dialect), write = Ref<Object>::share(*self.write);
    RowText text(ts, static_cast<CsvDialect&>(*dialect));
    for (;;) {
        Next next = iter_next(ts, *fields);
        if (next.raised()) return already_raised();
        if (next.is_done()) break;
        const Ref<Object> value = next.take();
        TRY(text.field(*value));
    }
    const Ref<Str> line = TRY(text.finish());
    return call(ts, *write, {line.get()});
}
Result<void> writer_writerows(Attached ts, CsvWriter& self, Object& rows) {
    return for_each(ts, rows, [&](Ref<Object> row) -> Result<bool> {
        TRY(writer_writerow(ts, self, *row));
        return true;
    });
}
Result<Ref<Object>> writer_dialect(Attached ts, Object& self) {
    Object* dialect = static_cast<CsvWriter&>(self).dialect;
    if (dialect == nullptr) return raise_cleared(ts);
    return Ref<Object>::share(*dialect);
}
constexpr Method writer_methods[] = {
    method<writer_writerow>("writerow($self, row, /)",
                            "Write one row; returns what the file's write() does."),
    method<writer_writerows>("writerows($self, rows, /)", "Write several rows."),
    {},
};
constexpr GetSet writer_getset[] = {
    GetSet{"dialect", writer_dialect, nullptr, "how the rows are written"},
    {},
};

}  // namespace

Result<void> csv_need_first(Attached ts, Args args) {
    if (args.n >= 1 && args.n <= 2) return {};
    return raise(ts, Exc::TypeError, " expected at {} argument{}, got {}", args.n < 1 ? "least 1" : "most 2",
                 args.n < 1 ? "" : "s", args.n);
}

Result<Ref<Object>> csv_reader(Attached ts, Module& module, Args args, Kwargs kwargs) {
    TRY(csv_need_first(ts, args));
    Object* source = TRY(box_in_place(ts, args.v[0]));
    Ref<Object> lines = TRY(get_iter(ts, *source));
    Ref<CsvDialect> dialect = TRY(csv_dialect(ts, args, kwargs));
    Ref<CsvReader> made = TRY(new_gc_object<CsvReader>(ts, baton_csv_reader_type));
    made->lines = lines.release();
    made->dialect = dialect.release();
    made->module = Ref<Object>::share(module).release();
    made->line_number = 0;
    gc_track(ts, made.get());
    return made;
}
Result<Ref<Object>> csv_writer(Attached ts, Module&, Args args, Kwargs kwargs) {
    TRY(csv_need_first(ts, args));
    Object* file = TRY(box_in_place(ts, args.v[0]));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "write"));
    OptRef<Object> write = TRY(get_attr_opt(ts, *file, *name));
    if (!write || !is_callable(*write))
        return raise(ts, Exc::TypeError, "argument 1 must have a \"write\" method");
    Ref<CsvDialect> dialect = TRY(csv_dialect(ts, args, kwargs));
    Ref<CsvWriter> made = TRY(new_gc_object<CsvWriter>(ts, baton_csv_writer_type));
    made->write = write.release();
    made->dialect = dialect.release();
    gc_track(ts, made.get());
    return made;
}

const TypeSpec csv_reader_spec =
    with_gc<CsvReader, &CsvReader::lines, &CsvReader::dialect, &CsvReader::module>({
        .name = "_csv.reader",
        .doc = "An iterator over rows; csv.reader() makes one.",
        .flags = kTypeDisallowInstantiation,
        .getset = reader_getset,
        .iter = slot<return_self>,
        .iternext = typed_slot<reader_next>,
    });
const TypeSpec csv_writer_spec = with_gc<CsvWriter, &CsvWriter::write, &CsvWriter::dialect>({
    .name = "_csv.writer",
    .doc = "What writes rows; csv.writer() makes one.",
    .flags = kTypeDisallowInstantiation,
    .methods = writer_methods,
    .getset = writer_getset,
});

}  // namespace baton
