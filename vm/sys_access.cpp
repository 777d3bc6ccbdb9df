// See sys_access.h.
#include "vm/sys_access.h"

#include <unistd.h>

#include "runtime/call.h"
#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"

namespace baton {

OptRef<Object> sys_get(Attached ts, Str& name) {
    Dict* d = interp(ts).sys_dict;
    return OptRef<Object>::share(d ? dict_find_str(*d, name) : nullptr);
}
Result<void> sys_set(Attached ts, Str& name, Object& value) {
    return dict_set_str(ts, *interp(ts).sys_dict, name, value);
}

void write_stderr(Attached ts, std::string_view text) {
    auto kept = fetch(ts);
    bool written = false;
    auto err = sys_get(ts, id(Name::stderr_));
    if (err && !is_none(*err)) {
        auto s = str_new_utf8(ts, text);
        if (s.ok()) {
            auto r = call_method(ts, *err, id(Name::write), {s.get()});
            written = r.ok();
        }
        if (!written) clear_pending(ts);
    }
    if (!written) {
        ts.detached([&] {
            while (!text.empty()) {
                const ssize_t n = ::write(2, text.data(), text.size());
                if (n <= 0) return;
                text.remove_prefix(static_cast<size_t>(n));
            }
        });
    }
    if (kept) restore(ts, std::move(kept).take());
}

}  // namespace baton
