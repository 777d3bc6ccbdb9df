// See builtins.h.
#include "runtime/builtins.h"

#include "runtime/raise.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"

namespace baton {

Result<Ref<Object>> builtin(Attached ts, Str& name) {
    if (Dict* d = interp(ts).builtins) {
        if (Object* o = dict_find_str(*d, name)) return Ref<Object>::share(*o);
    }
    return raise(ts, Exc::RuntimeError, "lost builtins.{}", TRY(str_as_utf8(ts, name)));
}

}  // namespace baton
