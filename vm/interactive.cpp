// See interactive.h.
#include "vm/interactive.h"

#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "threadstate/signals.h"
#include "vm/audit.h"
#include "vm/compile.h"
#include "vm/file_text.h"
#include "vm/fs_text.h"
#include "vm/lifecycle.h"
#include "vm/print_exception.h"
#include "vm/run.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

enum class Got { line, end, interrupt };

// One line with its newline. From descriptor 0 byte by byte: what follows belongs to whom the statement gives
// it, input() for one.
Got read_line(Attached ts, std::FILE* stream, std::string* line) {
    for (;;) {
        if (handle_signals(ts) < 0) return Got::interrupt;
        int error = 0;
        const ssize_t n = ts.detached([&] {
            ssize_t got;
            char c;
            const auto next = [&]() -> ssize_t {
                if (!stream) return ::read(0, &c, 1);
                const int read = std::getc(stream);
                if (read == EOF) return std::ferror(stream) ? -1 : 0;
                c = static_cast<char>(read);
                return 1;
            };
            while ((got = next()) == 1) {
                line->push_back(c);
                if (c == '\n') break;
            }
            error = errno;
            return got;
        });
        if (n == 1) return Got::line;
        if (stream) std::clearerr(stream);
        if (n < 0 && error == EINTR) continue;
        return line->empty() ? Got::end : Got::line;
    }
}

// sys.ps1 or sys.ps2 as text; one that has no text is empty.
std::string prompt_of(Attached ts, Str& name) {
    auto prompt = sys_get(ts, name);
    if (!prompt) return {};
    auto shown = str(ts, *prompt);
    if (shown.ok()) {
        auto text = str_as_utf8(ts, *shown);
        if (text.ok()) return std::string(*text);
    }
    clear_pending(ts);
    return {};
}
void write_prompt(Attached ts, const std::string& text) {
    ts.detached([&] { (void)!::write(2, text.data(), text.size()); });
}

bool is_blank(std::string_view line) {
    const size_t at = line.find_first_not_of(" \t\f\r\n");
    return at == line.npos || line[at] == '#';
}

// The encoding in which the terminal talks.
std::string input_encoding(Attached ts) {
    auto in = sys_get(ts, id(Name::stdin_));
    if (in && !is_none(*in)) {
        auto name = get_attr(ts, *in, id(Name::encoding));
        if (name.ok() && is_str(*name)) {
            auto text = str_as_utf8(ts, static_cast<Str&>(*name));
            if (text.ok()) return std::string(*text);
        }
        clear_pending(ts);
    }
    return "utf-8";
}

// Whether the pending error only says that more lines are to come.
bool is_incomplete(Attached ts) {
    if (!pending_is(ts, Exc::SyntaxError)) return false;
    Object* message = static_cast<SyntaxErrorObject*>(pending(ts))->msg;
    return message && is_str(*message) && str_eq_ascii(static_cast<Str&>(*message), "incomplete input");
}

}  // namespace

Result<OptRef<Code>> read_statement(Attached ts, std::FILE* stream, Str& file, bool* ended) {
    const std::string encoding = input_encoding(ts);
    std::string source;
    bool first = true;
    for (;;) {
        write_prompt(ts, prompt_of(ts, id(first ? Name::ps1 : Name::ps2)));
        std::string line;
        switch (read_line(ts, stream, &line)) {
            case Got::interrupt:
                return already_raised();
            case Got::end:
                *ended = true;
                if (first) return OptRef<Code>();
                break;
            case Got::line:
                break;
        }
        if (first && is_blank(line) && !*ended) return OptRef<Code>();
        first = false;
        if (!line.empty() && line.back() != '\n') line += '\n';
        const Ref<Str> decoded = TRY(decode_view(ts, line, encoding.c_str(), "strict"));
        source += TRY(str_as_utf8(ts, *decoded));
        // Blanks alone say nothing: only an empty line ends a block.
        if (!*ended && line != "\n" && line.find_first_not_of(" \t\f\r\n") == line.npos) continue;
        CompileFlags flags;
        flags.source_is_text = true;
        flags.dont_imply_dedent = !*ended;
        flags.allow_incomplete_input = !*ended;
        // A block is over after an empty line: until then its last line is given without an end, which the
        // parser takes for a place where more could come.
        std::string_view so_far = source;
        if (!*ended && line != "\n" && so_far.ends_with('\n') && !so_far.ends_with("\\\n"))
            so_far.remove_suffix(1);
        auto code = compile_source(ts, so_far, file, CompileMode::Single, flags, 0);
        if (code.ok()) return OptRef<Code>(code.take());
        if (*ended || !is_incomplete(ts)) return already_raised();
        clear_pending(ts);
    }
}

