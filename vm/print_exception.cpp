// See print_exception.h.
#include "vm/audit.h"
#include "vm/print_exception.h"

#include <cstdlib>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/code_tables.h"
#include "vm/file_text.h"
#include "vm/source_lines.h"
#include "vm/suggest.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

constexpr int kRepeatLimit = 3;
constexpr int kMaxGroupDepth = 10;  // groups inside groups that are shown

class Display {
  public:
    explicit Display(Attached ts) : ts_(ts) {}
    Result<void> exception(Object& value, Object* traceback);
    Result<Ref<Str>> finish() { return out_.finish(ts_); }
    Result<void> traceback(Traceback& first);

  private:
    // A part of a group stands behind a bar.
    void indent() { out_.append_ascii(depth_ > 0 ? "| " : ""); }
    void line(std::string_view text) {
        indent();
        out_.append_utf8(text);
        out_.append('\n');
    }
    Result<void> lines(Str& text);
    Result<void> chained(BaseException& e);
    Result<void> one(BaseException& e, Object* traceback);
    Result<void> group(BaseException& e, Object* traceback);
    Result<void> source_line(Traceback& t, Str& filename, int lineno);
    Result<void> syntax_error_location(BaseException& e);
    Result<Ref<Str>> headline(BaseException& e);
    Result<Ref<Object>> attribute(BaseException& e, const char* name) {
        return get_attr(ts_, e, *TRY(str_intern_utf8(ts_, name)));
    }
    bool seen(Object& o) {
        for (Object* s : seen_) {
            if (s == &o) return true;
        }
        seen_.push_back(&o);
        return false;
    }

    Attached ts_;
    StrBuilder out_;
    std::vector<Object*> seen_;
    int margin_ = 0;
    int depth_ = 0;
};

// Every line of a text, indented.
Result<void> Display::lines(Str& text) {
    Index start = 0;
    for (;;) {
        Index end = str_find_char(text, '\n', start, text.length);
        indent();
        out_.append_range(text, start, end < 0 ? text.length : end);
        out_.append('\n');
        if (end < 0) return {};
        start = end + 1;
    }
}

// "module.Name: message", the module left out for builtins and __main__.
Result<Ref<Str>> Display::headline(BaseException& e) {
    StrBuilder head;
    auto module = TRY(get_attr_opt(ts_, *e.type, id(Name::__module__)));
    if (!module || !is_str(*module)) {
        head.append_ascii("<unknown>.");
    } else {
        auto& m = static_cast<Str&>(*module);
        if (!str_eq_ascii(m, "builtins") && !str_eq_ascii(m, "__main__")) {
            head.append(m);
            head.append('.');
        }
    }
    auto name = type_get_qualname(ts_, *e.type);
    if (name.ok() && is_str(*name))
        head.append(static_cast<Str&>(*name));
    else {
        clear_pending(ts_);
        head.append_ascii("<unknown>");
    }
    auto text = str(ts_, e);
    if (!text.ok()) {
        clear_pending(ts_);
        head.append_ascii(": <exception str() failed>");
    } else if (text->length) {
        head.append_ascii(": ");
        head.append(*text);
    }
    return head.finish(ts_);
}

// The line a traceback entry stands on, and carets under the part that raised where that is not the whole
// line.
Result<void> Display::source_line(Traceback& t, Str& filename, int lineno) {
    std::string text;
    if (!source_line_of(ts_, filename, lineno, &text)) return {};
    size_t strip = 0;
    while (strip < text.size() && (text[strip] == ' ' || text[strip] == '\t' || text[strip] == '\f')) ++strip;
    std::string shown = text.substr(strip);
    while (!shown.empty() &&
           (shown.back() == '\n' || shown.back() == '\r' || shown.back() == ' ' || shown.back() == '\t'))
        shown.pop_back();
    line("    " + shown);
    const Code& code = *t.frame->frame->code;
    const PositionEntry& p = code_position(code, static_cast<uint32_t>(t.lasti / kBytesPerWord));
    std::string marks = carets_under(text, strip, shown.size(), p, lineno);
    if (!marks.empty()) line("    " + marks);
    return {};
}

