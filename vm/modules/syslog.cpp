// syslog: messages for the system's log.
//
// The C library keeps the program's name by address, so the module keeps the bytes. Callers: attached
// threads; writing runs detached.
#include <syslog.h>

#include <climits>
#include <cstring>
#include <string>

#include "runtime/codec.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "vm/audit.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

struct SyslogState {
    Object* ident;  // bytes, while the log is open under a name; null = none
    bool open;
};

// The last part of sys.argv[0]; empty when there is none.
Result<OptRef<Object>> program_name(Attached ts) {
    const OptRef<Object> argv = sys_get(ts, id(Name::argv));
    if (!argv || !is_list(*argv) || static_cast<List&>(*argv).size == 0) return OptRef<Object>();
    Object& first = *static_cast<List&>(*argv).item[0];
    if (!is_str(first) || static_cast<Str&>(first).length == 0) return OptRef<Object>();
    auto& text = static_cast<Str&>(first);
    const Index slash = str_rfind_char(text, '/', 0, text.length);
    Ref<Str> name = TRY(str_substring(ts, text, slash + 1, text.length));
    return OptRef<Object>(std::move(name));
}

Result<void> open(Attached ts, Module& module, Object* ident, long option, long facility) {
    SyslogState& state = module_state<SyslogState>(module);
    OptRef<Object> name = OptRef<Object>::share(ident);
    if (!name) name = TRY(program_name(ts));
    OptRef<Object> bytes;
    if (name) {
        Ref<Bytes> encoded = TRY(encode_utf8(ts, static_cast<Str&>(*name), "surrogateescape"));
        bytes = OptRef<Object>(std::move(encoded));
    }
    if (is_audited(ts)) {
        const Ref<Int> how = TRY(box_int(ts, option)), where = TRY(box_int(ts, facility));
        TRY(audit(ts, "syslog.openlog", {name ? name.get() : &none(), how.get(), where.get()}));
    }
    const char* text = bytes ? static_cast<Bytes&>(*bytes).data : nullptr;
    ::openlog(text, static_cast<int>(option), static_cast<int>(facility));
    replace_field<Object>(ts, state.ident, bytes.release());
    state.open = true;
    return {};
}
Result<void> syslog_openlog(Attached ts, Module& module, Object* ident, Opt<int64_t> logoption,
                            Opt<int64_t> facility) {
    if (ident && !is_str(*ident)) {
        return raise(ts, Exc::TypeError, "openlog() argument 1 must be str, not {}", type_name(*ident));
    }
    return open(ts, module, ident, logoption.or_else(0), facility.or_else(LOG_USER));
}
Result<void> syslog_syslog(Attached ts, Module& module, Args args) {
    int64_t priority = LOG_INFO;
    Object* message = nullptr;
    if (args.n == 1) {
        message = TRY(box_in_place(ts, args.v[0]));
    } else if (args.n == 2) {
        Object& given = *TRY(box_in_place(ts, args.v[0]));
        message = TRY(box_in_place(ts, args.v[1]));
        if (!has_index(given)) message = nullptr;
        if (message) priority = TRY(convert_int64(ts, Value(&given), INT_MIN, INT_MAX, "int"));
    }
    if (!message || !is_str(*message)) return raise(ts, Exc::TypeError, "[priority,] message string");
    if (is_audited(ts)) {
        const Ref<Int> number = TRY(box_int(ts, priority));
        TRY(audit(ts, "syslog.syslog", {number.get(), message}));
    }
    const std::string text(TRY(str_as_utf8(ts, static_cast<Str&>(*message))));
    if (!module_state<SyslogState>(module).open) TRY(open(ts, module, nullptr, 0, LOG_USER));
    // The name must outlive the call.
    const OptRef<Object> kept = OptRef<Object>::share(module_state<SyslogState>(module).ident);
    ts.detached([&] { ::syslog(static_cast<int>(priority), "%s", text.c_str()); });
    return {};
}
Result<void> syslog_closelog(Attached ts, Module& module) {
    SyslogState& state = module_state<SyslogState>(module);
    TRY(audit(ts, "syslog.closelog", {}));
    if (!state.open) return {};
    ::closelog();
    state.open = false;
    replace_field<Object>(ts, state.ident, nullptr);
    return {};
}
Result<Index> syslog_setlogmask(Attached ts, Module&, int64_t maskpri) {
    if (is_audited(ts)) {
        const Ref<Int> mask = TRY(box_int(ts, maskpri));
        TRY(audit(ts, "syslog.setlogmask", {mask.get()}));
    }
    return ::setlogmask(static_cast<int>(maskpri));
}
Result<Index> syslog_mask(Attached, Module&, int64_t pri) {
    return LOG_MASK(static_cast<int>(pri));
}
Result<Index> syslog_upto(Attached, Module&, int64_t pri) {
    return LOG_UPTO(static_cast<int>(pri));
}

