#include "threadstate/misuse.h"

#include "threadstate/check.h"
#include "threadstate/process_state.h"

namespace baton {
namespace {

constexpr MisuseRow kRows[] = {
#define MISUSE(id, ck, text, headline, fix) {#id, ck, text, headline, fix},
#include "threadstate/misuse.def"
#undef MISUSE
};

// All reads below are of a process that is about to abort: unlocked on purpose.
void name_state(ReportLine& line, const ThreadState& t) {
    line.text("tstate #")
        .number(t.id)
        .text(" (")
        .hex(reinterpret_cast<uintptr_t>(&t))
        .text(") of interpreter ");
    line.signed_number(t.interp != nullptr ? t.interp->id : -1);
}

void name_thread(ReportLine& line, const ThreadState& t) {
    if (t.name[0] != '\0') line.text("\"").text(t.name).text("\" ");
    line.text("tid ").number(t.native_thread_id);
}

void report_gil(int fd, Gil& gil) {
    ReportLine line(fd);
    line.text("  GIL #").number(gil.id()).text(" : ");
    const Seat* seat = gil.holder_unlocked();
    if (seat == nullptr) {
        line.text("free");
        return;
    }
    if (seat == &gil.limbo()) {
        line.text("held by a thread without a current thread state");
        return;
    }
    const ThreadState& holder = static_cast<const ThreadState&>(*seat);
    line.text("held by ");
    name_thread(line, holder);
    line.text(", ");
    name_state(line, holder);
    if (holder.hold_start != 0) line.text(", for ").millis(sync::now_ns() - holder.hold_start);
    char where[200];
    if (hooks().current_line != nullptr &&
        hooks().current_line(const_cast<ThreadState&>(holder), where, sizeof where)) {
        line.text(", ").text(where);
    }
}

void report_this_thread(int fd) {
    ThreadLocals& l = locals();
    ReportLine line(fd);
    line.text("  thread : ");
    const ThreadState* own = l.current != nullptr ? l.current : l.gilstate.load();
    if (own != nullptr && own->name[0] != '\0') line.text("\"").text(own->name).text("\" ");
    line.text("tid ").number(sync::current_native_id());
    line.text(is_main_thread()                                    ? " (main)"
              : (own != nullptr && own->origin == Origin::kSpawn) ? " (started by Python)"
                                                                  : " (foreign)");
    if (l.current == nullptr) {
        line.text(l.held != nullptr ? ", holds a lock, current state: none" : ", attached to none");
    } else {
        line.text(l.held != nullptr ? ", attached to " : ", released, current state: ");
        name_state(line, *l.current);
    }
}

}  // namespace

const MisuseRow& misuse_row(Misuse what) {
    return kRows[static_cast<int>(what)];
}

void report_locks(int fd) NO_THREAD_SAFETY_ANALYSIS {
    ProcessState& p = process();
    report_gil(fd, p.main_gil);
    for (InterpreterState* i = p.interpreters; i != nullptr; i = i->next) {
        if (i->owns_gil && i->gil != &p.main_gil) report_gil(fd, *i->gil);
    }
}

void report_threads(int fd) {
    report_this_thread(fd);
    report_locks(fd);
    ThreadState* mine = locals().current;
    if (mine != nullptr && hooks().dump_traceback != nullptr) hooks().dump_traceback(fd, *mine);
}

void report_fatal(int fd) {
    const ProcessState& p = process();
    InterpreterState* main = p.main.load();
    const char* state = p.finalizing.load() != nullptr       ? "finalizing"
                        : p.stage.load() == Stage::kRunning  ? "initialized"
                        : p.stage.load() == Stage::kStarting ? "core initialized"
                                                             : "unknown";
    ReportLine(fd).text("Python runtime state: ").text(state);
    const ThreadLocals& l = locals();
    ThreadState* mine = l.current != nullptr ? l.current : l.gilstate.load();
    InterpreterState* interp = mine != nullptr ? mine->interp : main;
    if (interp != nullptr && hooks().dump_threads != nullptr) {
        ReportLine(fd).text("");
        hooks().dump_threads(fd, *interp, mine);
        ReportLine(fd).text("");
    }
    report_this_thread(fd);
    report_locks(fd);
}

void misuse(Misuse what, const char* function, const ThreadState* subject, const ThreadState* other) {
    const MisuseRow& row = misuse_row(what);
    {
        ReportLine line;
        line.text("Fatal Python error: ").text(function).text(": ").text(row.text);
    }
    {
        ReportLine line;
        line.text("GILCHECK ").text(row.ck).text(" in ").text(function).text(": ").text(row.headline);
        if (subject != nullptr) {
            line.text("; ");
            name_state(line, *subject);
        }
        if (other != nullptr && other != subject) {
            line.text(", and ");
            name_state(line, *other);
        }
    }
    report_threads(2);
    {
        ReportLine line;
        line.text("  fix    : ").text(row.fix);
    }
    sync::abort_process();
}

}  // namespace baton