Result<void> Display::traceback(Traceback& first) {
    // sys.tracebacklimit: only the last so many entries.
    Index limit = 1000, count = 0;
    auto limit_object = sys_get(ts_, id(Name::tracebacklimit));
    if (limit_object && is_int(*limit_object)) {
        bool raised = false;
        limit = as_index_clamped_or(ts_, *limit_object, &raised);
        if (limit <= 0) return {};
    }
    for (Traceback* t = &first; t; t = t->next) ++count;
    line("Traceback (most recent call last):");
    Str* last_file = nullptr;
    Str* last_name = nullptr;
    int last_line = -1, repeated = 0;
    auto close_repeats = [&] {
        if (repeated > kRepeatLimit) {
            int more = repeated - kRepeatLimit;
            line(fmt::format("  [Previous line repeated {} more time{}]", more, more == 1 ? "" : "s"));
        }
    };
    for (Traceback* t = &first; t; t = t->next, --count) {
        if (count > limit) continue;
        const Code& code = *t->frame->frame->code;
        int lineno = traceback_line(*t);
        if (!last_file || last_file != code.filename || last_line != lineno || last_name != code.name) {
            close_repeats();
            last_file = code.filename;
            last_name = code.name;
            last_line = lineno;
            repeated = 0;
        }
        if (++repeated > kRepeatLimit) continue;
        indent();
        out_.append_ascii("  File \"");
        out_.append(*code.filename);
        out_.append_ascii("\", line ");
        out_.append_int(lineno);
        out_.append_ascii(", in ");
        out_.append(*code.name);
        out_.append('\n');
        TRY(source_line(*t, *code.filename, lineno));
    }
    close_repeats();
    return {};
}

// File, line, text and carets of a SyntaxError, from its attributes as they are now.
Result<void> Display::syntax_error_location(BaseException& e) {
    auto filename = TRY(attribute(e, "filename"));
    auto lineno = TRY(attribute(e, "lineno"));
    if (!is_int(*lineno))
        return raise(ts_, Exc::TypeError, "an integer is required");  // made by hand: it has no place
    indent();
    out_.append_ascii("  File \"");
    if (is_none(*filename))
        out_.append_ascii("<string>");
    else
        out_.append(*TRY(str(ts_, *filename)));
    out_.append_ascii("\", line ");
    out_.append(*TRY(str(ts_, *lineno)));
    out_.append('\n');
    auto text = TRY(attribute(e, "text"));
    if (!is_str(*text)) return {};
    std::string source(TRY(str_as_utf8(ts_, static_cast<Str&>(*text))));
    auto column = TRY(attribute(e, "offset"));
    auto end_line = TRY(attribute(e, "end_lineno"));
    auto end_column = TRY(attribute(e, "end_offset"));
    auto as_number = [&](Object& o, int64_t fallback) {
        int64_t v = fallback;
        return is_int(o) && int_fits_tag(static_cast<Int&>(o), &v) ? v : fallback;
    };
    int64_t offset = as_number(*column, -1), end = as_number(*end_column, -1);
    int64_t first = as_number(*lineno, 0), last = as_number(*end_line, first);
    // As in CPython, wrong indentation gets one caret however wide the token is.
    if (is_instance_exact(e, exc_type(Exc::IndentationError))) end = -1;
    for (const std::string& l : syntax_error_lines(source, offset, end, first, last)) line(l);
    return {};
}

Result<void> Display::one(BaseException& e, Object* tb) {
    if (tb && is_traceback(*tb)) TRY(traceback(static_cast<Traceback&>(*tb)));
    bool located = false;
    auto marker = TRY(get_attr_opt(ts_, e, id(Name::print_file_and_line)));
    if (marker) {
        auto where = syntax_error_location(e);
        located = where.ok();
        if (!located) clear_pending(ts_);
    }
    auto head = TRY(headline(e));
    if (located) {
        // The message alone: str() of a SyntaxError names the place again.
        auto msg = TRY(attribute(e, "msg"));
        StrBuilder text;
        Index colon = str_find_char(*head, ':', 0, head->length);
        text.append_range(*head, 0, colon < 0 ? head->length : colon);
        if (!is_none(*msg)) {
            text.append_ascii(": ");
            text.append(*TRY(str(ts_, *msg)));
        }
        head = TRY(text.finish(ts_));
    }
    if (auto suggested = suggested_name(ts_, e)) {
        StrBuilder text;
        text.append(*head);
        text.append_ascii(". Did you mean: '");
        text.append(*suggested);
        text.append_ascii("'?");
        head = TRY(text.finish(ts_));
    }
    TRY(lines(*head));
    auto notes = TRY(get_attr_opt(ts_, e, id(Name::__notes__)));
    if (!notes || is_none(*notes)) return {};
    if (!is_list(*notes) && !is_tuple(*notes)) {
        auto shown = repr(ts_, *notes);
        if (!shown.ok()) clear_pending(ts_);
        indent();
        out_.append(shown.ok() ? *shown.take() : *TRY(str_new_ascii(ts_, "<__notes__ repr() failed>")));
        return {};
    }
    auto items = TRY(to_list(ts_, *notes));
    for (Index i = 0; i < items->size; ++i) {
        auto text = str(ts_, *items->item[i]);
        if (!text.ok()) {
            clear_pending(ts_);
            line("<note str() failed>");
        } else {
            TRY(lines(*text));
        }
    }
    return {};
}