namespace {

Result<void> run_start_file(Attached ts, Dict& names) {
    if (vm_interp(ts).config.ignore_environment) return {};
    const char* path = std::getenv("PYTHONSTARTUP");
    if (!path || !*path) return {};
    std::string source;
    if (!read_file(ts, path, &source).ok()) {
        write_stderr(ts, "Could not open PYTHONSTARTUP\n");
        print_pending(ts);
        return {};
    }
    const auto run = [&]() -> Result<void> {
        const Ref<Str> file = TRY(fs_decode(ts, path));
        TRY(audit_values(ts, "cpython.run_startup", file.get()));
        const Ref<Code> code = TRY(compile_source(ts, source, *file, CompileMode::Exec, {}, 0));
        TRY(audit_values(ts, "exec", code.get()));
        TRY(run_code(ts, *code, names, nullptr));
        return {};
    };
    if (run().ok()) return {};
    if (pending_is(ts, Exc::SystemExit)) return already_raised();
    print_pending(ts);
    return {};
}

void call_interactive_hook(Attached ts) {
    auto name = str_intern_utf8(ts, "__interactivehook__");
    if (!name.ok()) return clear_pending(ts);
    auto hook = sys_get(ts, *name);
    if (!hook) return;
    if (audit_values(ts, "cpython.run_interactivehook", hook.get()).ok() && call(ts, *hook).ok()) return;
    write_stderr(ts, "Failed calling sys.__interactivehook__\n");
    print_pending(ts);
}

Result<void> set_prompt(Attached ts, Str& name, const char* text) {
    if (sys_get(ts, name)) return {};
    const Ref<Str> prompt = TRY(str_new_ascii(ts, text));
    return sys_set(ts, name, *prompt);
}

}  // namespace

Result<void> set_prompts(Attached ts) {
    TRY(set_prompt(ts, id(Name::ps1), ">>> "));
    return set_prompt(ts, id(Name::ps2), "... ");
}

void greet(Attached ts) {
    if (vm_interp(ts).config.quiet) return;
    write_stderr(
        ts, "Python 3.11.2 (Baton " BATON_VERSION ", GCC " __VERSION__
            ") on linux\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.\n");
}

Result<void> converse(Attached ts, Dict& names, bool first) {
    if (first) TRY(run_start_file(ts, names));
    call_interactive_hook(ts);
    TRY(set_prompts(ts));
    const Ref<Str> file = TRY(str_intern_utf8(ts, "<stdin>"));
    (void)flush_standard_streams(ts);
    for (bool ended = false; !ended;) {
        auto statement = read_statement(ts, nullptr, *file, &ended);
        bool good = statement.ok();
        if (good) {
            auto code = statement.take();
            if (code)
                good = audit_values(ts, "exec", code.get()).ok() && run_code(ts, *code, names, nullptr).ok();
        }
        if (!good) {
            if (pending_is(ts, Exc::SystemExit)) return already_raised();
            if (!statement.ok() && pending_is(ts, Exc::KeyboardInterrupt)) {
                clear_pending(ts);
                write_stderr(ts, "\nKeyboardInterrupt\n");
            } else {
                print_pending(ts);
            }
        }
        (void)flush_standard_streams(ts);
    }
    write_stderr(ts, "\n");
    return {};
}

}  // namespace baton