constexpr Method functions[] = {
    method<syslog_openlog>("openlog($module, /, ident=<unrepresentable>, logoption=0, facility=LOG_USER)",
                           "Sets the name, the options and the facility of the messages that follow."),
    method<syslog_closelog>("closelog($module, /)", "Goes back to how it was before the first message."),
    method<syslog_syslog>("syslog($module, *args)",
                          "Sends a message, syslog([priority,] message), to the log."),
    method<syslog_setlogmask>("setlogmask($module, maskpri, /)",
                              "Chooses the priorities that are let through; gives the former choice."),
    method<syslog_mask>("LOG_MASK($module, pri, /)", "The mask of one priority."),
    method<syslog_upto>("LOG_UPTO($module, pri, /)", "The mask of all priorities up to this one."),
    {},
};

Result<void> syslog_exec(Attached ts, Module& module) {
    struct {
        const char* name;
        int value;
    } const constants[] = {
#define LOG(name) {#name, name},
        LOG(LOG_EMERG) LOG(LOG_ALERT) LOG(LOG_CRIT) LOG(LOG_ERR) LOG(LOG_WARNING) LOG(LOG_NOTICE)
            LOG(LOG_INFO) LOG(LOG_DEBUG) LOG(LOG_PID) LOG(LOG_CONS) LOG(LOG_NDELAY) LOG(LOG_ODELAY)
                LOG(LOG_NOWAIT) LOG(LOG_PERROR) LOG(LOG_KERN) LOG(LOG_USER) LOG(LOG_MAIL) LOG(LOG_DAEMON)
                    LOG(LOG_AUTH) LOG(LOG_LPR) LOG(LOG_LOCAL0) LOG(LOG_LOCAL1) LOG(LOG_LOCAL2) LOG(LOG_LOCAL3)
                        LOG(LOG_LOCAL4) LOG(LOG_LOCAL5) LOG(LOG_LOCAL6) LOG(LOG_LOCAL7) LOG(LOG_SYSLOG)
                            LOG(LOG_CRON) LOG(LOG_UUCP) LOG(LOG_NEWS) LOG(LOG_AUTHPRIV)
#undef LOG
    };
    for (const auto& c : constants) TRY(module_add_int(ts, module, c.name, c.value));
    return {};
}
int syslog_traverse(Module& module, VisitProc visit, void* arg) {
    Object* ident = module_state<SyslogState>(module).ident;
    return ident ? visit(ident, arg) : 0;
}
void syslog_clear(Attached ts, Module& module) {
    SyslogState& state = module_state<SyslogState>(module);
    if (state.open) ::closelog();
    state.open = false;
    replace_field<Object>(ts, state.ident, nullptr);
}

}  // namespace

extern const ModuleSpec syslog_module;
const ModuleSpec syslog_module = {
    .name = "syslog",
    .doc = "Messages for the system's log.",
    .methods = functions,
    .exec = syslog_exec,
    .state_size = sizeof(SyslogState),
    .traverse = syslog_traverse,
    .clear = syslog_clear,
};

}  // namespace baton