Result<void> Display::group(BaseException& e, Object* tb) {
    auto& g = static_cast<ExceptionGroupObject&>(e);
    bool top = depth_ == 0;
    if (depth_ >= kMaxGroupDepth) {
        line(fmt::format("... (max_group_depth is {})", kMaxGroupDepth));
        return {};
    }
    if (top) margin_ += 2;
    auto put_bar = [&](const char* text) {
        out_.append_repeated(' ', margin_);
        out_.append_ascii(text);
    };
    // The head of a group stands behind bars; its parts are boxed below.
    Display inner(ts_);
    TRY(inner.one(e, tb));
    auto head = TRY(inner.finish());
    Index start = 0;
    bool traced = tb && is_traceback(*tb);  // the first line says so
    while (start < head->length) {
        Index end = str_find_char(*head, '\n', start, head->length);
        put_bar(top && traced ? "+ " : "| ");
        out_.append_ascii(traced ? "Exception Group " : "");
        traced = false;
        out_.append_range(*head, start, end < 0 ? head->length : end);
        out_.append('\n');
        if (end < 0) break;
        start = end + 1;
    }
    auto parts = TRY(to_list(ts_, *g.excs));
    ++depth_;
    for (Index i = 0; i < parts->size && i < 15; ++i) {
        put_bar(i == 0 ? "+-" : "  ");
        out_.append_format("+---------------- {} ----------------\n", i + 1);
        margin_ += 2;
        Display part(ts_);
        part.depth_ = depth_;
        TRY(part.exception(*parts->item[i], nullptr));
        auto text = TRY(part.finish());
        Index at = 0;
        while (at < text->length) {
            Index end = str_find_char(*text, '\n', at, text->length);
            put_bar("");
            out_.append_range(*text, at, end < 0 ? text->length : end);
            out_.append('\n');
            if (end < 0) break;
            at = end + 1;
        }
        margin_ -= 2;
    }
    if (parts->size > 15) {
        put_bar("  +---------------- ... ----------------\n");
        out_.append_repeated(' ', margin_ + 2);
        Index more = parts->size - 15;
        out_.append_format("| and {} more exception{}\n", more, more == 1 ? "" : "s");
    }
    // One line closes all boxes that end here.
    const bool closed = parts->size > 0 && parts->size <= 15 &&
                        is_instance_exact(*parts->item[parts->size - 1], exc_type(Exc::BaseExceptionGroup));
    if (!closed) put_bar("  +------------------------------------\n");
    --depth_;
    if (top) margin_ -= 2;
    return {};
}

Result<void> Display::chained(BaseException& e) {
    if (e.cause && is_exception(*e.cause) && !seen(*e.cause)) {
        TRY(exception(*e.cause, nullptr));
        line("");
        line("The above exception was the direct cause of the following exception:");
        line("");
    } else if (!e.cause && e.context && !e.suppress_context && is_exception(*e.context) &&
               !seen(*e.context)) {
        TRY(exception(*e.context, nullptr));
        line("");
        line("During handling of the above exception, another exception occurred:");
        line("");
    }
    return {};
}

Result<void> Display::exception(Object& value, Object* tb) {
    if (!is_exception(value)) {
        line(fmt::format("TypeError: print_exception(): Exception expected for value, {} found",
                         type_name(value)));
        return {};
    }
    auto& e = static_cast<BaseException&>(value);
    RecursionScope depth(ts_);
    TRY(depth.enter(" while printing an exception"));
    if (seen_.empty()) seen_.push_back(&value);
    TRY(chained(e));
    if (!tb) tb = e.traceback;
    if (is_instance_exact(value, exc_type(Exc::BaseExceptionGroup))) return group(e, tb);
    return one(e, tb);
}

}  // namespace

Result<Ref<Str>> traceback_text(Attached ts, Traceback& first) {
    Display d(ts);
    TRY(d.traceback(first));
    return d.finish();
}

Result<Ref<Str>> exception_text(Attached ts, Object& value, Object* traceback) {
    Display d(ts);
    TRY(d.exception(value, traceback));
    return d.finish();
}

