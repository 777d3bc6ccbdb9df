// print and input.
#include <unistd.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "vm/audit.h"
#include "vm/modules/builtins_functions.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

// A str or None argument of print.
Result<OptRef<Object>> text_or_default(Attached ts, const char* name, Object* given, const char* fallback) {
    if (!given || is_none(*given)) return OptRef<Object>(TRY(str_new_ascii(ts, fallback)));
    if (!is_str(*given))
        return raise(ts, Exc::TypeError, "{} must be None or a string, not {}", name, type_name(*given));
    return OptRef<Object>::share(given);
}

Result<void> write_to(Attached ts, Object& file, Object& text) {
    TRY(call_method(ts, file, id(Name::write), {&text}));
    return {};
}

}  // namespace

Result<void> builtin_print(Attached ts, Object&, Args objects, Object* sep, Object* end, Object* file,
                           Opt<bool> flush) {
    OptRef<Object> target;
    if (file && !is_none(*file)) {
        target = Ref<Object>::share(*file);
    } else {
        target = sys_get(ts, id(Name::stdout_));
        if (!target) return raise(ts, Exc::RuntimeError, "lost sys.stdout");
        if (is_none(*target)) return {};  // a process without standard output
    }
    auto between = TRY(text_or_default(ts, "sep", sep, " "));
    auto after = TRY(text_or_default(ts, "end", end, "\n"));
    for (size_t i = 0; i < objects.n; ++i) {
        if (i) TRY(write_to(ts, *target, *between));
        auto text = TRY(str(ts, *TRY(box_in_place(ts, objects.v[i]))));
        TRY(write_to(ts, *target, *text));
    }
    TRY(write_to(ts, *target, *after));
    if (flush.or_else(false)) TRY(call_method(ts, *target, id(Name::flush)));
    return {};
}

Result<Ref<Object>> builtin_input(Attached ts, Object&, Object* prompt) {
    auto in = sys_get(ts, id(Name::stdin_));
    auto out = sys_get(ts, id(Name::stdout_));
    auto err = sys_get(ts, id(Name::stderr_));
    if (!in || is_none(*in)) return raise(ts, Exc::RuntimeError, "input(): lost sys.stdin");
    if (!out || is_none(*out)) return raise(ts, Exc::RuntimeError, "input(): lost sys.stdout");
    if (!err || is_none(*err)) return raise(ts, Exc::RuntimeError, "input(): lost sys.stderr");
    // A stream that cannot be flushed is no reason not to read.
    auto flush = [&](Object& stream) {
        if (!call_method(ts, stream, id(Name::flush)).ok()) clear_pending(ts);
    };
    flush(*err);
    TRY(audit_values(ts, "builtins.input", prompt));
    if (prompt) {
        auto text = TRY(str(ts, *prompt));
        TRY(write_to(ts, *out, *text));
    }
    flush(*out);
    auto line = TRY(call_method(ts, *in, id(Name::readline)));
    if (!is_str(*line)) return raise(ts, Exc::TypeError, "object.readline() returned non-string");
    auto& text = static_cast<Str&>(*line);
    if (text.length == 0) return raise(ts, Exc::EOFError, "EOF when reading a line");
    if (str_char_unchecked(text, text.length - 1) != '\n') return line;
    return str_substring(ts, text, 0, text.length - 1);
}

}  // namespace baton