void display_exception(Attached ts, Object& value, Object* traceback) {
    auto kept = fetch(ts);
    auto show = [&]() -> Result<void> {
        auto err = sys_get(ts, id(Name::stderr_));
        if (err && is_none(*err)) return {};
        auto text = TRY(exception_text(ts, value, traceback));
        auto utf8 = encode_for_stderr(ts, *text);
        write_stderr(ts, utf8);
        auto flushed = sys_get(ts, id(Name::stderr_));
        if (flushed) TRY(call_method(ts, *flushed, id(Name::flush)));
        return {};
    };
    if (!show().ok()) clear_pending(ts);
    if (kept) restore(ts, std::move(kept).take());
}

bool system_exit_status(Attached ts, int* status) {
    if (!pending_is(ts, Exc::SystemExit)) return false;
    auto e = fetch(ts).take();
    auto code = get_attr(ts, *e, id(Name::code));
    OptRef<Object> value;
    if (code.ok())
        value = code.take();
    else
        clear_pending(ts);
    if (auto out = sys_get(ts, id(Name::stdout_)); out && !is_none(*out)) {
        auto flushed = call_method(ts, *out, id(Name::flush));
        if (!flushed.ok()) clear_pending(ts);
    }
    *status = 0;
    if (!value || is_none(*value)) return true;
    if (is_int(*value)) {
        int64_t v = 0;
        *status = int_fits_tag(static_cast<Int&>(*value), &v) ? static_cast<int>(v) : -1;
        return true;
    }
    auto text = str(ts, *value);
    if (text.ok())
        write_stderr(ts, encode_for_stderr(ts, *text) + "\n");
    else
        clear_pending(ts);
    *status = 1;
    return true;
}

void print_pending(Attached ts, bool set_last) {
    auto fetched = fetch(ts);
    if (!fetched) return;
    auto e = std::move(fetched).take();
    Object* traceback = e->traceback ? e->traceback : &none();
    auto tb = Ref<Object>::share(*traceback);
    if (set_last) {
        bool ok = sys_set(ts, id(Name::last_type), *e->type).ok() &&
                  sys_set(ts, id(Name::last_value), *e).ok() &&
                  sys_set(ts, id(Name::last_traceback), *tb).ok();
        if (!ok) clear_pending(ts);
    }
    auto hook = sys_get(ts, id(Name::excepthook));
    if (!hook) {
        write_stderr(ts, "sys.excepthook is missing\n");
        display_exception(ts, *e, tb.get());
        return;
    }
    if (!audit(ts, "sys.excepthook", {hook.get(), e->type, e.get(), tb.get()}).ok()) {
        // A RuntimeError keeps the exception from being shown.
        if (pending_is(ts, Exc::RuntimeError)) return clear_pending(ts);
        clear_pending(ts);
    }
    auto r = call(ts, *hook, {e->type, e.get(), tb.get()});
    if (r.ok()) return;
    int status;
    if (system_exit_status(ts, &status)) std::exit(status);
    auto second = fetch(ts).take();
    write_stderr(ts, "Error in sys.excepthook:\n");
    display_exception(ts, *second, second->traceback);
    write_stderr(ts, "\nOriginal exception was:\n");
    display_exception(ts, *e, tb.get());
}

void display_unraisable(Attached ts, Tuple& args) {
    Object *value = args.item[1], *traceback = args.item[2], *message = args.item[3], *object = args.item[4];
    StrBuilder out;
    auto add_repr = [&](Object& o) {
        auto text = repr(ts, o);
        if (text.ok()) {
            out.append(*text);
        } else {
            clear_pending(ts);
            out.append_ascii("<object repr() failed>");
        }
    };
    bool has_message = message && is_str(*message), has_object = object && !is_none(*object);
    if (has_object) {
        if (has_message) {
            out.append(static_cast<Str&>(*message));
            out.append_ascii(": ");
        } else {
            out.append_ascii("Exception ignored in: ");
        }
        add_repr(*object);
        out.append('\n');
    } else if (has_message) {
        out.append(static_cast<Str&>(*message));
        out.append_ascii(":\n");
    }
    auto text = out.finish(ts);
    if (text.ok())
        write_stderr(ts, encode_for_stderr(ts, *text));
    else
        clear_pending(ts);
    if (value && is_exception(*value)) {
        auto& e = static_cast<BaseException&>(*value);
        // Only the traceback and the exception itself, without what it was chained to.
        Object* cause = std::exchange(e.cause, nullptr);
        Object* context = std::exchange(e.context, nullptr);
        display_exception(ts, e, traceback && !is_none(*traceback) ? traceback : nullptr);
        e.cause = cause;
        e.context = context;
    }
}

}  // namespace baton
